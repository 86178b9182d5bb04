"""The only queries about the waiting line."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from plancycle.adapters.database import rows
from plancycle.adapters.database.mapping import of, plain
from plancycle.domain.waiting_line import Waiting, numbered


class ArrivalTable:
    """Answers that have arrived; implements :class:`plancycle.services.waiting_repository.Arrivals`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = rows.arrivals

    def add_all(self, arrived: Sequence[Waiting]) -> tuple[list[Waiting], list[Waiting]]:
        """Keep them in this order, each of the same bytes once while it waits."""
        known = {_who(one): one for one in self._unchecked([one.sha256 for one in arrived])}
        number = self._connection.execute(select(func.max(self._table.c.number))).scalar() or 0
        new: list[Waiting] = []
        for one in arrived:
            if _who(one) not in known:
                known[_who(one)] = numbered(one, number + len(new) + 1)
                new.append(known[_who(one)])
        if new:
            self._connection.execute(insert(self._table), [plain(one) for one in new])
        return [known[_who(one)] for one in arrived], new

    def _unchecked(self, hashes: Sequence[str]) -> list[Waiting]:
        chosen = select(self._table).where(self._table.c.sha256.in_(hashes), self._table.c.checked_at.is_(None))
        return [of(Waiting, row) for row in self._connection.execute(chosen).mappings()]

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
        return self._count(self._table.c.checked_at.is_(None) & (self._table.c.number < number))

    def waiting(self) -> int:
        """How many are unchecked."""
        return self._count(self._table.c.checked_at.is_(None))

    def _count(self, chosen: object) -> int:
        counted = select(func.count()).select_from(self._table).where(chosen)  # type: ignore[arg-type]
        return int(self._connection.execute(counted).scalar_one())

    def recent_ms(self, most: int) -> list[int]:
        """How long the last checks took."""
        table = self._table
        chosen = select(table.c.took_ms).where(table.c.checked_at.is_not(None))
        newest = chosen.order_by(table.c.checked_at.desc(), table.c.number.desc()).limit(most)
        return [int(one) for one in self._connection.execute(newest).scalars()]


def _who(one: Waiting) -> tuple[str, str, str]:
    """What makes two arrivals the same while one waits."""
    return one.agency, one.obligation, one.sha256
