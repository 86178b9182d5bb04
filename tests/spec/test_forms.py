"""What each agency is asked in each period, through the shipped programme."""

from decimal import Decimal
from pathlib import Path

import pytest

from plancycle.adapters.programme_files.folders import ProgrammeFiles
from plancycle.domain.assignments import field_for, form_for, works_of
from plancycle.domain.check_rules import RuleKind
from plancycle.domain.forms import FieldKind, Form
from plancycle.domain.periods import Period

PROGRAMME = ProgrammeFiles(Path(__file__).parents[2] / "programmes").load("tn-nq94")
CHECKINS = (Period.Q1, Period.Q2, Period.Q3, Period.ANNUAL)
COMMON = [f"E01.{number}" for number in range(1, 7)]
FIGURES = ["documents-issued", "dissemination-sessions", "dissemination-attendance", "inspections", "budget-spent"]


def form(period: Period, agency: str) -> Form:
    return form_for(PROGRAMME, "tn-nq94-2025", period, agency)


def codes(form: Form, sheet: str) -> tuple[list[str], list[str]]:
    """The row codes and the field codes of one sheet."""
    found = form.sheet(sheet)
    assert found is not None
    return [row.code for row in found.rows], [field.code for field in found.fields]


# period, sheets asked, fields of "works", fields of "figures"
FOLLOWED = ["status", "progress", "result", "evidence", "obstacle", "proposal", "explanation"]
ASKED = [
    (Period.PLAN, ["info", "works", "figures"], ["target", "output", "finish"], ["goal"]),
    (Period.Q1, ["info", "works", "figures", "narrative"], FOLLOWED, ["value", "explanation"]),
    (Period.Q2, ["info", "works", "figures", "narrative"], FOLLOWED, ["value", "explanation"]),
    (Period.Q3, ["info", "works", "figures", "narrative"], FOLLOWED, ["value", "explanation"]),
    (Period.ANNUAL, ["info", "works", "figures", "narrative"], FOLLOWED, ["value", "estimate", "explanation"]),
]


@pytest.mark.parametrize(("period", "sheets", "works", "figures"), ASKED)
def test_a_period_asks_its_own_questions(period, sheets, works, figures):
    asked = form(period, "so-y-te")
    assert [sheet.code for sheet in asked.sheets] == sheets
    assert codes(asked, "works")[1] == works
    assert codes(asked, "figures")[1] == figures
    assert codes(asked, "info") == (["TT"], ["preparer", "position", "phone", "nil"])


# agency, its own work; the six works for everybody follow
OWN = [
    ("so-noi-vu", [f"E02.{number}" for number in range(1, 19)]),
    ("so-y-te", ["E17.1", "E17.2"]),
    ("so-gddt", ["E14.1"]),
    ("bao-thai-nguyen", [f"E18.{number}" for number in range(1, 6)]),
    ("dai-ptth", [f"E18.{number}" for number in range(1, 6)]),
    ("tt-thong-tin", [f"E18.{number}" for number in range(1, 6)]),
    ("huyen-dai-tu", []),
]


@pytest.mark.parametrize(("agency", "own"), OWN)
def test_an_agency_answers_for_its_own_work_and_then_for_what_is_asked_of_all(agency, own):
    assert [work.id for work in works_of(PROGRAMME, agency)] == own + COMMON
    assert codes(form(Period.Q1, agency), "works")[0] == own + COMMON


def test_every_work_is_asked_of_somebody():
    asked = {work.id for agency in PROGRAMME.reporters for work in works_of(PROGRAMME, agency)}
    assert asked == {work.id for work in PROGRAMME.works}


# agency, indicators it owns
OWNED = [("so-noi-vu", ["par-index", "papi", "sipas"]), ("so-khdt", ["pci"]), ("so-y-te", []), ("tp-pho-yen", [])]


@pytest.mark.parametrize(("agency", "owned"), OWNED)
def test_everybody_gives_the_common_figures_and_owners_their_indicators(agency, owned):
    assert codes(form(Period.ANNUAL, agency), "figures")[0] == FIGURES + owned


def test_a_figure_takes_decimals_and_bounds_from_its_indicator():
    sheet = form(Period.Q1, "so-noi-vu").sheet("figures")
    assert sheet is not None
    value = sheet.fields[0]
    found = {row.code: field_for(value, row) for row in sheet.rows}
    limits = {code: (field.precision, field.minimum, field.maximum) for code, field in found.items()}
    assert limits["inspections"] == (0, Decimal(0), None)
    assert limits["budget-spent"] == (1, Decimal(0), None)
    assert limits["papi"] == (2, Decimal(0), Decimal(100))


def test_units_and_legal_bases_stand_beside_the_rows():
    asked = form(Period.Q1, "thanh-tra-tinh")
    figures, works = asked.sheet("figures"), asked.sheet("works")
    assert figures is not None
    assert works is not None
    assert [row.unit for row in figures.rows] == ["văn bản", "cuộc", "lượt người", "cuộc", "triệu đồng"]
    assert works.rows[2].basis == "363/KH-TTCP; 1910/KH-TTCP"
    assert works.rows[0].basis == "Luật Tiếp công dân; 35-CT/TW; 623/NQ-UBTVQH15; 14/CT-TTg"


def test_progress_is_a_percentage_with_one_decimal():
    sheet = form(Period.Q2, "so-y-te").sheet("works")
    assert sheet is not None
    progress = next(field for field in sheet.fields if field.code == "progress")
    assert (progress.kind, progress.required, progress.precision) == (FieldKind.NUMBER, True, 1)
    assert (progress.minimum, progress.maximum) == (Decimal(0), Decimal(100))


def test_the_narrative_has_five_fixed_rows():
    assert codes(form(Period.Q3, "so-y-te"), "narrative") == (["N1", "N2", "N3", "N4", "N5"], ["value"])


def test_nothing_to_report_is_said_on_the_sheet_right_after_the_guide_where_letters_send_the_clerk():
    first = form(Period.ANNUAL, "so-y-te").sheets[0]
    assert "nil" in [field.code for field in first.fields]


def test_the_words_the_checks_look_for_are_choices_of_the_form():
    rules = PROGRAMME.form
    fields = {field.code: field.choices for sheet in rules.sheets for field in sheet.fields}
    assert rules.done_status in fields["status"]
    assert rules.nil_choice in fields["nil"]
    (jump,) = (one for one in rules.checks if one.kind is RuleKind.JUMP)
    assert (jump.sheet, jump.field, jump.percent) == ("figures", "value", Decimal(50))


def test_a_forms_version_follows_its_questions_only():
    same = form(Period.Q1, "so-y-te")
    assert form(Period.Q1, "so-y-te").version == same.version
    others = {form(period, "so-y-te").version for period in CHECKINS} | {form(Period.Q1, "so-gddt").version}
    assert len(others) == len(CHECKINS) + 1
    next_year = form_for(PROGRAMME, "tn-nq94-2026", Period.Q1, "so-y-te")
    assert next_year.version == same.version
