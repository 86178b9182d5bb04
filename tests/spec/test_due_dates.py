"""From a named day to an instant with reasons: wording, roll, days off, the soft due, late announcements."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from plancycle.domain.due_dates import DayRule, Roll, Wording, named_in, settle
from plancycle.domain.errors import DataProblem
from plancycle.domain.working_days import AnnouncedDay, WorkingDays

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
BEFORE, BY = Wording.BEFORE, Wording.BY
NONE, NEXT, PREVIOUS = Roll.NONE, Roll.NEXT, Roll.PREVIOUS
CIVIL_CODE = "Bộ luật Dân sự 2015, Điều 148"


def settled(wording, roll, named, calendar=None):
    rule = DayRule(wording, "kế hoạch", roll, CIVIL_CODE if roll is not NONE else "")
    return settle(rule, named, calendar or WorkingDays(), HANOI)


def written(day):
    return f"{WEEKDAYS[day.weekday()]} {day:%d/%m/%Y}"


def keys(due):
    return [reason.key.removeprefix("why.") for reason in due.reasons]


# wording, roll, the named day, the last good day, the soft due day
ROLLS = [
    (BEFORE, NONE, "Sun 10/12/2028", "Sat 09/12/2028", "Fri 08/12/2028"),
    (BEFORE, PREVIOUS, "Sun 10/12/2028", "Fri 08/12/2028", "Fri 08/12/2028"),
    (BEFORE, PREVIOUS, "Mon 10/12/2029", "Fri 07/12/2029", "Fri 07/12/2029"),
    (BEFORE, PREVIOUS, "Tue 10/12/2024", "Mon 09/12/2024", "Mon 09/12/2024"),
    (BY, NONE, "Sat 20/09/2025", "Sat 20/09/2025", "Fri 19/09/2025"),
    (BY, NEXT, "Sat 20/09/2025", "Mon 22/09/2025", "Mon 22/09/2025"),
    (BY, PREVIOUS, "Sat 20/09/2025", "Fri 19/09/2025", "Fri 19/09/2025"),
    (BY, NEXT, "Sun 20/09/2026", "Mon 21/09/2026", "Mon 21/09/2026"),
    (BY, NEXT, "Thu 20/03/2025", "Thu 20/03/2025", "Thu 20/03/2025"),
]


@pytest.mark.parametrize(("wording", "roll", "named", "last_day", "soft_day"), ROLLS)
def test_a_day_rolls_as_its_rule_says(wording, roll, named, last_day, soft_day):
    day = datetime.strptime(named[4:], "%d/%m/%Y").date()
    due = settled(wording, roll, day)

    assert written(day) == named
    assert (written(due.last_day), written(due.soft_at.date())) == (last_day, soft_day)
    assert due.due_at == datetime.combine(due.last_day + timedelta(days=1), time(0, 0), HANOI)


@pytest.mark.parametrize("year", range(2024, 2036))
def test_before_never_rolls_forward_in_any_year(year):
    with pytest.raises(DataProblem) as refused:
        settled(BEFORE, NEXT, date(year, 12, 10))

    assert refused.value.key == "calendar.before_rolls_forward"


# wording, roll, named day, the reasons in their order
REASONS = [
    (BEFORE, NONE, date(2024, 12, 10), ["rule_before", "basis", "ordinary", "soft_same"]),  # Tue 10/12/2024
    (BEFORE, NONE, date(2028, 12, 10), ["rule_before", "basis", "weekend", "not_rolled", "soft_earlier"]),
    (BEFORE, NONE, date(2029, 12, 10), ["rule_before", "basis", "weekend", "not_rolled", "weekend", "soft_earlier"]),
    (
        BY,
        NEXT,
        date(2025, 9, 20),  # Sat 20/09/2025 to Mon 22/09/2025
        ["rule_by", "basis", "weekend", "weekend", "ordinary", "rolled_next_working_day", "roll_basis", "soft_same"],
    ),
    (
        BY,
        PREVIOUS,
        date(2025, 9, 20),  # Sat 20/09/2025 back to Fri 19/09/2025
        ["rule_by", "basis", "ordinary", "weekend", "rolled_previous_working_day", "roll_basis", "soft_same"],
    ),
]


@pytest.mark.parametrize(("wording", "roll", "named", "expected"), REASONS)
def test_every_step_is_said_in_order(wording, roll, named, expected):
    assert keys(settled(wording, roll, named)) == expected


def test_a_fact_names_the_very_day_and_its_weekday():
    due = settled(BEFORE, NONE, date(2028, 12, 10))
    fact = next(one for one in due.reasons if one.key == "why.weekend")

    assert (fact.params["day"], str(fact.params["weekday"])) == (date(2028, 12, 9), "saturday")


def off(day, announced):
    return AnnouncedDay(day, False, "công văn", announced)


FRIDAY, MONDAY, TUESDAY = date(2025, 9, 19), date(2025, 9, 22), date(2025, 9, 23)

# the day announced free, when it was announced, the last day of "by Sat 20/09/2025" rolled forward
ANNOUNCEMENTS = [
    (MONDAY, date(2025, 9, 1), "Tue 23/09/2025"),
    (MONDAY, date(2025, 9, 20), "Tue 23/09/2025"),
    (MONDAY, date(2025, 9, 22), "Tue 23/09/2025"),
    (MONDAY, date(2025, 9, 23), "Mon 22/09/2025"),
    (MONDAY, None, "Tue 23/09/2025"),
    (TUESDAY, date(2025, 9, 1), "Mon 22/09/2025"),
]


@pytest.mark.parametrize(("day", "announced", "last_day"), ANNOUNCEMENTS)
def test_an_announcement_after_the_last_day_has_passed_moves_nothing(day, announced, last_day):
    calendar = WorkingDays(announced={day: off(day, announced)})

    assert written(settled(BY, NEXT, date(2025, 9, 20), calendar).last_day) == last_day


def test_a_soft_due_moves_with_an_announcement_in_time_and_stays_with_one_that_came_too_late():
    soft_days = [
        settled(BY, NONE, date(2025, 9, 20), WorkingDays(announced={FRIDAY: off(FRIDAY, announced)})).soft_at.date()
        for announced in (date(2025, 9, 15), date(2025, 9, 21))
    ]

    assert [written(day) for day in soft_days] == ["Thu 18/09/2025", "Fri 19/09/2025"]


def test_a_soft_due_on_a_worked_saturday_says_who_announced_it():
    saturday = date(2026, 1, 10)  # made up for Fri 02/01/2026
    calendar = WorkingDays(announced={saturday: AnnouncedDay(saturday, True, "Công văn 12729/VPCP-KGVX", None)})
    due = settled(BEFORE, NONE, date(2026, 1, 12), calendar)  # last day Sun 11/01/2026

    assert written(due.soft_at.date()) == "Sat 10/01/2026"
    assert keys(due)[-2:] == ["announced_worked", "soft_earlier"]


def test_a_projected_year_says_so():
    calendar = WorkingDays(confirmed=frozenset({2025}))

    assert keys(settled(BY, NONE, date(2025, 3, 20), calendar))[-1] == "soft_same"
    assert keys(settled(BY, NONE, date(2026, 3, 20), calendar))[-1] == "projected"


def test_the_29th_of_february_is_no_yearly_day():
    assert named_in(2024, (2, 29)) == date(2024, 2, 29)
    with pytest.raises(DataProblem):
        named_in(2025, (2, 29))
