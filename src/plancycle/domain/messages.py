"""Letters to people: each has one key, its bytes are fixed when it is queued, and it is sent once.

The ``transmitting`` mark is written before the first byte of the letter leaves. A sender that dies before it can
be started again safely; one that dies after it leaves a letter *in doubt*, which is listed and never hidden.
"""

from dataclasses import dataclass
from datetime import datetime
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


MOVES: dict[MessageStatus, frozenset[MessageStatus]] = {
    MessageStatus.QUEUED: frozenset({MessageStatus.CLAIMED}),
    MessageStatus.CLAIMED: frozenset({MessageStatus.QUEUED, MessageStatus.TRANSMITTING, MessageStatus.REFUSED}),
    MessageStatus.TRANSMITTING: frozenset(
        {MessageStatus.SENT, MessageStatus.IN_DOUBT, MessageStatus.REFUSED, MessageStatus.QUEUED}
    ),
    MessageStatus.IN_DOUBT: frozenset({MessageStatus.SENT, MessageStatus.CLAIMED}),
    MessageStatus.SENT: frozenset(),
    MessageStatus.REFUSED: frozenset(),
}


def check_move(current: MessageStatus, future: MessageStatus) -> None:
    """Refuse a move the table does not have. Raises MoveNotAllowed."""
    if future not in MOVES[current]:
        raise MoveNotAllowed("message.move_not_allowed", current=current, future=future)


class MessageKind(StrEnum):
    """One folder of templates each, under ``templates/mail/``."""

    DATA_CALL = "data_call"
    REMINDER = "reminder"
    OVERDUE = "overdue"
    RETURNED = "returned"
    RECEIVED = "received"
    EXTENSION = "extension"
    APPROVAL_REQUEST = "approval_request"


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


def message_key(period: str, recipient: str, rung: str, channel: str = "mail") -> str:
    """The unique key of a letter: ``tn-nq94-2025/q1/so-y-te/remind-5/mail``."""
    return f"{period}/{recipient}/{rung}/{channel}"
