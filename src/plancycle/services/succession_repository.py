"""What a transaction can read and write about successions: people's decisions, and reports that went another way."""

from typing import Protocol

from plancycle.domain.elsewhere import ReportedElsewhere
from plancycle.domain.succession import Decision


class Successions(Protocol):
    """Decisions on successions and declarations of agencies; nothing is changed or deleted."""

    def decide(self, programme: str, decision: Decision) -> None:
        """Store a decision; it stands until a newer one on the same succession."""

    def decisions(self, programme: str) -> list[Decision]:
        """All decisions of a programme, oldest first."""

    def declare(self, cycle: str, declared: ReportedElsewhere) -> None:
        """Store that a report went by another channel; an obligation is declared once."""

    def declared(self, cycle: str) -> list[ReportedElsewhere]:
        """The reports of a cycle that went by another channel, oldest first."""
