"""An answer beside what its agency said before: in the version before, in the last period, a year ago."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from plancycle.domain.findings import Finding
from plancycle.domain.forms import FieldKind, FormField, FormRow, FormSheet
from plancycle.domain.periods import ObligationKey, Period, preceding
from plancycle.domain.submissions import Entry, Submission, SubmissionStatus
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.matrix import versions_by_agency
from plancycle.services.ports import House
from plancycle.services.previous_values import Values
from plancycle.services.repositories import Work

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


def side_by_side(
    house: House,
    work: Work,
    view: CycleView,
    asked: Sequence[tuple[Submission, Sequence[Submission]]],
    reviewers: Mapping[str, str],
) -> list[Review]:
    """Versions of one period, each with all versions of its obligation; the ledger is asked once for all of them."""
    if not asked:
        return []
    period = asked[0][0].obligation.period
    agencies = [one.obligation.agency for one, _ in asked]
    before = {one.id: _earlier(one, versions) for one, versions in asked}
    entries = work.submissions.entries_of([*before, *(one.id for one in before.values() if one)])
    findings = work.submissions.findings_of(list(before))
    last = preceding(period, view.programme.order)
    last_period = _accepted(work, view, last, agencies) if last else {}
    last_year = _last_year(house, work, view, period, agencies)
    return [
        _look(
            view,
            found,
            versions,
            _Said(
                now=_by_question(entries[found.id]),
                before=_by_question(entries[earlier.id] if (earlier := before[found.id]) else ()),
                last_period=last_period.get(found.obligation.agency, {}),
                last_year=last_year.get(found.obligation.agency, {}),
            ),
            findings[found.id],
            reviewers.get(found.id, ""),
        )
        for found, versions in asked
    ]


def _earlier(found: Submission, versions: Sequence[Submission]) -> Submission | None:
    return next((one for one in reversed(versions) if one.version < found.version), None)


def _look(
    view: CycleView,
    found: Submission,
    versions: Sequence[Submission],
    said: "_Said",
    findings: Sequence[Finding],
    reviewed_by: str,
) -> Review:
    remarks: dict[tuple[str, str], list[Finding]] = {}
    for one in findings:
        remarks.setdefault((one.row, one.field), []).append(one)
    form = view.form(found.obligation.period, found.obligation.agency)
    cells = tuple(
        said.cell(sheet, row, asked, tuple(remarks.pop((row.code, asked.code), ())))
        for sheet, row, asked in form.cells()
    )
    loose = tuple(one for left in remarks.values() for one in left)
    return Review(found, tuple(versions), cells, loose, reviewed_by)


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
            label=f"{row.heading} · {asked.label}",
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


def _by_question(entries: Sequence[Entry]) -> dict[tuple[str, str], Entry]:
    return {(one.row, one.field): one for one in entries}


def _accepted(work: Work, view: CycleView, period: Period, agencies: Sequence[str]) -> dict[str, Values]:
    """What stands as these agencies' answers of a period, by agency; an agency without one is not there."""
    known = {key: work.submissions.versions(ObligationKey(view.id, period, key)) for key in agencies[:1]}
    if len(agencies) > 1:
        known = versions_by_agency(work, view, period)
    accepted = {
        agency: [one.id for one in known.get(agency, ()) if one.status is SubmissionStatus.ACCEPTED]
        for agency in agencies
    }
    newest = {agency: ids[-1] for agency, ids in accepted.items() if ids}
    entries = work.submissions.entries_of(list(newest.values()))
    return {
        agency: {(one.row, one.field): one.value for one in entries[found] if one.value is not None}
        for agency, found in newest.items()
    }


def _last_year(house: House, work: Work, view: CycleView, period: Period, agencies: Sequence[str]) -> dict[str, Values]:
    """What stood for the same period a year ago; empty when that year was not run here."""
    if work.cycles.get(f"{view.programme.id}-{view.year - 1}") is None:
        return {}
    return _accepted(work, cycle_view(house, view.year - 1, work), period, agencies)
