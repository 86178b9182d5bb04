"""Every check, in one pass: each problem at its cell, with its code; nothing an agency wrote is dropped in silence."""

import ast
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from plancycle.adapters.texts import Catalogue, words
from plancycle.domain import findings
from plancycle.domain.check_rules import usual_rules
from plancycle.domain.findings import Finding, Severity
from plancycle.domain.forms import (
    Aggregation,
    FieldKind,
    Form,
    FormField,
    FormRow,
    FormRules,
    FormSheet,
    Indicator,
)
from plancycle.domain.periods import Period
from plancycle.domain.submissions import Entry

CHECKS = usual_rules(
    {"works": frozenset({"status", "progress", "evidence"}), "figures": frozenset({"value"})}, "Hoàn thành", Decimal(50)
)
RULES = FormRules((), (), done_status="Hoàn thành", nil_choice="Không phát sinh", checks=CHECKS)
PERIODS = (Period.Q1,)


def field(code: str, kind: FieldKind = FieldKind.TEXT, **more: object) -> FormField:
    return FormField(code, code.capitalize(), kind, PERIODS, **more)  # type: ignore[arg-type]


def figure(code: str, precision: int, low: int | None = 0, high: int | None = None) -> FormRow:
    bounds = [None if bound is None else Decimal(bound) for bound in (low, high)]
    indicator = Indicator(code, code, "cuộc", precision, Aggregation.SUM, minimum=bounds[0], maximum=bounds[1])
    return FormRow(code, code, unit="cuộc", indicator=indicator)


INFO = FormSheet(
    "info",
    "Thông tin",
    (
        field("preparer", required=True, max_length=20),
        field("nil", FieldKind.CHOICE, required=True, choices=("Có phát sinh", "Không phát sinh")),
    ),
    (FormRow("TT", "Người lập"),),
)
WORKS = FormSheet(
    "works",
    "Nhiệm vụ",
    (
        field("status", FieldKind.CHOICE, required=True, choices=("Đang thực hiện", "Hoàn thành")),
        field("progress", FieldKind.NUMBER, required=True, precision=1, minimum=Decimal(0), maximum=Decimal(100)),
        field("finish", FieldKind.DATE),
        field("evidence"),
        field("explanation"),
    ),
    (FormRow("E01.1", "Kế hoạch"),),
)
FIGURES = FormSheet(
    "figures",
    "Số liệu",
    (field("value", FieldKind.NUMBER, required=True), field("explanation")),
    (figure("inspections", 0), figure("balance", 1, None)),
)
FORM = Form("tn-nq94-2025", Period.Q1, "so-y-te", "0123abcd", (INFO, WORKS, FIGURES))

GOOD = {
    ("TT", "preparer"): "Trần Thị B",
    ("TT", "nil"): "Có phát sinh",
    ("E01.1", "status"): "Đang thực hiện",
    ("E01.1", "progress"): "30,5",
    ("E01.1", "finish"): "09/12/2025",
    ("E01.1", "evidence"): "",
    ("E01.1", "explanation"): "",
    ("inspections", "value"): "1.234.567",
    ("inspections", "explanation"): "",
    ("balance", "value"): "-1.234,5",
    ("balance", "explanation"): "",
}
SHEET_OF = {"TT": "Thông tin", "E01.1": "Nhiệm vụ"}


def entries(answers: Mapping[tuple[str, str], str]) -> list[Entry]:
    return [
        Entry(SHEET_OF.get(row, "Số liệu"), f"C{number}", row, code, raw)
        for number, ((row, code), raw) in enumerate(answers.items(), start=6)
    ]


def check(
    changed: Mapping[tuple[str, str], str], previous: Mapping[tuple[str, str], str] | None = None
) -> tuple[dict[tuple[str, str], str | None], tuple[Finding, ...]]:
    """The values read and the findings when ``changed`` is typed instead of the good answers."""
    read, found = findings.check(FORM, RULES, entries({**GOOD, **changed}), previous or {})
    return {(entry.row, entry.field): entry.value for entry in read}, found


def codes(found: tuple[Finding, ...]) -> list[tuple[Severity, str]]:
    return [(finding.severity, finding.code) for finding in found]


def test_a_good_answer_has_no_finding_and_canonical_values() -> None:
    read, found = check({})
    assert found == ()
    assert read == {
        ("TT", "preparer"): "Trần Thị B",
        ("TT", "nil"): "Có phát sinh",
        ("E01.1", "status"): "Đang thực hiện",
        ("E01.1", "progress"): "30.5",
        ("E01.1", "finish"): "2025-12-09",
        ("E01.1", "evidence"): None,
        ("E01.1", "explanation"): None,
        ("inspections", "value"): "1234567",
        ("inspections", "explanation"): None,
        ("balance", "value"): "-1234.5",
        ("balance", "explanation"): None,
    }


PREPARER, STATUS, PROGRESS = ("TT", "preparer"), ("E01.1", "status"), ("E01.1", "progress")
FINISH, EVIDENCE, INSPECTIONS, BALANCE = (
    ("E01.1", "finish"),
    ("E01.1", "evidence"),
    ("inspections", "value"),
    ("balance", "value"),
)

ERRORS = [
    (PREPARER, "", "required", {}),
    (PREPARER, " \u00a0\n ", "required", {}),
    (PROGRESS, "", "required", {}),
    (STATUS, "Xong", "choice", {"choices": "Đang thực hiện; Hoàn thành"}),
    (STATUS, "hoàn thành", "choice", {"choices": "Đang thực hiện; Hoàn thành"}),
    (PREPARER, "x" * 21, "too_long", {"length": "21", "maximum": "20"}),
    (PREPARER, "Trần\u202eB", "forbidden_character", {}),
    (PREPARER, "Trần\u200bB", "forbidden_character", {}),
    (PREPARER, "Trần\x00B", "forbidden_character", {}),
    (EVIDENCE, "a\x1bb", "forbidden_character", {}),
    (EVIDENCE, "\ue000", "forbidden_character", {}),
    (EVIDENCE, "\ud800", "forbidden_character", {}),
    (PROGRESS, "12.5", "number_ambiguous", {"first": "12,5", "second": "125"}),
    (INSPECTIONS, "1.234", "number_ambiguous", {"first": "1,234", "second": "1234"}),
    (INSPECTIONS, "1,000", "number_ambiguous", {"first": "1", "second": "1000"}),
    (BALANCE, "1,500", "number_ambiguous", {"first": "1,5", "second": "1500"}),
    (PROGRESS, "khoảng 30", "number_invalid", {}),
    (PROGRESS, "30%", "number_ambiguous", {"first": "30", "second": "0,3"}),
    (PROGRESS, "NaN", "number_invalid", {}),
    (PROGRESS, "３０", "number_invalid", {}),
    (PROGRESS, "01/05/2025", "number_invalid", {}),
    (INSPECTIONS, "9007199254740993", "number_too_long", {"maximum": "15"}),
    (INSPECTIONS, "=SUM(B1:B2)", "number_invalid", {}),
    (PROGRESS, "#REF!", "formula_error", {"error": "#REF!"}),
    (EVIDENCE, "#N/A", "formula_error", {"error": "#N/A"}),
    (FINISH, "#DIV/0!", "formula_error", {"error": "#DIV/0!"}),
    (PROGRESS, "30,55", "number_precision", {"precision": "1"}),
    (INSPECTIONS, "3,5", "number_precision", {"precision": "0"}),
    (PROGRESS, "100,1", "number_range", {"minimum": "0", "maximum": "100"}),
    (PROGRESS, "-1", "number_range", {"minimum": "0", "maximum": "100"}),
    (INSPECTIONS, "-3", "number_range", {"minimum": "0", "maximum": "…"}),
    (FINISH, "12/31/2025", "date_invalid", {"example": "09/12/2025"}),
    (FINISH, "29/02/2025", "date_invalid", {"example": "09/12/2025"}),
    (FINISH, "quý IV", "date_invalid", {"example": "09/12/2025"}),
    (FINISH, "45000", "date_invalid", {"example": "09/12/2025"}),
    (FINISH, "05/01/1900", "date_invalid", {"example": "09/12/2025"}),
]


@pytest.mark.parametrize(("question", "typed", "code", "params"), ERRORS)
def test_a_wrong_cell_is_an_error_there_and_nowhere_else(
    question: tuple[str, str], typed: str, code: str, params: dict[str, str]
) -> None:
    read, found = check({question: typed})
    place = next(entry for entry in entries(GOOD) if (entry.row, entry.field) == question)
    assert codes(found) == [(Severity.ERROR, code)]
    kept = re.sub("[\0\ud800]", "\ufffd", typed)  # what no database keeps
    assert (found[0].sheet, found[0].cell, found[0].value) == (place.sheet, place.cell, kept)
    assert found[0].params == params
    assert read[question] is None
    assert findings.blocks(found)


@pytest.mark.parametrize(
    ("question", "typed", "value"),
    [
        (PREPARER, "  Trần Thị B  ", "Trần Thị B"),
        (PREPARER, unicodedata.normalize("NFD", "Trần Thị B"), "Trần Thị B"),
        (STATUS, unicodedata.normalize("NFD", "Đang thực hiện"), "Đang thực hiện"),
        (EVIDENCE, "Dòng một\nDòng hai\tcột", "Dòng một\nDòng hai\tcột"),
        (EVIDENCE, '=HYPERLINK("x")', '=HYPERLINK("x")'),
        (EVIDENCE, "{{ 7*7 }} <b>", "{{ 7*7 }} <b>"),
        (PROGRESS, "100", "100"),
        (PROGRESS, "0", "0"),
        (PROGRESS, "30,50", "30.5"),
        (INSPECTIONS, "12,0", "12"),
        (INSPECTIONS, " 1 234 ", "1234"),
        (BALANCE, "-0", "0"),
        (FINISH, "2025-12-09", "2025-12-09"),
        (FINISH, "9/12/2025", "2025-12-09"),
        (FINISH, "29/02/2028", "2028-02-29"),
    ],
)
def test_an_unusual_spelling_is_read_as_what_it_means(question: tuple[str, str], typed: str, value: str) -> None:
    read, found = check({question: typed})
    assert (found, read[question]) == ((), value)


@pytest.mark.parametrize(
    ("changed", "previous", "code", "params"),
    [
        ({STATUS: "Hoàn thành"}, {}, "done_without_evidence", {}),
        ({PROGRESS: "30"}, {PROGRESS: "30.5"}, "progress_fell", {"before": "30,5"}),
        ({INSPECTIONS: "151"}, {INSPECTIONS: "100"}, "value_jumped", {"before": "100", "percent": "51"}),
        ({INSPECTIONS: "49"}, {INSPECTIONS: "100"}, "value_jumped", {"before": "100", "percent": "-51"}),
        ({INSPECTIONS: "0"}, {INSPECTIONS: "3"}, "value_jumped", {"before": "3", "percent": "-100"}),
        ({BALANCE: "-3"}, {BALANCE: "-1"}, "value_jumped", {"before": "-1", "percent": "-200"}),
    ],
)
def test_a_doubt_is_a_warning_that_an_explanation_silences(
    changed: dict[tuple[str, str], str], previous: dict[tuple[str, str], str], code: str, params: dict[str, str]
) -> None:
    _, found = check(changed, previous)
    assert codes(found) == [(Severity.WARNING, code)]
    assert found[0].params == params
    assert not findings.blocks(found)
    row = next(iter(changed))[0]
    assert check({**changed, (row, "explanation"): "Có văn bản điều chỉnh"}, previous)[1] == ()
    assert codes(check({**changed, (row, "explanation"): "   "}, previous)[1]) == [(Severity.WARNING, code)]


@pytest.mark.parametrize(
    ("changed", "previous"),
    [
        ({STATUS: "Hoàn thành", EVIDENCE: "Kế hoạch số 12/KH-SYT"}, {}),
        ({PROGRESS: "30,5"}, {PROGRESS: "30.5"}),
        ({PROGRESS: "90"}, {PROGRESS: "10"}),
        ({INSPECTIONS: "150"}, {INSPECTIONS: "100"}),
        ({INSPECTIONS: "50"}, {INSPECTIONS: "100"}),
        ({INSPECTIONS: "5"}, {INSPECTIONS: "0"}),
    ],
)
def test_there_is_no_warning_at_the_limit_itself(
    changed: dict[tuple[str, str], str], previous: dict[tuple[str, str], str]
) -> None:
    assert check(changed, previous)[1] == ()


@pytest.mark.parametrize(
    ("typed", "quarters", "expected"),
    [
        ("1234", "1000", []),
        ("9000", "1000", []),
        ("1000", "1000", []),
        ("999", "1000", [(Severity.WARNING, "annual_below_quarters")]),
    ],
)
def test_a_yearly_total_is_compared_with_its_quarters_and_not_with_a_jump(
    typed: str, quarters: str, expected: list[tuple[Severity, str]]
) -> None:
    annual = replace(FORM, period=Period.ANNUAL)
    typed_in = entries({**GOOD, INSPECTIONS: typed})
    _, found = findings.check(annual, RULES, typed_in, {INSPECTIONS: quarters})
    assert codes(found) == expected
    assert all(finding.params == {"before": quarters} for finding in found)


def test_all_problems_are_found_in_one_pass_in_the_order_of_the_form_with_warnings_last() -> None:
    wrong = {PREPARER: "", STATUS: "Hoàn thành", PROGRESS: "12.5", FINISH: "mai", INSPECTIONS: "-3", BALANCE: "#REF!"}
    _, found = check(wrong, {PROGRESS: "50"})
    assert [code for _, code in codes(found)] == [
        "required",
        "number_ambiguous",
        "date_invalid",
        "number_range",
        "formula_error",
        "done_without_evidence",
    ]


def test_a_finding_names_its_question() -> None:
    assert check({PROGRESS: "x"})[1][0].label == "E01.1 Kế hoạch · Progress"


@pytest.mark.parametrize(
    "choice", ["Không phát sinh", " Không phát sinh ", unicodedata.normalize("NFD", "Không phát sinh")]
)
def test_a_nil_return_needs_no_other_cell(choice: str) -> None:
    blank = dict.fromkeys(GOOD, "")
    read, found = check({**blank, ("TT", "nil"): choice})
    assert found == ()
    assert [value for question, value in read.items() if question != ("TT", "nil")] == [None] * 10


def test_a_nil_return_is_still_checked_where_something_stands() -> None:
    blank = dict.fromkeys(GOOD, "")
    assert codes(check({**blank, ("TT", "nil"): "Không phát sinh", PROGRESS: "12.5"})[1]) == [
        (Severity.ERROR, "number_ambiguous")
    ]


def test_a_question_whose_cell_was_deleted_is_an_error_without_a_cell() -> None:
    kept = [entry for entry in entries(GOOD) if (entry.row, entry.field) != INSPECTIONS]
    read, found = findings.check(FORM, RULES, kept, {})
    assert codes(found) == [(Severity.ERROR, "cell_missing")]
    assert (found[0].sheet, found[0].cell) == ("Số liệu", "")
    assert len(read) == len(GOOD) - 1


def test_a_finding_stands_on_the_sheet_as_the_clerk_named_it() -> None:
    renamed = [Entry("Trang của tôi", e.cell, e.row, e.field, e.raw) for e in entries({**GOOD, PROGRESS: "x"})]
    assert findings.check(FORM, RULES, renamed, {})[1][0].sheet == "Trang của tôi"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("30", "30", []),
        ("30", "", []),
        ("", "30", []),
        ("30", "40", [(Severity.ERROR, "cell_twice")]),
    ],
)
def test_two_cells_for_one_question_must_agree(first: str, second: str, expected: list[tuple[Severity, str]]) -> None:
    twice = [*entries({**GOOD, PROGRESS: first}), Entry("Bản sao", "C9", *PROGRESS, second)]
    read, found = findings.check(FORM, RULES, twice, {})
    assert codes(found) == expected
    if expected:
        assert (found[0].sheet, found[0].cell, found[0].params) == ("Bản sao", "C9", {"other": "Nhiệm vụ · C9"})
    assert next(entry.value for entry in read if (entry.row, entry.field) == PROGRESS) == "30"


@pytest.mark.parametrize("row", ["", "E99.9"])
def test_content_outside_the_form_is_pointed_out_and_not_taken(row: str) -> None:
    extra = [Entry("Nhiệm vụ", "D20", row, "result", "việc khác"), Entry("Nhiệm vụ", "D21", row, "result", " ")]
    read, found = findings.check(FORM, RULES, [*entries(GOOD), *extra], {})
    assert codes(found) == [(Severity.WARNING, "cell_unknown")]
    assert (found[0].cell, found[0].value) == ("D20", "việc khác")
    assert {(entry.row, entry.field) for entry in read} == set(GOOD)


def all_codes() -> set[str]:
    """Every code in the checks' source: what a finding or a problem is made with, or a doubt returned."""
    tree = ast.parse(Path(findings.__file__).read_text(encoding="utf-8"))
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {text for text in texts if f"finding.{text}" in words("vi")}


def test_every_code_is_met_by_a_test_above() -> None:
    met = {code for _, _, code, _ in ERRORS} | {"cell_missing", "cell_twice", "cell_unknown"}
    assert met == all_codes()


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("code", "params"), [(code, params) for _, _, code, params in ERRORS])
def test_the_parameters_of_an_error_fill_its_words(code: str, params: dict[str, str], language: str) -> None:
    said = [Catalogue().say(f"finding.{code}{part}", language, **params) for part in ("", ".fix")]
    assert all(text and "{" not in text for text in said)
