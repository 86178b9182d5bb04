"""What a date in the plan means: strictly before 10/12, never rolled; by the 20th, inclusive; weekdays beside dates."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from plancycle.adapters.programme_files.folders import ProgrammeFiles
from plancycle.domain.deadlines import (
    Extension,
    PeriodDates,
    PeriodRule,
    RungTo,
    Wording,
    effective_due,
    period_dates,
)
from plancycle.domain.errors import DataProblem
from plancycle.domain.periods import Period
from plancycle.domain.working_days import WorkingDays

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
PROGRAMMES = ProgrammeFiles(Path(__file__).parents[2] / "programmes")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LADDER = (-10, -5, -1, 0, 1, 3)


def dates_of(period: Period, year: int) -> PeriodDates:
    """The shipped programme's dates of one period."""
    programme = PROGRAMMES.load("tn-nq94")
    return period_dates(programme.period_rule(period), year, PROGRAMMES.working_days(programme, year), HANOI)


def written(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()]} {day:%d/%m}"


# year, weekday of 10/12, last on-time day, soft due day
ANNUAL = [
    (2024, "Tue", "Mon 09/12", "Mon 09/12"),
    (2025, "Wed", "Tue 09/12", "Tue 09/12"),
    (2026, "Thu", "Wed 09/12", "Wed 09/12"),
    (2027, "Fri", "Thu 09/12", "Thu 09/12"),
    (2028, "Sun", "Sat 09/12", "Fri 08/12"),
    (2029, "Mon", "Sun 09/12", "Fri 07/12"),
    (2030, "Tue", "Mon 09/12", "Mon 09/12"),
    (2031, "Wed", "Tue 09/12", "Tue 09/12"),
    (2032, "Fri", "Thu 09/12", "Thu 09/12"),
    (2033, "Sat", "Fri 09/12", "Fri 09/12"),
    (2034, "Sun", "Sat 09/12", "Fri 08/12"),
    (2035, "Mon", "Sun 09/12", "Fri 07/12"),
]


@pytest.mark.parametrize(("year", "weekday", "last_day", "soft_day"), ANNUAL)
def test_the_evaluation_is_due_strictly_before_10_december_and_never_rolls(year, weekday, last_day, soft_day):
    dates = dates_of(Period.ANNUAL, year)
    assert WEEKDAYS[date(year, 12, 10).weekday()] == weekday
    assert dates.due_at == datetime(year, 12, 10, tzinfo=HANOI)
    assert written(dates.last_day) == last_day
    assert written(dates.soft_due_at.date()) == soft_day
    assert dates.soft_due_at.time().isoformat() == "17:00:00"


@pytest.mark.parametrize("year", range(2024, 2036))
def test_the_final_edition_is_frozen_before_10_december(year):
    dates = dates_of(Period.ANNUAL, year)
    assert dates.freeze_at == dates.soft_due_at
    assert dates.freeze_at < dates.due_at


# sent at (any zone), on time
INSTANTS = [
    ("2024-12-09T16:59:59.999000+00:00", True),
    ("2024-12-09T17:00:00+00:00", False),
    ("2024-12-09T23:59:59.999999+07:00", True),
    ("2024-12-10T00:00:00+07:00", False),
    ("2024-12-10T01:59:59+09:00", True),
    ("2024-12-10T02:00:00+09:00", False),
    ("2024-10-12T08:00:00+07:00", True),
]


@pytest.mark.parametrize(("sent_at", "on_time"), INSTANTS)
def test_on_time_is_judged_at_the_instant_whatever_the_zone(sent_at, on_time):
    assert dates_of(Period.ANNUAL, 2024).is_on_time(datetime.fromisoformat(sent_at)) is on_time


# year, period, opens, cut-off, last on-time day, soft due day, frozen on
CALENDAR = [
    (2025, Period.PLAN, "Thu 02/01", "Fri 31/01", "Sat 15/02", "Fri 14/02", "Wed 19/02"),
    (2025, Period.Q1, "Sat 01/03", "Fri 14/03", "Thu 20/03", "Thu 20/03", "Tue 25/03"),
    (2025, Period.Q2, "Sun 01/06", "Sat 14/06", "Fri 20/06", "Fri 20/06", "Wed 25/06"),
    (2025, Period.Q3, "Mon 01/09", "Sun 14/09", "Sat 20/09", "Fri 19/09", "Wed 24/09"),
    (2025, Period.ANNUAL, "Mon 03/11", "Sun 30/11", "Tue 09/12", "Tue 09/12", "Tue 09/12"),
    (2026, Period.PLAN, "Fri 02/01", "Sat 31/01", "Sun 15/02", "Fri 13/02", "Wed 25/02"),
    (2026, Period.Q3, "Tue 01/09", "Mon 14/09", "Sun 20/09", "Fri 18/09", "Wed 23/09"),
    (2028, Period.ANNUAL, "Fri 03/11", "Thu 30/11", "Sat 09/12", "Fri 08/12", "Fri 08/12"),
]


@pytest.mark.parametrize(("year", "period", "opens", "cutoff", "last_day", "soft_day", "frozen"), CALENDAR)
def test_the_calendar_of_a_period(year, period, opens, cutoff, last_day, soft_day, frozen):
    dates = dates_of(period, year)
    days = (dates.opens_at.date(), dates.cutoff, dates.last_day, dates.soft_due_at.date(), dates.freeze_at.date())
    assert tuple(written(day) for day in days) == (opens, cutoff, last_day, soft_day, frozen)


# sent at on the 20th or 21st of March 2025, on time
BY_THE_20TH = [
    ("2025-03-20T00:00:00+07:00", True),
    ("2025-03-20T23:59:59.999999+07:00", True),
    ("2025-03-20T16:59:59+00:00", True),
    ("2025-03-21T00:00:00+07:00", False),
    ("2025-03-20T17:00:00+00:00", False),
]


@pytest.mark.parametrize(("sent_at", "on_time"), BY_THE_20TH)
def test_by_the_20th_includes_the_20th(sent_at, on_time):
    assert dates_of(Period.Q1, 2025).is_on_time(datetime.fromisoformat(sent_at)) is on_time


def rule(wording: Wording, due: tuple[int, int], cutoff: tuple[int, int]) -> PeriodRule:
    return PeriodRule(Period.ANNUAL, "Đánh giá năm", (11, 3), wording, due, cutoff, 0, "thử")


# year, wording, cut-off that still leaves one working day, cut-off that leaves none
CUTOFFS = [
    (2024, Wording.BEFORE, (12, 8), (12, 9)),  # Sun 8/12 leaves Mon 9/12
    (2028, Wording.BEFORE, (12, 7), (12, 8)),  # Thu 7/12 leaves Fri 8/12; Sat 9/12 is none
    (2029, Wording.BEFORE, (12, 6), (12, 7)),  # Thu 6/12 leaves Fri 7/12
    (2024, Wording.BY, (12, 9), (12, 10)),  # by Tue 10/12: Mon 9/12 leaves Tue 10/12
    (2024, Wording.BEFORE, (11, 30), (12, 20)),  # a cut-off after the due day leaves nothing
]


@pytest.mark.parametrize(("year", "wording", "good", "late"), CUTOFFS)
def test_a_cut_off_leaves_at_least_one_working_day(year, wording, good, late):
    accepted = period_dates(rule(wording, (12, 10), good), year, WorkingDays(), HANOI)
    assert accepted.cutoff == date(year, *good)
    with pytest.raises(DataProblem) as refused:
        period_dates(rule(wording, (12, 10), late), year, WorkingDays(), HANOI)
    assert refused.value.key == "calendar.cutoff_too_late"
    assert refused.value.params["cutoff"] == date(year, *late)


def test_a_soft_due_day_steps_over_holidays_but_the_due_instant_stays():
    closed = WorkingDays(days_off=frozenset({date(2024, 12, 9), date(2024, 12, 6)}))
    dates = period_dates(rule(Wording.BEFORE, (12, 10), (11, 30)), 2024, closed, HANOI)
    assert written(dates.soft_due_at.date()) == "Thu 05/12"
    assert dates.due_at == datetime(2024, 12, 10, tzinfo=HANOI)


# today, the rung due (soft due Tue 09/12/2025)
def test_the_shipped_ladder_ends_with_the_leader():
    rungs = PROGRAMMES.load("tn-nq94").ladder
    assert [rung.days for rung in rungs] == list(LADDER)
    assert [rung.days for rung in rungs if rung.to is RungTo.LEADER] == [3]


def extension_to(due_at: datetime) -> Extension:
    granted = datetime(2025, 12, 5, 9, 0, tzinfo=HANOI)
    return Extension("tn-nq94-2025/annual/so-y-te", due_at, "Bão lũ", "so-y-te", "giam-doc", granted)


@pytest.mark.parametrize(
    ("granted_until", "effective"),
    [
        (None, datetime(2025, 12, 10, tzinfo=HANOI)),
        (datetime(2025, 12, 15, tzinfo=HANOI), datetime(2025, 12, 15, tzinfo=HANOI)),
        (datetime(2025, 12, 1, tzinfo=HANOI), datetime(2025, 12, 10, tzinfo=HANOI)),
        (datetime(2025, 12, 9, 17, 0, tzinfo=UTC), datetime(2025, 12, 10, tzinfo=HANOI)),
    ],
)
def test_an_extension_moves_the_due_instant_later_never_earlier(granted_until, effective):
    extension = extension_to(granted_until) if granted_until else None
    assert effective_due(dates_of(Period.ANNUAL, 2025), extension) == effective


def test_every_period_of_twenty_years_has_its_instants_in_order():
    for year in range(2024, 2044):
        for period in PROGRAMMES.load("tn-nq94").order:
            dates = dates_of(period, year)
            assert dates.opens_at.date() < dates.cutoff < dates.soft_due_at.date()
            assert dates.soft_due_at < dates.due_at
            assert dates.due_at - datetime.combine(dates.last_day, datetime.min.time(), HANOI) == timedelta(days=1)
