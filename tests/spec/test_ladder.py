"""The reminder ladder: one rung, the one reached now; never twice, never back; around Tết, extensions, returns."""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plancycle.adapters.programme_files.folders import ProgrammeFiles
from plancycle.domain.deadlines import Counting, Rung, RungTo, period_dates, rung_dates
from plancycle.domain.ladder import Aim, aim_of, climbed, is_to_phone, own_soft_due, rung_due, rung_name
from plancycle.domain.periods import Period

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
PROGRAMMES = ProgrammeFiles(Path(__file__).parents[2] / "programmes")
PROGRAMME = PROGRAMMES.load("tn-nq94")
CALENDAR = {year: PROGRAMMES.working_days(PROGRAMME, year) for year in (2025, 2026, 2028)}
SHIPPED = PROGRAMME.ladder
WORKING = (
    *(Rung(days, Counting.WORKING) for days in (-10, -5, -1, 0, 1)),
    Rung(3, Counting.WORKING, RungTo.LEADER),
    Rung(5, Counting.WORKING, RungTo.OPERATOR),
)
CALENDAR_DAYS = (*(Rung(days) for days in (-10, -5, -1, 0, 1)), Rung(3, to=RungTo.LEADER))
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def spelt(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()]} {day:%d/%m}"


def due_on(ladder, aim, today, names=()):
    rung = rung_due(ladder, CALENDAR[today.year], aim, today, names)
    return None if rung is None else rung.days


# The annual evaluation of 2025: soft due on Tuesday 09/12. Calendar days, then working days.
ON_ONE_DAY = [
    ("Mon 24/11", None, None),
    ("Tue 25/11", None, -10),
    ("Fri 28/11", None, -10),
    ("Sat 29/11", -10, -10),
    ("Tue 02/12", -10, -5),
    ("Thu 04/12", -5, -5),
    ("Sun 07/12", -5, -5),
    ("Mon 08/12", -1, -1),
    ("Tue 09/12", 0, 0),
    ("Wed 10/12", 1, 1),
    ("Fri 12/12", 3, 3),
    ("Tue 16/12", 3, 3),
]


@pytest.mark.parametrize(("day", "in_days", "in_working_days"), ON_ONE_DAY)
def test_on_any_day_the_rung_reached_last_is_due(day, in_days, in_working_days):
    today = next(one for one in (date(2025, 11, 20) + timedelta(n) for n in range(40)) if spelt(one) == day)
    aim = Aim(date(2025, 12, 9))

    assert due_on(CALENDAR_DAYS, aim, today) == in_days
    assert due_on(WORKING, aim, today) == in_working_days


def test_the_days_of_the_working_ladder_jump_over_tet():
    # The plan of 2026 is due by Sunday 15/02/2026; offices close on Saturday 14/02 for Tết until Monday 23/02.
    dates = period_dates(PROGRAMME.period_rule(Period.PLAN), 2026, CALENDAR[2026], HANOI)
    days = {rung.days: spelt(day) for day, rung in rung_dates(WORKING, dates.soft_due_at.date(), CALENDAR[2026])}

    assert spelt(dates.soft_due_at.date()) == "Fri 13/02"
    assert days == {
        -10: "Fri 30/01",
        -5: "Fri 06/02",
        -1: "Thu 12/02",
        0: "Fri 13/02",
        1: "Mon 23/02",
        3: "Wed 25/02",
        5: "Fri 27/02",
    }


@pytest.mark.parametrize(
    ("year", "month", "day", "hour", "expected"),
    [
        (2025, 12, 12, 0, "Thu 11/12 17:00"),  # until the end of Thursday
        (2025, 12, 13, 0, "Fri 12/12 17:00"),
        (2025, 12, 15, 0, "Fri 12/12 17:00"),  # Sunday 14/12 ends: the last working day is Friday
        (2025, 12, 12, 15, "Fri 12/12 15:00"),  # until 15:00 of a Friday: not later than that
        (2025, 12, 9, 0, "Tue 09/12 17:00"),  # never earlier than the plan's own
        (2025, 12, 10, 12, "Wed 10/12 12:00"),
    ],
)
def test_with_an_extension_reminders_aim_at_the_last_working_day_before_it(year, month, day, hour, expected):
    dates = period_dates(PROGRAMME.period_rule(Period.ANNUAL), 2025, CALENDAR[2025], HANOI)
    until = datetime(year, month, day, hour, tzinfo=HANOI)
    found = own_soft_due(dates, until, CALENDAR[2025])

    assert f"{spelt(found.date())} {found:%H:%M}" == expected


def test_an_extension_over_tet_aims_at_the_last_day_offices_are_open():
    dates = period_dates(PROGRAMME.period_rule(Period.PLAN), 2026, CALENDAR[2026], HANOI)
    until = datetime(2026, 2, 23, tzinfo=HANOI)  # the end of Sunday 22/02/2026, in the holidays

    assert own_soft_due(dates, until, CALENDAR[2026]) == dates.soft_due_at


# name of the case, aim, what was sent, today, what is due
SOFT = date(2025, 12, 9)
ALREADY = [
    ("nothing was sent", Aim(SOFT), [], date(2025, 12, 4), -5),
    ("this rung was", Aim(SOFT), ["remind-5"], date(2025, 12, 4), None),
    ("a lower one was", Aim(SOFT), ["call", "remind-10"], date(2025, 12, 4), -5),
    ("a higher one was: the clock had jumped ahead", Aim(SOFT), ["remind+3"], date(2025, 12, 4), None),
    ("its second try to the alternate counts", Aim(SOFT), ["remind-5-alternate"], date(2025, 12, 4), None),
    ("sent again by a person counts", Aim(SOFT), ["remind-5-again3"], date(2025, 12, 4), None),
    ("a rung the ladder no longer has, below", Aim(SOFT), ["remind-7"], date(2025, 12, 4), -5),
    ("a rung the ladder no longer has, above", Aim(SOFT), ["remind-2"], date(2025, 12, 4), None),
    ("the call came on that very day", Aim(SOFT, date(2025, 12, 4)), [], date(2025, 12, 4), None),
    ("the call came the day before", Aim(SOFT, date(2025, 12, 7)), [], date(2025, 12, 8), -1),
    ("an outage of two weeks", Aim(SOFT), ["remind-10"], date(2025, 12, 13), 3),
    ("rungs of another due date", Aim(date(2025, 12, 15), mark="-x20251216"), ["remind+1"], date(2025, 12, 14), -1),
    ("after a return the count begins again", Aim(SOFT, date(2025, 12, 3), "-v1"), ["remind-5"], date(2025, 12, 4), -5),
    ("but once for each version", Aim(SOFT, date(2025, 12, 3), "-v1"), ["remind-5-v1"], date(2025, 12, 5), None),
    ("and a second return once more", Aim(SOFT, date(2025, 12, 7), "-v2"), ["remind-1-v1"], date(2025, 12, 8), -1),
]  # fmt: skip


@pytest.mark.parametrize(
    ("aim", "names", "today", "expected"), [one[1:] for one in ALREADY], ids=[o[0] for o in ALREADY]
)
def test_what_was_sent_decides_what_is_still_due(aim, names, today, expected):
    assert due_on(CALENDAR_DAYS, aim, today, names) == expected


RETURNS = [
    (date(2025, 12, 1), "Tue 09/12"),  # Monday 01/12: well before, the period's own aim stands
    (date(2025, 12, 5), "Wed 10/12"),  # Friday 05/12: three working days on
    (date(2025, 12, 12), "Wed 17/12"),  # Friday 12/12, when the period is over
]


@pytest.mark.parametrize(("returned_on", "expected"), RETURNS)
def test_a_returned_report_has_three_working_days_at_least(returned_on, expected):
    aim = aim_of(SOFT, CALENDAR[2025], returned=(1, returned_on))

    assert (spelt(aim.day), aim.since, aim.mark) == (expected, returned_on, "-v1")


def test_the_marks_of_an_extension_and_a_return_stand_in_the_key_and_are_read_back():
    aim = aim_of(SOFT, CALENDAR[2025], extended=date(2025, 12, 19), returned=(2, date(2025, 12, 15)))
    names = [rung_name(days, aim) for days in (-1, 0, 3)]

    assert names == ["remind-1-x20251219-v2", "remind+0-x20251219-v2", "remind+3-x20251219-v2"]
    assert climbed([*names, "remind+1", "call", "received-v2"], aim) == {-1, 0, 3}


@pytest.mark.parametrize(
    ("ladder", "today", "expected"),
    [
        (CALENDAR_DAYS, date(2025, 12, 12), False),  # Friday: the leader is written to
        (CALENDAR_DAYS, date(2025, 12, 14), False),  # Sunday
        (CALENDAR_DAYS, date(2025, 12, 15), True),  # Monday, one working day later
        (WORKING, date(2025, 12, 15), False),
        (WORKING, date(2025, 12, 16), True),  # Tuesday, five working days after the 9th: the ladder's own rung
        ((), date(2025, 12, 31), False),
    ],
)
def test_after_the_leader_somebody_picks_up_the_telephone(ladder, today, expected):
    assert is_to_phone(ladder, CALENDAR[2025], Aim(SOFT), today) is expected


def test_the_rung_for_the_operator_is_no_letter():
    assert due_on(WORKING, Aim(SOFT), date(2025, 12, 31), ["remind+3"]) is None


@given(st.lists(st.integers(min_value=-40, max_value=60), max_size=40), st.sampled_from([CALENDAR_DAYS, WORKING]))
def test_however_the_clock_jumps_no_rung_is_sent_twice_and_none_below_one_that_was(jumps, ladder):
    aim, names, sent = Aim(SOFT), [], []
    order = [rung.days for _, rung in rung_dates(ladder, SOFT, CALENDAR[2025])]
    for jump in jumps:
        today = SOFT + timedelta(days=jump)
        rung = rung_due(ladder, CALENDAR[2025], aim, today, names)
        if rung is not None:
            names.append(rung_name(rung.days, aim))
            sent.append(order.index(rung.days))

    assert sent == sorted(set(sent))


@given(st.integers(min_value=0, max_value=40), st.integers(min_value=0, max_value=40))
def test_an_outage_is_followed_by_one_letter_the_one_a_daily_sweep_would_have_sent_last(start, length):
    daily: list[str] = []
    day = SOFT - timedelta(days=15)
    for number in range(start + length + 1):
        rung = rung_due(SHIPPED, CALENDAR[2025], Aim(SOFT), day + timedelta(days=number), daily)
        if rung is not None:
            daily.append(rung_name(rung.days, Aim(SOFT)))
    after = rung_due(SHIPPED, CALENDAR[2025], Aim(SOFT), day + timedelta(days=start + length), [])

    assert ([rung_name(after.days, Aim(SOFT))] if after else []) == daily[-1:]
