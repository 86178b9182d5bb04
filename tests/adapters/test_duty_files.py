"""``duties`` of a programme's files: which records they make, and what is wrong with them, with its place."""

import shutil
from pathlib import Path

import pytest

from plancycle.adapters.programme_files.folders import ProgrammeFiles, check
from plancycle.domain.duties import DutyKind

SHIPPED = Path(__file__).resolve().parents[2] / "programmes" / "thai-nguyen-nq94"


def problems(tmp_path, old, new):
    folder = tmp_path / "programme"
    shutil.copytree(SHIPPED, folder)
    file = folder / "programme.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    line = next(number for number, one in enumerate(text.splitlines(), 1) if old in one)
    return [(place.key, place.line == line) for place in check(folder)]


def test_the_shipped_plan_makes_each_kind_once_by_the_lines_it_stands_in():
    programme = ProgrammeFiles(SHIPPED.parent).load("tn-nq94")
    made = {duty.makes: (duty.lines, duty.deadline) for duty in programme.duties if duty.makes}

    assert made == {
        DutyKind.INSPECTION: ((23, 131, 135, 141), None),
        DutyKind.OBSTACLE: ((23,), "D5"),
        DutyKind.AMENDMENT: ((131, 159, 187), None),
        DutyKind.INTERIM_REVIEW: ((131, 159, 187), "D6"),
        DutyKind.FINAL_REVIEW: ((131, 159, 187), "D6"),
        DutyKind.COMMENDATION: ((123, 143, 239), None),
        DutyKind.BUDGET: ((231,), None),
        DutyKind.DIALOGUE: ((57,), "D8"),
        DutyKind.DISSEMINATION: ((33, 35), "D1"),
    }
    assert next(duty for duty in programme.duties if duty.makes is DutyKind.BUDGET).gathered_by == "so-tai-chinh"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("makes: commendation", "makes: praise", "programme.not_a_choice"),
        ("makes: commendation", "makes: obstacle", "programme.twice_duty_record"),
        ("deadline: D8", "deadline: D80", "programme.unknown_deadline"),
        ("gathered_by: so-tai-chinh", "gathered_by: so-tai-chin", "programme.unknown_agency"),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(tmp_path, old, new, key):
    assert problems(tmp_path, old, new) == [(key, True)]
