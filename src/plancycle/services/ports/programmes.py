"""Where programmes and address books come from."""

from typing import Protocol

from plancycle.domain.agencies import AddressBook
from plancycle.domain.programme import Programme
from plancycle.domain.working_days import WorkingDays


class Programmes(Protocol):
    """Programme folders and the coordinator's address books."""

    def load(self, programme_id: str) -> Programme:
        """Read and check one programme. Raises ProgrammeProblem with every error, or NotFound."""

    def address_book(self, programme_id: str) -> AddressBook:
        """The contacts entered by the coordinator; empty when none are."""

    def working_days(self, programme: Programme, year: int) -> WorkingDays:
        """The year's calendar and the neighbouring months: library, then the programme's overlay."""
