"""A reviewer goes through the answers that stand: what there is to look at, who has looked, and what is sent back.

The checks accept an answer by themselves, so that no deadline waits for a person. Reviewing is a person's word on top:
an event in the journal, once a version. What the checks passed without a remark, and what has hardly moved since the
last accepted period, may be reviewed together; everything else one at a time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from plancycle.domain.errors import ActionNeeded, NotFound
from plancycle.domain.findings import Finding
from plancycle.domain.forms import FieldKind, FormField, FormRow, FormSheet
from plancycle.domain.periods import CycleKey, ObligationKey, Period, preceding
from plancycle.domain.submissions import Entry, Submission, SubmissionStatus
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.journal import record
from plancycle.services.matrix import versions_by_agency
from plancycle.services.ports import House
from plancycle.services.previous_values import accepted_values
from plancycle.services.repositories import Work

REVIEWED = "submission.reviewed"
BIG_CHANGE = Decimal(30)
"""Per cent: a figure that moved further since the last accepted period is worth a look."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One question of an answer beside what was said before. ``change`` is in per cent; None where it says nothing."""

    sheet: str
    row: str
    field: str
    label: str
    unit: str
    is_number: bool
    entry: Entry | None
    before: Entry | None
    """The same cell in the agency's version before this one."""
    last_period: str | None
    last_year: str | None
    is_changed: bool
    change: Decimal | None
    findings: tuple[Finding, ...]

    @property
    def is_worth_a_look(self) -> bool:
        """Whether there is a remark on it, or it moved far."""
        return bool(self.findings) or (self.change is not None and abs(self.change) > BIG_CHANGE)


@dataclass(frozen=True, slots=True)
class Review:
    """One version as a reviewer looks at it."""

    submission: Submission
    versions: tuple[Submission, ...]
    cells: tuple[Cell, ...]
    loose: tuple[Finding, ...]
    """Findings about no question of the form."""
    reviewed_by: str
    """Empty: nobody has looked at it yet."""

    @property
    def remarks(self) -> int:
        """How many cells (and loose findings) are worth a look."""
        return sum(cell.is_worth_a_look for cell in self.cells) + len(self.loose)


@dataclass(frozen=True, slots=True)
class Queue:
    """The answers of a period that stand: still to be looked at one by one, ready to be taken together, done."""

    to_look_at: tuple[Review, ...]
    plain: tuple[Review, ...]
    done: tuple[Review, ...] = field(default=())


def review(house: House, obligation: ObligationKey, version: int = 0) -> Review:
    """One version (0: the newest) beside the one before, the last period and the last year. Raises NotFound."""
    view = cycle_view(house, int(obligation.cycle.rpartition("-")[2]))
    with house.work() as work:
        versions = work.submissions.versions(obligation)
        found = next((one for one in reversed(versions) if version in (0, one.version)), None)
        if found is None:
            raise NotFound("not_found.submission", obligation=str(obligation))
        return _look(house, work, view, found, versions, _reviewers(work, str(obligation)))


def queue(house: House, year: int, period: Period) -> Queue:
    """The period's standing answers, in roster order."""
    view = cycle_view(house, year)
    with house.work() as work:
        known = versions_by_agency(work, view, period)
        reviewers = _reviewers(work, view.key(period))
        standing = [(one, known[one]) for one in view.reporters(period) if one in known]
        looks = [
            _look(house, work, view, one, versions, reviewers)
            for _, versions in standing
            for one in versions[-1:]
            if one.status in (SubmissionStatus.ACCEPTED, SubmissionStatus.RECEIVED)
        ]
    waiting = [one for one in looks if not one.reviewed_by]
    return Queue(
        to_look_at=tuple(one for one in waiting if one.remarks),
        plain=tuple(one for one in waiting if not one.remarks),
        done=tuple(one for one in looks if one.reviewed_by),
    )


def waiting(house: House, year: int, period: Period) -> int:
    """How many standing answers of a period no reviewer has looked at."""
    cycle = str(CycleKey(house.programme_id, year))
    with house.work() as work:
        reviewed = _reviewers(work, f"{cycle}/{period}/")
        found = work.submissions.of_period(cycle, period)
    return sum(one.status is SubmissionStatus.ACCEPTED and one.id not in reviewed for one in found)


def confirm(house: House, submission_id: str, actor: str) -> None:
    """A reviewer has looked at a version and lets it stand. Twice is once.

    Raises NotFound, or ActionNeeded when it does not stand (any more).
    """
    _confirm(house, [submission_id], actor)


def confirm_together(house: House, year: int, period: Period, submission_ids: Sequence[str], actor: str) -> list[str]:
    """Let several versions stand that there is nothing to look at in; all or none.

    ``submission_ids`` is the list the reviewer was shown. Raises ActionNeeded when one of them no longer belongs on
    it: something came in meanwhile, and the list has to be looked at again.
    """
    seen = queue(house, year, period)
    plain = {one.submission.id for one in (*seen.plain, *seen.done)}
    strange = [one for one in submission_ids if one not in plain]
    if strange or not submission_ids:
        raise ActionNeeded("review.list_changed", submissions=tuple(strange))
    return _confirm(house, submission_ids, actor)


def _confirm(house: House, submission_ids: Sequence[str], actor: str) -> list[str]:
    confirmed = []
    with house.work() as work:
        for submission_id in submission_ids:
            found = _submission(work, submission_id)
            if found.status is not SubmissionStatus.ACCEPTED:
                raise ActionNeeded("review.not_standing", submission=submission_id)
            if submission_id not in _reviewers(work, submission_id):
                record(house, work, REVIEWED, submission_id, actor, sha256=found.sha256)
                confirmed.append(submission_id)
    return confirmed


def _submission(work: Work, submission_id: str) -> Submission:
    try:
        key = ObligationKey.parse(submission_id.rpartition("/")[0])
    except ValueError:
        raise NotFound("not_found.submission_id", submission=submission_id) from None
    found = next((one for one in work.submissions.versions(key) if one.id == submission_id), None)
    if found is None:
        raise NotFound("not_found.submission_id", submission=submission_id)
    return found


def _reviewers(work: Work, prefix: str) -> dict[str, str]:
    """Who looked at which version."""
    return {event.subject: event.actor for event in work.audit.find([REVIEWED], prefix)}


def _look(
    house: House,
    work: Work,
    view: CycleView,
    found: Submission,
    versions: Sequence[Submission],
    reviewers: Mapping[str, str],
) -> Review:
    key = found.obligation
    earlier = next((one for one in reversed(versions) if one.version < found.version), None)
    last = preceding(key.period, view.programme.order)
    said = _Said(
        now=_entries(work, found),
        before=_entries(work, earlier) if earlier else {},
        last_period=accepted_values(work, view, last, key.agency) if last else {},
        last_year=_last_year(house, work, view, key),
    )
    remarks: dict[tuple[str, str], list[Finding]] = {}
    for one in work.submissions.findings(found.id):
        remarks.setdefault((one.row, one.field), []).append(one)
    form = view.form(key.period, key.agency)
    cells = tuple(
        said.cell(sheet, row, asked, tuple(remarks.pop((row.code, asked.code), ())))
        for sheet, row, asked in form.cells()
    )
    loose = tuple(one for left in remarks.values() for one in left)
    return Review(found, tuple(versions), cells, loose, reviewers.get(found.id, ""))


@dataclass(frozen=True, slots=True)
class _Said:
    """What an agency said now, in the version before, in the last period, a year ago; by (row, field)."""

    now: Mapping[tuple[str, str], Entry]
    before: Mapping[tuple[str, str], Entry]
    last_period: Mapping[tuple[str, str], str]
    last_year: Mapping[tuple[str, str], str]

    def cell(self, sheet: FormSheet, row: FormRow, asked: FormField, findings: tuple[Finding, ...]) -> Cell:
        """One question of the form."""
        question = row.code, asked.code
        entry, old = self.now.get(question), self.before.get(question)
        is_number = asked.kind is FieldKind.NUMBER
        return Cell(
            sheet=sheet.name,
            row=row.code,
            field=asked.code,
            label=f"{row.code} {row.label} · {asked.label}",
            unit=row.unit if is_number else "",
            is_number=is_number,
            entry=entry,
            before=old,
            last_period=self.last_period.get(question),
            last_year=self.last_year.get(question),
            is_changed=bool(self.before) and (entry.raw if entry else "") != (old.raw if old else ""),
            change=change_of(entry.value if entry else None, self.last_period.get(question)) if is_number else None,
            findings=findings,
        )


def change_of(value: str | None, before: str | None) -> Decimal | None:
    """By how many per cent a figure moved, rounded to whole ones; None without two figures to compare.

    From zero to anything else counts as a hundred.
    """
    try:
        new, old = Decimal(value or ""), Decimal(before or "")
    except InvalidOperation:
        return None
    if old == 0:
        return Decimal(0) if new == 0 else Decimal(100)
    return ((new - old) * 100 / abs(old)).quantize(Decimal(1))


def _entries(work: Work, submission: Submission) -> dict[tuple[str, str], Entry]:
    return {(one.row, one.field): one for one in work.submissions.entries(submission.id)}


def _last_year(house: House, work: Work, view: CycleView, key: ObligationKey) -> dict[tuple[str, str], str]:
    """What stood for the same period a year ago; empty when that year was not run here."""
    if work.cycles.get(f"{view.programme.id}-{view.year - 1}") is None:
        return {}
    return accepted_values(work, cycle_view(house, view.year - 1, work), key.period, key.agency)
