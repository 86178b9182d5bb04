"""A request for more time, from the wish to its end: asked by one person, decided by another, with a document.

A granted one moves one agency's due date (:class:`plancycle.domain.deadlines.Extension`) and nothing else: the day of
the consolidated report stays. What was sent within it is late, but excused.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from plancycle.domain.agencies import AddressBook, Official
from plancycle.domain.errors import ActionNeeded, MoveNotAllowed, NotAllowed
from plancycle.domain.periods import ObligationKey
from plancycle.domain.secrecy import check_unmarked


class RequestStatus(StrEnum):
    """Where a request for more time stands."""

    REQUESTED = "requested"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    """Nobody decided before the due date it was meant to move."""
    EXPIRED = "expired"
    """Granted, and the new date has come."""
    REVOKED = "revoked"
    """Granted, then taken back before the new date; what was sent until then stays excused."""


MOVES: dict[RequestStatus, frozenset[RequestStatus]] = {
    RequestStatus.REQUESTED: frozenset(
        {RequestStatus.GRANTED, RequestStatus.REFUSED, RequestStatus.WITHDRAWN, RequestStatus.LAPSED}
    ),
    RequestStatus.GRANTED: frozenset({RequestStatus.EXPIRED, RequestStatus.REVOKED}),
    RequestStatus.REFUSED: frozenset(),
    RequestStatus.WITHDRAWN: frozenset(),
    RequestStatus.LAPSED: frozenset(),
    RequestStatus.EXPIRED: frozenset(),
    RequestStatus.REVOKED: frozenset(),
}
"""The lifecycle, whole."""


class BeyondFreeze(StrEnum):
    """What a programme wants when an extension ends after the period's final edition is frozen."""

    FLAG = "flag"
    """Grant it, and say that the edition does not wait: the answer goes into the next one."""
    REFUSE = "refuse"


def can_move(current: RequestStatus, future: RequestStatus) -> bool:
    """Whether the table has the move."""
    return future in MOVES[current]


def check_move(current: RequestStatus, future: RequestStatus) -> None:
    """Refuse a move the table does not have. Raises MoveNotAllowed."""
    if not can_move(current, future):
        raise MoveNotAllowed("extension_request.move_not_allowed", current=current, future=future)


@dataclass(frozen=True, slots=True)
class ExtensionRequest:
    """An agency asks for a later due date; somebody else decides. ``id`` is the obligation and a running number."""

    id: str
    obligation: ObligationKey
    wanted: datetime
    reason: str
    asked_by: str
    asked_at: datetime
    lapses_at: datetime
    """When it is too late to decide: the due date in force when it was asked; what was asked after that date lapses
    at the date it asks for."""
    status: RequestStatus = RequestStatus.REQUESTED
    decided_by: str | None = None
    decided_as: str | None = None
    """The decider's position."""
    decided_at: datetime | None = None
    answer: str | None = None
    """Why it was granted or refused."""
    document: str | None = None
    """Number and day of the document that says so."""
    due_at: datetime | None = None
    """Until when it was granted; the decider may give less than was asked for."""
    ended_by: str | None = None
    ended_at: datetime | None = None
    """Who withdrew or revoked it, or when its time was up."""


def standing_at(request: ExtensionRequest, now: datetime) -> RequestStatus:
    """Where a request stands at a moment, whether or not a sweep has written it down yet."""
    if request.status is RequestStatus.REQUESTED and now >= request.lapses_at:
        return RequestStatus.LAPSED
    if request.status is RequestStatus.GRANTED and request.due_at is not None and now >= request.due_at:
        return RequestStatus.EXPIRED
    return request.status


def lapse_of(asked_at: datetime, due_at: datetime, wanted: datetime) -> datetime:
    """When a request lapses; ``due_at`` is the date in force when it is asked."""
    return due_at if asked_at < due_at else wanted


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision: whose (named in the address book, or with a position), why, and on which document it rests."""

    decided_by: str
    reason: str
    document: str
    position: str = ""


def folded(text: str) -> str:
    """A name as it is compared: composed letters, no case, single blanks."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def official_called(book: AddressBook, text: str) -> Official | None:
    """The official of the address book with that id or name."""
    named = (book.preparer, book.signatory, book.approver)
    return next((one for one in named if one and folded(text) in (folded(one.id), folded(one.name))), None)


def check_ruling(book: AddressBook, asked_by: str, ruling: Ruling) -> str:
    """Four eyes, a named decider, a reason, a document; returns the decider's position.

    Raises NotAllowed (the one who asked decides) and ActionNeeded (no position known, no reason, no document)
    and DataProblem (marked as a state secret).
    """
    check_unmarked(ruling.reason, ruling.document)
    decider = official_called(book, ruling.decided_by)
    check_two_people((asked_by, ruling.decided_by), book)
    position = ruling.position.strip() or (decider.position if decider else "")
    if not position:
        raise ActionNeeded("extension.position_needed", person=ruling.decided_by)
    if not ruling.reason.strip():
        raise ActionNeeded("extension.reason_needed")
    if not ruling.document.strip():
        raise ActionNeeded("extension.document_needed")
    return position


def check_two_people(names: Iterable[str], book: AddressBook, key: str = "extension.same_person") -> None:
    """Refuse an act for which one person stands twice, by id or by name. Raises NotAllowed."""
    seen: set[str] = set()
    for name in names:
        official = official_called(book, name)
        person = folded(official.name if official else name)
        if person in seen:
            raise NotAllowed(key, person=name)
        seen.add(person)
