"""Letters to people: each has one key, its bytes are fixed when it is queued, and it is sent once.

A sender claims a letter with a lease and a number (the *fence*) that grows with every claim, so a sender that comes
back late is recognised. The ``transmitting`` mark is on the disk before the relay is given the letter. A sender that
dies before it leaves a letter that surely was not sent; one that dies after it leaves a letter *in doubt*: nobody
can know (RFC 1047), so it is listed, and held back until a person decides or the hold is over.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from plancycle.domain.errors import MoveNotAllowed


class MessageStatus(StrEnum):
    """Where a letter stands between our database and the relay."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    TRANSMITTING = "transmitting"
    SENT = "sent"
    IN_DOUBT = "in_doubt"
    REFUSED = "refused"
    COVERED = "covered"
    """Never sent itself: what it says stands in another letter to the same agency (``reply`` is that one's key)."""


MOVES: dict[MessageStatus, frozenset[MessageStatus]] = {
    # Into doubt from here only in a ledger that came back from a backup: it may have left in the hours that are lost.
    MessageStatus.QUEUED: frozenset({MessageStatus.CLAIMED, MessageStatus.COVERED, MessageStatus.IN_DOUBT}),
    MessageStatus.CLAIMED: frozenset(
        {MessageStatus.QUEUED, MessageStatus.TRANSMITTING, MessageStatus.REFUSED, MessageStatus.IN_DOUBT}
    ),
    MessageStatus.TRANSMITTING: frozenset(
        {MessageStatus.SENT, MessageStatus.IN_DOUBT, MessageStatus.REFUSED, MessageStatus.QUEUED}
    ),
    MessageStatus.IN_DOUBT: frozenset(
        {MessageStatus.SENT, MessageStatus.QUEUED, MessageStatus.CLAIMED, MessageStatus.REFUSED}
    ),
    MessageStatus.SENT: frozenset(),
    MessageStatus.REFUSED: frozenset(),
    MessageStatus.COVERED: frozenset(),
}

HELD = frozenset({MessageStatus.CLAIMED, MessageStatus.TRANSMITTING})
"""Statuses in which a sender has the letter in its hands."""

LEASE = timedelta(minutes=15)
"""How long a sender may keep a letter: longer than a relay may think after the last dot (RFC 5321, 4.5.3.2.6)."""

DOUBT_HOLD = timedelta(hours=4)
"""How long a letter in doubt waits for a person; then the same bytes go out again, because a request that never
arrives is worse than one that arrives twice under one Message-ID."""

RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60, 240))
"""Waits after a temporary refusal (4xx) of one letter; the last one repeats."""

GIVE_UP_AFTER = timedelta(days=5)
"""A letter that is refused for the time being for so long is refused (RFC 5321, 4.5.4.1: at least 4 to 5 days)."""


def check_move(current: MessageStatus, future: MessageStatus) -> None:
    """Refuse a move the table does not have. Raises MoveNotAllowed."""
    if future not in MOVES[current]:
        raise MoveNotAllowed("message.move_not_allowed", current=current, future=future)


def can_move(current: MessageStatus, future: MessageStatus) -> bool:
    """Whether the table has the move."""
    return future in MOVES[current]


@dataclass(frozen=True, slots=True)
class Lease:
    """Who holds a letter, and until when on the wall clock (never a clock that stands in for it)."""

    owner: str
    until: datetime


class MessageKind(StrEnum):
    """One folder of templates each, under ``templates/mail/``."""

    DATA_CALL = "data_call"
    REMINDER = "reminder"
    OVERDUE = "overdue"
    CORRECTION = "correction"
    ESCALATION = "escalation"
    COMBINED = "combined"
    RETURNED = "returned"
    RECEIVED = "received"
    EXTENSION = "extension"
    EXTENSION_REFUSED = "extension_refused"
    APPROVAL_REQUEST = "approval_request"
    OBSTACLE_REPORTED = "obstacle_reported"
    INVITATION = "invitation"
    DIGEST = "digest"
    ANCHOR = "anchor"
    ALERT = "alert"
    TRANSMITTAL = "transmittal"
    ANSWER_OVERDUE = "answer_overdue"


@dataclass(frozen=True, slots=True)
class Message:
    """A letter in the outbox. ``key`` is unique: queueing it twice is queueing it once."""

    key: str
    kind: MessageKind
    period: str
    agency: str
    to_address: str
    subject: str
    message_id: str
    sha256: str
    """Of the exact bytes, kept in the file store."""
    status: MessageStatus
    queued_at: datetime
    attempts: int = 0
    sent_at: datetime | None = None
    reply: str | None = None
    owner: str | None = None
    """The sender that holds it, in the statuses of ``HELD``."""
    lease_until: datetime | None = None
    fence: int = 0
    """Grows with every claim; what a sender with an older number says comes too late."""
    next_attempt_at: datetime | None = None
    """Not sent before this moment: after a temporary refusal, or while in doubt."""
    doubted_at: datetime | None = None
    """When it was last in doubt; stays for good, because the letter may have arrived twice since."""

    def is_due(self, now: datetime) -> bool:
        """Whether a sender may claim it now."""
        is_free = self.status in (MessageStatus.QUEUED, MessageStatus.IN_DOUBT)
        return is_free and (self.next_attempt_at is None or self.next_attempt_at <= now)


@dataclass(frozen=True, slots=True)
class Move:
    """What the holder of a letter does with it; ``message`` as the holder knows it."""

    message: Message
    status: MessageStatus
    at: datetime
    reply: str | None = None
    lease: Lease | None = None
    next_attempt_at: datetime | None = None


def moved(
    message: Message,
    status: MessageStatus,
    *,
    at: datetime,
    reply: str | None = None,
    lease: Lease | None = None,
    next_attempt_at: datetime | None = None,
    by_holder: bool = False,
) -> Message:
    """The letter after a move; ``by_holder`` when the sender that claimed it makes the move. Raises MoveNotAllowed.

    Anybody else's move takes the letter out of the holder's hands (a new fence), except into doubt: a holder that
    was only slow may still clear that up.
    """
    check_move(message.status, status)
    keeps_fence = by_holder or status is MessageStatus.IN_DOUBT
    # Spelt out: looking through the fields takes longer than moving.
    return Message(
        message.key,
        message.kind,
        message.period,
        message.agency,
        message.to_address,
        message.subject,
        message.message_id,
        message.sha256,
        status,
        message.queued_at,
        attempts=message.attempts + (status is MessageStatus.CLAIMED),
        sent_at=at if status is MessageStatus.SENT else message.sent_at,
        reply=message.reply if reply is None else reply,
        owner=lease.owner if lease else None,
        lease_until=lease.until if lease else None,
        fence=message.fence + (not keeps_fence),
        next_attempt_at=next_attempt_at,
        doubted_at=at if status is MessageStatus.IN_DOUBT else message.doubted_at,
    )


def retry_at(message: Message, now: datetime) -> datetime | None:
    """When a letter that was refused for the time being is tried again; None when it is time to give up."""
    if now - message.queued_at >= GIVE_UP_AFTER:
        return None
    return now + RETRY_AFTER[min(max(message.attempts, 1), len(RETRY_AFTER)) - 1]


def message_key(period: str, recipient: str, rung: str, channel: str = "mail") -> str:
    """The unique key of a letter: ``tn-nq94-2025/q1/so-y-te/remind-5/mail``."""
    return f"{period}/{recipient}/{rung}/{channel}"


def recipient_of(key: str) -> str:
    """Whose letter it is, by its key."""
    return key.split("/")[-3]
