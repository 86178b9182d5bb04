"""Who owes what on a day: obligations, invitations and released bodies. All derived, nothing stored."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from plancycle.domain.amendments import flagged_for_amendment
from plancycle.domain.periods import Period
from plancycle.domain.succession import Succession, waiting
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.matrix import cells_of
from plancycle.services.ports import House
from plancycle.services.repositories import Work


class LineKind(StrEnum):
    """What a line is: only an obligation can be due."""

    OBLIGATION = "obligation"
    INVITATION = "invitation"
    NOT_REQUIRED = "not_required"


@dataclass(frozen=True, slots=True)
class Line:
    """One body in one period. ``status`` is an ObligationStatus, or the kind where nothing is owed."""

    kind: LineKind
    agency: str
    name: str
    period: Period
    due: datetime | None
    status: str
    assignments: tuple[str, ...] = ()
    to_amend: tuple[str, ...] = ()
    predecessors: tuple[str, ...] = ()
    joined_on: date | None = None
    """The day of this year on which it began to report: its figures cover part of the year."""
    unclassified_only: bool = False
    check_locally: tuple[str, ...] = ()
    """Successions of this body that nobody has confirmed yet; it goes on until somebody does."""
    reason: str = ""
    reference: str = ""


def obligation_list(house: House, year: int) -> list[Line]:
    """Every line of a year as seen now, period by period in roster order; invitations and released bodies after."""
    with house.work() as work:
        view = cycle_view(house, year, work)
        return [line for period in view.programme.order for line in _of_period(house, work, view, period)]


def _of_period(house: House, work: Work, view: CycleView, period: Period) -> list[Line]:
    flagged = {flag.work.id for flag in flagged_for_amendment(view.programme, view.year)}
    open_questions = waiting(view.programme.successions, view.standpoint.decisions)
    closes = view.dates(period).freeze_at.date()
    found = []
    for cell in cells_of(work, view, period, house.clock.now()):
        agency = cell.obligation.key.agency
        share = view.share(period, agency)
        works = tuple(one.id for one in share.works)
        found.append(
            Line(
                kind=LineKind.OBLIGATION,
                agency=agency,
                name=view.name(agency, cell.submission.sent_at.date() if cell.submission else None),
                period=period,
                due=cell.obligation.due_at,
                status=str(cell.status),
                assignments=works,
                to_amend=tuple(one for one in works if one in flagged),
                predecessors=view.roster.predecessors(agency, min(view.standpoint.day, closes)),
                joined_on=share.joined_on,
                unclassified_only=view.programme.agency(agency).unclassified_only,
                check_locally=_about(open_questions, agency),
            )
        )
    return [*found, *_released(view, period), *_invited(view, period)]


def _about(successions: tuple[Succession, ...], agency: str) -> tuple[str, ...]:
    return tuple(one.id for one in successions if agency in one.predecessors)


def _released(view: CycleView, period: Period) -> list[Line]:
    kind = LineKind.NOT_REQUIRED
    return [
        Line(kind, one.agency, view.name(one.agency), period, None, kind, reason=one.reason, reference=one.reference)
        for one in view.period_roster(period).released
    ]


def _invited(view: CycleView, period: Period) -> list[Line]:
    """Invited bodies are asked politely: no due date, no urging, never overdue."""
    asked = tuple(request.id for request in view.programme.invitations.requests)
    kind = LineKind.INVITATION
    return [
        Line(kind, body.id, body.name_on(view.standpoint.day), period, None, kind, asked)
        for body in view.programme.invitations.bodies
    ]
