"""``calendar.yaml`` and ``working-days.yaml``: rolls with their basis, days of every kind, reminders, announcements."""

import os
import shutil
from datetime import date
from pathlib import Path

import pytest

from plancycle.adapters.programme_files.folders import ProgrammeFiles, check
from plancycle.adapters.texts import Catalogue
from plancycle.domain.deadlines import Counting, Roll, Rung, RungTo, Wording
from plancycle.domain.errors import ProgrammeProblem

SHIPPED = Path(__file__).parents[2] / "programmes" / "thai-nguyen-nq94"
CALENDAR, DAYS = "calendar.yaml", "working-days.yaml"


@pytest.fixture
def folder(tmp_path):
    copy = tmp_path / "programmes" / "thai-nguyen-nq94"
    shutil.copytree(SHIPPED, copy)
    return copy


def swap(folder, file, old, new):
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")


def loaded(folder):
    return ProgrammeFiles(folder.parent).load("tn-nq94")


def deadline(folder, name):
    return next(one for one in loaded(folder).deadlines if one.id == name)


D9 = "{id: D9, line: 129, kind: yearly,"
ROLL = "    roll: none\n"
ANNOUNCED = "    days_off: [02/01/2026]"
# file, what stands there, what is written instead, the key
BROKEN = [
    (CALENDAR, ROLL, "    roll: sometimes\n", "programme.not_a_choice"),
    (CALENDAR, ROLL + "    roll_basis:", "    roll: next_working_day\n    #", "programme.roll_without_basis"),
    (
        CALENDAR,
        "due: 10/12\n    roll: none",
        "due: 10/12\n    roll: next_working_day",
        "programme.before_rolls_forward",
    ),
    (CALENDAR, D9, f"{D9} before_day: 01/03, by_days: [01/03],", "programme.two_due_days"),
    (CALENDAR, D9, f"{D9} by_date: 01/03/2025,", "programme.day_of_other_kind"),
    (CALENDAR, D9, D9.replace("yearly", "quarterly, by_days: [20/03, 20/06]"), "programme.times_a_year"),
    (CALENDAR, D9, D9.replace("yearly", "half_yearly, by_days: [20/06]"), "programme.times_a_year"),
    (CALENDAR, D9, f"{D9} by_days: [20/06], cutoffs: [14/06, 14/12],", "programme.cutoffs_mismatch"),
    (CALENDAR, D9, f"{D9} before_day: 10/12, roll: next_working_day, roll_basis: x,", "programme.before_rolls_forward"),
    (CALENDAR, "[-10, -5,", "[-10, -10,", "programme.twice_reminder"),
    (CALENDAR, "[-10, -5,", "[{days: -10, count: lunar}, -5,", "programme.not_a_choice"),
    (CALENDAR, "[-10, -5,", "[{days: -10, to: everybody}, -5,", "programme.not_a_choice"),
    (CALENDAR, "[-10, -5,", "[{count: working}, -5,", "programme.missing_field"),
    (DAYS, ANNOUNCED, "    # days_off", "programme.day_announced_twice"),
    (DAYS, "10/01/2026", "02/01/2026", "programme.day_announced_twice"),
    (DAYS, ANNOUNCED, "    days_off: [31/02/2026]", "programme.impossible_date"),
    (DAYS, ANNOUNCED, "    extra_days_off: [02/01/2026]", "programme.unknown_field"),
    (DAYS, "  - source:", "  - announcer:", "programme.missing_field"),
    (CALENDAR, "reminders:", "announced_days: []\nreminders:", "programme.unknown_field"),
]


@pytest.mark.parametrize(("file", "old", "new", "key"), BROKEN)
def test_a_calendar_that_cannot_be_is_told_with_its_place_in_both_languages(folder, file, old, new, key):
    swap(folder, file, old, new)
    if key == "programme.day_announced_twice" and "#" in new:
        swap(folder, file, "10/01/2026]", "10/01/2026, 10/01/2026]")
    places = check(folder)
    found = [place for place in places if place.key == key]

    assert [Path(place.file).name for place in found[:1]] == [file]
    assert found[0].line > 1
    for language in ("vi", "en"):
        assert Catalogue().say(found[0].key, language, **found[0].params)


def test_an_announcement_of_nothing_is_told(folder):
    swap(folder, DAYS, ANNOUNCED, "    #")
    swap(folder, DAYS, "    worked_days:", "    #")

    assert [place.key for place in check(folder)] == ["programme.announces_nothing"]


def test_rolls_and_several_days_a_year_reach_the_programme(folder):
    basis = "Bộ luật Dân sự 2015, Điều 148"
    swap(folder, CALENDAR, ROLL + "    roll_basis:", f'    roll: next_working_day\n    roll_basis: "{basis}" #')
    swap(folder, CALENDAR, D9, D9.replace("yearly", "half_yearly, by_days: [20/06, 20/12], cutoffs: [14/06, 14/12]"))
    rule, both = loaded(folder).periods[0], deadline(folder, "D9")

    assert (rule.roll, rule.roll_basis) == (Roll.NEXT, basis)
    assert (both.kind, both.days, both.wording) == ("half_yearly", ((6, 20), (12, 20)), Wording.BY)
    assert both.cutoffs == ((6, 14), (12, 14))


def test_a_reminder_is_a_number_or_says_how_it_is_counted_and_whom_it_goes_to(folder):
    shipped, counted = (
        "[-10, -5, -1, 0, 1, {days: 3, to: leader}]",
        "[-10, {days: -3, count: working}, {days: 1, to: leader}]",
    )
    swap(folder, CALENDAR, shipped, counted)
    programme = loaded(folder)

    assert programme.ladder == (Rung(-10), Rung(-3, Counting.WORKING), Rung(1, to=RungTo.LEADER))


def test_an_announcement_changes_the_calendar_at_once_and_the_plan_not_at_all(folder):
    files = ProgrammeFiles(folder.parent)
    programme, tuesday = files.load("tn-nq94"), date(2025, 12, 9)
    before = files.working_days(programme, 2025).is_working_day(tuesday)
    swap(folder, DAYS, "announced_days:\n", "announced_days:\n  - {source: Công văn 99, days_off: [09/12/2025]}\n")
    os.utime(folder / DAYS, ns=(1, 1))

    assert (before, files.working_days(programme, 2025).is_working_day(tuesday)) == (True, False)
    assert files.load("tn-nq94").version == programme.version


def test_a_folder_without_announcements_follows_the_general_calendar(folder):
    (folder / DAYS).unlink()
    files = ProgrammeFiles(folder.parent)
    calendar = files.working_days(files.load("tn-nq94"), 2026)

    assert check(folder) == []
    assert calendar.is_working_day(date(2026, 1, 2))  # Friday: the swap is known through the announcement only
    assert not calendar.is_working_day(date(2026, 2, 17))  # Tuesday, Tết


def test_a_broken_announcement_stops_the_calendar_with_its_place(folder):
    files = ProgrammeFiles(folder.parent)
    programme = files.load("tn-nq94")
    swap(folder, DAYS, "10/01/2026]", "10/01/2026, mai]")
    with pytest.raises(ProgrammeProblem) as refused:
        files.working_days(programme, 2026)

    assert [Path(place.file).name for place in refused.value.places] == [DAYS]


def test_an_announcement_that_leaves_no_working_day_after_the_cut_off_is_refused(folder):
    off = ", ".join(f"{day:02d}/03/2025" for day in range(17, 21))  # Mon 17/03 to Thu 20/03/2025
    swap(folder, DAYS, "announced_days:\n", f"announced_days:\n  - {{source: Công văn 99, days_off: [{off}]}}\n")

    assert [place.key for place in check(folder)] == ["calendar.cutoff_too_late"]
