"""A document on the national exchange: what an edXML package says, and how its receiver answers.

Structure: QCVN 102:2016/BTTTT. Status codes: Decision 28/2018/QĐ-TTg. Identification codes: Decision 20/2020/QĐ-TTg.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from plancycle.domain.errors import MoveNotAllowed


@dataclass(frozen=True, slots=True)
class Organ:
    """A body with its identification code, ``H55`` or ``H55.242``."""

    id: str
    name: str
    in_charge: str = ""
    address: str = ""
    email: str = ""
    telephone: str = ""
    fax: str = ""
    website: str = ""


class Business(StrEnum):
    """What a package does to an earlier one; the values are QCVN 102's own."""

    NEW = "0"
    RECALL = "1"
    UPDATE = "2"
    REPLACE = "3"


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier document this one answers, or recalls, updates or replaces."""

    organ: str
    document_id: str
    number: str = ""
    notation: str = ""
    promulgated: date | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """A body the package has passed, and when (its clock reads +07:00; the format has no zone)."""

    organ: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ExchangeFile:
    """A file inside the package."""

    content_id: str
    name: str
    media_type: str
    data: bytes
    description: str = ""


@dataclass(frozen=True, slots=True)
class ExchangeDocument:
    """Everything one package carries."""

    sender: Organ
    receivers: tuple[Organ, ...]
    document_id: str
    number: str
    notation: str
    place: str
    promulgated: date
    type_name: str
    subject: str
    files: tuple[ExchangeFile, ...]
    type_code: str = ""
    type_detail: str = ""
    content: str = ""
    competence: str = ""
    """The line over the position: ``KT. GIÁM ĐỐC``."""
    position: str = ""
    signer: str = ""
    due: date | None = None
    to_places: tuple[str, ...] = ()
    priority: str = ""
    pages: int | None = None
    appendixes: tuple[str, ...] = ()
    responds_to: tuple[Earlier, ...] = ()
    assignments: tuple[str, ...] = ()
    """Ids of the assignments the document reports on (``ResponseForTask``)."""
    business: Business = Business.NEW
    reason: str = ""
    concerns: Earlier | None = None
    """What a recall, update or replacement is about."""
    traces: tuple[Trace, ...] = ()


def document_id(key: str) -> str:
    """The id a delivery has on the exchange: a UUID made from its key, so that a repeat has the same one."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"plancycle:{key}"))


class ExchangeStatus(StrEnum):
    """How far the receiver is; ``00`` stands for "handed over, not heard of yet" and is never sent."""

    SENT = "00"
    ARRIVED = "01"
    REFUSED = "02"
    RECEIVED = "03"
    ASSIGNED = "04"
    IN_PROGRESS = "05"
    FINISHED = "06"
    RECALL_ASKED = "13"
    RECALL_AGREED = "15"
    RECALL_REFUSED = "16"


_ON_THE_WAY = (
    ExchangeStatus.ARRIVED,
    ExchangeStatus.RECEIVED,
    ExchangeStatus.ASSIGNED,
    ExchangeStatus.IN_PROGRESS,
    ExchangeStatus.FINISHED,
)
MOVES: dict[ExchangeStatus, frozenset[ExchangeStatus]] = {
    ExchangeStatus.SENT: frozenset({*_ON_THE_WAY, ExchangeStatus.REFUSED, ExchangeStatus.RECALL_ASKED}),
    ExchangeStatus.ARRIVED: frozenset({*_ON_THE_WAY[1:], ExchangeStatus.REFUSED, ExchangeStatus.RECALL_ASKED}),
    ExchangeStatus.REFUSED: frozenset(),
    ExchangeStatus.RECEIVED: frozenset({*_ON_THE_WAY[2:], ExchangeStatus.RECALL_ASKED}),
    ExchangeStatus.ASSIGNED: frozenset({*_ON_THE_WAY[3:], ExchangeStatus.RECALL_ASKED}),
    ExchangeStatus.IN_PROGRESS: frozenset({*_ON_THE_WAY[4:], ExchangeStatus.RECALL_ASKED}),
    ExchangeStatus.FINISHED: frozenset(),
    # A refusal may cross our request on the way: then there is nothing left to be given back.
    ExchangeStatus.RECALL_ASKED: frozenset(
        {ExchangeStatus.RECALL_AGREED, ExchangeStatus.RECALL_REFUSED, ExchangeStatus.REFUSED}
    ),
    ExchangeStatus.RECALL_AGREED: frozenset(),
    ExchangeStatus.RECALL_REFUSED: frozenset(_ON_THE_WAY[1:]),
}
"""Statuses can be skipped (a receiver may answer 03 without 01), never taken back."""


def can_move(current: ExchangeStatus, future: ExchangeStatus) -> bool:
    """Whether the receiver may answer this after that."""
    return future in MOVES[current]


def can_be_asked_back(standing: ExchangeStatus) -> bool:
    """Whether our own request to give it back (13) changes where it stands; after a refusal it may be made again."""
    return standing is ExchangeStatus.RECALL_REFUSED or can_move(standing, ExchangeStatus.RECALL_ASKED)


def check_move(current: ExchangeStatus, future: ExchangeStatus) -> None:
    """Refuse an answer out of order. Raises MoveNotAllowed."""
    if not can_move(current, future):
        raise MoveNotAllowed("exchange.move_not_allowed", current=current, future=future)


@dataclass(frozen=True, slots=True)
class StatusMessage:
    """A receiver's answer about one document."""

    sender: Organ
    concerns: Earlier
    code: ExchangeStatus
    description: str
    at: datetime
    department: str = ""
    staff: str = ""
    email: str = ""
    mobile: str = ""
