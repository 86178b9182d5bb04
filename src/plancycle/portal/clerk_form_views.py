"""Builds the clerk's pages that hold answers: the web form, two answers to choose from, the check before handing in.

The form is made from the same definition as the workbook, and read and checked by the same rules.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from plancycle.domain.assignments import field_for
from plancycle.domain.findings import Finding, Severity
from plancycle.domain.forms import FieldKind, Form, FormField, FormRow, FormSheet
from plancycle.domain.submissions import Entry, Submission, SubmissionStatus
from plancycle.portal.clerk_access import Clerk, case_of
from plancycle.portal.clerk_form_pages import (
    AnswerGroup,
    AnswerLine,
    CheckPage,
    ConflictField,
    ConflictPage,
    ConflictRow,
    CorrectedVersion,
    FieldView,
    FormPage,
    MendPage,
    Problem,
    RowView,
    SheetView,
)
from plancycle.portal.clerk_pages import ChangeLine
from plancycle.portal.fields import FieldError
from plancycle.portal.problems import WORDS
from plancycle.services.changes_between import Change, changes_to
from plancycle.services.drafts import Conflict, Typed, kept, mark_of, part_name
from plancycle.services.ports import House
from plancycle.services.previous_values import previous_values
from plancycle.services.repositories import Work
from plancycle.services.try_out_answer import TriedOut

LONG_TEXT = 250
"""Characters from which a text gets a box of several lines."""
BUTTONS = "cac-nut"
"""The id of the form's buttons."""
MARK, ANSWER = "m:", "o:"
"""Names of hidden marks and of answers begin so; a row's mark is ``m:works.n1``, an answer ``o:works.n1.status``."""


def form_of(who: Clerk) -> Form:
    """What the agency is asked."""
    return who.view.form(who.obligation.period, who.agency)


def typed_rows(form: Form, sent: Mapping[str, str]) -> list[Typed]:
    """The rows of a form that was sent, by the form's own questions; anything else in it is not looked at."""
    rows = []
    for sheet in form.sheets:
        for row in sheet.rows:
            part = part_name(sheet.code, row.code)
            if f"{MARK}{part}" in sent:
                answers = {field.code: sent.get(f"{ANSWER}{part}.{field.code}", "").strip() for field in sheet.fields}
                rows.append(Typed(part, sent[f"{MARK}{part}"], answers))
    return rows


def form_page(
    house: House,
    who: Clerk,
    findings: Sequence[Finding] = (),
    *,
    just_saved: bool = False,
    typed: Sequence[Typed] = (),
    why: str = "",
) -> FormPage:
    """The web form with what is stored; before anything was typed, with what was handed in last.

    ``typed`` stands in its place where a form could not be taken; ``why`` says so.
    """
    again = {one.part: one for one in typed}
    form, parts = form_of(who), kept(house, who.obligation)
    said = {(one.row, one.field): one for one in reversed(findings) if one.severity is Severity.ERROR}
    doubted = {(one.row, one.field): one for one in reversed(findings) if one.severity is Severity.WARNING}
    earlier = {} if parts else _handed_in(house, who)
    sheets = []
    for sheet in form.sheets:
        rows = []
        for row in sheet.rows:
            name = part_name(sheet.code, row.code)
            part, mine = parts.get(name), again.get(name)
            answers = mine.answers if mine else part.answers if part else earlier.get(row.code, {})
            fields = tuple(
                _field(who, sheet, row, field, answers.get(field.code, ""), said, doubted) for field in sheet.fields
            )
            rows.append(RowView(name, mine.mark if mine else mark_of(part), row.label, row.basis, fields))
        sheets.append(SheetView(f"bieu-{sheet.code}", sheet.name, tuple(rows)))
    errors = tuple(
        FieldError(field.target, f"{row.label} · {field.label}: {field.error}")
        for sheet in sheets
        for row in sheet.rows
        for field in row.fields
        if field.error
    )
    saved_at = max((part.saved_at for part in parts.values()), default=None)
    if why:
        errors = (FieldError(BUTTONS, why), *errors)
    return FormPage(case_of(house, who), tuple(sheets), saved_at, just_saved, errors)


def _handed_in(house: House, who: Clerk) -> dict[str, dict[str, str]]:
    """The cells of the last version as they were typed, by row."""
    with house.work() as work:
        last = _last(work, who)
        entries = work.submissions.entries(last.id) if last else []
    found: dict[str, dict[str, str]] = {}
    for entry in entries:
        found.setdefault(entry.row, {})[entry.field] = entry.raw.strip()
    return found


def _last(work: Work, who: Clerk) -> Submission | None:
    """The version that was handed in last."""
    versions = work.submissions.versions(who.obligation)
    return next((one for one in reversed(versions) if one.status is not SubmissionStatus.RECEIVED), None)


Found = Mapping[tuple[str, str], Finding]


def _field(
    who: Clerk, sheet: FormSheet, row: FormRow, field: FormField, typed: str, said: Found, doubted: Found
) -> FieldView:
    asked, place = field_for(field, row), (row.code, field.code)
    return FieldView(
        target=target_of(sheet.code, *place),
        name=f"{ANSWER}{part_name(sheet.code, row.code)}.{field.code}",
        label=field.label,
        kind=str(field.kind),
        unit=row.unit if field.kind is FieldKind.NUMBER else "",
        hint=_hint(who, asked),
        required=field.required,
        choices=field.choices,
        typed=typed,
        long=field.kind is FieldKind.TEXT and field.max_length > LONG_TEXT,
        maximum=field.max_length,
        error=_why(who, said.get(place)),
        warning=_why(who, doubted.get(place)),
        fix=_fix(who, said.get(place) or doubted.get(place)),
    )


def target_of(sheet: str, row: str, field: str) -> str:
    """The id of a question on the page."""
    return f"o-{sheet}-{row}-{field}"


def _hint(who: Clerk, field: FormField) -> str:
    if field.kind is FieldKind.DATE:
        return who.say("clerk.hint_date")
    if field.kind is not FieldKind.NUMBER:
        return ""
    return who.say("clerk.hint_number" if field.precision else "clerk.hint_whole", places=field.precision)


def _why(who: Clerk, finding: Finding | None) -> str:
    return who.say(f"finding.{finding.code}", **finding.params) if finding else ""


def _fix(who: Clerk, finding: Finding | None) -> str:
    return who.say(f"finding.{finding.code}.fix", **finding.params) if finding else ""


def conflict_page(house: House, who: Clerk, conflicts: Sequence[Conflict], then: str) -> ConflictPage:
    """Both answers of every row that two windows changed."""
    rows = []
    by_part = {one.part: one for one in conflicts}
    for sheet in form_of(who).sheets:
        for row in sheet.rows:
            conflict = by_part.get(part_name(sheet.code, row.code))
            if conflict is None:
                continue
            fields = tuple(
                ConflictField(
                    field.label,
                    f"{ANSWER}{conflict.part}.{field.code}",
                    conflict.stored.answers.get(field.code, ""),
                    conflict.typed.get(field.code, ""),
                )
                for field in sheet.fields
            )
            mark = mark_of(conflict.stored)
            rows.append(ConflictRow(conflict.part, mark, row.label, conflict.stored.saved_at, fields))
    return ConflictPage(case_of(house, who), tuple(rows), then)


def written_value(kind: str, value: str) -> str:
    """A canonical value as people write it: ``1.234,5``, ``09/12/2025``; what could not be read stays as typed."""
    try:
        if kind == FieldKind.NUMBER and value:
            return WORDS.write(Decimal(value))
        if kind == FieldKind.DATE and value:
            return WORDS.write(date.fromisoformat(value))
    except (InvalidOperation, ValueError):
        return value
    return value


def check_page(
    house: House,
    who: Clerk,
    tried: TriedOut,
    kind: str,
    file_name: str,
    name: str,
    typed: Mapping[str, str] | None = None,
    errors: tuple[FieldError, ...] = (),
    *,
    is_confirmed: bool = False,
) -> CheckPage:
    """The answers as they would be handed in."""
    sealed = {"answer": kind, "sha256": tried.sha256, "name": file_name, "for": str(who.obligation)}
    warnings = [one for one in tried.findings if one.severity is Severity.WARNING]
    return CheckPage(
        case=case_of(house, who),
        kind=kind,
        file_name=file_name,
        sealed=house.seals.sign_link(sealed),
        groups=_groups(house, who, tried.entries),
        corrected=_corrected(house, who, tried),
        warnings=tuple(_problem(who, one, number, typed or {}) for number, one in enumerate(warnings)),
        name=name,
        is_confirmed=is_confirmed,
        must_explain=not who.view.programme.form.inclusion.unexplained,
        errors=errors,
    )


def _corrected(house: House, who: Clerk, tried: TriedOut) -> CorrectedVersion | None:
    with house.work() as work:
        last, same = _last(work, who), work.submissions.by_bytes(who.obligation, tried.sha256)
    if last is None or (same is not None and same.id != last.id):
        return None
    changes = change_lines(who, changes_to(house, last.id, tried.entries))
    return CorrectedVersion(last.version, who.say(f"submission_status.{last.status}"), last.receipt, changes)


def change_lines(who: Clerk, found: Sequence[Change]) -> tuple[ChangeLine, ...]:
    """Changes between two answers as people read them."""
    units = {row.code: row.unit for _, row, _ in form_of(who).cells()}
    lines = []
    for one in found:
        unit = units[one.row] if one.kind == FieldKind.NUMBER else ""
        before, after = written_value(one.kind, one.before), written_value(one.kind, one.after)
        lines.append(ChangeLine(one.label, before, after, unit))
    return tuple(lines)


def _groups(house: House, who: Clerk, entries: Sequence[Entry]) -> tuple[AnswerGroup, ...]:
    answers = {(one.row, one.field): one for one in entries}
    with house.work() as work:
        before = previous_values(work, who.view, who.obligation.period, who.agency)
    groups = []
    for sheet in form_of(who).sheets:
        lines, empty = [], 0
        for row in sheet.rows:
            for field in sheet.fields:
                entry, kind = answers.get((row.code, field.code)), str(field.kind)
                if entry is None or not entry.raw.strip():
                    empty += 1
                    continue
                value = written_value(kind, entry.value) if entry.value is not None else entry.raw
                earlier = written_value(kind, before.get((row.code, field.code), ""))
                unit = row.unit if field.kind is FieldKind.NUMBER else ""
                shown = earlier if field.kind is FieldKind.NUMBER else ""
                lines.append(AnswerLine(f"{row.label} · {field.label}", value, unit, shown))
        groups.append(AnswerGroup(sheet.name, tuple(lines), empty))
    return tuple(groups)


def mend_page(
    house: House, who: Clerk, tried: TriedOut, file_name: str, errors: tuple[FieldError, ...] = ()
) -> MendPage:
    """Every place to mend in the file that was sent."""
    wrong = [one for one in tried.findings if one.severity is Severity.ERROR]
    facts = {"marked": tried.sha256, "name": file_name, "for": str(who.obligation)}
    address = f"{who.base}/danh-dau/{house.seals.sign_link(facts)}"
    problems = tuple(_problem(who, one, number, {}) for number, one in enumerate(wrong))
    return MendPage(case_of(house, who), file_name, problems, address, errors)


def _problem(who: Clerk, one: Finding, number: int, typed: Mapping[str, str]) -> Problem:
    question = f"{one.rule}|{one.row}|{one.field}"
    return Problem(
        target=f"cho-{number}",
        where=" · ".join(part for part in (one.sheet, one.cell) if part),
        label=one.label,
        value=one.value,
        why=who.say(f"finding.{one.code}", **one.params),
        fix=who.say(f"finding.{one.code}.fix", **one.params),
        question=question,
        typed=typed.get(question, ""),
    )
