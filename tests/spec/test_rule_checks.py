"""Every kind of declared check: what it doubts and what it lets pass; order, severities, explanations."""

import ast
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from plancycle.adapters.likeness import likeness
from plancycle.adapters.texts import Catalogue, words
from plancycle.domain import rule_checks
from plancycle.domain.check_rules import KINDS, Against, CheckRule, Compare, CopiedFrom, RuleKind, Severity, Within
from plancycle.domain.findings import Background, Examined, examine
from plancycle.domain.forms import Aggregation, FieldKind, Form, FormField, FormRow, FormRules, FormSheet, Indicator
from plancycle.domain.periods import Period
from plancycle.domain.submissions import Entry

NUMBER, TEXT, CHOICE, DATE = FieldKind.NUMBER, FieldKind.TEXT, FieldKind.CHOICE, FieldKind.DATE
DONE, DOING, NOTHING = "Hoàn thành", "Đang thực hiện", "Không phát sinh"


def field(code: str, kind: FieldKind, **more: object) -> FormField:
    return FormField(code, code.capitalize(), kind, (Period.Q1,), **more)  # type: ignore[arg-type]


def figure(code: str, aggregation: Aggregation = Aggregation.SUM) -> FormRow:
    return FormRow(code, code, indicator=Indicator(code, code, "cuộc", 1, aggregation))


FIELDS = (
    field("status", CHOICE, choices=(DOING, DONE)),
    field("progress", NUMBER),
    field("finish", DATE),
    field("evidence", TEXT),
    field("result", TEXT),
    field("nil", CHOICE, choices=("Có phát sinh", NOTHING)),
    field("explanation", TEXT),
)
FIGURE_FIELDS = (field("value", NUMBER), field("men", NUMBER), field("women", NUMBER), field("explanation", TEXT))
WORKS = FormSheet("works", "Nhiệm vụ", FIELDS, (FormRow("n1", "Kế hoạch"), FormRow("n2", "Tuyên truyền")))
FIGURES = FormSheet(
    "figures", "Số liệu", FIGURE_FIELDS, (figure("all"), figure("a"), figure("b"), figure("seats", Aggregation.LAST))
)
FORM = Form("tn-nq94-2025", Period.Q1, "so-y-te", "0123abcd", (WORKS, FIGURES))
ANNUAL = replace(FORM, period=Period.ANNUAL)
LONG = "Đã tổ chức 12 lớp bồi dưỡng cho 640 cán bộ, công chức trẻ tại tám huyện, thành phố trong tỉnh."
NEARLY = LONG.replace("640", "641")
QUARTER = (date(2024, 12, 15), date(2025, 3, 14))  # Sunday to Friday


def rule(kind: RuleKind, place: str, **more: object) -> CheckRule:
    """A warning at ``sheet.field``."""
    sheet, _, code = place.partition(".")
    return CheckRule("r1", kind, Severity.WARNING, sheet, code, **more)  # type: ignore[arg-type]


def look(typed: dict[str, str], *rules: CheckRule, form: Form = FORM, background: Background | None = None) -> Examined:
    """What is found when ``row.field`` says this and everything else is blank."""
    given = {tuple(place.split(".")): text for place, text in typed.items()}
    entries = [
        Entry(sheet.name, f"C{number}", row.code, one.code, given.get((row.code, one.code), ""))
        for number, (sheet, row, one) in enumerate(form.cells(), start=6)
    ]
    return examine(form, FormRules((), (), DONE, NOTHING, rules), entries, background or Background(likeness=likeness))


def before(last_year: bool = False, **values: str) -> Background:
    """Known values of the last period (or of last year), by ``row__field``."""
    known = {(row, code): value for name, value in values.items() for row, code in [name.split("__")]}
    return Background(last_year=known) if last_year else Background(previous=known, likeness=likeness)


EVIDENCE = rule(RuleKind.EVIDENCE, "works.status", when=(DONE,), needs="evidence")
WHEN = rule(RuleKind.REQUIRED_WHEN, "works.result", when_field="status", when=(DONE,))
PARTS = rule(RuleKind.SUM, "figures.value", rows=("all",), of_rows=("a", "b"))
ACROSS = rule(RuleKind.SUM, "figures.value", of_fields=("men", "women"), tolerance=Decimal("0.1"))
JUMP = rule(RuleKind.JUMP, "figures.value", percent=Decimal(50), floor=Decimal(10))
YEAR = rule(RuleKind.JUMP, "figures.value", percent=Decimal(50), against=Against.YEAR)
UNIT = rule(RuleKind.UNIT, "figures.value")
FALL = rule(RuleKind.NOT_FALLING, "works.progress")
LEVEL = rule(RuleKind.NOT_FALLING, "figures.value")
BELOW = rule(RuleKind.ANNUAL_TOTAL, "figures.value")
EQUAL = rule(RuleKind.ANNUAL_TOTAL, "figures.value", compare=Compare.EQUAL)
REPORTED = rule(RuleKind.DATE_WITHIN, "works.finish")
THIS_YEAR = rule(RuleKind.DATE_WITHIN, "works.finish", within=Within.YEAR)
SHORT = rule(RuleKind.TEXT_SHORT, "works.result", length=10)
COPIED = rule(RuleKind.COPIED, "works.result", likeness=90, length=20, sources=tuple(CopiedFrom))
KNOWN = before(n1__result=LONG, n2__progress="40", all__value="100", a__value="0", seats__value="7")
LAST_YEAR = before(last_year=True, all__value="100")
DATED = Background(reported=QUARTER)
OTHERS = Background(others={("n1", "result"): ("khác hẳn", LONG.casefold())}, likeness=likeness)

DOUBTED = [
    (rule(RuleKind.REQUIRED, "figures.value", rows=("a",)), {}, FORM, None, "a.value", "required", {}),
    (WHEN, {"n1.status": DONE}, FORM, None, "n1.result", "required_when", {"value": DONE}),
    (EVIDENCE, {"n1.status": DONE}, FORM, None, "n1.status", "done_without_evidence", {}),
    (rule(RuleKind.CHOICE, "works.status", choices=(DOING,)), {"n2.status": DONE}, FORM, None, "n2.status", "choice",
     {"choices": DOING}),
    (rule(RuleKind.RANGE, "figures.men", maximum=Decimal(50)), {"a.men": "51"}, FORM, None, "a.men", "number_range",
     {"minimum": "…", "maximum": "50"}),
    (PARTS, {"all.value": "9", "a.value": "4", "b.value": "6"}, FORM, None, "all.value", "sum_mismatch",
     {"sum": "10", "parts": "a, b"}),
    (ACROSS, {"a.value": "10", "a.men": "4", "a.women": "6,2"}, FORM, None, "a.value", "sum_mismatch",
     {"sum": "10,2", "parts": "men, women"}),
    (JUMP, {"all.value": "151"}, FORM, KNOWN, "all.value", "value_jumped", {"before": "100", "percent": "51"}),
    (YEAR, {"all.value": "49,9"}, FORM, LAST_YEAR, "all.value", "value_jumped_year",
     {"before": "100", "percent": "-50,1"}),
    (UNIT, {"all.value": "100000"}, FORM, KNOWN, "all.value", "unit_suspect", {"before": "100", "factor": "1000"}),
    (UNIT, {"all.value": "0,1"}, FORM, KNOWN, "all.value", "unit_suspect", {"before": "100", "factor": "1000"}),
    (FALL, {"n2.progress": "39"}, FORM, KNOWN, "n2.progress", "progress_fell", {"before": "40"}),
    (LEVEL, {"seats.value": "6"}, FORM, KNOWN, "seats.value", "value_fell", {"before": "7"}),
    (BELOW, {"all.value": "99"}, ANNUAL, KNOWN, "all.value", "annual_below_quarters", {"before": "100"}),
    (EQUAL, {"all.value": "101"}, ANNUAL, KNOWN, "all.value", "annual_not_sum", {"before": "100"}),
    (EQUAL, {"seats.value": "8"}, ANNUAL, KNOWN, "seats.value", "annual_not_last", {"before": "7"}),
    (BELOW, {"n1.nil": NOTHING}, ANNUAL, KNOWN, "all.value", "annual_below_quarters", {"before": "100"}),
    (REPORTED, {"n1.finish": "15/03/2025"}, FORM, DATED, "n1.finish", "date_outside",
     {"first": "15/12/2024", "last": "14/03/2025"}),
    (THIS_YEAR, {"n1.finish": "31/12/2024"}, FORM, DATED, "n1.finish", "date_outside",
     {"first": "01/01/2025", "last": "31/12/2025"}),
    (SHORT, {"n1.result": "Đã  làm"}, FORM, None, "n1.result", "text_short", {"length": "6", "minimum": "10"}),
    (COPIED, {"n1.result": NEARLY}, FORM, KNOWN, "n1.result", "copied_last_period", {"percent": "98"}),
    (COPIED, {"n1.result": NEARLY}, FORM, OTHERS, "n1.result", "copied_elsewhere", {}),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "typed", "form", "known", "where", "code", "params"), DOUBTED)
def test_a_check_doubts_one_cell_with_its_code_and_rule(asked, typed, form, known, where, code, params):
    (found,) = look(typed, asked, form=form, background=known).findings

    assert (found.severity, found.code, found.rule, f"{found.row}.{found.field}") == ("warning", code, "r1", where)
    assert found.params == params


PASSED = [
    (rule(RuleKind.REQUIRED, "figures.value", rows=("a",)), {"n1.nil": NOTHING}, FORM, None),
    (WHEN, {"n1.status": DOING}, FORM, None),
    (WHEN, {"n1.status": DONE, "n2.nil": NOTHING}, FORM, None),
    (EVIDENCE, {"n1.status": DONE, "n1.evidence": "Báo cáo số 12/BC-SYT"}, FORM, None),
    (PARTS, {"all.value": "10", "a.value": "4", "b.value": "6"}, FORM, None),
    (PARTS, {"all.value": "10"}, FORM, None),
    (ACROSS, {"a.value": "10", "a.men": "4", "a.women": "6,1"}, FORM, None),
    (JUMP, {"all.value": "150"}, FORM, KNOWN),
    (JUMP, {"a.value": "50"}, FORM, KNOWN),  # from nothing there is no percent
    (JUMP, {"seats.value": "17"}, FORM, KNOWN),  # 143% more, but not more than the floor of 10
    (JUMP, {"all.value": "900"}, ANNUAL, KNOWN),  # a year's sum is no jump against its quarters
    (YEAR, {"all.value": "50"}, FORM, LAST_YEAR),
    (UNIT, {"all.value": "49999"}, FORM, KNOWN),
    (UNIT, {"all.value": "0"}, FORM, KNOWN),
    (FALL, {"n2.progress": "40"}, FORM, KNOWN),
    (BELOW, {"all.value": "100"}, ANNUAL, KNOWN),
    (BELOW, {}, ANNUAL, KNOWN),  # a blank is no figure, unless the agency says that nothing arose all year
    (BELOW, {"n1.nil": NOTHING}, ANNUAL, None),
    (BELOW, {"n1.nil": NOTHING}, FORM, KNOWN),
    (BELOW, {"seats.value": "1"}, ANNUAL, KNOWN),
    (EQUAL, {"all.value": "101"}, FORM, KNOWN),  # only a year has a total
    (REPORTED, {"n1.finish": "14/03/2025"}, FORM, DATED),
    (REPORTED, {"n1.finish": "01/01/1999"}, FORM, None),
    (SHORT, {}, FORM, None),
    (SHORT, {"n1.result": "Đã làm rồi"}, FORM, None),
    (COPIED, {"n1.result": "Không có gì"}, FORM, before(n1__result="Không có gì")),  # short set phrases are nobody's
    (COPIED, {"n1.result": LONG[::-1]}, FORM, KNOWN),
    (JUMP, {"all.value": "không rõ"}, FORM, KNOWN),
]


@pytest.mark.parametrize(("asked", "typed", "form", "known"), PASSED)
def test_a_check_lets_pass_what_is_at_its_limit_or_not_its_business(asked, typed, form, known):
    found = look(typed, asked, form=form, background=known).findings

    assert [one for one in found if one.rule == "r1"] == []


def test_every_kind_and_every_code_is_met_above():
    tree = ast.parse(Path(rule_checks.__file__).read_text("utf-8"))
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}

    assert {asked.kind for asked, *_ in DOUBTED} == set(RuleKind) == KINDS.keys()
    assert {code for *_, code, _ in DOUBTED} == {text for text in texts if f"finding.{text}" in words("vi")}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("code", "params"), [(code, params) for *_, code, params in DOUBTED])
def test_every_doubt_says_why_and_how_to_mend_it(code, params, language):
    said = [Catalogue().say(f"finding.{code}{part}", language, **params) for part in ("", ".fix")]

    assert all(text and "{" not in text for text in said)


def test_doubts_come_in_the_order_of_the_form_then_of_the_checks():
    rules = [replace(one, id=name) for one, name in ((JUMP, "jump"), (LEVEL, "level"), (EVIDENCE, "done"), (FALL, "f"))]
    known = before(n1__progress="50", a__value="100", b__value="100")
    typed = {"n1.progress": "40", "n1.status": DONE, "n2.status": DONE, "a.value": "20", "b.value": "30"}
    found = look(typed, *rules, background=known).findings

    expected = [
        ("done", "n1"),
        ("f", "n1"),
        ("done", "n2"),
        ("jump", "a"),
        ("level", "a"),
        ("jump", "b"),
        ("level", "b"),
    ]
    assert [(one.rule, one.row) for one in found] == expected


def test_a_figure_in_the_wrong_unit_is_told_once():
    found = look({"all.value": "100000"}, replace(JUMP, id="j"), UNIT, background=KNOWN).findings

    assert [one.code for one in found] == ["unit_suspect"]


def test_a_check_keeps_to_its_rows_and_periods():
    rules = (replace(EVIDENCE, rows=("n2",)), replace(EVIDENCE, id="later", periods=(Period.Q2,)))
    found = look({"n1.status": DONE, "n2.status": DONE}, *rules).findings

    assert [(one.rule, one.row) for one in found] == [("r1", "n2")]


@pytest.mark.parametrize(("severity", "is_explained"), [("error", False), ("warning", True), ("note", False)])
def test_only_a_warning_is_settled_by_an_explanation_in_its_row(severity, is_explained):
    asked = replace(EVIDENCE, severity=Severity(severity))
    found = look({"n1.status": DONE, "n1.explanation": " Văn bản đang trình ký "}, asked)

    assert [one.severity for one in found.findings] == ([] if is_explained else [severity])
    explained = [(one.finding.rule, one.finding.row, one.text) for one in found.explained]
    assert explained == ([("r1", "n1", "Văn bản đang trình ký")] if is_explained else [])


def test_a_copied_text_never_tells_whose_it_is():
    (found,) = look({"n1.result": NEARLY}, COPIED, background=OTHERS).findings

    assert (found.value, dict(found.params)) == (NEARLY, {})


@pytest.mark.parametrize(
    ("text", "others", "percent", "expected"),
    [("abcdefghij", ["abcdefghij"], 100, 100), ("abcdefghij", ["abcdefghix"], 90, 90), ("abc", ["xyz"], 50, 0),
     ("abc", [], 50, 0), ("abcdefghij", ["x", "abcdefghij"], 90, 100)],
)  # fmt: skip
def test_likeness_is_that_of_the_likest_and_nothing_below_what_is_asked(text, others, percent, expected):
    assert likeness(text, others, percent) == expected
