"""Refused bytes: kept for thirty days with the reason, shown to the operator, never served to anybody else."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from plancycle.domain.errors import MoveNotAllowed
from plancycle.domain.secrecy import REASON

KEPT_FOR = timedelta(days=30)
"""Long enough to ask the sender, short enough not to hoard what nobody wanted."""


class QuarantineStatus(StrEnum):
    """Where a refused file stands."""

    KEPT = "kept"
    RELEASED = "released"
    PURGED = "purged"


MOVES: dict[QuarantineStatus, frozenset[QuarantineStatus]] = {
    QuarantineStatus.KEPT: frozenset({QuarantineStatus.RELEASED, QuarantineStatus.PURGED}),
    QuarantineStatus.RELEASED: frozenset(),
    QuarantineStatus.PURGED: frozenset(),
}
"""The lifecycle, whole. What was released is an answer now; what was purged leaves its record."""


def check_move(current: QuarantineStatus, future: QuarantineStatus) -> None:
    """Refuse a move the table does not have. Raises MoveNotAllowed."""
    if future not in MOVES[current]:
        raise MoveNotAllowed("quarantine.move_not_allowed", current=current, future=future)


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A refused file. ``reason`` is a message key, ``params`` its parameters as canonical JSON. ``sender`` is whatever
    the channel knows: a mail address, an API key's id, nothing for a folder.
    """

    id: int
    sha256: str
    size: int
    file_name: str
    channel: str
    sender: str
    reason: str
    params: str
    sent_at: datetime
    received_at: datetime
    status: QuarantineStatus = QuarantineStatus.KEPT
    cycle: str | None = None
    period: str | None = None
    agency: str | None = None
    settled_at: datetime | None = None
    settled_by: str | None = None

    @property
    def keep_until(self) -> datetime:
        """The moment from which the bytes may go."""
        return self.received_at + KEPT_FOR


def is_held(one: Quarantined) -> bool:
    """Whether it is marked as a state secret: its bytes are apart, and nobody gets them from here."""
    return one.reason == REASON


def is_same_refusal(one: Quarantined, other: Quarantined) -> bool:
    """Whether two refusals are one file coming in again: same bytes, name, channel, sender and reason."""
    return _identity(one) == _identity(other)


def _identity(one: Quarantined) -> tuple[str, ...]:
    return one.sha256, one.file_name, one.channel, one.sender, one.reason
