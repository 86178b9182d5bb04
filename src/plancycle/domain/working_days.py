"""Working days of Vietnamese state bodies: Monday to Friday, less days off, plus made-up Saturdays.

Which days are off is data: the calendar is built from the holiday library and the programme's overlay of
announced swaps (they are decided weeks ahead), see :mod:`plancycle.adapters.calendars`.
"""

from collections.abc import Set
from dataclasses import dataclass, field
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """A calendar. ``days_off`` and ``made_up`` are whole days in the programme's time zone."""

    days_off: Set[date] = field(default_factory=frozenset)
    made_up: Set[date] = field(default_factory=frozenset)

    def is_working_day(self, day: date) -> bool:
        """Whether offices work that day; a made-up day beats everything, a day off beats the weekday."""
        if day in self.made_up:
            return True
        return day.weekday() < 5 and day not in self.days_off

    def last_on_or_before(self, day: date) -> date:
        """The last working day that is not after ``day``."""
        while not self.is_working_day(day):
            day -= ONE_DAY
        return day

    def add(self, day: date, count: int) -> date:
        """The day ``count`` working days after ``day`` (before it when negative); ``day`` itself is not counted."""
        step = ONE_DAY if count > 0 else -ONE_DAY
        remaining = abs(count)
        while remaining:
            day += step
            remaining -= self.is_working_day(day)
        return day

    def count_after(self, start: date, end: date) -> int:
        """How many working days lie in (start, end]."""
        days = (end - start).days
        return sum(self.is_working_day(start + timedelta(days=offset)) for offset in range(1, days + 1))
