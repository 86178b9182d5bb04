"""One approved edition to one addressee, what the addressee answered, and what was sent to correct it.

A delivery is stored before anything leaves (*intent*), an attempt is stored before it is made, and whoever does not
know what came of an attempt asks before trying again. What cannot be asked about waits for a person (*parked*).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from plancycle.domain.approvals import Approval, ApprovalStatus
from plancycle.domain.errors import ActionNeeded, MoveNotAllowed, NotAllowed
from plancycle.domain.exchange import Business, ExchangeStatus


class TransmittalStatus(StrEnum):
    """``intent`` is stored before anything leaves; ``unknown`` is asked about before it is tried again."""

    INTENT = "intent"
    SENT = "sent"
    UNKNOWN = "unknown"
    PARKED = "parked"
    """Waits for a person: the addressee has other bytes under our key, or cannot be asked what it has."""
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    REPLACED = "replaced"
    """The addressee has a newer one that took its place."""
    RECALLED = "recalled"
    """The addressee agreed to give it back."""
    WITHDRAWN = "withdrawn"
    """Never left: a newer edition goes in its place."""


MOVES: dict[TransmittalStatus, frozenset[TransmittalStatus]] = {
    TransmittalStatus.INTENT: frozenset(
        {
            TransmittalStatus.SENT,
            TransmittalStatus.UNKNOWN,
            TransmittalStatus.PARKED,
            TransmittalStatus.REFUSED,
            TransmittalStatus.WITHDRAWN,
        }
    ),
    TransmittalStatus.UNKNOWN: frozenset(
        {
            TransmittalStatus.INTENT,
            TransmittalStatus.SENT,
            TransmittalStatus.PARKED,
            TransmittalStatus.REFUSED,
            TransmittalStatus.WITHDRAWN,
        }
    ),
    TransmittalStatus.PARKED: frozenset(
        {TransmittalStatus.INTENT, TransmittalStatus.SENT, TransmittalStatus.REFUSED, TransmittalStatus.WITHDRAWN}
    ),
    TransmittalStatus.SENT: frozenset(
        {
            TransmittalStatus.ACKNOWLEDGED,
            TransmittalStatus.REFUSED,
            TransmittalStatus.REPLACED,
            TransmittalStatus.RECALLED,
        }
    ),
    TransmittalStatus.ACKNOWLEDGED: frozenset({TransmittalStatus.REPLACED, TransmittalStatus.RECALLED}),
    TransmittalStatus.REPLACED: frozenset(
        {
            TransmittalStatus.SENT,
            TransmittalStatus.ACKNOWLEDGED,
            TransmittalStatus.REFUSED,
            TransmittalStatus.RECALLED,
        }
    ),
    TransmittalStatus.REFUSED: frozenset(),
    TransmittalStatus.RECALLED: frozenset(),
    TransmittalStatus.WITHDRAWN: frozenset(),
}
"""``replaced`` is taken back when the addressee refuses the newer one: then the older one is in force again."""

OPEN = frozenset({TransmittalStatus.INTENT, TransmittalStatus.UNKNOWN, TransmittalStatus.PARKED})
"""Not settled: nobody can say yet that the addressee has it, or that it has not."""
IN_FORCE = frozenset({TransmittalStatus.SENT, TransmittalStatus.ACKNOWLEDGED})
"""The addressee has it, and nothing has taken its place."""
OUT = frozenset({*IN_FORCE, TransmittalStatus.UNKNOWN, TransmittalStatus.PARKED, TransmittalStatus.REPLACED})
"""With these an addressee has the edition, had it, or may have it."""


def check_move(current: TransmittalStatus, future: TransmittalStatus) -> None:
    """Refuse a move the table does not have. Raises MoveNotAllowed."""
    if future not in MOVES[current]:
        raise MoveNotAllowed("transmittal.move_not_allowed", current=current, future=future)


class Part(StrEnum):
    """What an addressee gets of an approved bundle."""

    REPORT = "report"
    EXTRACT = "extract"
    """A ministry's share: the works that follow its timetable."""
    COPY = "copy"
    """The report, to those who are to know of it (Nơi nhận)."""


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
    part: Part = Part.REPORT
    business: Business = Business.NEW
    """New, or what it does to an earlier one: recall, update (supplement) or replace (QCVN 102:2016)."""
    concerns: str | None = None
    """Key of the transmittal it recalls, supplements, replaces or repeats."""
    approval: str | None = None
    """Id of the approval it rests on."""
    standing: ExchangeStatus = ExchangeStatus.SENT
    """How far the addressee says it is."""
    reason: str = ""

    @property
    def period_key(self) -> str:
        """``tn-nq94-2025/annual``."""
        return self.edition.rpartition("/")[0]

    @property
    def edition_number(self) -> int:
        """3 for ``tn-nq94-2025/annual/e3``."""
        return int(self.edition.rpartition("/e")[2])

    @property
    def is_report(self) -> bool:
        """Whether it is a document of its own that can be in force: not a recall and not a supplement."""
        return self.business in (Business.NEW, Business.REPLACE)


STATUS_OF: dict[ExchangeStatus, TransmittalStatus] = {
    ExchangeStatus.REFUSED: TransmittalStatus.REFUSED,
    ExchangeStatus.RECEIVED: TransmittalStatus.ACKNOWLEDGED,
    ExchangeStatus.ASSIGNED: TransmittalStatus.ACKNOWLEDGED,
    ExchangeStatus.IN_PROGRESS: TransmittalStatus.ACKNOWLEDGED,
    ExchangeStatus.FINISHED: TransmittalStatus.ACKNOWLEDGED,
    ExchangeStatus.RECALL_AGREED: TransmittalStatus.RECALLED,
}
"""What a status code makes of a delivery; the other codes leave it as it is."""


def line(known: Iterable[Transmittal], like: Transmittal) -> list[Transmittal]:
    """The reports of one line: same period, addressee and part, recalls and supplements left out."""
    return [
        one
        for one in known
        if one.is_report and (one.period_key, one.addressee, one.part) == (like.period_key, like.addressee, like.part)
    ]


def in_force(known: Iterable[Transmittal]) -> list[Transmittal]:
    """Those that stand with their addressees."""
    return [one for one in known if one.is_report and one.status in IN_FORCE]


def check_recall(one: Transmittal) -> None:
    """Only what the addressee has can be asked back. Raises ActionNeeded."""
    if one.status not in IN_FORCE or not one.is_report:
        raise ActionNeeded("transmittal.nothing_to_recall", transmittal=one.key)


def check_may_leave(approval: Approval | None, bundle_sha256: str) -> None:
    """Nothing is transmitted without a named person's approval of exactly these bytes. Raises NotAllowed."""
    if approval is None or approval.status is not ApprovalStatus.APPROVED:
        raise NotAllowed("transmittal.not_approved")
    if approval.decided_by is None or approval.decided_by == approval.prepared_by:
        raise NotAllowed("transmittal.not_approved")
    if approval.bundle_sha256 != bundle_sha256:
        raise NotAllowed("transmittal.other_bytes_approved")
