"""The only queries about cycles, transmittals and the audit log."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update

from plancycle.adapters.database import rows
from plancycle.adapters.database.mapping import of, plain
from plancycle.adapters.database.prefixes import begins
from plancycle.adapters.database.prepared import Prepared
from plancycle.domain.events import GENESIS, Event, SealedEvent, seal
from plancycle.domain.exchange import Business, ExchangeStatus
from plancycle.domain.transmittals import Part, Transmittal, TransmittalStatus
from plancycle.services.audit_repository import AuditQuery
from plancycle.services.repositories import Cycle

_CYCLE = Prepared(select(rows.cycles).where(rows.cycles.c.id == bindparam("wanted")))
"""Built once: every look at a year asks for it."""


class CycleTable:
    """Opened cycles."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, cycle: Cycle) -> None:
        """Store a new cycle."""
        self._connection.execute(insert(rows.cycles).values(plain(cycle)))

    def get(self, cycle_id: str) -> Cycle | None:
        """The cycle, or None."""
        row = _CYCLE.first(self._connection, wanted=cycle_id)
        return of(Cycle, row) if row else None

    def all(self) -> list[Cycle]:
        """Every opened cycle, oldest first."""
        found = self._connection.execute(select(rows.cycles).order_by(rows.cycles.c.opened_at)).mappings()
        return [of(Cycle, row) for row in found]


class TransmittalTable:
    """Deliveries to addressees."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = rows.transmittals
        self._cycles: dict[str, list[Transmittal]] = {}
        """What this transaction has read of whole cycles and not changed: a sweep asks some twenty times."""

    def add(self, transmittal: Transmittal) -> bool:
        """Store an intent; False when the key is already there."""
        if self.get(transmittal.key) is not None:
            return False
        self._cycles.clear()
        self._connection.execute(insert(self._table).values(_transmittal_row(transmittal)))
        return True

    def get(self, key: str) -> Transmittal | None:
        """One delivery."""
        row = self._connection.execute(select(self._table).where(self._table.c.key == key)).mappings().first()
        return _transmittal(row) if row else None

    def save(self, transmittal: Transmittal) -> None:
        """Store its new standing."""
        self._cycles.clear()
        values = _transmittal_row(transmittal)
        self._connection.execute(update(self._table).where(self._table.c.key == transmittal.key).values(values))

    def of_cycle(self, cycle: str) -> list[Transmittal]:
        """Deliveries of a cycle, by key."""
        if cycle not in self._cycles:
            chosen = begins(self._table.c.edition, f"{cycle}/")
            found = self._connection.execute(select(self._table).where(chosen).order_by(self._table.c.key)).mappings()
            self._cycles[cycle] = [_transmittal(row) for row in found]
        return list(self._cycles[cycle])


def _transmittal_row(one: Transmittal) -> dict[str, Any]:
    coded = {name: str(getattr(one, name)) for name in ("status", "part", "business", "standing")}
    return {**plain(one), **coded}


def _transmittal(row: RowMapping) -> Transmittal:
    return of(
        Transmittal,
        row,
        status=TransmittalStatus(row["status"]),
        part=Part(row["part"]),
        business=Business(row["business"]),
        standing=ExchangeStatus(row["standing"]),
    )


_LAST = select(rows.audit_events.c.seq, rows.audit_events.c.hash).order_by(rows.audit_events.c.seq.desc()).limit(1)
_NEWEST = Prepared(_LAST)
_APPEND = Prepared(insert(rows.audit_events))
"""Spelt once: nearly every transaction appends an event."""

_EVENT = {one.name: bindparam(one.name, type_=one.type) for one in rows.audit_events.columns}
_IS_NEXT = _LAST.with_only_columns(rows.audit_events.c.hash).scalar_subquery() == _EVENT["prev_hash"]
_APPEND_NEXT = Prepared(insert(rows.audit_events).from_select(list(_EVENT), select(*_EVENT.values()).where(_IS_NEXT)))
"""Asks and appends in one: nothing, where the newest event is not the one that this one follows."""


class AuditTable:
    """The chain of events; the database itself refuses to change or delete one (see the first migration).

    What is appended is put into ``happened``, too: whoever commits can then say so. ``last_seen`` was the newest when
    an earlier transaction ended; others may have appended since.
    """

    def __init__(
        self,
        connection: Connection,
        happened: list[SealedEvent] | None = None,
        last_seen: SealedEvent | None = None,
    ) -> None:
        self._connection = connection
        self._happened = [] if happened is None else happened
        self._newest: SealedEvent | None = None
        """What this transaction has appended last: nobody else appends before it ends."""
        self._last_seen = last_seen
        self._table = rows.audit_events

    def record(self, event: Event) -> SealedEvent:
        """Append an event in this very transaction; writers are serialised, so no number is given twice."""
        last = self._newest or self._last_seen
        if last is not None:
            sealed = seal(event, last.seq + 1, last.hash)
            if _APPEND_NEXT.change(self._connection, [plain(sealed)]):
                return self._appended([sealed])[0]
        return self.record_all([event])[0]

    def record_all(self, events: Sequence[Event]) -> list[SealedEvent]:
        """Append events one after the other, as :meth:`record` does."""
        if not events:
            return []
        seq, prev_hash = self._end()
        chain: list[SealedEvent] = []
        for event in events:
            chain.append(seal(event, seq + len(chain) + 1, chain[-1].hash if chain else prev_hash))
        _APPEND.change(self._connection, [plain(sealed) for sealed in chain])
        return self._appended(chain)

    def _appended(self, chain: list[SealedEvent]) -> list[SealedEvent]:
        self._newest = chain[-1]
        self._happened += chain
        return chain

    def _end(self) -> tuple[int, str]:
        """Number and hash of the newest event."""
        if self._newest is not None:
            return self._newest.seq, self._newest.hash
        last = _NEWEST.first(self._connection)
        return (last["seq"], last["hash"]) if last else (0, GENESIS)

    def all(self) -> list[SealedEvent]:
        """The whole chain, oldest first."""
        found = self._connection.execute(select(self._table).order_by(self._table.c.seq)).mappings()
        return [of(SealedEvent, row) for row in found]

    def find(self, actions: Sequence[str], prefix: str) -> list[SealedEvent]:
        """Events of these kinds about subjects that start with the prefix, oldest first."""
        table = self._table
        chosen = table.c.action.in_(actions) & begins(table.c.subject, prefix)
        found = self._connection.execute(select(table).where(chosen).order_by(table.c.seq)).mappings()
        return [of(SealedEvent, row) for row in found]

    def search(self, wanted: AuditQuery) -> list[SealedEvent]:
        """Events that fit, newest first, at most ``wanted.limit``."""
        table = self._table
        chosen = select(table).order_by(table.c.seq.desc()).limit(wanted.limit)
        if wanted.actor:
            chosen = chosen.where(table.c.actor.icontains(wanted.actor, autoescape=True))
        if wanted.action:
            is_group = wanted.action.endswith(".")
            fits = begins(table.c.action, wanted.action) if is_group else table.c.action == wanted.action
            chosen = chosen.where(fits)
        if wanted.subject:
            chosen = chosen.where(table.c.subject.startswith(wanted.subject, autoescape=True))
        if wanted.since:
            chosen = chosen.where(table.c.at >= wanted.since)
        if wanted.until:
            chosen = chosen.where(table.c.at < wanted.end)
        if wanted.before:
            chosen = chosen.where(table.c.seq < wanted.before)
        return [of(SealedEvent, row) for row in self._connection.execute(chosen).mappings()]

    def actions(self) -> list[str]:
        """Every action that ever happened, by name."""
        column = self._table.c.action
        return [str(one) for one in self._connection.execute(select(column).distinct().order_by(column)).scalars()]

    def head(self) -> str:
        """The hash of the newest event."""
        newest = select(self._table.c.hash).order_by(self._table.c.seq.desc()).limit(1)
        return self._connection.execute(newest).scalar() or GENESIS
