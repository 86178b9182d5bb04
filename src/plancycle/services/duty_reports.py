"""Obstacles reported at once, as the consolidated report lists them beside those of the submissions."""

from plancycle.domain.consolidation import Edition
from plancycle.domain.duties import DutyKind, DutyRecord
from plancycle.domain.duty_standing import deadline_of
from plancycle.domain.periods import Period
from plancycle.services.cycle_view import CycleView
from plancycle.services.duty_overview import records_at
from plancycle.services.report_contents import ReportedObstacle
from plancycle.services.repositories import Work


def reported_obstacles(work: Work, view: CycleView, edition: Edition) -> tuple[ReportedObstacle, ...]:
    """Those of the year that were still open, or were reported during the period, when the edition was frozen.

    The annual evaluation lists every one of its year. What came after the edition belongs to the next one.
    """
    if edition.period is Period.PLAN:
        return ()
    since = view.dates(edition.period).opens_at
    listed = [
        record
        for record in records_at(work, view.programme.id, edition.frozen_at)
        if record.kind is DutyKind.OBSTACLE
        and record.year == view.year
        and (edition.period is Period.ANNUAL or record.is_open or record.events[0].at >= since)
    ]
    return tuple(_line(view, record) for record in listed)


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
