"""The register of outgoing documents as a transaction sees it."""

from typing import Protocol

from plancycle.domain.document_register import IssuedFile, RegisterEntry, Wanted


class Register(Protocol):
    """Numbers and what was issued under them. Rows are only ever added."""

    def allocate(self, wanted: Wanted) -> RegisterEntry:
        """The row of a purpose in its issuer's year: the one there is, or a new one under the next number from 1 up.

        However many ask at the same moment, no number is given twice and none is left out.
        """

    def of_year(self, issuer: str, year: int) -> list[RegisterEntry]:
        """The register of a year, by number."""

    def line(self, issuer: str, base: str) -> list[RegisterEntry]:
        """Every row of a purpose and of its replacements, of any year, oldest first."""

    def citing(self, entry: RegisterEntry) -> list[RegisterEntry]:
        """The rows that replace or correct one."""

    def add_file(self, file: IssuedFile) -> None:
        """Note bytes made under a number; the same bytes twice are noted once."""

    def files(self, issuer: str, year: int) -> list[IssuedFile]:
        """Everything made under the numbers of a year, oldest first."""
