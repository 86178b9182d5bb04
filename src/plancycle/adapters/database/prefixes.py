"""Keys that begin alike: asked so that the database finds them in the index instead of looking at every row.

A ``LIKE`` of SQLite minds no case and has no index; the same question as a range of the key (which SQLite compares
byte by byte) has one. PostgreSQL orders text by the database's language, where a range would miss keys and find
others, so the range is asked byte by byte (``COLLATE "C"``, as the tables' columns and their indexes are sorted): its
``LIKE`` finds the index only while the pattern is planned for anew. Any other database is asked with ``LIKE``.
"""

from typing import Any

from sqlalchemy import Boolean, ColumnElement, String, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

LAST = "\U0010ffff"
"""Greater than every character a key has."""


class _Begins(FunctionElement[bool]):
    """(column, first key, key beyond the last, pattern)."""

    name = "begins"
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> "_Begins":
        """As it is. The library compares what is true or false with 1 where a database has no such type, and SQLite
        then looks at every row: it takes a range for one only where nothing else is around it.
        """
        return self


@compiles(_Begins)
def _as_pattern(element: _Begins, compiler: Any, **how: Any) -> str:
    column, _, _, pattern = element.clauses
    return f"{compiler.process(column, **how)} LIKE {compiler.process(pattern, **how)} ESCAPE '/'"


@compiles(_Begins, "sqlite")
def _as_range(element: _Begins, compiler: Any, **how: Any) -> str:
    column, first, beyond, _ = (compiler.process(one, **how) for one in element.clauses)
    return f"({column} >= {first} AND {column} < {beyond})"


@compiles(_Begins, "postgresql")
def _as_range_of_bytes(element: _Begins, compiler: Any, **how: Any) -> str:
    column, first, beyond, _ = (compiler.process(one, **how) for one in element.clauses)
    return f'({column} COLLATE "C" >= {first} AND {column} COLLATE "C" < {beyond})'


def begins(column: ColumnElement[Any], prefix: str | None = None) -> ColumnElement[bool]:
    """Whether a key begins with the prefix; without one, with what :func:`beginning` gives when it is executed."""
    known = beginning(prefix) if prefix is not None else {}
    names = ("first_key", "key_beyond", "key_pattern")
    asked = (
        bindparam(None, known[name], type_=String(), unique=True) if known else bindparam(name, type_=String())
        for name in names
    )
    return _Begins(column, *asked)


def beginning(prefix: str) -> dict[str, str]:
    """The parameters of a statement that was made with :func:`begins` once and for all."""
    pattern = prefix.replace("/", "//").replace("%", "/%").replace("_", "/_")
    return {"first_key": prefix, "key_beyond": f"{prefix}{LAST}", "key_pattern": f"{pattern}%"}
