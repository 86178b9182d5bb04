"""What one transaction can read and write about the plan's other duties."""

from typing import Protocol

from plancycle.domain.duties import DutyEvent, DutyRecord


class Duties(Protocol):
    """Duty records with their events; neither is ever changed or taken away."""

    def add(self, record: DutyRecord) -> None:
        """Store a new record with its events."""

    def append(self, record_id: str, event: DutyEvent) -> None:
        """Store one more event of a record (the caller has checked the move)."""

    def get(self, record_id: str) -> DutyRecord | None:
        """One record with all its events, or None."""

    def all(self, programme: str) -> list[DutyRecord]:
        """Every record of a programme, in the order in which they were told."""
