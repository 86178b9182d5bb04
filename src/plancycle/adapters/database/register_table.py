"""The only queries about the register of outgoing documents."""

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from plancycle.adapters.database import rows
from plancycle.adapters.database.mapping import of, plain
from plancycle.adapters.database.prefixes import begins
from plancycle.domain.document_register import IssuedFile, RegisterEntry, Relation, Wanted, entry_of


class RegisterTable:
    """Implements :class:`plancycle.services.register_repository.Register`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def allocate(self, wanted: Wanted) -> RegisterEntry:
        """The purpose's row, under the next number when it has none yet; the counter's row is locked first."""
        last = self._lock(wanted.issuer, wanted.year)
        table = rows.document_register
        mine = (table.c.issuer == wanted.issuer) & (table.c.year == wanted.year)
        known = self._select(mine & (table.c.purpose == wanted.purpose))
        if known:
            return known[0]
        entry = entry_of(wanted, last + 1)
        self._connection.execute(insert(table).values(_row(entry)))
        counters = rows.document_counters
        chosen = (counters.c.issuer == wanted.issuer) & (counters.c.year == wanted.year)
        self._connection.execute(update(counters).where(chosen).values(last=last + 1))
        return entry

    def _lock(self, issuer: str, year: int) -> int:
        """The last number given, in a row that nobody else can read for writing until this transaction ends."""
        table = rows.document_counters
        touched = update(table).where((table.c.issuer == issuer) & (table.c.year == year)).values(last=table.c.last)
        found: Row[tuple[int]] | None = self._connection.execute(touched.returning(table.c.last)).first()
        if found is None:
            try:
                with self._connection.begin_nested():
                    self._connection.execute(insert(table).values(issuer=issuer, year=year, last=0))
            except IntegrityError:
                pass  # somebody else was first; its row is there to be locked
            found = self._connection.execute(touched.returning(table.c.last)).one()
        return int(found[0])

    def of_year(self, issuer: str, year: int) -> list[RegisterEntry]:
        """The register of a year, by number."""
        table = rows.document_register
        return self._select((table.c.issuer == issuer) & (table.c.year == year))

    def line(self, issuer: str, base: str) -> list[RegisterEntry]:
        """Every row of a purpose and of its replacements."""
        table = rows.document_register
        is_mine = (table.c.purpose == base) | begins(table.c.purpose, f"{base}/")
        return self._select((table.c.issuer == issuer) & is_mine)

    def citing(self, entry: RegisterEntry) -> list[RegisterEntry]:
        """The rows that replace or correct one."""
        table = rows.document_register
        cites = (table.c.cites_year == entry.year) & (table.c.cites_number == entry.number)
        return self._select((table.c.issuer == entry.issuer) & cites)

    def add_file(self, file: IssuedFile) -> None:
        """Note bytes made under a number; the first time counts."""
        table = rows.issued_files
        same = [table.c[name] == getattr(file, name) for name in ("issuer", "year", "number", "file_name", "sha256")]
        if self._connection.execute(select(table.c.sha256).where(*same)).first() is None:
            self._connection.execute(insert(table).values(plain(file)))

    def files(self, issuer: str, year: int) -> list[IssuedFile]:
        """Everything made under the numbers of a year, oldest first."""
        table = rows.issued_files
        chosen = select(table).where(table.c.issuer == issuer, table.c.year == year)
        found = self._connection.execute(chosen.order_by(table.c.made_at, table.c.number, table.c.file_name))
        return [of(IssuedFile, row) for row in found.mappings()]

    def _select(self, chosen: ColumnElement[bool]) -> list[RegisterEntry]:
        table = rows.document_register
        found = self._connection.execute(select(table).where(chosen).order_by(table.c.year, table.c.number))
        return [
            of(RegisterEntry, row, relation=Relation(row["relation"]) if row["relation"] else None)
            for row in found.mappings()
        ]


def _row(entry: RegisterEntry) -> dict[str, object]:
    return {**plain(entry), "relation": str(entry.relation) if entry.relation else None}
