"""What the checks found in an answer: every problem in one pass, each at its cell, with why and how to mend it.

``error`` blocks (the submission goes back), ``warning`` needs an explanation, ``note`` only informs. The words for
each code are in ``locale/`` under ``finding.<code>`` and ``finding.<code>.fix``.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from plancycle.domain import numbers
from plancycle.domain.check_rules import Severity
from plancycle.domain.forms import FieldKind, Form, FormField, FormRow, FormRules, FormSheet, Indicator
from plancycle.domain.rule_checks import Answers, Background, Doubt, doubts, is_yearly_total, shown
from plancycle.domain.submissions import Entry, entry_from

__all__ = ["Answers", "Background", "Severity", "is_yearly_total"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem at one cell. ``params`` fill the words of its code; ``rule`` is the declared check's id, or
    ``field.<code>`` when the cell itself cannot be taken.
    """

    severity: Severity
    code: str
    sheet: str
    cell: str
    label: str
    value: str
    params: Mapping[str, str]
    rule: str = ""
    row: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Explained:
    """A warning whose reason the agency gave in the row's explanation column; nothing is asked of it any more."""

    finding: Finding
    text: str


@dataclass(frozen=True, slots=True)
class Examined:
    """An answer after the checks: its cells with their values, what was found, and the warnings explained already."""

    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...]
    explained: tuple[Explained, ...]


def by_question(entries: Sequence[Entry]) -> dict[tuple[str, str], Entry]:
    """Index entries by the question they answer; of several cells for one question, the first that is filled in."""
    answers = {entry[2:4]: entry for entry in entries}
    if len(answers) < len(entries):
        answers |= {entry[2:4]: entry for entry in reversed(entries) if entry.raw.strip()}
    return answers


def check(
    form: Form, rules: FormRules, entries: Sequence[Entry], previous: Mapping[tuple[str, str], str]
) -> tuple[tuple[Entry, ...], tuple[Finding, ...]]:
    """Read and check every cell. Returns the form's entries with their values filled in, and all findings.

    ``previous`` holds the canonical values of the last accepted period by (row, field); empty when there is none.
    """
    examined = examine(form, rules, entries, Background(previous))
    return examined.entries, examined.findings


def examine(form: Form, rules: FormRules, entries: Sequence[Entry], background: Background) -> Examined:
    """Read every cell and carry out every declared check, in one pass.

    Cells that cannot be taken come first, in the order of the form; then what stands outside it; then what the
    programme's checks doubt, in the order of the form and of the checks.
    """
    answers = by_question(entries)
    asked = [*form.cells(), *notes_beside(form, rules, answers)]
    is_nil = _is_nil(answers, rules)
    read: dict[tuple[str, str], Entry] = {}
    findings: list[Finding] = []
    for sheet, row, field in asked:
        question = row.code, field.code
        entry = answers.get(question)
        if entry is None:
            nowhere = Entry(sheet.name, "", row.code, field.code, "")
            findings.append(_finding(Severity.ERROR, "cell_missing", sheet, row, field, nowhere))
            continue
        raw, needed = entry.raw, field.required and not is_nil
        if not raw and not needed:
            read[question] = entry
            continue
        value, problem = read_cell(field, raw, needed=needed, indicator=row.indicator)
        read[question] = entry if value is None else entry_from((*entry[:5], value))
        if problem is not None:
            findings.append(_finding(Severity.ERROR, problem.code, sheet, row, field, entry, problem.params))
    # as many entries as were read: every one answers a question, and none answers one twice
    findings.extend(_strays(asked, answers, entries, read.keys()) if len(entries) > len(read) else ())
    explained: list[Explained] = []
    for doubt in doubts(form, rules.checks, read, background, is_nil=is_nil):
        finding = _doubted(doubt)
        note = read.get((doubt.row.code, rules.explanation_field))
        if finding.severity is Severity.WARNING and note is not None and note.value:
            explained.append(Explained(finding, note.value))
        else:
            findings.append(finding)
    if not findings:  # whatever cannot be kept has been found
        return Examined(tuple(read.values()), (), tuple(explained))
    return Examined(tuple(map(_kept_entry, read.values())), tuple(map(_kept_finding, findings)), tuple(explained))


_UNKEPT = re.compile("[\0\ud800-\udfff]")
"""What no database keeps as text: NUL, and halves of letters."""


def _kept(text: str) -> str:
    return _UNKEPT.sub("\ufffd", text)


def _kept_entry(entry: Entry) -> Entry:
    return entry._replace(raw=_kept(entry.raw)) if entry.value is None else entry


def _kept_finding(one: Finding) -> Finding:
    """Its texts as they can be kept; the file itself is kept as it came."""
    sheet, cell, label, value, row, field = map(_kept, (one.sheet, one.cell, one.label, one.value, one.row, one.field))
    params = {name: _kept(text) for name, text in one.params.items()}
    return Finding(one.severity, one.code, sheet, cell, label, value, params, one.rule, row, field)


def notes_beside(
    form: Form, rules: FormRules, questions: Collection[tuple[str, str]]
) -> Iterator[tuple[FormSheet, FormRow, FormField]]:
    """Places of ``questions`` (row, field) where a reason stands beside a row whose sheet has no column for reasons.

    The marked workbook has such a column wherever a row was doubted; an answer in JSON may give the same.
    """
    code = rules.explanation_field
    rows = {row for row, field in questions if field == code}
    for sheet in form.sheets if rows else ():
        if all(field.code != code for field in sheet.fields):
            yield from ((sheet, row, _reason_field(rules)) for row in sheet.rows if row.code in rows)


def _reason_field(rules: FormRules) -> FormField:
    """The column as other sheets or periods of the programme declare it."""
    code = rules.explanation_field
    declared = (field for sheet in rules.sheets for field in sheet.fields if field.code == code)
    return replace(next(declared, FormField(code, code, FieldKind.TEXT, ())), kind=FieldKind.TEXT, required=False)


def _doubted(doubt: Doubt) -> Finding:
    return _finding(
        doubt.rule.severity, doubt.code, doubt.sheet, doubt.row, doubt.field, doubt.entry, doubt.params, doubt.rule.id
    )


def _is_nil(answers: Answers, rules: FormRules) -> bool:
    declared = [entry for (_, field), entry in answers.items() if field == "nil"]
    return any(_clean(entry.raw) == rules.nil_choice for entry in declared)


def _clean(raw: str) -> str:
    return raw.strip() if raw.isascii() else unicodedata.normalize("NFC", raw).strip()


def _strays(
    asked: Sequence[tuple[FormSheet, FormRow, FormField]],
    answers: Answers,
    entries: Sequence[Entry],
    known: Collection[tuple[str, str]],
) -> Iterator[Finding]:
    """What stands outside the form: second answers to a question, and content in rows or columns that were added.

    Nothing an agency wrote is dropped in silence, and no answer is chosen for it.
    """
    questions: dict[tuple[str, str], tuple[FormSheet, FormRow, FormField]] = {}
    for entry in entries:
        place = entry.row, entry.field
        if (entry is answers[place] and place in known) or not _clean(entry.raw):
            continue
        questions = questions or {(row.code, field.code): (sheet, row, field) for sheet, row, field in asked}
        question = questions.get(place)
        if question is None:
            label = f"{entry.row} · {entry.field}".removeprefix(" · ")
            where = entry.sheet, entry.cell, label, entry.raw
            yield Finding(Severity.WARNING, "cell_unknown", *where, {}, "field.cell_unknown", entry.row, entry.field)
            continue
        taken = answers[place]
        if _clean(taken.raw) != _clean(entry.raw):
            other = {"other": f"{taken.sheet} · {taken.cell}"}
            yield _finding(Severity.ERROR, "cell_twice", *question, entry, other)


@dataclass(frozen=True, slots=True)
class CellProblem:
    """Why one cell cannot be read: a finding's code and parameters."""

    code: str
    params: Mapping[str, str]


def read_cell(
    field: FormField, raw: str, *, needed: bool, indicator: Indicator | None = None
) -> tuple[str | None, CellProblem | None]:
    """Read one cell's text as its field asks. Returns (canonical value or None, problem or None).

    ``indicator``: the figure of the row, whose decimals and bounds a number is held to instead of the field's.
    """
    text = _clean(raw)
    if not text:
        return None, CellProblem("required", {}) if needed else None
    if text[0] == "#" and text in FORMULA_ERRORS:
        return None, CellProblem("formula_error", {"error": text})
    if (len(text) > field.max_length or not text.isprintable()) and (problem := _forbidden(text, field)):
        return None, problem
    if field.kind is _NUMBER:
        return _read_number(field if indicator is None else indicator, text)
    if field.kind is _DATE:
        return _read_date(text)
    if field.kind is _CHOICE and text not in field.choices:
        return None, CellProblem("choice", {"choices": "; ".join(field.choices)})
    return text, None


_NUMBER, _DATE, _CHOICE = FieldKind.NUMBER, FieldKind.DATE, FieldKind.CHOICE
FORMULA_ERRORS = {"#REF!", "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#VALUE!", "#SPILL!", "#CALC!"}
"""What a spreadsheet shows instead of a value; it is no answer to any question."""
FIRST_YEAR, LAST_YEAR = 2000, 2099
"""A day outside is a slip: a plain number in a date cell shows up as some day of 1900."""
FORBIDDEN_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn"}
"""Control, format (bidi overrides, zero width), surrogate, private and unassigned characters."""


def _forbidden(text: str, field: FormField) -> CellProblem | None:
    if len(text) > field.max_length:
        return CellProblem("too_long", {"length": str(len(text)), "maximum": str(field.max_length)})
    if text.replace("\n", "").isprintable():  # nothing of those categories is printable
        return None
    if any(unicodedata.category(letter) in FORBIDDEN_CATEGORIES and letter not in "\n\t\r" for letter in text):
        return CellProblem("forbidden_character", {})
    return None


def _read_number(field: FormField | Indicator, text: str) -> tuple[str | None, CellProblem | None]:
    number = numbers.parse_decimal(text, field.precision)
    if isinstance(number, numbers.NotANumber):
        return None, _number_problem(number)
    value = numbers.canonical(number)
    if len(value.partition(".")[2]) > field.precision:
        return None, CellProblem("number_precision", {"precision": str(field.precision)})
    low, high = field.minimum, field.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        return None, CellProblem("number_range", {"minimum": shown(low), "maximum": shown(high)})
    return value, None


def _number_problem(number: numbers.NotANumber) -> CellProblem:
    if number.reason == "ambiguous":
        first, second = number.readings
        return CellProblem("number_ambiguous", {"first": first, "second": second})
    if number.reason == "too_long":
        return CellProblem("number_too_long", {"maximum": str(numbers.MAX_DIGITS)})
    return CellProblem("number_invalid", {})


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
    rule: str = "",
) -> Finding:
    where = entry.sheet or sheet.name, entry.cell, f"{row.heading} · {field.label}", entry.raw
    return Finding(severity, code, *where, dict(params or {}), rule or f"field.{code}", row.code, field.code)


def blocks(findings: Iterable[Finding]) -> bool:
    """Whether any finding stops acceptance."""
    return any(finding.severity is Severity.ERROR for finding in findings)
