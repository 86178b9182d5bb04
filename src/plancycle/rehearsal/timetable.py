"""The virtual year as a list of moments: at each one the simulated people act, then the product does its part."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from plancycle.domain.deadlines import PeriodDates
from plancycle.domain.periods import Period


class Anchor(StrEnum):
    """What a moment is counted from."""

    OPENS = "opens"
    SOFT = "soft"
    """The last working day inside the deadline."""
    LAST = "last"
    """The last on-time day."""
    FREEZE = "freeze"


class Step(StrEnum):
    """What happens at a moment, in this order."""

    DECIDE = "decide"
    """The approver reads the mail and decides."""
    REGISTER = "register"
    """The addressees' offices register what has arrived."""
    ERRANDS = "errands"
    """The operator does by hand what the day asks for."""
    OPEN = "open"
    """The period's data calls go out."""
    SWEEP = "sweep"
    """What clerks have dropped is taken in, and everything that is due is done."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A line of the timetable of one period."""

    anchor: Anchor
    days: int
    at: time
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A moment of the year. ``day`` is its distance from the soft due, None when it is counted from elsewhere."""

    at: datetime
    period: Period
    day: int | None
    steps: tuple[Step, ...]


MORNING, AFTERNOON = time(8, 5), time(16, 30)
USUAL = (Step.ERRANDS, Step.SWEEP)

PLAN_ROUND: tuple[Moment, ...] = (
    Moment(Anchor.OPENS, 0, MORNING, (Step.OPEN,)),
    Moment(Anchor.SOFT, -10, MORNING, (Step.SWEEP,)),
    Moment(Anchor.SOFT, -5, AFTERNOON, USUAL),
    Moment(Anchor.SOFT, -1, AFTERNOON, USUAL),
    Moment(Anchor.SOFT, 0, AFTERNOON, USUAL),
    Moment(Anchor.FREEZE, 0, time(17, 5), (Step.SWEEP,)),
    Moment(Anchor.FREEZE, 1, time(9, 0), (Step.DECIDE, Step.SWEEP)),
)
"""The draft plans: nobody is late with them in this story."""

ROUND: tuple[Moment, ...] = (
    Moment(Anchor.OPENS, 0, MORNING, (Step.OPEN,)),
    Moment(Anchor.SOFT, -10, MORNING, (Step.SWEEP,)),
    Moment(Anchor.SOFT, -5, AFTERNOON, USUAL),
    Moment(Anchor.SOFT, -1, AFTERNOON, USUAL),
    Moment(Anchor.SOFT, 0, AFTERNOON, USUAL),
    Moment(Anchor.LAST, 1, AFTERNOON, USUAL),
    Moment(Anchor.LAST, 3, AFTERNOON, USUAL),
    Moment(Anchor.FREEZE, 0, time(17, 5), (Step.SWEEP,)),
    Moment(Anchor.FREEZE, 1, time(9, 0), (Step.DECIDE, Step.SWEEP)),
    Moment(Anchor.LAST, 9, AFTERNOON, (Step.REGISTER, Step.SWEEP)),
)
"""A quarter: called, reminded, taken in, frozen, approved, transmitted."""

ANNUAL_ROUND: tuple[Moment, ...] = (
    Moment(Anchor.OPENS, 0, MORNING, (Step.OPEN,)),
    Moment(Anchor.SOFT, -10, MORNING, (Step.SWEEP,)),
    Moment(Anchor.SOFT, -5, AFTERNOON, USUAL),
    Moment(Anchor.SOFT, -1, AFTERNOON, USUAL),
    Moment(Anchor.SOFT, 0, AFTERNOON, USUAL),
    Moment(Anchor.SOFT, 0, time(17, 5), (Step.SWEEP,)),
    Moment(Anchor.SOFT, 0, time(18, 30), (Step.DECIDE,)),
    Moment(Anchor.SOFT, 0, time(19, 15), (Step.SWEEP,)),
    Moment(Anchor.SOFT, 0, time(20, 15), (Step.DECIDE,)),
    Moment(Anchor.SOFT, 0, time(20, 30), (Step.SWEEP,)),
    Moment(Anchor.SOFT, 0, time(20, 45), (Step.SWEEP,)),
    Moment(Anchor.SOFT, 1, time(8, 20), USUAL),
    Moment(Anchor.SOFT, 2, time(9, 0), (Step.REGISTER, Step.SWEEP)),
    Moment(Anchor.SOFT, 3, AFTERNOON, (Step.REGISTER, *USUAL)),
)
"""The evaluation: frozen at the end of the last working day, returned once, and out of the house before midnight."""

ROUNDS: Mapping[Period, tuple[Moment, ...]] = {Period.PLAN: PLAN_ROUND, Period.ANNUAL: ANNUAL_ROUND}
"""Periods with a round of their own; every other one has :data:`ROUND`."""


def timetable(calendar: Mapping[Period, PeriodDates]) -> tuple[Tick, ...]:
    """Every moment of the year, in order; two that fall together stay in the order of their periods."""
    ticks = [_tick(calendar[period], moment) for period in calendar for moment in ROUNDS.get(period, ROUND)]
    return tuple(sorted(ticks, key=lambda tick: tick.at))


def _tick(dates: PeriodDates, moment: Moment) -> Tick:
    starts = {
        Anchor.OPENS: dates.opens_at.date(),
        Anchor.SOFT: dates.soft_due_at.date(),
        Anchor.LAST: dates.last_day,
        Anchor.FREEZE: dates.freeze_at.date(),
    }
    day = starts[moment.anchor] + timedelta(days=moment.days)
    at = datetime.combine(day, moment.at, dates.due_at.tzinfo)
    return Tick(at, dates.period, moment.days if moment.anchor is Anchor.SOFT else None, moment.steps)
