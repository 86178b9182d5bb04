"""What the ledger keeps of edited passages."""

from typing import Protocol

from plancycle.domain.narrative import Edit


class NarrativeEdits(Protocol):
    """Every version of every edited passage; none is ever changed."""

    def add(self, edit: Edit) -> bool:
        """Store a version; False when somebody else has stored that version of the passage before."""

    def of_period(self, period: str) -> list[Edit]:
        """Every version of a period's passages, by passage and version."""
