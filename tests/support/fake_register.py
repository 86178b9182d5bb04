"""The register of outgoing documents in memory, held to the same contract as the table."""

from typing import Any

from plancycle.domain.document_register import IssuedFile, RegisterEntry, Wanted, entry_of


class FakeRegister:
    def __init__(self, tables: Any) -> None:
        self.rows: dict[tuple[str, int, int], RegisterEntry] = tables.register
        self.made: list[IssuedFile] = tables.issued

    def allocate(self, wanted: Wanted) -> RegisterEntry:
        mine = self.of_year(wanted.issuer, wanted.year)
        known = next((one for one in mine if one.purpose == wanted.purpose), None)
        if known is not None:
            return known
        entry = entry_of(wanted, len(mine) + 1)
        self.rows[(entry.issuer, entry.year, entry.number)] = entry
        return entry

    def of_year(self, issuer: str, year: int) -> list[RegisterEntry]:
        return [self.rows[key] for key in sorted(self.rows) if key[:2] == (issuer, year)]

    def line(self, issuer: str, base: str) -> list[RegisterEntry]:
        rows = [self.rows[key] for key in sorted(self.rows) if key[0] == issuer]
        return [one for one in rows if one.purpose == base or one.purpose.startswith(f"{base}/")]

    def citing(self, entry: RegisterEntry) -> list[RegisterEntry]:
        rows = [self.rows[key] for key in sorted(self.rows) if key[0] == entry.issuer]
        return [one for one in rows if (one.cites_year, one.cites_number) == (entry.year, entry.number)]

    def add_file(self, file: IssuedFile) -> None:
        known = [(one.year, one.number, one.file_name, one.sha256) for one in self.made if one.issuer == file.issuer]
        if (file.year, file.number, file.file_name, file.sha256) not in known:
            self.made.append(file)

    def files(self, issuer: str, year: int) -> list[IssuedFile]:
        return [one for one in self.made if (one.issuer, one.year) == (issuer, year)]
