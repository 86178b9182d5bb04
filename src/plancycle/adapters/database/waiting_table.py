"""The only queries about the waiting line."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Integer, bindparam, func, insert, select, update

from plancycle.adapters.database import rows
from plancycle.adapters.database.mapping import of, plain
from plancycle.adapters.database.prepared import Prepared
from plancycle.domain.waiting_line import Waiting, numbered

_TABLE = rows.arrivals
_IS_UNCHECKED = _TABLE.c.checked_at.is_(None)


def _counting(chosen: ColumnElement[bool]) -> Prepared:
    return Prepared(select(func.count().label("count")).select_from(_TABLE).where(chosen))


_ADD = Prepared(insert(_TABLE))
_LAST = Prepared(select(func.max(_TABLE.c.number).label("number")))
_SAME = Prepared(select(_TABLE).where(_TABLE.c.sha256 == bindparam("wanted"), _IS_UNCHECKED))
_WAITING = _counting(_IS_UNCHECKED)
_AHEAD = _counting(_IS_UNCHECKED & (_TABLE.c.number < bindparam("mine")))
_RECENT = Prepared(
    select(_TABLE.c.took_ms)
    .where(_TABLE.c.checked_at.is_not(None))
    .order_by(_TABLE.c.checked_at.desc(), _TABLE.c.number.desc())
    .limit(bindparam("most", type_=Integer))
)
"""Spelt once: every commit of uploads asks these, and hundreds may come at once."""


class ArrivalTable:
    """Answers that have arrived; implements :class:`plancycle.services.waiting_repository.Arrivals`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = _TABLE

    def add_all(self, arrived: Sequence[Waiting]) -> tuple[list[Waiting], list[Waiting]]:
        """Keep them in this order, each of the same bytes once while it waits."""
        same = (row for sha256 in {one.sha256: None for one in arrived} for row in self._same(sha256))
        known = {_who(one): one for one in same}
        number = _LAST.rows(self._connection)[0]["number"] or 0
        new: list[Waiting] = []
        for one in arrived:
            if _who(one) not in known:
                known[_who(one)] = numbered(one, number + len(new) + 1)
                new.append(known[_who(one)])
        if new:
            _ADD.change(self._connection, [plain(one) for one in new])
        return [known[_who(one)] for one in arrived], new

    def _same(self, sha256: str) -> list[Waiting]:
        """Those of the same bytes that wait."""
        return [of(Waiting, row) for row in _SAME.rows(self._connection, wanted=sha256)]

    def get(self, arrival_id: str) -> Waiting | None:
        """One of them."""
        row = self._connection.execute(select(self._table).where(self._table.c.id == arrival_id)).mappings().first()
        return of(Waiting, row) if row else None

    def next(self, begun_before: datetime) -> Waiting | None:
        """The first that is unchecked and free."""
        table = self._table
        is_free = table.c.begun_at.is_(None) | (table.c.begun_at < begun_before)
        chosen = select(table).where(table.c.checked_at.is_(None), is_free).order_by(table.c.number).limit(1)
        row = self._connection.execute(chosen).mappings().first()
        return of(Waiting, row) if row else None

    def begin(self, arrival_id: str, at: datetime) -> None:
        """Somebody checks it from now on."""
        self._connection.execute(update(self._table).where(self._table.c.id == arrival_id).values(begun_at=at))

    def settle(self, arrival_id: str, at: datetime, took_ms: int, result: str) -> None:
        """It is checked; who confirmed it and why stands with the submission."""
        values = {"checked_at": at, "took_ms": took_ms, "result": result, "name": "", "reasons": "{}"}
        self._connection.execute(update(self._table).where(self._table.c.id == arrival_id).values(values))

    def ahead_of(self, number: int) -> int:
        """How many unchecked ones arrived before."""
        return int(_AHEAD.rows(self._connection, mine=number)[0]["count"])

    def waiting(self) -> int:
        """How many are unchecked."""
        return int(_WAITING.rows(self._connection)[0]["count"])

    def recent_ms(self, most: int) -> list[int]:
        """How long the last checks took."""
        return [row["took_ms"] for row in _RECENT.rows(self._connection, most=most)]


def _who(one: Waiting) -> tuple[str, str, str]:
    """What makes two arrivals the same while one waits."""
    return one.agency, one.obligation, one.sha256
