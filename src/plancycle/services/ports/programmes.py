"""Where programmes and address books come from."""

from collections.abc import Callable, Mapping
from typing import Protocol

from plancycle.domain.agencies import AddressBook
from plancycle.domain.programme import Programme
from plancycle.domain.working_days import WorkingDays


class Programmes(Protocol):
    """Programme folders and the coordinator's address books."""

    def load(self, programme_id: str) -> Programme:
        """Read and check one programme. Raises ProgrammeProblem with every error, or NotFound."""

    def pack(self, programme_id: str) -> bytes:
        """The files of the version :meth:`load` gives, as one bundle to keep. Raises as :meth:`load`."""

    def latest(self, programme_id: str) -> Programme:
        """The same, or while the folder has errors the version that was read last: for names, never for what is due."""

    def kept(self, programme_id: str, version: str, read: Callable[[], bytes]) -> Programme:
        """A version that was packed earlier; ``read`` gives its bundle and is called once per process.

        Raises ProgrammeProblem when the bundle is not one this release can read.
        """

    def address_book(self, programme_id: str) -> AddressBook:
        """The contacts entered by the coordinator; empty when none are."""

    def english(self, programme_id: str) -> Mapping[str, str]:
        """The programme's own words in English, by their Vietnamese; what is not there is shown in Vietnamese."""

    def working_days(self, programme: Programme, year: int) -> WorkingDays:
        """The year's calendar and the neighbouring months: library, then the programme's overlay."""
