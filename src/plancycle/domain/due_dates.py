"""From a named day to an instant, with every step said: wording, roll, the days of the calendar, the soft due.

"Trước ngày 10/12" names a calendar point: the last good moment is 24:00 on 9/12, and rolling it forward would break
the wording (in 2028 the working day after Saturday 9/12 is 11/12, past the point itself). The Civil Code 2015, Articles
147 and 148, moves the end of a *term* counted in days to the next working day; a rule that wants this says so and names
its basis.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from plancycle.domain.errors import DataProblem
from plancycle.domain.reasons import Reason, because, weekday
from plancycle.domain.working_days import ONE_DAY, WorkingDays

OFFICE_CLOSES = time(17, 0)


class Wording(StrEnum):
    """``before``: trước ngày D, D excluded. ``by``: chậm nhất ngày D, D included."""

    BEFORE = "before"
    BY = "by"


class Roll(StrEnum):
    """What becomes of a last day on which offices are closed."""

    NONE = "none"
    NEXT = "next_working_day"
    PREVIOUS = "previous_working_day"


@dataclass(frozen=True, slots=True)
class DayRule:
    """How a named day is read. ``basis`` says where the day comes from, ``roll_basis`` what lets it move (or not)."""

    wording: Wording
    basis: str
    roll: Roll = Roll.NONE
    roll_basis: str = ""


@dataclass(frozen=True, slots=True)
class DueDay:
    """A named day, settled. On time iff sent before ``due_at``, which is 24:00 of ``last_day``."""

    named: date
    last_day: date
    due_at: datetime
    soft_at: datetime
    reasons: tuple[Reason, ...]


def settle(rule: DayRule, named: date, calendar: WorkingDays, zone: ZoneInfo) -> DueDay:
    """Turn a named day into instants with reasons, in the order rule, basis, roll, days of the calendar, soft due.

    What is announced after the last day has passed moves nothing. Raises DataProblem for "before" with a roll forward.
    """
    if rule.wording is Wording.BEFORE and rule.roll is Roll.NEXT:
        raise DataProblem("calendar.before_rolls_forward", day=named)
    unrolled = named if rule.wording is Wording.BY else named - ONE_DAY
    last_day, known = _rolled(rule.roll, unrolled, calendar)
    soft_day = known.last_on_or_before(last_day)
    reasons = (
        because(f"rule_{rule.wording}", named=named, last_day=unrolled, weekday=weekday(unrolled)),
        *((because("basis", basis=rule.basis),) if rule.basis else ()),
        *_roll_reasons(rule, unrolled, last_day, known),
        *_soft_reasons(soft_day, last_day, known),
    )
    return DueDay(
        named=named,
        last_day=last_day,
        due_at=datetime.combine(last_day + ONE_DAY, time(0, 0), zone),
        soft_at=datetime.combine(soft_day, OFFICE_CLOSES, zone),
        reasons=reasons,
    )


def _rolled(roll: Roll, unrolled: date, calendar: WorkingDays) -> tuple[date, WorkingDays]:
    """The last day and the calendar as it was known while that day had not passed."""
    known_on, last_day = unrolled, unrolled
    while True:
        known = calendar.as_known_on(known_on)
        if roll is Roll.NEXT:
            last_day = known.first_on_or_after(unrolled)
        elif roll is Roll.PREVIOUS:
            last_day = known.last_on_or_before(unrolled)
        if last_day <= known_on:
            return last_day, known
        known_on = last_day


def _roll_reasons(rule: DayRule, unrolled: date, last_day: date, calendar: WorkingDays) -> tuple[Reason, ...]:
    said = (because("roll_basis", basis=rule.roll_basis),) if rule.roll_basis else ()
    if last_day != unrolled:
        first, last = sorted((unrolled, last_day))
        return (*calendar.facts(first, last), because(f"rolled_{rule.roll}", day=last_day), *said)
    if calendar.is_working_day(unrolled):
        return (calendar.fact(unrolled),)
    return (calendar.fact(unrolled), because("not_rolled", day=unrolled), *said)


def _soft_reasons(soft_day: date, last_day: date, calendar: WorkingDays) -> tuple[Reason, ...]:
    """Why reminders aim at that day; the last day's own fact has been told already."""
    projected = (because("projected", year=soft_day.year),) if calendar.is_projected(soft_day.year) else ()
    if soft_day == last_day:
        return (because("soft_same", day=soft_day), *projected)
    between = calendar.facts(soft_day + ONE_DAY, last_day - ONE_DAY)
    soft = because("soft_earlier", day=soft_day, weekday=weekday(soft_day))
    return (*reversed(between), *_if_special(calendar, soft_day), soft, *projected)


def _if_special(calendar: WorkingDays, day: date) -> tuple[Reason, ...]:
    """A soft day that is a worked Saturday deserves a word."""
    return (calendar.fact(day),) if day.weekday() >= 5 or day in calendar.announced else ()


def named_in(year: int, month_day: tuple[int, int]) -> date:
    """A day of a year. Raises DataProblem for 29 February of a common year: such a rule would vanish."""
    try:
        return date(year, *month_day)
    except ValueError:
        raise DataProblem("calendar.no_such_day", year=year, month=month_day[0], day=month_day[1]) from None
