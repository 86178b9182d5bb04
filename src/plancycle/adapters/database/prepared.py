"""Statements that nearly every transaction runs, spelt once and handed straight to the driver.

What the library does for each run of a statement (looking its text up, an object for the run, one for the result)
costs twenty times what the database does for it. The statement is still written with the library, for both databases,
its columns still translate their values, and a driver's error still comes as the library's.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ClauseElement, Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

Translate = Callable[[Any], Any]


class _Spelt(NamedTuple):
    """A statement as one database has it."""

    text: str
    names: Sequence[str] | None
    """Of the values, in their order; None where the driver takes them by name."""
    fixed: Mapping[str, Any]
    outgoing: Sequence[tuple[str, Translate]]
    columns: Sequence[str]
    incoming: Sequence[tuple[str, Translate]]
    """Of columns whose values the driver does not give as they are meant."""


class Prepared:
    """A statement whose values are given by name, each time all of them.

    ``columns``: those an insert names, where the database numbers the row itself; else all of the table's.
    """

    def __init__(self, statement: ClauseElement, columns: Sequence[str] | None = None) -> None:
        self._statement, self._columns = statement, columns
        self._spelt: dict[str, _Spelt] = {}

    def rows(self, connection: Connection, **values: Any) -> list[dict[str, Any]]:
        """What a question is answered, by column name. Raises the library's DBAPIError."""
        spelt = self._as_spoken_by(connection)
        cursor = _run(connection, spelt, _given(spelt, values))
        found = [dict(zip(spelt.columns, row, strict=True)) for row in cursor.fetchall()]
        for name, translate in spelt.incoming:
            for row in found:
                if row[name] is not None:
                    row[name] = translate(row[name])
        return found

    def tuples(self, connection: Connection, **values: Any) -> list[tuple[Any, ...]]:
        """What a question about columns of text is answered, each row as the driver gives it."""
        spelt = self._as_spoken_by(connection)
        found: list[tuple[Any, ...]] = _run(connection, spelt, _given(spelt, values)).fetchall()
        return found

    def first(self, connection: Connection, **values: Any) -> dict[str, Any] | None:
        """The first row of the answer, as :meth:`rows` gives it."""
        found = self.rows(connection, **values)
        return found[0] if found else None

    def run(self, connection: Connection) -> None:
        """Run what takes no values and answers nothing. Raises the library's DBAPIError."""
        _run(connection, self._as_spoken_by(connection), ())

    def change(self, connection: Connection, many: Sequence[Mapping[str, Any]]) -> int:
        """Run it for each set of values; how many rows were changed. Raises the library's DBAPIError."""
        spelt = self._as_spoken_by(connection)
        given = [_given(spelt, values) for values in many]
        is_one = len(given) == 1
        changed: int = _run(connection, spelt, given[0] if is_one else given, is_many=not is_one).rowcount
        return changed

    def _as_spoken_by(self, connection: Connection) -> _Spelt:
        known = self._spelt.get(connection.dialect.name)
        if known is None:
            known = self._spelt[connection.dialect.name] = _spell(self._statement, self._columns, connection)
        return known


def _spell(statement: ClauseElement, columns: Sequence[str] | None, connection: Connection) -> _Spelt:
    dialect = connection.dialect
    named: Mapping[str, Any] = {} if columns is None else {"column_keys": columns}
    compiled = statement.compile(dialect=dialect, **named)
    assert isinstance(compiled, SQLCompiler)
    outgoing = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()}
    asked = getattr(statement, "selected_columns", ())
    incoming = [(one.name, one.type.dialect_impl(dialect).result_processor(dialect, None)) for one in asked]
    return _Spelt(
        str(compiled),
        compiled.positiontup if compiled.positional else None,
        {name: value for name, value in compiled.params.items() if value is not None},
        [(name, translate) for name, translate in outgoing.items() if translate is not None],
        [name for name, _ in incoming],
        [(name, translate) for name, translate in incoming if translate is not None],
    )


def _given(spelt: _Spelt, values: Mapping[str, Any]) -> Any:
    told: Mapping[str, Any] = values
    if spelt.fixed or spelt.outgoing:
        told = {**spelt.fixed, **values}
        for name, translate in spelt.outgoing:
            told[name] = translate(told[name])
    return told if spelt.names is None else [told[name] for name in spelt.names]


def _run(connection: Connection, spelt: _Spelt, values: Any, *, is_many: bool = False) -> Any:
    """The cursor after it. A connection the driver has lost is not used again."""
    cursor = connection.connection.cursor()
    dialect = connection.dialect
    try:
        (cursor.executemany if is_many else cursor.execute)(spelt.text, values)
    except dialect.loaded_dbapi.Error as error:
        is_lost = dialect.is_disconnect(error, connection.connection, cursor)
        if is_lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            spelt.text, None, error, dialect.loaded_dbapi.Error, connection_invalidated=is_lost, dialect=dialect
        ) from error
    return cursor
