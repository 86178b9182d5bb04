"""The matrix: where every obligation of a period stands at this moment."""

from dataclasses import dataclass
from datetime import datetime

from plancycle.domain.deadlines import PeriodDates
from plancycle.domain.obligations import MatrixCell, ObligationStatus, Timeliness, standing, timeliness
from plancycle.domain.periods import Period
from plancycle.domain.submissions import Submission
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.ports import House
from plancycle.services.repositories import Work


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One agency's line; ``versions`` is how often it has sent, ``late_days`` 0 when on time."""

    agency: str
    agency_name: str
    status: ObligationStatus
    submission: Submission | None
    sent_at: datetime | None
    late_days: int
    versions: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """A period at a moment."""

    period: Period
    title: str
    dates: PeriodDates
    rows: tuple[MatrixRow, ...]
    timeliness: Timeliness


def matrix(house: House, year: int, period: Period) -> Matrix:
    """Look at one period now."""
    view = cycle_view(house, year)
    with house.work() as work:
        cells = cells_of(work, view, period, house.clock.now())
        counts = versions_by_agency(work, view, period)
    rows = tuple(_row(view, cell, len(counts.get(cell.obligation.key.agency, []))) for cell in cells)
    return Matrix(period, view.title(period), view.dates(period), rows, timeliness(cells))


def cells_of(work: Work, view: CycleView, period: Period, now: datetime) -> list[MatrixCell]:
    """The standing of every obligation of a period, in roster order."""
    versions = versions_by_agency(work, view, period)
    dates = view.dates(period)
    owed = view.obligations(period, work.submissions.extensions(view.id))
    return [standing(obligation, dates, versions.get(obligation.key.agency, []), now) for obligation in owed]


def versions_by_agency(work: Work, view: CycleView, period: Period) -> dict[str, list[Submission]]:
    """All versions of a period by agency, oldest first."""
    found: dict[str, list[Submission]] = {}
    for submission in work.submissions.of_period(view.id, period):
        found.setdefault(submission.obligation.agency, []).append(submission)
    return found


def _row(view: CycleView, cell: MatrixCell, versions: int) -> MatrixRow:
    agency = cell.obligation.key.agency
    late_days = cell.late_by.days + 1 if cell.late_by is not None else 0
    sent_at = cell.submission.sent_at if cell.submission else None
    name = view.programme.agency(agency).name
    return MatrixRow(agency, name, cell.status, cell.submission, sent_at, late_days, versions)
