"""One approved edition to one addressee, and what the addressee answered."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from plancycle.domain.approvals import Approval, ApprovalStatus
from plancycle.domain.errors import MoveNotAllowed, NotAllowed


class TransmittalStatus(StrEnum):
    """``intent`` is stored before anything leaves; ``unknown`` is asked about before it is tried again."""

    INTENT = "intent"
    SENT = "sent"
    UNKNOWN = "unknown"
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"


MOVES: dict[TransmittalStatus, frozenset[TransmittalStatus]] = {
    TransmittalStatus.INTENT: frozenset({TransmittalStatus.SENT, TransmittalStatus.UNKNOWN, TransmittalStatus.REFUSED}),
    TransmittalStatus.UNKNOWN: frozenset({TransmittalStatus.INTENT, TransmittalStatus.SENT, TransmittalStatus.REFUSED}),
    TransmittalStatus.SENT: frozenset({TransmittalStatus.ACKNOWLEDGED, TransmittalStatus.REFUSED}),
    TransmittalStatus.ACKNOWLEDGED: frozenset(),
    TransmittalStatus.REFUSED: frozenset(),
}


def check_move(current: TransmittalStatus, future: TransmittalStatus) -> None:
    """Refuse a move the table does not have. Raises MoveNotAllowed."""
    if future not in MOVES[current]:
        raise MoveNotAllowed("transmittal.move_not_allowed", current=current, future=future)


@dataclass(frozen=True, slots=True)
class Transmittal:
    """A tracked delivery. ``key`` goes along as the idempotency key: the addressee counts it once."""

    key: str
    edition: str
    addressee: str
    channel: str
    bundle_sha256: str
    status: TransmittalStatus
    attempts: int = 0
    sent_at: datetime | None = None
    acknowledged_at: datetime | None = None
    reply: str | None = None


def check_may_leave(approval: Approval | None, bundle_sha256: str) -> None:
    """Nothing is transmitted without a named person's approval of exactly these bytes. Raises NotAllowed."""
    if approval is None or approval.status is not ApprovalStatus.APPROVED:
        raise NotAllowed("transmittal.not_approved")
    if approval.decided_by is None or approval.decided_by == approval.prepared_by:
        raise NotAllowed("transmittal.not_approved")
    if approval.bundle_sha256 != bundle_sha256:
        raise NotAllowed("transmittal.other_bytes_approved")
