"""A year in advance as lines: its periods with their dates and counts, its letters day by day."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from plancycle.domain.deadlines import PeriodDates
from plancycle.domain.periods import Period
from plancycle.domain.planned_year import Fate, PlannedYear

CALL = "data_call"


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """One period: its dates, how many letters of either sort, how its answers fare, when its edition is frozen."""

    period: Period
    dates: PeriodDates
    calls: int
    reminders: int
    on_time: int
    late: int
    missing: int
    frozen_at: datetime | None


def period_lines(year: PlannedYear) -> list[PeriodLine]:
    """Every period in the programme's order."""
    return [_line(year, period, dates) for period, dates in year.dates.items()]


def _line(year: PlannedYear, period: Period, dates: PeriodDates) -> PeriodLine:
    kinds = Counter(str(one.kind) for one in year.letters if one.period == period)
    fates = Counter(one.fate for one in year.answers if one.period == period)
    frozen_at = next((one.frozen_at for one in year.editions if one.period == period), None)
    calls = kinds.pop(CALL, 0)
    counts = (fates[Fate.ON_TIME], fates[Fate.LATE], fates[Fate.MISSING])
    return PeriodLine(period, dates, calls, kinds.total(), *counts, frozen_at)


def letter_days(year: PlannedYear) -> list[tuple[date, Period, str, int]]:
    """Each day's letters in order: the day, the period, the kind of letter, to how many."""
    counts = Counter((one.at.date(), one.period, str(one.kind)) for one in year.letters)
    order = list(year.dates)
    found = sorted(counts.items(), key=lambda one: (one[0][0], order.index(one[0][1]), one[0][2]))
    return [(*key, count) for key, count in found]
