"""The checks of ``form.yaml``: what can be wrong with one is told at its line and column; older files keep theirs."""

import shutil
from pathlib import Path

import pytest

from plancycle.adapters.programme_files.folders import ProgrammeFiles, check
from plancycle.adapters.texts import Catalogue
from plancycle.domain.check_rules import RuleKind

SHIPPED = Path(__file__).parents[2] / "programmes" / "thai-nguyen-nq94"
NAME = "form.yaml"


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(SHIPPED, tmp_path / "programmes" / "tn"))


def swap(folder, old, new):
    text = (folder / NAME).read_text("utf-8")
    assert old in text
    (folder / NAME).write_text(text.replace(old, new, 1), "utf-8")


def position_of(path, text):
    """Line and column (from 1) of a text in the check that was added."""
    content = path.read_text("utf-8")
    index = content.index(text, content.index("id: extra"))
    return content.count("\n", 0, index) + 1, index - content.rfind("\n", 0, index)


def declared(folder, line):
    """Add one check to the list."""
    swap(folder, "\nchecks:\n", f"\nchecks:\n  - {{id: extra, severity: warning, {line}}}\n")


# the check | the text at whose start the mistake is told | key
MISTAKES = """
kind: jump, sheet: figurez, field: value, percent: 9 | figurez | unknown_sheet
kind: jump, sheet: figures, field: valu, percent: 9 | valu, | unknown_check_field
kind: jump, sheet: figures, field: value | jump, sheet: figures, field: value} | check_needs
kind: range, sheet: figures, field: value | range, | check_needs
kind: sum, sheet: figures, field: value, rows: [budget-spent] | sum, | check_needs
kind: jump, sheet: figures, field: value, percent: 9, likeness: 90 | likeness | check_unknown_parameter
kind: not_falling, sheet: works, field: result | result} | check_field_kind
kind: date_within, sheet: works, field: progress | progress} | check_field_kind
kind: evidence, sheet: works, field: status, when: ["Xong"], needs: evidence | "Xong" | unknown_choice
kind: evidence, sheet: works, field: status, when: ["Hoàn thành"], needs: evidenze | evidenze | unknown_check_field
kind: required_when, sheet: works, field: result, when_field: stat, when: [x] | stat, when | unknown_check_field
kind: sum, sheet: figures, field: value, rows: [inspections], of_rows: [inspektions] | inspektions | unknown_check_row
kind: required, sheet: narrative, field: value, rows: [N9] | N9 | unknown_check_row
kind: required, sheet: narrative, field: value, rows: [TT] | TT | unknown_check_row
kind: sum, sheet: figures, field: value, of_fields: [men] | men | unknown_check_field
kind: guess, sheet: figures, field: value | guess | not_a_choice
kind: copied, sheet: narrative, field: value, likeness: 101, sources: [last_period] | 101 | too_large
kind: unit, sheet: figures, field: value, factor: many | many | not_a_number
"""
ROWS = [tuple(cell.strip() for cell in line.split("|")) for line in MISTAKES.strip().splitlines()]


@pytest.mark.parametrize(("line", "where", "key"), ROWS)
def test_a_check_that_cannot_work_is_told_with_line_and_column(folder, line, where, key):
    declared(folder, line)
    places = check(folder)

    assert [(one.key, one.line, one.column) for one in places] == [
        (f"programme.{key}", *position_of(folder / NAME, where))
    ]
    assert all(Catalogue().say(places[0].key, language, **places[0].params) for language in ("vi", "en"))


GOOD = """
kind: required, sheet: narrative, field: value, rows: [N1], periods: [annual]
kind: required_when, sheet: works, field: result, when_field: status, when: ["Hoàn thành"]
kind: range, sheet: works, field: progress, maximum: 90, periods: [q1]
kind: sum, sheet: figures, field: value, rows: [inspections], of_rows: [documents-issued, dissemination-sessions]
kind: jump, sheet: figures, field: value, percent: 80, floor: 10, against: year
kind: unit, sheet: figures, field: value
kind: date_within, sheet: works, field: finish, within: year
kind: text_short, sheet: narrative, field: value, length: 20
kind: copied, sheet: narrative, field: value, likeness: 90, length: 80, sources: [last_period, other_agency]
kind: choice, sheet: works, field: status, choices: ["Đang thực hiện", "Hoàn thành"], periods: [annual]
kind: annual_total, sheet: figures, field: value, compare: equal, tolerance: 1
""".strip().splitlines()


@pytest.mark.parametrize("line", GOOD)
def test_every_kind_can_be_declared(folder, line):
    declared(folder, line)

    assert check(folder) == []
    assert ProgrammeFiles(folder.parent).load("tn-nq94").form.checks[0].id == "extra"


def test_a_check_is_declared_once(folder):
    declared(folder, "kind: unit, sheet: figures, field: value")
    swap(folder, "id: extra", "id: figure-jump")

    assert [one.key for one in check(folder)] == ["programme.twice_check"]


def test_the_explanation_column_is_one_of_the_form(folder):
    swap(folder, "nil_choice:", "explanation_field: giai-trinh\nnil_choice:")

    assert [one.key for one in check(folder)] == ["programme.unknown_check_field"]


def test_a_file_from_before_checks_were_declared_has_the_checks_it_always_had(folder):
    text = (folder / NAME).read_text("utf-8")
    (folder / NAME).write_text(text[: text.index("checks:\n")] + "jump_percent: 50\n", "utf-8")
    old = ProgrammeFiles(folder.parent).load("tn-nq94").form
    new = ProgrammeFiles(SHIPPED.parent).load("tn-nq94").form

    def asked(form):
        return {(one.kind, one.sheet, one.field, one.when, one.percent) for one in form.checks}

    assert check(folder) == []
    assert asked(old) == asked(new)
    assert {one.kind for one in old.checks} == {
        RuleKind.EVIDENCE, RuleKind.NOT_FALLING, RuleKind.ANNUAL_TOTAL, RuleKind.JUMP
    }  # fmt: skip
