"""Working days of state offices: Tết, holidays in lieu, swaps with made-up Saturdays, and the programme's last word."""

from datetime import date
from pathlib import Path

import pytest

from plancycle.adapters.calendars import working_days
from plancycle.adapters.programme_files.folders import ProgrammeFiles
from plancycle.domain.working_days import WorkingDays

PROGRAMMES = ProgrammeFiles(Path(__file__).parents[2] / "programmes")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def shipped(year: int) -> WorkingDays:
    return PROGRAMMES.working_days(PROGRAMMES.load("tn-nq94"), year)


# weekday, day, works, why
DAYS = [
    ("Mon", date(2024, 1, 1), False, "New Year"),
    ("Fri", date(2024, 2, 9), False, "eve of Tết 2024"),
    ("Sat", date(2024, 2, 10), False, "Tết 2024"),
    ("Thu", date(2024, 4, 18), False, "Hùng Kings 2024"),
    ("Mon", date(2024, 4, 29), False, "swapped with Sat 4/5/2024"),
    ("Sat", date(2024, 5, 4), True, "made up for Mon 29/4/2024"),
    ("Wed", date(2025, 1, 29), False, "Tết 2025"),
    ("Mon", date(2025, 4, 7), False, "Hùng Kings 2025"),
    ("Sat", date(2025, 4, 26), True, "made up for Fri 2/5/2025"),
    ("Wed", date(2025, 4, 30), False, "Reunification Day"),
    ("Fri", date(2025, 5, 2), False, "swapped with Sat 26/4/2025"),
    ("Tue", date(2025, 9, 2), False, "National Day"),
    ("Tue", date(2025, 12, 9), True, "the last on-time day of 2025"),
    ("Sat", date(2025, 12, 6), False, "an ordinary Saturday"),
    ("Thu", date(2026, 1, 1), False, "New Year"),
    ("Fri", date(2026, 1, 2), False, "announced 25/12/2025, known through the programme only"),
    ("Sat", date(2026, 1, 10), True, "made up for Fri 2/1/2026, known through the programme only"),
    ("Sat", date(2026, 1, 17), False, "an ordinary Saturday"),
    ("Tue", date(2026, 2, 17), False, "Tết 2026"),
    ("Mon", date(2026, 4, 27), False, "in lieu of Hùng Kings on Sunday 26/4/2026"),
    ("Sat", date(2026, 8, 22), True, "made up for Mon 31/8/2026"),
    ("Mon", date(2026, 8, 31), False, "swapped with Sat 22/8/2026"),
    ("Tue", date(2026, 11, 24), False, "Vietnam Culture Day"),
    ("Sat", date(2028, 12, 9), False, "Saturday before 10/12/2028"),
]


@pytest.mark.parametrize(("weekday", "day", "works", "why"), DAYS, ids=lambda value: str(value))
def test_offices_work_or_rest(weekday, day, works, why):
    assert WEEKDAYS[day.weekday()] == weekday
    assert shipped(day.year).is_working_day(day) is works, why


def test_the_library_alone_is_wrong_about_the_swap_of_january_2026():
    alone = working_days((), (), 2026)
    assert alone.is_working_day(date(2026, 1, 2))
    assert not alone.is_working_day(date(2026, 1, 10))


def test_an_announced_day_off_beats_a_made_up_saturday_of_the_library_and_the_reverse():
    changed = working_days((date(2025, 4, 26),), (date(2025, 5, 2),), 2025)
    assert not changed.is_working_day(date(2025, 4, 26))
    assert changed.is_working_day(date(2025, 5, 2))


@pytest.mark.parametrize("year", [2025, 2026, 2027])
def test_a_calendar_knows_the_neighbouring_years_too(year):
    assert not shipped(year).is_working_day(date(2026, 1, 1))
    assert not shipped(year).is_working_day(date(2026, 1, 2))


# from, count, result: across Tết 2026 (Mon 16/2 to Fri 20/2), across New Year with the swap, back over a weekend
STEPS = [
    (date(2026, 2, 13), 1, date(2026, 2, 23)),
    (date(2026, 2, 15), 3, date(2026, 2, 25)),
    (date(2025, 12, 31), 1, date(2026, 1, 5)),
    (date(2026, 1, 9), 1, date(2026, 1, 10)),
    (date(2025, 12, 8), -1, date(2025, 12, 5)),
    (date(2025, 12, 8), 0, date(2025, 12, 8)),
]


@pytest.mark.parametrize(("start", "count", "result"), STEPS)
def test_counting_steps_over_days_off(start, count, result):
    assert shipped(start.year).add(start, count) == result


# from (excluded), to (included), working days between
SPANS = [
    (date(2025, 11, 30), date(2025, 12, 9), 7),
    (date(2026, 2, 13), date(2026, 2, 22), 0),
    (date(2025, 12, 31), date(2026, 1, 10), 6),
    (date(2025, 12, 9), date(2025, 12, 9), 0),
    (date(2025, 12, 10), date(2025, 12, 9), 0),
]


@pytest.mark.parametrize(("start", "end", "count"), SPANS)
def test_counting_working_days_in_a_span(start, end, count):
    assert shipped(start.year).count_after(start, end) == count


def test_the_last_working_day_on_or_before_a_day():
    assert shipped(2026).last_on_or_before(date(2026, 2, 22)) == date(2026, 2, 13)
    assert shipped(2026).last_on_or_before(date(2026, 1, 11)) == date(2026, 1, 10)
    assert shipped(2025).last_on_or_before(date(2025, 12, 9)) == date(2025, 12, 9)
