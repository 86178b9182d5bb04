"""What an addressee says about what it was sent: every answer is kept, also one nobody expected.

Codes are those of Decision 28/2018/QĐ-TTg; which may follow which stands in :data:`plancycle.domain.exchange.MOVES`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from plancycle.domain.exchange import ExchangeStatus, can_move
from plancycle.domain.transmittals import Transmittal, TransmittalStatus
from plancycle.domain.working_days import WorkingDays


class Hearing(StrEnum):
    """How an answer fits what was said before; only ``followed`` changes where the transmittal stands."""

    FOLLOWED = "followed"
    REPEATED = "repeated"
    OUT_OF_ORDER = "out_of_order"
    UNKNOWN_CODE = "unknown_code"
    STRAY = "stray"
    """About nothing we sent, or unreadable."""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """One answer. ``transmittal`` is empty for a stray one; the bytes are in the file store under ``sha256``."""

    transmittal: str
    number: int
    """Counts up within the transmittal, in the order of arrival."""
    code: str
    """As received, also when no table has it."""
    description: str
    said_at: datetime | None
    """When the addressee says it answered; None when it does not say."""
    received_at: datetime
    sha256: str
    hearing: Hearing
    source: str
    """The channel it came by, or the person who entered it."""


def hear(standing: ExchangeStatus, code: str) -> Hearing:
    """How an answer fits what the addressee said last."""
    if code not in set(ExchangeStatus) - {ExchangeStatus.SENT}:
        return Hearing.UNKNOWN_CODE
    future = ExchangeStatus(code)
    if future is standing:
        return Hearing.REPEATED
    return Hearing.FOLLOWED if can_move(standing, future) else Hearing.OUT_OF_ORDER


def is_going_on(one: Transmittal) -> bool:
    """Whether more is to be expected: nothing confirmed yet, a recall not answered, or work on it announced."""
    announced = {ExchangeStatus.ASSIGNED, ExchangeStatus.IN_PROGRESS, ExchangeStatus.RECALL_ASKED}
    is_working = one.status is TransmittalStatus.ACKNOWLEDGED and one.standing in announced
    return one.status is TransmittalStatus.SENT or is_working


def silent_for(one: Transmittal, calendar: WorkingDays, today: date, sent_on: date) -> int:
    """Working days since it was sent without a confirmation; 0 when nothing is waited for."""
    if one.status is not TransmittalStatus.SENT or today <= sent_on:
        return 0
    return calendar.count_after(sent_on, today)
