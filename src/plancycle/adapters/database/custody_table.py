"""The only queries across tables: who stands on a file, who is named where, what is past its time."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, ColumnElement, Connection, String, Table, delete, func, or_, select, update

from plancycle.adapters.database import rows
from plancycle.adapters.database.mapping import of
from plancycle.domain.clerk_access import ClerkLink
from plancycle.domain.periods import ObligationKey
from plancycle.services.custody_repository import Found

_IDS_AT_ONCE = 500
_HASH_LENGTH = 64


class CustodyTable:
    """Questions across tables, and the few deletions that rules or people ask for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def needed_beside_letters(self) -> set[str]:
        """Hashes of all files some row stands on, letters apart: every column that holds a file's hash is asked."""
        needed: set[str] = set()
        for table in rows.metadata.sorted_tables:
            for column in table.c if table not in (rows.intakes, rows.messages) else ():
                if column.name.endswith("sha256"):
                    asked = select(column).distinct().where(column.is_not(None))
                    needed |= set(self._connection.execute(asked).scalars())
        return needed

    def named_files(self) -> set[str]:
        """Every hash that stands in any row at all, whatever its column is called."""
        named: set[str] = set()
        for table in rows.metadata.sorted_tables:
            for column in table.c:
                if isinstance(column.type, String) and column.type.length == _HASH_LENGTH:
                    named |= set(self._connection.execute(select(column).distinct()).scalars())
        return named

    def drafted(self) -> list[ObligationKey]:
        """Obligations with unfinished answers."""
        column = rows.drafts.c.obligation
        found = self._connection.execute(select(column).distinct().order_by(column)).scalars()
        return [ObligationKey.parse(one) for one in found]

    def links(self) -> list[ClerkLink]:
        """Every mailed link, by id."""
        found = self._connection.execute(select(rows.clerk_links).order_by(rows.clerk_links.c.id)).mappings()
        return [of(ClerkLink, row, obligation=ObligationKey.parse(row["obligation"])) for row in found]

    def drop_links(self, ids: Sequence[str]) -> None:
        """Mailed links are gone."""
        for start in range(0, len(ids), _IDS_AT_ONCE):
            some = ids[start : start + _IDS_AT_ONCE]
            self._connection.execute(delete(rows.clerk_links).where(rows.clerk_links.c.id.in_(some)))

    def sessions_before(self, moment: datetime) -> int:
        """How many sign-ins were last used before a moment."""
        table = rows.staff_sessions
        asked = select(func.count()).select_from(table).where(table.c.seen_at < moment)
        return int(self._connection.execute(asked).scalar_one())

    def drop_sessions_before(self, moment: datetime) -> None:
        """They are gone."""
        self._connection.execute(delete(rows.staff_sessions).where(rows.staff_sessions.c.seen_at < moment))

    def naming(self, term: str) -> list[Found]:
        """Every row with a text in which a person's name or address stands, by table."""
        return [one for table in rows.metadata.sorted_tables for one in self._in(table, term)]

    def _in(self, table: Table, term: str) -> list[Found]:
        texts = [column for column in table.c if isinstance(column.type, String)]
        asked = select(table).where(or_(*(_names(column, term) for column in texts)))
        pattern = _pattern(term)
        found = []
        for row in self._connection.execute(asked).mappings():
            columns = tuple(one.name for one in texts if pattern.search(row[one.name] or ""))
            if columns:  # otherwise only a longer address, somebody else's, has it in it
                found.append(Found(table.name, columns, {name: _plain(value) for name, value in row.items()}))
        return sorted(found, key=lambda one: str(one.row))

    def replace(self, table: str, column: str, term: str, by: str) -> int:
        """Put other words in its place in one column; returns how many rows changed."""
        held = rows.metadata.tables[table]
        place = held.c[column]
        values = set(self._connection.execute(select(place).where(_names(place, term))).scalars())
        changed = 0
        for value in sorted(values):
            other = _pattern(term).sub(lambda _: by, value)
            if other == value:  # a longer one, that only has it in it
                continue
            changed += self._connection.execute(update(held).where(place == value).values({column: other})).rowcount
        return changed


def _names(column: "Column[str]", term: str) -> ColumnElement[bool]:
    """SQLite folds ASCII only: a name is also asked for as it is written."""
    return or_(column.contains(term, autoescape=True), func.lower(column).contains(term.lower(), autoescape=True))


def _pattern(term: str) -> re.Pattern[str]:
    """The whole of it: an address is not found inside a longer one."""
    return re.compile(rf"(?<![\w.+-]){re.escape(term)}(?![\w-]|\.\w)", re.IGNORECASE)


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, bool | int) else str(value)
