"""Who owes what by when, and where each obligation stands at a given moment. Nothing here is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from plancycle.domain.deadlines import Extension, PeriodDates, effective_due
from plancycle.domain.periods import ObligationKey
from plancycle.domain.submissions import Submission, SubmissionStatus

DUE_SOON = timedelta(days=5)


class ObligationStatus(StrEnum):
    """Always computed from the rows and the clock."""

    NOT_OPEN = "not_open"
    OPEN = "open"
    DUE_SOON = "due_soon"
    SUBMITTED = "submitted"
    SUBMITTED_LATE = "submitted_late"
    RETURNED = "returned"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Obligation:
    """One report owed: who, for which period, by when (with any extension)."""

    key: ObligationKey
    due_at: datetime
    soft_due_at: datetime
    extension: Extension | None = None


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """An obligation's standing at a moment, as the matrix shows it."""

    obligation: Obligation
    status: ObligationStatus
    submission: Submission | None
    late_by: timedelta | None


def obligations_of(
    cycle: str, dates: PeriodDates, agencies: Sequence[str], extensions: Mapping[str, Extension]
) -> tuple[Obligation, ...]:
    """The obligations of one period, in roster order. ``extensions`` are keyed by obligation key."""
    return tuple(_obligation(ObligationKey(cycle, dates.period, agency), dates, extensions) for agency in agencies)


def _obligation(key: ObligationKey, dates: PeriodDates, extensions: Mapping[str, Extension]) -> Obligation:
    extension = extensions.get(str(key))
    return Obligation(key, effective_due(dates, extension), dates.soft_due_at, extension)


def standing(obligation: Obligation, dates: PeriodDates, versions: Sequence[Submission], now: datetime) -> MatrixCell:
    """Where one obligation stands. ``versions`` are all its submissions, oldest first."""
    accepted = [version for version in versions if version.status is SubmissionStatus.ACCEPTED]
    if accepted:
        last = accepted[-1]
        # By the due date in force, not by the mark made on receipt: an extension may have been granted since.
        is_late = last.sent_at >= obligation.due_at
        late_by = last.sent_at - obligation.due_at if is_late else None
        status = ObligationStatus.SUBMITTED_LATE if is_late else ObligationStatus.SUBMITTED
        return MatrixCell(obligation, status, last, late_by)
    latest = versions[-1] if versions else None
    if now >= obligation.due_at:
        return MatrixCell(obligation, ObligationStatus.MISSING, latest, now - obligation.due_at)
    if latest is not None and latest.status is SubmissionStatus.RETURNED:
        return MatrixCell(obligation, ObligationStatus.RETURNED, latest, None)
    return MatrixCell(obligation, _waiting(obligation, dates, now), latest, None)


def _waiting(obligation: Obligation, dates: PeriodDates, now: datetime) -> ObligationStatus:
    if now < dates.opens_at:
        return ObligationStatus.NOT_OPEN
    soon = now >= obligation.soft_due_at - DUE_SOON
    return ObligationStatus.DUE_SOON if soon else ObligationStatus.OPEN


@dataclass(frozen=True, slots=True)
class Timeliness:
    """Counts of one period; rates are these over ``expected``."""

    expected: int
    submitted: int
    on_time: int
    late: int
    returned: int
    missing: int


def timeliness(cells: Sequence[MatrixCell]) -> Timeliness:
    """Count a period's matrix."""
    statuses = [cell.status for cell in cells]
    on_time = statuses.count(ObligationStatus.SUBMITTED)
    late = statuses.count(ObligationStatus.SUBMITTED_LATE)
    return Timeliness(
        expected=len(cells),
        submitted=on_time + late,
        on_time=on_time,
        late=late,
        returned=statuses.count(ObligationStatus.RETURNED),
        missing=statuses.count(ObligationStatus.MISSING),
    )
