"""The only queries about letters.

What is asked for every letter that is sent is built and spelt once: both cost more than running it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import attrgetter, itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, bindparam, func, insert, select, update

from plancycle.adapters.database import rows
from plancycle.adapters.database.mapping import of, plain
from plancycle.adapters.database.prefixes import beginning, begins
from plancycle.adapters.database.prepared import Prepared
from plancycle.domain.errors import MoveNotAllowed
from plancycle.domain.messages import HELD, Lease, Message, MessageKind, MessageStatus, Move, can_move, moved

_TABLE = rows.messages
_KINDS, _STATUSES = {str(one): one for one in MessageKind}, {str(one): one for one in MessageStatus}
_LETTER = [one for one in _TABLE.c if one.name != "position"]
"""The columns that are a letter's fields."""

_GET = Prepared(select(*_LETTER).where(_TABLE.c.key == bindparam("wanted")))
_IS_THERE = Prepared(select(_TABLE.c.position).where(_TABLE.c.key == bindparam("wanted")))
_LAST = Prepared(select(func.coalesce(func.max(_TABLE.c.position), 0).label("position")))
"""The newest letter's place: found at once however many there are, which their number is not."""

_ADD = Prepared(insert(_TABLE))
_UNDER = select(_TABLE).where(begins(_TABLE.c.key)).order_by(_TABLE.c.position)
_WHEN = Prepared(
    select(_TABLE.c.agency, _TABLE.c.key, _TABLE.c.queued_at).where(begins(_TABLE.c.key)).order_by(_TABLE.c.position)
)
_KEYS = select(_TABLE.c.key).where(begins(_TABLE.c.key))
_NEXT = (
    select(_TABLE)
    .where(
        _TABLE.c.status == bindparam("status"),
        _TABLE.c.next_attempt_at.is_(None) | (_TABLE.c.next_attempt_at <= bindparam("at")),
    )
    .where(begins(_TABLE.c.key))
    .order_by(_TABLE.c.position)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
"""Of one status: the index has them by place, so the first few are found without reading all that wait."""

FREE = (MessageStatus.QUEUED, MessageStatus.IN_DOUBT)
"""In nobody's hands."""

NOTHING: Mapping[str, str] = {}
_MOVING = ("status", "attempts", "sent_at", "reply", "owner", "lease_until", "fence", "next_attempt_at", "doubted_at")
"""Columns a move may change."""

_NEW = [f"new_{name}" for name in _MOVING]
_STANDING = attrgetter(*_MOVING)

_SWAP = Prepared(
    update(_TABLE)
    .where(
        _TABLE.c.key == bindparam("wanted"),
        _TABLE.c.status == bindparam("old_status"),
        _TABLE.c.fence == bindparam("old_fence"),
    )
    .values({name: bindparam(f"new_{name}", type_=_TABLE.c[name].type) for name in _MOVING})
)


class MessageTable:
    """Letters. A unique key makes queueing twice queueing once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = _TABLE

    def add(self, message: Message) -> bool:
        """Queue a letter; False when its key is already there."""
        if _IS_THERE.rows(self._connection, wanted=message.key):
            return False
        position = _LAST.rows(self._connection)[0]["position"] + 1
        values = {**plain(message), "kind": str(message.kind), "status": str(message.status), "position": position}
        _ADD.change(self._connection, [values])
        return True

    def get(self, key: str) -> Message | None:
        """The letter with that key."""
        row = _GET.first(self._connection, wanted=key)
        if row is None:
            return None
        row["kind"], row["status"] = _KINDS[row["kind"]], _STATUSES[row["status"]]
        return Message(**row)

    def waiting(self, at: datetime) -> list[Message]:
        """Letters to send at that moment, oldest first."""
        return self._select(self._is_due(at))

    def held(self) -> list[Message]:
        """Letters in the hands of a sender, alive or dead."""
        is_held = self._table.c.status.in_([str(status) for status in HELD])
        # Locked where rows can be: what is judged dead here must not be claimed by another sender meanwhile.
        return self._read(select(self._table).where(is_held).order_by(self._table.c.position).with_for_update())

    def claim(self, prefix: str, *, at: datetime, lease: Lease, limit: int) -> list[Message]:
        """Take at most ``limit`` due letters under the prefix; no other sender gets them."""
        # Where writers are not serialised by the database itself, rows another sender is just claiming are passed by,
        # and those chosen are locked: as they are read here they are still when written.
        wanted = {**beginning(prefix), "at": at, "most": limit}
        found = [
            (row["position"], _message(row))
            for status in FREE
            for row in self._connection.execute(_NEXT, {**wanted, "status": str(status)}).mappings()
        ]
        chosen = [one for _, one in sorted(found, key=itemgetter(0))[:limit]]
        taken = [moved(one, MessageStatus.CLAIMED, at=at, lease=lease) for one in chosen]
        self._swap(list(zip(chosen, taken, strict=True)))
        return taken

    def move(
        self,
        key: str,
        status: MessageStatus,
        *,
        at: datetime,
        reply: str | None = None,
        lease: Lease | None = None,
        next_attempt_at: datetime | None = None,
    ) -> Message:
        """Move a letter along its lifecycle. Raises MoveNotAllowed."""
        message = self.get(key)
        if message is None:
            raise KeyError(key)
        future = moved(message, status, at=at, reply=reply, lease=lease, next_attempt_at=next_attempt_at)
        if not self._swap([(message, future)]):
            raise MoveNotAllowed("message.move_not_allowed", current=message.status, future=status)
        return future

    def advance(self, moves: Sequence[Move]) -> list[Message | None]:
        """A holder's moves; None for those that come too late."""
        # Nearly always the letters stand as their holder knows them; asking first would cost more than trying.
        futures = [_after(move.message, move) for move in moves]
        changes = [(move.message, future) for move, future in zip(moves, futures, strict=True) if future is not None]
        if self._swap(changes) and len(changes) == len(moves):
            return futures
        return [self._look_and_advance(move, future) for move, future in zip(moves, futures, strict=True)]

    def _look_and_advance(self, move: Move, tried: Message | None) -> Message | None:
        """One of several moves that did not all go through: this one may have."""
        known = self.get(move.message.key)
        if known is not None and known == tried:
            return known
        while known is not None and known.fence == move.message.fence:
            future = _after(known, move)
            if future is None or self._swap([(known, future)]):
                return future
            known = self.get(known.key)
        return None

    def _swap(self, changes: Sequence[tuple[Message, Message]]) -> bool:
        """Write each new standing if the old one still stands; True when all did.

        The database compares, so two cannot both win.
        """
        return not changes or _SWAP.change(self._connection, list(map(_swap_values, changes))) == len(changes)

    def _is_due(self, at: datetime) -> ColumnElement[bool]:
        is_time = self._table.c.next_attempt_at.is_(None) | (self._table.c.next_attempt_at <= at)
        return self._table.c.status.in_([str(status) for status in FREE]) & is_time

    def refused_addresses(self) -> set[str]:
        """Addresses a relay has refused for good."""
        is_refused = self._table.c.status == str(MessageStatus.REFUSED)
        return set(self._connection.execute(select(self._table.c.to_address).where(is_refused)).scalars())

    def keys(self, prefix: str) -> set[str]:
        """Keys that start with the prefix."""
        return set(self._connection.execute(_KEYS, beginning(prefix)).scalars())

    def all(self, prefix: str = "") -> list[Message]:
        """Letters whose key starts with the prefix, in queueing order."""
        return self._read(_UNDER, beginning(prefix))

    def when_queued(self, prefix: str) -> list[tuple[str, str, datetime]]:
        """Of the same letters only (agency, key, when it was queued): a forecast goes through all of a year's."""
        found = _WHEN.rows(self._connection, **beginning(prefix))
        return [(row["agency"], row["key"], row["queued_at"]) for row in found]

    def _select(self, chosen: ColumnElement[bool]) -> list[Message]:
        return self._read(select(self._table).where(chosen).order_by(self._table.c.position))

    def _read(self, asked: Select[Any], given: Mapping[str, str] = NOTHING) -> list[Message]:
        return [_message(row) for row in self._connection.execute(asked, given).mappings()]


def _message(row: Mapping[str, Any] | RowMapping) -> Message:
    return of(Message, row, kind=_KINDS[row["kind"]], status=_STATUSES[row["status"]])


def _after(message: Message, move: Move) -> Message | None:
    """The letter after its holder's move; None when the lifecycle does not have it."""
    if not can_move(message.status, move.status):
        return None
    return moved(
        message,
        move.status,
        at=move.at,
        reply=move.reply,
        lease=move.lease,
        next_attempt_at=move.next_attempt_at,
        by_holder=True,
    )


def _swap_values(change: tuple[Message, Message]) -> dict[str, object]:
    old, new = change
    values: dict[str, object] = dict(zip(_NEW, _STANDING(new), strict=True))
    values |= {"new_status": str(new.status), "wanted": old.key, "old_status": str(old.status), "old_fence": old.fence}
    return values
