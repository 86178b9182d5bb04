"""The plan's other duties: facts that are kept as they were told, and what became of each.

A record never changes; what happens to it afterwards is appended as an event. One table a kind rules which event may
follow which. What each kind must be told is in :mod:`plancycle.domain.duty_rules`, who owes which in
:mod:`plancycle.domain.duty_standing`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from plancycle.domain.errors import MoveNotAllowed


class DutyKind(StrEnum):
    """What a duty of the plan makes; the programme's ``duties`` say which of them it has (``makes``)."""

    OBSTACLE = "obstacle"
    AMENDMENT = "amendment"
    INTERIM_REVIEW = "interim_review"
    FINAL_REVIEW = "final_review"
    INSPECTION = "inspection"
    COMMENDATION = "commendation"
    BUDGET = "budget"
    DIALOGUE = "dialogue"
    DISSEMINATION = "dissemination"


class DutyStatus(StrEnum):
    """Where a record stands; each kind uses some of them."""

    REPORTED = "reported"
    PROPOSED = "proposed"
    PLANNED = "planned"
    DATED = "dated"
    REDATED = "redated"
    FORWARDED = "forwarded"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    GRANTED = "granted"
    SUBMITTED = "submitted"
    REPLACED = "replaced"
    HELD = "held"
    NOT_HELD = "not_held"
    INSPECTED = "inspected"
    FOLLOW_UP = "follow_up"
    DONE = "done"
    CANCELLED = "cancelled"
    CLOSED = "closed"


Lifecycle = Mapping[DutyStatus, frozenset[DutyStatus]]


def _lifecycle(**moves: str) -> Lifecycle:
    return {DutyStatus(now): frozenset(DutyStatus(then) for then in after.split()) for now, after in moves.items()}


_REVIEW = _lifecycle(dated="redated held", redated="redated held", held="")

MOVES: Mapping[DutyKind, Lifecycle] = {
    DutyKind.OBSTACLE: _lifecycle(
        reported="forwarded closed", forwarded="answered closed", answered="closed", closed=""
    ),
    DutyKind.AMENDMENT: _lifecycle(
        proposed="forwarded cancelled", forwarded="accepted refused cancelled", accepted="", refused="", cancelled=""
    ),
    DutyKind.INTERIM_REVIEW: _REVIEW,
    DutyKind.FINAL_REVIEW: _REVIEW,
    DutyKind.INSPECTION: _lifecycle(
        planned="inspected cancelled", inspected="follow_up closed", follow_up="closed", closed="", cancelled=""
    ),
    DutyKind.COMMENDATION: _lifecycle(
        proposed="forwarded cancelled", forwarded="granted refused", granted="", refused="", cancelled=""
    ),
    DutyKind.BUDGET: _lifecycle(proposed="submitted replaced", submitted="replaced", replaced=""),
    DutyKind.DIALOGUE: _lifecycle(planned="held not_held", not_held="held", held=""),
    DutyKind.DISSEMINATION: _lifecycle(done=""),
}
"""Each kind's lifecycle, whole: anything not listed is refused."""

STARTS: Mapping[DutyKind, tuple[DutyStatus, ...]] = {
    DutyKind.OBSTACLE: (DutyStatus.REPORTED,),
    DutyKind.AMENDMENT: (DutyStatus.PROPOSED,),
    DutyKind.INTERIM_REVIEW: (DutyStatus.DATED,),
    DutyKind.FINAL_REVIEW: (DutyStatus.DATED,),
    DutyKind.INSPECTION: (DutyStatus.PLANNED, DutyStatus.INSPECTED),
    DutyKind.COMMENDATION: (DutyStatus.PROPOSED,),
    DutyKind.BUDGET: (DutyStatus.PROPOSED,),
    DutyKind.DIALOGUE: (DutyStatus.PLANNED, DutyStatus.HELD, DutyStatus.NOT_HELD),
    DutyKind.DISSEMINATION: (DutyStatus.DONE,),
}
"""What a new record may begin as; the first is meant when nothing is said."""

RULE = "plancycle"
"""The actor of events that follow from a rule and not from a person."""

MADE_BY_RULE = frozenset({DutyStatus.REPLACED})
"""Never asked for by a person: a body's newer budget proposal replaces the older one."""


def can_move(kind: DutyKind, current: DutyStatus, future: DutyStatus) -> bool:
    """Whether the kind's table has the move."""
    return future in MOVES[kind].get(current, frozenset())


def check_move(kind: DutyKind, current: DutyStatus, future: DutyStatus) -> None:
    """Refuse a move the kind's table does not have. Raises MoveNotAllowed."""
    if not can_move(kind, current, future):
        allowed = tuple(sorted(MOVES[kind].get(current, frozenset())))
        raise MoveNotAllowed("duty.move_not_allowed", kind=kind, current=current, future=future, allowed=allowed)


@dataclass(frozen=True, slots=True)
class DutyEvent:
    """One thing that happened to a record: who said so and when, on which day, by which document."""

    status: DutyStatus
    at: datetime
    on: date
    actor: str
    note: str = ""
    document: str = ""
    document_on: date | None = None
    due: date | None = None
    """The day that this event sets: of a review, a planned inspection or dialogue, a follow-up. That day is good."""


@dataclass(frozen=True, slots=True)
class DutyRecord:
    """A fact of one kind, told by one body, with everything that happened to it since."""

    programme: str
    year: int
    kind: DutyKind
    body: str
    key: str
    facts: Mapping[str, str]
    """Canonical text by name: days as 2025-12-09, amounts as exact decimals, everything else in NFC on one line."""
    events: tuple[DutyEvent, ...]

    @property
    def id(self) -> str:
        """Stable id: ``tn-nq94-2025/obstacle/so-y-te/cv-12``."""
        return f"{self.programme}-{self.year}/{self.kind}/{self.body}/{self.key}"

    @property
    def status(self) -> DutyStatus:
        """Where it stands now."""
        return self.events[-1].status

    @property
    def is_finished(self) -> bool:
        """Whether nothing can happen to it any more."""
        return not MOVES[self.kind][self.status]

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something: a held review and a submitted amount wait for nobody."""
        return not self.is_finished and self.status not in (DutyStatus.SUBMITTED, DutyStatus.NOT_HELD)

    @property
    def due(self) -> date | None:
        """The day the newest event has set, while it still matters."""
        return self.events[-1].due if self.is_open else None

    def is_overdue(self, today: date) -> bool:
        """Whether its day has passed; that day itself is still good."""
        return self.due is not None and self.due < today

    @property
    def amount(self) -> Decimal:
        """The proposed amount of a budget record, exact; zero for any other kind."""
        return Decimal(self.facts.get("amount", "0"))

    def replaced_by(self, newer: str, at: datetime) -> DutyEvent:
        """The event that makes room for a newer record; no person has to say so."""
        return DutyEvent(DutyStatus.REPLACED, at, at.date(), RULE, document=newer)

    def as_of(self, at: datetime) -> "DutyRecord | None":
        """The record as it stood at a moment; None when it had not been told yet."""
        events = tuple(event for event in self.events if event.at <= at)
        if not events:
            return None
        return DutyRecord(self.programme, self.year, self.kind, self.body, self.key, self.facts, events)


def decision_of(record: DutyRecord) -> DutyEvent:
    """The event that accepted an amendment; its document is what an amended programme cites.

    Raises MoveNotAllowed when nobody has accepted it.
    """
    decided = record.events[-1]
    if record.kind is not DutyKind.AMENDMENT or decided.status is not DutyStatus.ACCEPTED:
        raise MoveNotAllowed("duty.not_accepted", record=record.id, current=decided.status)
    return decided
