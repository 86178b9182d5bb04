"""Who owes what by when, and where each obligation stands at a given moment. Nothing here is stored."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from plancycle.domain.deadlines import Extension, PeriodDates, effective_due
from plancycle.domain.periods import ObligationKey
from plancycle.domain.receipts import Verdict, verdict
from plancycle.domain.submissions import Submission, SubmissionStatus

DUE_SOON = timedelta(days=5)


class ObligationStatus(StrEnum):
    """Always computed from the rows and the clock."""

    NOT_OPEN = "not_open"
    OPEN = "open"
    DUE_SOON = "due_soon"
    SUBMITTED = "submitted"
    SUBMITTED_EXCUSED = "submitted_excused"
    """After the date everybody has, within the agency's own extension."""
    SUBMITTED_LATE = "submitted_late"
    RETURNED = "returned"
    MISSING = "missing"
    ELSEWHERE = "elsewhere"
    """Declared by the agency itself: reported by another channel. Neither missing nor overdue."""


_SUBMITTED = {
    Verdict.ON_TIME: ObligationStatus.SUBMITTED,
    Verdict.LATE_EXCUSED: ObligationStatus.SUBMITTED_EXCUSED,
    Verdict.LATE: ObligationStatus.SUBMITTED_LATE,
}


@dataclass(frozen=True, slots=True)
class Obligation:
    """One report owed: who, for which period, by when (with any extension)."""

    key: ObligationKey
    due_at: datetime
    soft_due_at: datetime
    extension: Extension | None = None
    grown_at: datetime | None = None
    """When the agency was given more to answer for; an answer sent before lacks that and does not settle it."""
    is_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """An obligation's standing at a moment, as the matrix shows it."""

    obligation: Obligation
    status: ObligationStatus
    submission: Submission | None
    late_by: timedelta | None
    judged_at: datetime | None = None
    """When the report that counts was handed in; None while none does."""

    @property
    def corrected_at(self) -> datetime | None:
        """When the version that stands replaced, after everybody's due date, the one it is judged by."""
        standing = self.submission
        is_mended = standing is not None and self.judged_at is not None and self.judged_at < standing.sent_at
        return standing.sent_at if standing is not None and is_mended else None


def obligations_of(
    cycle: str,
    dates: PeriodDates,
    agencies: Sequence[str],
    extensions: Mapping[str, Extension],
    grown: Mapping[str, datetime] | None = None,
    elsewhere: Collection[str] = (),
) -> tuple[Obligation, ...]:
    """The obligations of one period, in roster order. ``extensions`` and ``elsewhere`` go by obligation key.

    ``grown``: when an agency was given more to answer for while the period was open, by agency.
    """
    found, prefix = [], str(ObligationKey(cycle, dates.period, ""))
    for agency in agencies:
        key, spelt = ObligationKey(cycle, dates.period, agency), f"{prefix}{agency}"
        extension, grown_at = extensions.get(spelt), grown.get(agency) if grown else None
        due_at = effective_due(dates, extension)
        found.append(Obligation(key, due_at, dates.soft_due_at, extension, grown_at, spelt in elsewhere))
    return tuple(found)


def standing(
    obligation: Obligation,
    dates: PeriodDates,
    versions: Sequence[Submission],
    now: datetime,
    moments: Mapping[str, datetime] | None = None,
) -> MatrixCell:
    """Where one obligation stands. ``versions`` are all its submissions, oldest first.

    ``moments``: by which one a version is judged, by its id, where that is not its own (:mod:`.judged_moments`).
    """
    accepted = [version for version in versions if version.status is SubmissionStatus.ACCEPTED]
    if accepted and not lacks_what_was_added(obligation, accepted[-1]):
        last = accepted[-1]
        # By the due date in force, not by the mark made on receipt: an extension may have been granted since.
        judged_at = (moments or {}).get(last.id, last.sent_at)
        late_by = judged_at - obligation.due_at if judged_at >= obligation.due_at else None
        status = _SUBMITTED[verdict(judged_at, dates.due_at, obligation.due_at)]
        return MatrixCell(obligation, status, last, late_by, judged_at)
    latest = versions[-1] if versions else None
    if obligation.is_elsewhere:
        return MatrixCell(obligation, ObligationStatus.ELSEWHERE, latest, None)
    if now >= obligation.due_at:
        return MatrixCell(obligation, ObligationStatus.MISSING, latest, now - obligation.due_at)
    if latest is not None and latest.status is SubmissionStatus.RETURNED:
        return MatrixCell(obligation, ObligationStatus.RETURNED, latest, None)
    return MatrixCell(obligation, _waiting(obligation, dates, now), latest, None)


def lacks_what_was_added(obligation: Obligation, answer: Submission) -> bool:
    """Whether an answer was sent before the agency took over more work; it counts, but it is not the whole report."""
    return obligation.grown_at is not None and answer.sent_at < obligation.grown_at


def _waiting(obligation: Obligation, dates: PeriodDates, now: datetime) -> ObligationStatus:
    if now < dates.opens_at:
        return ObligationStatus.NOT_OPEN
    soon = now >= obligation.soft_due_at - DUE_SOON
    return ObligationStatus.DUE_SOON if soon else ObligationStatus.OPEN


@dataclass(frozen=True, slots=True)
class Timeliness:
    """Counts of one period; rates are these over ``expected``. ``elsewhere`` are reported by another channel.

    ``submitted`` is the sum of the three verdicts: ``on_time``, ``excused`` (late, within an extension) and ``late``.
    """

    expected: int
    submitted: int
    on_time: int
    late: int
    returned: int
    missing: int
    elsewhere: int = 0
    excused: int = 0


def timeliness(cells: Sequence[MatrixCell]) -> Timeliness:
    """Count a period's matrix."""
    statuses = [cell.status for cell in cells]
    on_time = statuses.count(ObligationStatus.SUBMITTED)
    late = statuses.count(ObligationStatus.SUBMITTED_LATE)
    excused = statuses.count(ObligationStatus.SUBMITTED_EXCUSED)
    return Timeliness(
        expected=len(cells),
        submitted=on_time + excused + late,
        on_time=on_time,
        late=late,
        returned=statuses.count(ObligationStatus.RETURNED),
        missing=statuses.count(ObligationStatus.MISSING),
        elsewhere=statuses.count(ObligationStatus.ELSEWHERE),
        excused=excused,
    )
