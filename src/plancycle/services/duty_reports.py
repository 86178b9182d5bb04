"""What was told on its own, as the consolidated report has it beside the submissions: obstacles, commendations."""

from datetime import datetime

from plancycle.domain.consolidation import Edition
from plancycle.domain.duties import DutyKind, DutyRecord, DutyStatus
from plancycle.domain.duty_standing import deadline_of
from plancycle.domain.periods import Period
from plancycle.services.cycle_view import CycleView
from plancycle.services.duty_overview import records_at
from plancycle.services.report_contents import ReportedObstacle
from plancycle.services.repositories import Work

NO_LONGER = (DutyStatus.REFUSED, DutyStatus.CANCELLED)
"""What became of a commendation that no report tells."""


def told_of(work: Work, view: CycleView, kind: DutyKind, period: Period, at: datetime) -> list[DutyRecord]:
    """Records of the year that were still open, or were told during the period, at a moment.

    The annual evaluation has every one of its year, the plan none.
    """
    if period is Period.PLAN:
        return []
    since = view.dates(period).opens_at
    return [
        record
        for record in records_at(work, view.programme.id, at)
        if (record.kind, record.year) == (kind, view.year)
        and record.status not in NO_LONGER
        and (period is Period.ANNUAL or record.is_open or record.events[0].at >= since)
    ]


def reported_obstacles(work: Work, view: CycleView, edition: Edition) -> tuple[ReportedObstacle, ...]:
    """The obstacles that an edition has. What came after it was frozen belongs to the next one."""
    found = told_of(work, view, DutyKind.OBSTACLE, edition.period, edition.frozen_at)
    return tuple(_line(view, record) for record in found)


def _line(view: CycleView, record: DutyRecord) -> ReportedObstacle:
    code = record.facts.get("work", "")
    return ReportedObstacle(
        agency=view.name(record.body),
        code=code,
        title=next((work.title for work in view.programme.works if work.id == code), ""),
        obstacle=record.facts["subject"],
        cause=record.facts.get("cause", ""),
        proposal=record.facts.get("proposal", ""),
        resolver="; ".join(view.name(body) for body in _resolvers(view)),
        standing=str(record.status),
    )


def _resolvers(view: CycleView) -> tuple[str, ...]:
    """To whom the plan has obstacles reported: the addressees of the deadline that the duty names."""
    duty = next((one for one in view.programme.duties if one.makes is DutyKind.OBSTACLE), None)
    deadline = deadline_of(view.programme, duty) if duty else None
    return deadline.to if deadline else ()
