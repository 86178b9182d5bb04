"""What the checks found in an answer: every problem in one pass, each at its cell, with why and how to mend it.

``error`` blocks (the submission goes back), ``warning`` needs an explanation, ``note`` only informs. The words for
each code are in ``locale/`` under ``finding.<code>`` and ``finding.<code>.fix``.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from plancycle.domain import numbers
from plancycle.domain.assignments import field_for
from plancycle.domain.forms import Aggregation, FieldKind, Form, FormField, FormRow, FormRules, FormSheet, Indicator
from plancycle.domain.periods import Period
from plancycle.domain.submissions import Entry


class Severity(StrEnum):
    """What a finding does to a submission."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem at one cell. ``params`` fill the words of its code."""

    severity: Severity
    code: str
    sheet: str
    cell: str
    label: str
    value: str
    params: Mapping[str, str]


Answers = Mapping[tuple[str, str], Entry]
"""Entries by (row code, field code)."""


def by_question(entries: Iterable[Entry]) -> dict[tuple[str, str], Entry]:
    """Index entries by the question they answer; of two cells for one question, the one that is filled in."""
    answers: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        first = answers.setdefault((entry.row, entry.field), entry)
        if not first.raw.strip():
            answers[entry.row, entry.field] = entry
    return answers


def check(
    form: Form, rules: FormRules, entries: Sequence[Entry], previous: Mapping[tuple[str, str], str]
) -> tuple[tuple[Entry, ...], tuple[Finding, ...]]:
    """Read and check every cell. Returns the form's entries with their values filled in, and all findings.

    ``previous`` holds the canonical values of the last accepted period by (row, field); empty when there is none.
    """
    answers = by_question(entries)
    is_nil = _is_nil(answers, rules)
    read: dict[tuple[str, str], Entry] = {}
    findings: list[Finding] = []
    for sheet, row, field in form.cells():
        entry = answers.get((row.code, field.code))
        if entry is None:
            nowhere = Entry(sheet.name, "", row.code, field.code, "")
            findings.append(_finding(Severity.ERROR, "cell_missing", sheet, row, field, nowhere))
            continue
        value, problem = read_cell(field_for(field, row), entry.raw, needed=field.required and not is_nil)
        read[row.code, field.code] = replace(entry, value=value)
        if problem is not None:
            findings.append(_finding(Severity.ERROR, problem.code, sheet, row, field, entry, problem.params))
    findings.extend(_strays(form, answers, entries))
    findings.extend(_warnings(form, rules, read, previous))
    return tuple(read.values()), tuple(findings)


def _is_nil(answers: Answers, rules: FormRules) -> bool:
    return any(entry.field == "nil" and _clean(entry.raw) == rules.nil_choice for entry in answers.values())


def _clean(raw: str) -> str:
    return unicodedata.normalize("NFC", raw).strip()


def _strays(form: Form, answers: Answers, entries: Sequence[Entry]) -> Iterable[Finding]:
    """What stands outside the form: second answers to a question, and content in rows or columns that were added.

    Nothing an agency wrote is dropped in silence, and no answer is chosen for it.
    """
    questions = {(row.code, field.code): (sheet, row, field) for sheet, row, field in form.cells()}
    for entry in entries:
        text, question = _clean(entry.raw), questions.get((entry.row, entry.field))
        if not text:
            continue
        if question is None:
            label = f"{entry.row} · {entry.field}".removeprefix(" · ")
            yield Finding(Severity.WARNING, "cell_unknown", entry.sheet, entry.cell, label, entry.raw, {})
            continue
        taken = answers[entry.row, entry.field]
        if _clean(taken.raw) != text:
            other = {"other": f"{taken.sheet} · {taken.cell}"}
            yield _finding(Severity.ERROR, "cell_twice", *question, entry, other)


@dataclass(frozen=True, slots=True)
class CellProblem:
    """Why one cell cannot be read: a finding's code and parameters."""

    code: str
    params: Mapping[str, str]


def read_cell(field: FormField, raw: str, *, needed: bool) -> tuple[str | None, CellProblem | None]:
    """Read one cell's text as its field asks. Returns (canonical value or None, problem or None)."""
    text = _clean(raw)
    if not text:
        return None, CellProblem("required", {}) if needed else None
    if text in FORMULA_ERRORS:
        return None, CellProblem("formula_error", {"error": text})
    if problem := _forbidden(text, field):
        return None, problem
    if field.kind is FieldKind.NUMBER:
        return _read_number(field, text)
    if field.kind is FieldKind.DATE:
        return _read_date(text)
    if field.kind is FieldKind.CHOICE and text not in field.choices:
        return None, CellProblem("choice", {"choices": "; ".join(field.choices)})
    return text, None


FORMULA_ERRORS = {"#REF!", "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#VALUE!", "#SPILL!", "#CALC!"}
"""What a spreadsheet shows instead of a value; it is no answer to any question."""
FIRST_YEAR, LAST_YEAR = 2000, 2099
"""A day outside is a slip: a plain number in a date cell shows up as some day of 1900."""
FORBIDDEN_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn"}
"""Control, format (bidi overrides, zero width), surrogate, private and unassigned characters."""


def _forbidden(text: str, field: FormField) -> CellProblem | None:
    if len(text) > field.max_length:
        return CellProblem("too_long", {"length": str(len(text)), "maximum": str(field.max_length)})
    if any(unicodedata.category(letter) in FORBIDDEN_CATEGORIES and letter not in "\n\t\r" for letter in text):
        return CellProblem("forbidden_character", {})
    return None


def _read_number(field: FormField, text: str) -> tuple[str | None, CellProblem | None]:
    number = numbers.parse_decimal(text, field.precision)
    if isinstance(number, numbers.NotANumber):
        return None, _number_problem(number)
    if numbers.decimals_of(number) > field.precision:
        return None, CellProblem("number_precision", {"precision": str(field.precision)})
    low, high = field.minimum, field.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        return None, CellProblem("number_range", {"minimum": _bound(low), "maximum": _bound(high)})
    return numbers.canonical(number), None


def _number_problem(number: numbers.NotANumber) -> CellProblem:
    if number.reason == "ambiguous":
        first, second = number.readings
        return CellProblem("number_ambiguous", {"first": first, "second": second})
    if number.reason == "too_long":
        return CellProblem("number_too_long", {"maximum": str(numbers.MAX_DIGITS)})
    return CellProblem("number_invalid", {})


def _bound(value: Decimal | None) -> str:
    return "…" if value is None else numbers.canonical(value).replace(".", ",")


def _read_date(text: str) -> tuple[str | None, CellProblem | None]:
    for pattern in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            day = datetime.strptime(text, pattern).date()
        except ValueError:
            continue
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            return day.isoformat(), None
    return None, CellProblem("date_invalid", {"example": date(2025, 12, 9).strftime("%d/%m/%Y")})


def _finding(
    severity: Severity,
    code: str,
    sheet: FormSheet,
    row: FormRow,
    field: FormField,
    entry: Entry,
    params: Mapping[str, str] | None = None,
) -> Finding:
    label = f"{row.code} {row.label} · {field.label}"
    return Finding(severity, code, entry.sheet or sheet.name, entry.cell, label, entry.raw, dict(params or {}))


def _warnings(
    form: Form, rules: FormRules, read: Answers, previous: Mapping[tuple[str, str], str]
) -> Iterable[Finding]:
    for sheet, row, field in form.cells():
        entry = read.get((row.code, field.code))
        if entry is None or entry.value is None:
            continue
        if _is_explained(row, read):
            continue
        before = previous.get((row.code, field.code))
        code, params = _doubt(form.period, field, row, entry.value, rules, read, before)
        if code:
            yield _finding(Severity.WARNING, code, sheet, row, field, entry, params)


def _is_explained(row: FormRow, read: Answers) -> bool:
    note = read.get((row.code, "explanation"))
    return note is not None and bool(note.value)


def _doubt(
    period: Period,
    field: FormField,
    row: FormRow,
    value: str,
    rules: FormRules,
    read: Answers,
    before: str | None,
) -> tuple[str, dict[str, str]]:
    """The warning one value deserves: ("", {}) when there is nothing to ask about."""
    if field.code == "status" and value == rules.done_status:
        evidence = read.get((row.code, "evidence"))
        if evidence is not None and not evidence.value:
            return "done_without_evidence", {}
    if before is None or field.kind is not FieldKind.NUMBER:
        return "", {}
    old, new = Decimal(before), Decimal(value)
    if field.code == "progress" and new < old:
        return "progress_fell", {"before": _bound(old)}
    if is_yearly_total(period, row.indicator) and field.code == "value":
        return ("annual_below_quarters", {"before": _bound(old)}) if new < old else ("", {})
    if field.code == "value" and old and abs(new - old) * 100 > rules.jump_percent * abs(old):
        change = numbers.rounded((new - old) * 100 / abs(old), 1)
        return "value_jumped", {"before": _bound(old), "percent": _bound(change)}
    return "", {}


def is_yearly_total(period: Period, indicator: Indicator | None) -> bool:
    """Whether the annual value is the whole year's, so that it is compared with the quarters added up."""
    return period is Period.ANNUAL and indicator is not None and indicator.aggregation is Aggregation.SUM


def blocks(findings: Iterable[Finding]) -> bool:
    """Whether any finding stops acceptance."""
    return any(finding.severity is Severity.ERROR for finding in findings)
