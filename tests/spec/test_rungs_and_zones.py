"""Reminders in calendar or working days; and every date is the same whatever zone the host lives in."""

import time
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest

from plancycle.adapters import calendars
from plancycle.adapters.programme_files.folders import ProgrammeFiles
from plancycle.adapters.texts import Catalogue
from plancycle.domain.deadlines import Counting, Rung, RungTo, period_dates, rung_dates
from plancycle.domain.periods import Period
from plancycle.domain.plan_dates import plan_dates

PROGRAMMES = Path(__file__).parents[2] / "programmes"
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
CALENDAR, WORKING = Counting.CALENDAR, Counting.WORKING
FILES = ProgrammeFiles(PROGRAMMES)


def calendar_of(year):
    return FILES.working_days(FILES.load("tn-nq94"), year)


def written(day):
    return f"{WEEKDAYS[day.weekday()]} {day:%d/%m/%Y}"


# soft due, days, counted in, the day of the reminder
RUNGS = [
    (date(2025, 12, 9), -10, CALENDAR, "Sat 29/11/2025"),
    (date(2025, 12, 9), -5, CALENDAR, "Thu 04/12/2025"),
    (date(2025, 12, 9), -5, WORKING, "Tue 02/12/2025"),
    (date(2025, 12, 9), -1, WORKING, "Mon 08/12/2025"),
    (date(2025, 12, 9), 0, WORKING, "Tue 09/12/2025"),
    (date(2025, 12, 9), 3, WORKING, "Fri 12/12/2025"),
    (date(2026, 2, 13), 1, CALENDAR, "Sat 14/02/2026"),
    (date(2026, 2, 13), 1, WORKING, "Mon 23/02/2026"),  # Tết lies between
    (date(2026, 1, 12), -1, WORKING, "Sat 10/01/2026"),  # a worked Saturday
    (date(2026, 1, 5), -1, WORKING, "Wed 31/12/2025"),  # Fri 02/01/2026 was announced off
    (date(2028, 12, 8), -10, WORKING, "Thu 23/11/2028"),  # over Fri 24/11/2028
]


@pytest.mark.parametrize(("soft_due", "days", "count", "expected"), RUNGS)
def test_a_reminder_is_counted_in_the_days_its_programme_says(soft_due, days, count, expected):
    ((day, rung),) = rung_dates((Rung(days, count),), soft_due, calendar_of(soft_due.year))

    assert (written(day), rung.days) == (expected, days)


def test_the_ladder_comes_in_the_order_of_its_days():
    ladder = (Rung(3, WORKING, RungTo.LEADER), Rung(-2, WORKING), Rung(-10), Rung(-4))
    found = rung_dates(ladder, date(2025, 12, 9), calendar_of(2025))

    assert [(written(day), rung.days) for day, rung in found] == [
        ("Sat 29/11/2025", -10),
        ("Fri 05/12/2025", -2),
        ("Fri 05/12/2025", -4),
        ("Fri 12/12/2025", 3),
    ]


def test_a_ladder_without_rungs_has_no_days():
    assert rung_dates((), date(2025, 12, 9), calendar_of(2025)) == ()


def every_instant():
    """Every instant of every period and deadline of 2024 to 2035, spelt out, from nothing remembered."""
    calendars._working_days.cache_clear()
    calendars._from_library.cache_clear()
    files = ProgrammeFiles(PROGRAMMES)
    programme = files.load("tn-nq94")
    zone, found = ZoneInfo(programme.timezone), []
    for year in range(2024, 2036):
        calendar = files.working_days(programme, year)
        for rule in programme.periods:
            dates = period_dates(rule, year, calendar, zone)
            instants = (dates.opens_at, dates.soft_due_at, dates.due_at, dates.freeze_at)
            found.append(" ".join([f"{year} {rule.period} {dates.cutoff}", *(at.isoformat() for at in instants)]))
        for one in plan_dates(programme, year, calendar, ()):
            found.append(f"{year} {one.deadline} {one.work} {one.at} {one.soft_at} {[r.key for r in one.reasons]}")
    return found


@pytest.fixture
def host_zone(monkeypatch):
    """Put the host into another zone, and back."""

    def move(name):
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


def test_every_date_of_twelve_years_is_the_same_on_every_host(host_zone):
    found = {}
    for name in ("UTC", "America/Los_Angeles", "Pacific/Kiritimati", "Asia/Ho_Chi_Minh", "Australia/Lord_Howe"):
        host_zone(name)
        found[name] = every_instant()

    assert [name for name, dates in found.items() if dates != found["UTC"]] == []
    assert "2028 annual 2028-11-30 2028-11-03T08:00:00+07:00 2028-12-08T17:00:00+07:00" in "\n".join(found["UTC"])
    assert len(found["UTC"]) == 12 * (5 + 12)  # five periods; D1 to D9, of which D7 is four schemes


CALENDARS = {year: calendar_of(year) for year in range(2024, 2036)}
# sent at, in any zone, and whether that is before 10/12/2024 in Vietnam
SENT = [
    ("2024-12-09T16:59:59.999000+00:00", True),
    ("2024-12-09T17:00:00+00:00", False),
    ("2024-12-09T23:59:59.999999+07:00", True),
    ("2024-12-10T00:00:00+07:00", False),
    ("2024-12-10T01:59:59+09:00", True),
]
ON_TIME = [on_time for _, on_time in SENT]


def vectors():
    """The last good day, soft due, reminders, working days around New Year and words of a date, as they come out."""
    programme, words = FILES.load("tn-nq94"), Catalogue()
    rule, zone = programme.period_rule(Period.ANNUAL), ZoneInfo(programme.timezone)
    found = []
    for year, calendar in CALENDARS.items():
        dates = period_dates(rule, year, calendar, zone)
        rungs = rung_dates(programme.ladder, dates.soft_due_at.date(), calendar)
        found.append((dates.due_at.isoformat(), dates.soft_due_at.isoformat(), [day for day, _ in rungs]))
        found.append((words.write(dates.soft_due_at), words.write(dates.last_day), dates.reasons.due[-1].params))
        if year == 2024:
            found.append([dates.is_on_time(datetime.fromisoformat(at)) for at, _ in SENT])
    works = CALENDARS[2026].is_working_day
    return [*found, [day for day in range(1, 32) if works(date(2026, 1, day))]]


def test_the_vectors_come_out_alike_in_every_time_zone_there_is(host_zone):
    host_zone("Asia/Ho_Chi_Minh")
    expected, offsets, wrong = vectors(), set(), []
    for name in sorted(available_timezones()):
        host_zone(name)
        offsets.add(time.localtime(0).tm_gmtoff)  # the host has moved: the clock of its programs says so
        if vectors() != expected:
            wrong.append(name)

    assert wrong == []
    assert ON_TIME in expected
    assert ("2028-12-10T00:00:00+07:00", "2028-12-08T17:00:00+07:00") in [one[:2] for one in expected]
    assert len(offsets) > 30
