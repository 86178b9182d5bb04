"""What a transaction can read and write about dates that people entered."""

from typing import Protocol

from plancycle.domain.plan_dates import EnteredDate


class EnteredDates(Protocol):
    """Dates the plan left open and somebody entered; nothing is changed or deleted."""

    def add(self, entered: EnteredDate) -> None:
        """Store an entered date; it stands until a newer one of the same subject and year."""

    def of_year(self, programme: str, year: int) -> list[EnteredDate]:
        """The entered dates of a programme's year, oldest first."""
