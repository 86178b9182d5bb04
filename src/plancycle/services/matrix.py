"""The matrix: where every obligation of a period stands at this moment."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from plancycle.domain.agencies import AddressBook
from plancycle.domain.bounces import Fate, MailStanding, mail_standing
from plancycle.domain.deadlines import PeriodDates
from plancycle.domain.explanations import ExplanationStatus
from plancycle.domain.obligations import MatrixCell, ObligationStatus, Timeliness, standing, timeliness
from plancycle.domain.openings import VisitKind
from plancycle.domain.periods import Period
from plancycle.domain.receipts import Verdict, verdict
from plancycle.domain.submissions import Submission
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.judged_moments import judged_moments
from plancycle.services.ports import House
from plancycle.services.repositories import Work

SUBMITTED = {ObligationStatus.SUBMITTED, ObligationStatus.SUBMITTED_EXCUSED, ObligationStatus.SUBMITTED_LATE}


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One agency's line; ``versions`` is how often it has sent, ``late_days`` 0 when on time."""

    agency: str
    agency_name: str
    status: ObligationStatus
    submission: Submission | None
    sent_at: datetime | None
    """When the report was handed in; a correction after the due date does not move it."""
    late_days: int
    versions: int
    verdict: Verdict | None
    """Of the answer that counts: on time, late but excused, or late; None when there is none."""
    mail: MailStanding
    """How the agency stands with its letters of the period."""
    opened_at: datetime | None = None
    """When a person of the agency last opened the link; a machine that fetched it does not count."""
    warnings: int = 0
    """Warnings of the version that stands which nobody has explained."""
    to_review: int = 0
    """Explanations of the version that stands which nobody has reviewed."""
    corrected_at: datetime | None = None
    """When the version that stands took the place of the one handed in at ``sent_at``, after everybody's due date."""


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
    with house.work() as work:
        view = cycle_view(house, year, work)
        return _seen(house, work, view, period)


def year_matrix(house: House, year: int) -> tuple[Matrix, ...]:
    """Look at every period of a year now, in one transaction; who is expected differs from period to period."""
    with house.work() as work:
        view = cycle_view(house, year, work)
        return tuple(_seen(house, work, view, period) for period in view.programme.order)


def _seen(house: House, work: Work, view: CycleView, period: Period) -> Matrix:
    versions, dates = versions_by_agency(work, view, period), view.dates(period)
    cells = _cells(work, view, period, versions, house.clock.now())
    reached = _reached(house, work, view, period)
    rows = tuple(_row(view, cell, dates, len(versions.get(cell.obligation.key.agency, [])), reached) for cell in cells)
    rows = _with_questions(work, f"{view.key(period)}/", rows)
    return Matrix(period, view.title(period), dates, rows, timeliness(cells))


def _with_questions(work: Work, prefix: str, rows: tuple[MatrixRow, ...]) -> tuple[MatrixRow, ...]:
    """What is still asked about the versions that stand, and what they said that waits for a person."""
    warnings = work.explanations.open_warnings(prefix)
    given = Counter(one.submission for one in work.explanations.under(prefix) if one.status is ExplanationStatus.GIVEN)
    standing_ids = [one.submission.id if one.status in SUBMITTED and one.submission else "" for one in rows]
    return tuple(
        replace(row, warnings=warnings.get(one, 0), to_review=given[one]) if one in warnings or one in given else row
        for row, one in zip(rows, standing_ids, strict=True)
    )


def cells_of(work: Work, view: CycleView, period: Period, now: datetime) -> list[MatrixCell]:
    """The standing of every obligation of a period, in roster order."""
    return _cells(work, view, period, versions_by_agency(work, view, period), now)


def cells_for(
    work: Work, view: CycleView, period: Period, now: datetime, agencies: Collection[str]
) -> list[MatrixCell]:
    """The same of these agencies alone, as far as they owe the period; of the others nothing is read."""
    dates, extensions = view.dates(period), work.submissions.extensions(view.id)
    owed = [view.obligation(period, one, extensions) for one in view.reporters(period) if one in agencies]
    return [standing(one, dates, work.submissions.versions(one.key), now) for one in owed]


def _cells(
    work: Work, view: CycleView, period: Period, versions: dict[str, list[Submission]], now: datetime
) -> list[MatrixCell]:
    dates = view.dates(period)
    owed = view.obligations(period, work.submissions.extensions(view.id))
    moments = judged_moments(work, view, period, versions)
    return [standing(one, dates, versions.get(one.key.agency, []), now, moments) for one in owed]


def versions_by_agency(work: Work, view: CycleView, period: Period) -> dict[str, list[Submission]]:
    """All versions of a period by agency, oldest first."""
    found: dict[str, list[Submission]] = {}
    for submission in work.submissions.of_period(view.id, period):
        found.setdefault(submission.obligation.agency, []).append(submission)
    return found


@dataclass(frozen=True, slots=True)
class _Reached:
    """What the letters of a period came to."""

    book: AddressBook
    refused: set[str]
    fates: dict[str, list[Fate]]
    opened: dict[str, datetime]

    def mail(self, agency: str) -> MailStanding:
        return mail_standing(self.book.contact(agency), self.refused, self.fates.get(agency, ()))


def _reached(house: House, work: Work, view: CycleView, period: Period) -> _Reached:
    prefix = f"{view.key(period)}/"
    fates: dict[str, list[Fate]] = {}
    for fate in work.addresses.fates(prefix):
        fates.setdefault(fate.agency, []).append(fate)
    opened: dict[str, datetime] = {}
    for visit in work.addresses.visits(prefix):
        if visit.kind is VisitKind.OPENED:
            agency = visit.obligation.agency
            opened[agency] = max(visit.last_at, opened.get(agency, visit.last_at))
    return _Reached(house.programmes.address_book(view.programme.id), work.addresses.refused(), fates, opened)


def _row(view: CycleView, cell: MatrixCell, dates: PeriodDates, versions: int, reached: _Reached) -> MatrixRow:
    agency = cell.obligation.key.agency
    late_days = cell.late_by.days + 1 if cell.late_by is not None else 0
    sent_at = cell.submission.sent_at if cell.submission else None
    name = view.name(agency, sent_at.date() if sent_at else None)
    handed_in = cell.judged_at if cell.status in SUBMITTED else None
    return MatrixRow(
        agency,
        name,
        cell.status,
        cell.submission,
        handed_in or sent_at,
        late_days,
        versions,
        verdict(handed_in, dates.due_at, cell.obligation.due_at) if handed_in else None,
        reached.mail(agency),
        reached.opened.get(agency),
        corrected_at=cell.corrected_at,
    )
