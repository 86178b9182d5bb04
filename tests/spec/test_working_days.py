"""Working days of state offices: Tết, holidays in lieu, swaps with made-up Saturdays, and the programme's last word."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from plancycle.adapters.calendars import working_days
from plancycle.adapters.programme_files.folders import ProgrammeFiles
from plancycle.domain.errors import DataProblem
from plancycle.domain.working_days import AnnouncedDay, WorkingDays

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
    alone = working_days((), 2026)
    assert alone.is_working_day(date(2026, 1, 2))
    assert not alone.is_working_day(date(2026, 1, 10))


def test_an_announced_day_off_beats_a_made_up_saturday_of_the_library_and_the_reverse():
    announced = [(date(2025, 4, 26), False), (date(2025, 5, 2), True)]
    changed = working_days([AnnouncedDay(day, is_worked, "công văn") for day, is_worked in announced], 2025)
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


# year, Lunar New Year's Day (1/1 âm lịch), Hùng Kings' Day (10/3 âm lịch), both by the moon over UTC+7
LUNAR = [
    (2024, "Sat 10/02", "Thu 18/04"),
    (2025, "Wed 29/01", "Mon 07/04"),
    (2026, "Tue 17/02", "Sun 26/04"),
    (2027, "Sat 06/02", "Fri 16/04"),
    (2028, "Wed 26/01", "Tue 04/04"),
    (2029, "Tue 13/02", "Mon 23/04"),
    (2030, "Sat 02/02", "Fri 12/04"),
    (2031, "Thu 23/01", "Tue 01/04"),
    (2032, "Wed 11/02", "Mon 19/04"),
    (2033, "Mon 31/01", "Sat 09/04"),
    (2034, "Sun 19/02", "Fri 28/04"),
    (2035, "Thu 08/02", "Tue 17/04"),
]


def written(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()]} {day:%d/%m}"


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=offset) for offset in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize(("year", "new_year", "hung_kings"), LUNAR)
def test_lunar_holidays_fall_on_the_vietnamese_day(year, new_year, hung_kings):
    names = working_days((), year).names
    found = {name.en: written(day) for day, name in names.items() if day.year == year}

    assert (found["Lunar New Year"], found["Hung Kings' Commemoration Day"]) == (new_year, hung_kings)


def test_new_year_is_vietnamese_not_chinese_where_the_two_differ():
    """Sat 17/02/2007 and Sat 02/02/2030; in China Sunday 18/02/2007 and Sunday 03/02/2030."""
    days = [day for year in (2007, 2030) for day, name in working_days((), year).names.items() if day.year == year]
    names = {**working_days((), 2007).names, **working_days((), 2030).names}

    assert [day for day in days if names[day].en == "Lunar New Year"] == [date(2007, 2, 17), date(2030, 2, 2)]


# year, weekdays on which offices are closed, weekends on which they work (with what was announced until 2026)
CLOSED = """
2024 | Mon 01/01, Thu 08/02, Fri 09/02, Mon 12/02, Tue 13/02, Wed 14/02, Thu 18/04, Mon 29/04, Tue 30/04, Wed 01/05, Mon 02/09, Tue 03/09 | Sat 04/05
2025 | Wed 01/01, Mon 27/01, Tue 28/01, Wed 29/01, Thu 30/01, Fri 31/01, Mon 07/04, Wed 30/04, Thu 01/05, Fri 02/05, Mon 01/09, Tue 02/09 | Sat 26/04
2026 | Thu 01/01, Fri 02/01, Mon 16/02, Tue 17/02, Wed 18/02, Thu 19/02, Fri 20/02, Mon 27/04, Thu 30/04, Fri 01/05, Mon 31/08, Tue 01/09, Wed 02/09, Tue 24/11 | Sat 10/01, Sat 22/08
2027 | Fri 01/01, Thu 04/02, Fri 05/02, Mon 08/02, Tue 09/02, Wed 10/02, Fri 16/04, Fri 30/04, Mon 03/05, Thu 02/09, Fri 03/09, Wed 24/11 |
2028 | Mon 03/01, Mon 24/01, Tue 25/01, Wed 26/01, Thu 27/01, Fri 28/01, Tue 04/04, Mon 01/05, Tue 02/05, Fri 01/09, Mon 04/09, Fri 24/11 |
2029 | Mon 01/01, Mon 12/02, Tue 13/02, Wed 14/02, Thu 15/02, Fri 16/02, Mon 23/04, Mon 30/04, Tue 01/05, Mon 03/09, Tue 04/09, Mon 26/11 |
2030 | Tue 01/01, Thu 31/01, Fri 01/02, Mon 04/02, Tue 05/02, Wed 06/02, Fri 12/04, Tue 30/04, Wed 01/05, Mon 02/09, Tue 03/09, Mon 25/11 |
2031 | Wed 01/01, Tue 21/01, Wed 22/01, Thu 23/01, Fri 24/01, Mon 27/01, Tue 01/04, Wed 30/04, Thu 01/05, Mon 01/09, Tue 02/09, Mon 24/11 |
2032 | Thu 01/01, Mon 09/02, Tue 10/02, Wed 11/02, Thu 12/02, Fri 13/02, Mon 19/04, Fri 30/04, Mon 03/05, Thu 02/09, Fri 03/09, Wed 24/11 |
2033 | Mon 03/01, Mon 31/01, Tue 01/02, Wed 02/02, Thu 03/02, Fri 04/02, Mon 11/04, Mon 02/05, Tue 03/05, Thu 01/09, Fri 02/09, Thu 24/11 |
2034 | Mon 02/01, Fri 17/02, Mon 20/02, Tue 21/02, Wed 22/02, Thu 23/02, Fri 28/04, Mon 01/05, Tue 02/05, Fri 01/09, Mon 04/09, Fri 24/11 |
2035 | Mon 01/01, Tue 06/02, Wed 07/02, Thu 08/02, Fri 09/02, Mon 12/02, Tue 17/04, Mon 30/04, Tue 01/05, Mon 03/09, Tue 04/09, Mon 26/11 |
"""  # noqa: E501  one year a line, to be read against the year's announcement


@pytest.mark.parametrize("line", CLOSED.strip().splitlines(), ids=lambda line: line[:4])
def test_every_closed_weekday_and_worked_weekend_of_a_year(line):
    year, closed, worked = (part.strip() for part in line.split("|"))
    calendar, days = shipped(int(year)), days_of(int(year))

    assert ", ".join(written(day) for day in days if day.weekday() < 5 and not calendar.is_working_day(day)) == closed
    assert ", ".join(written(day) for day in days if day.weekday() >= 5 and calendar.is_working_day(day)) == worked


@pytest.mark.parametrize("year", range(2024, 2036))
def test_weekdays_off_less_worked_weekends_are_the_days_the_labour_code_gives(year):
    """Labour Code 2019, Articles 111 and 112: 11 days, 12 with 24/11 from 2026; one on a weekend is given back."""
    calendar, days = shipped(year), days_of(year)
    closed = sum(day.weekday() < 5 and not calendar.is_working_day(day) for day in days)
    worked = sum(day.weekday() >= 5 and calendar.is_working_day(day) for day in days)

    assert closed - worked == (12 if year >= 2026 else 11)


@pytest.mark.parametrize("year", [1899, 1901, 2100, 2101, 2206])
def test_a_year_whose_lunar_new_year_is_not_known_is_refused(year):
    with pytest.raises(DataProblem) as refused:
        working_days((), year)

    assert refused.value.key == "calendar.unknown_year"
    assert abs(refused.value.params["unknown"] - year) <= 1


# day, the fact told about it
FACTS = [
    (date(2026, 1, 2), "announced_off"),  # Friday
    (date(2026, 1, 10), "announced_worked"),  # Saturday
    (date(2026, 8, 22), "made_up"),  # Saturday
    (date(2026, 8, 31), "day_off"),  # Monday, exchanged for Sat 22/08
    (date(2026, 2, 17), "holiday"),  # Tuesday
    (date(2026, 4, 26), "holiday"),  # Sunday
    (date(2026, 4, 27), "holiday"),  # Monday, in lieu
    (date(2028, 12, 9), "weekend"),  # Saturday
    (date(2025, 12, 9), "ordinary"),  # Tuesday
]


@pytest.mark.parametrize(("day", "fact"), FACTS)
def test_a_day_says_what_it_is(day, fact):
    reason = shipped(day.year).fact(day)

    assert (reason.key, reason.params["day"]) == (f"why.{fact}", day)


def test_a_holiday_has_a_name_in_each_language_and_an_announcement_its_source():
    name = shipped(2026).fact(date(2026, 2, 17)).params["name"]

    assert (name.vi, name.en) == ("Tết Nguyên Đán", "Lunar New Year")
    assert "12729/VPCP-KGVX" in shipped(2026).fact(date(2026, 1, 2)).params["source"]


def test_years_that_are_not_all_announced_are_projections():
    assert [year for year in range(2024, 2036) if not shipped(year).is_projected(year)] == [2024, 2025, 2026]


# known on, Fri 02/01/2026 works (announced on Thu 25/12/2025)
KNOWN = [(date(2025, 12, 24), True), (date(2025, 12, 25), False), (date(2026, 6, 1), False)]


@pytest.mark.parametrize(("known_on", "works"), KNOWN)
def test_a_calendar_as_it_was_known_on_a_day(known_on, works):
    assert shipped(2026).as_known_on(known_on).is_working_day(date(2026, 1, 2)) is works
