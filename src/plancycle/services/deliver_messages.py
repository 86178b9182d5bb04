"""Send what waits in the outbox: each letter once, by as many senders as there are; what may have gone twice is listed.

One letter's way: claimed with a lease, *transmitting* committed, letter handed over, outcome committed. The marks of a
few letters and the outcomes of the few before them share a commit: a commit costs as much as handing a letter over.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from plancycle.domain.errors import OutsideFailure, PlancycleError
from plancycle.domain.messages import DOUBT_HOLD, LEASE, Lease, Message, MessageStatus, Move
from plancycle.services.bounced_letters import note_refusal
from plancycle.services.carriers import again_at, hand_over
from plancycle.services.failpoints import reach
from plancycle.services.journal import record, record_all
from plancycle.services.ports import AddressPostponed, AddressRefused, House
from plancycle.services.repositories import Work
from plancycle.services.restored_house import is_held

BATCH = 32
"""Letters claimed at once: what one sender keeps from the others."""

WINDOW = 8
"""Letters marked in one commit: as many, at most, are in doubt when a sender dies."""

MARK_HOLDS = timedelta(minutes=1)
"""How long a mark is trusted without looking: after a longer wait the letter may be somebody else's by now."""


@dataclass(slots=True)
class Delivery:
    """Message keys by what became of them.

    ``waiting``: the relay is out of reach, all are tried next time. ``postponed``: the relay asked for patience with
    that letter (4xx), it has its own next moment.
    """

    sent: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    in_doubt: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    postponed: list[str] = field(default_factory=list)


def deliver(house: House, prefix: str = "") -> Delivery:
    """Send every letter that is due and whose key starts with ``prefix``; others may do the same at the same time.

    From a ledger that came back from a backup none leaves before a person has released it.
    """
    delivery = Delivery()
    with house.work() as work:
        if is_held(work):
            return delivery
    _recover(house, delivery)
    sender = _Sender(house, delivery)
    try:
        while sender.claim(prefix) and sender.send_claimed():
            pass
    finally:
        house.postman.close()
    return delivery


def left_behind(house: House, held: Iterable[Message]) -> list[Message]:
    """Of the letters in a sender's hands, those whose sender has ended or whose lease is over."""
    now = house.senders.now()
    return [
        one
        for one in held
        if one.owner is None or one.lease_until is None or one.lease_until <= now or house.senders.is_gone(one.owner)
    ]


def _recover(house: House, delivery: Delivery) -> None:
    """What a dead sender left: claimed letters never left, transmitting ones may have."""
    now = house.clock.now()
    with house.work() as work:
        for message in left_behind(house, work.outbox.held()):
            if message.status is MessageStatus.TRANSMITTING:
                work.outbox.move(message.key, MessageStatus.IN_DOUBT, at=now, next_attempt_at=now + DOUBT_HOLD)
                record(house, work, "message.in_doubt", message.key)
                delivery.in_doubt.append(message.key)
            else:
                work.outbox.move(message.key, MessageStatus.QUEUED, at=now)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of a letter, on its way into the ledger."""

    move: Move
    action: str


class _TooLate(Exception):
    """The letter is somebody else's by now."""


class _Sender:
    """One sender: what it has claimed and marked, and the outcomes that are not yet written."""

    def __init__(self, house: House, delivery: Delivery) -> None:
        self._house = house
        self._delivery = delivery
        self._owner = house.senders.me()
        self._claimed: list[Message] = []
        self._outcomes: list[_Outcome] = []
        self._marked: dict[str, Message] = {}

    def claim(self, prefix: str) -> bool:
        """Take the next letters; False when none is due and every outcome is written."""
        with self._settling() as (work, _):
            now = self._house.clock.now()
            self._claimed = work.outbox.claim(prefix, at=now, lease=self._lease(), limit=BATCH)
        self._marked = {}
        reach("mail.claimed")
        return bool(self._claimed)

    def send_claimed(self) -> bool:
        """Send them one after the other; False when the relay is out of reach and the rest was given back."""
        while self._claimed:
            message = self._claimed.pop(0)
            try:
                is_reached = self._send(message)
            except Exception as fault:
                # Our own fault or the ledger's. Tried again later than the letters behind it, which are free at once.
                self._abandon(message, repr(fault))
                self._give_back()
                raise
            if not is_reached:
                self._give_back()
                return False
        return True

    def _send(self, message: Message) -> bool:
        delivery = self._delivery
        try:
            data = self._house.files.get(message.sha256)
        except PlancycleError as damage:
            # One letter whose bytes are gone must not keep back those behind it.
            self._postpone(message, str(damage))
            return True
        try:
            reply = hand_over(self._house, message, data, lambda: self._mark(message))
            reach("mail.handed_over")
        except _TooLate:
            return True
        except AddressRefused as refusal:
            self._note(message, MessageStatus.REFUSED, str(refusal), delivery.refused)
        except AddressPostponed as wait:
            self._postpone(message, str(wait), wait)
        except OutsideFailure as failure:
            if failure.key.endswith(".unknown"):
                self._doubt(message, str(failure))
            else:
                self._note(message, MessageStatus.QUEUED, str(failure), delivery.waiting, "message.waiting")
                return False
        else:
            self._note(message, MessageStatus.SENT, reply, delivery.sent)
        return True

    def _mark(self, message: Message) -> None:
        """Have *transmitting* on the disk before the letter leaves. Raises _TooLate when the claim is lost."""
        marked = self._marked.get(message.key)
        if marked is None:
            self._mark_window([message, *self._claimed[: WINDOW - 1]])
            if message.key not in self._marked:
                raise _TooLate
        elif not self._is_fresh(marked):
            with self._house.work() as work:
                known = work.outbox.get(message.key)
            if known is None or (known.status, known.fence) != (marked.status, marked.fence):
                raise _TooLate

    def _is_fresh(self, marked: Message) -> bool:
        age = self._house.senders.now() + LEASE - (marked.lease_until or self._house.senders.now())
        return timedelta(0) <= age <= MARK_HOLDS

    def _mark_window(self, letters: list[Message]) -> None:
        """One commit: the outcomes of the letters before, the marks of the next."""
        now, lease = self._house.clock.now(), self._lease()
        marks = [Move(letter, MessageStatus.TRANSMITTING, now, lease=lease) for letter in letters]
        with self._settling(marks) as (work, marked):
            again = [("message.sent_again", one.key) for one in marked if one.doubted_at is not None]
            record_all(self._house, work, again)
        self._marked.update({one.key: one for one in marked})
        reach("mail.marked")

    def _note(
        self,
        message: Message,
        status: MessageStatus,
        reply: str,
        listed: list[str],
        action: str = "",
        next_attempt_at: datetime | None = None,
    ) -> None:
        now, known = self._house.clock.now(), self._marked.get(message.key, message)
        move = Move(known, status, now, reply, next_attempt_at=next_attempt_at)
        self._outcomes.append(_Outcome(move, action or f"message.{status}"))
        listed.append(message.key)

    def _postpone(self, message: Message, reply: str, wait: AddressPostponed | None = None) -> None:
        again = again_at(message, self._house.clock.now(), wait)
        if again is None:
            self._note(message, MessageStatus.REFUSED, reply, self._delivery.refused)
        else:
            listed = self._delivery.postponed
            self._note(message, MessageStatus.QUEUED, reply, listed, "message.postponed", again)

    def _abandon(self, message: Message, why: str) -> None:
        if message.key in self._marked:
            self._doubt(message, why)
        else:
            self._postpone(message, why)

    def _doubt(self, message: Message, reply: str) -> None:
        again = self._house.clock.now() + DOUBT_HOLD
        self._note(message, MessageStatus.IN_DOUBT, reply, self._delivery.in_doubt, next_attempt_at=again)
        with self._settling():
            pass

    @contextmanager
    def _settling(self, others: Sequence[Move] = ()) -> Iterator[tuple[Work, list[Message]]]:
        """A transaction that writes the outcomes of the letters before, and other moves; gives what came of these."""
        outcomes = self._outcomes
        with self._house.work() as work:
            moved = work.outbox.advance([*(outcome.move for outcome in outcomes), *others])
            became, late = list(zip(outcomes, moved, strict=False)), "message.late_outcome"
            happened = [(one.action if letter else late, one.move.message.key) for one, letter in became]
            record_all(self._house, work, happened)
            for _, letter in became:
                if letter is not None and letter.status is MessageStatus.REFUSED:
                    note_refusal(self._house, work, letter, letter.reply or "")
            yield work, [letter for letter in moved[len(outcomes) :] if letter is not None]
        self._outcomes = []

    def _give_back(self) -> None:
        """Write the last outcomes and free what has not left, marked or not."""
        now, rest, self._claimed = self._house.clock.now(), self._claimed, []
        known = [self._marked.get(message.key, message) for message in rest]
        with self._settling([Move(letter, MessageStatus.QUEUED, now) for letter in known]):
            self._delivery.waiting += [message.key for message in rest]

    def _lease(self) -> Lease:
        return Lease(self._owner, self._house.senders.now() + LEASE)
