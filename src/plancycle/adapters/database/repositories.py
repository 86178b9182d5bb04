"""The only queries about cycles, letters, transmittals and the audit log."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from plancycle.adapters.database import rows
from plancycle.adapters.database.mapping import of, plain
from plancycle.domain import messages
from plancycle.domain.events import GENESIS, Event, SealedEvent, seal
from plancycle.domain.messages import Message, MessageKind, MessageStatus
from plancycle.domain.transmittals import Transmittal, TransmittalStatus
from plancycle.services.repositories import Cycle


class CycleTable:
    """Opened cycles."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, cycle: Cycle) -> None:
        """Store a new cycle."""
        self._connection.execute(insert(rows.cycles).values(plain(cycle)))

    def get(self, cycle_id: str) -> Cycle | None:
        """The cycle, or None."""
        row = self._connection.execute(select(rows.cycles).where(rows.cycles.c.id == cycle_id)).mappings().first()
        return of(Cycle, row) if row else None

    def all(self) -> list[Cycle]:
        """Every opened cycle, oldest first."""
        found = self._connection.execute(select(rows.cycles).order_by(rows.cycles.c.opened_at)).mappings()
        return [of(Cycle, row) for row in found]


class MessageTable:
    """Letters. A unique key makes queueing twice queueing once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = rows.messages

    def add(self, message: Message) -> bool:
        """Queue a letter; False when its key is already there."""
        if self.get(message.key) is not None:
            return False
        count = self._connection.execute(select(func.count()).select_from(self._table)).scalar_one()
        values = {**plain(message), "kind": str(message.kind), "status": str(message.status), "position": count + 1}
        self._connection.execute(insert(self._table).values(values))
        return True

    def get(self, key: str) -> Message | None:
        """The letter with that key."""
        row = self._connection.execute(select(self._table).where(self._table.c.key == key)).mappings().first()
        return of(Message, row, kind=MessageKind(row["kind"]), status=MessageStatus(row["status"])) if row else None

    def waiting(self) -> list[Message]:
        """Queued letters and those in doubt, oldest first."""
        return self._with_status(MessageStatus.QUEUED, MessageStatus.IN_DOUBT)

    def interrupted(self) -> list[Message]:
        """Letters a dead sender left behind."""
        return self._with_status(MessageStatus.CLAIMED, MessageStatus.TRANSMITTING)

    def move(self, key: str, status: MessageStatus, *, at: datetime, reply: str | None = None) -> None:
        """Move a letter along its lifecycle. Raises MoveNotAllowed."""
        message = self.get(key)
        if message is None:
            raise KeyError(key)
        messages.check_move(message.status, status)
        changed: dict[str, object] = {"status": str(status), "reply": reply}
        if status is MessageStatus.CLAIMED:
            changed["attempts"] = message.attempts + 1
        if status is MessageStatus.SENT:
            changed["sent_at"] = at
        self._connection.execute(update(self._table).where(self._table.c.key == key).values(changed))

    def refused_addresses(self) -> set[str]:
        """Addresses a relay has refused for good."""
        is_refused = self._table.c.status == str(MessageStatus.REFUSED)
        return set(self._connection.execute(select(self._table.c.to_address).where(is_refused)).scalars())

    def keys(self, prefix: str) -> set[str]:
        """Keys that start with the prefix."""
        found = self._connection.execute(
            select(self._table.c.key).where(self._table.c.key.startswith(prefix, autoescape=True))
        )
        return set(found.scalars())

    def all(self, prefix: str = "") -> list[Message]:
        """Letters whose key starts with the prefix, in queueing order."""
        return self._select(self._table.c.key.startswith(prefix, autoescape=True))

    def _with_status(self, *statuses: MessageStatus) -> list[Message]:
        return self._select(self._table.c.status.in_([str(status) for status in statuses]))

    def _select(self, chosen: ColumnElement[bool]) -> list[Message]:
        found = self._connection.execute(select(self._table).where(chosen).order_by(self._table.c.position))
        return [
            of(Message, row, kind=MessageKind(row["kind"]), status=MessageStatus(row["status"]))
            for row in found.mappings()
        ]


class TransmittalTable:
    """Deliveries to addressees."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = rows.transmittals

    def add(self, transmittal: Transmittal) -> bool:
        """Store an intent; False when the key is already there."""
        if self.get(transmittal.key) is not None:
            return False
        self._connection.execute(insert(self._table).values({**plain(transmittal), "status": str(transmittal.status)}))
        return True

    def get(self, key: str) -> Transmittal | None:
        """One delivery."""
        row = self._connection.execute(select(self._table).where(self._table.c.key == key)).mappings().first()
        return of(Transmittal, row, status=TransmittalStatus(row["status"])) if row else None

    def save(self, transmittal: Transmittal) -> None:
        """Store its new standing."""
        values = {**plain(transmittal), "status": str(transmittal.status)}
        self._connection.execute(update(self._table).where(self._table.c.key == transmittal.key).values(values))

    def of_cycle(self, cycle: str) -> list[Transmittal]:
        """Deliveries of a cycle, by key."""
        chosen = self._table.c.edition.startswith(f"{cycle}/", autoescape=True)
        found = self._connection.execute(select(self._table).where(chosen).order_by(self._table.c.key)).mappings()
        return [of(Transmittal, row, status=TransmittalStatus(row["status"])) for row in found]


class AuditTable:
    """The chain of events; the database itself refuses to change or delete one (see the first migration)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = rows.audit_events

    def record(self, event: Event) -> SealedEvent:
        """Append an event in this very transaction; writers are serialised, so no number is given twice."""
        last = self._connection.execute(
            select(self._table.c.seq, self._table.c.hash).order_by(self._table.c.seq.desc()).limit(1)
        ).first()
        seq, prev_hash = (last.seq + 1, last.hash) if last else (1, GENESIS)
        sealed = seal(event, seq, prev_hash)
        self._connection.execute(insert(self._table).values(plain(sealed)))
        return sealed

    def all(self) -> list[SealedEvent]:
        """The whole chain, oldest first."""
        found = self._connection.execute(select(self._table).order_by(self._table.c.seq)).mappings()
        return [of(SealedEvent, row) for row in found]

    def head(self) -> str:
        """The hash of the newest event."""
        newest = select(self._table.c.hash).order_by(self._table.c.seq.desc()).limit(1)
        return self._connection.execute(newest).scalar() or GENESIS
