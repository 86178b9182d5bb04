"""Working days of Vietnamese state bodies: Monday to Friday, less days off, plus made-up Saturdays.

Which days are off is data: the calendar is built from the holiday library and the programme's overlay of
announced swaps (they are decided weeks ahead), see :mod:`plancycle.adapters.calendars`.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from plancycle.domain.reasons import Bilingual, Reason, because, weekday

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AnnouncedDay:
    """A day that an announcement made free or made worked, against what the general calendar says."""

    day: date
    is_worked: bool
    source: str
    announced: date | None = None
    """The day of the announcement; None: known from the beginning."""


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """A calendar. ``days_off`` and ``made_up`` are whole days in the programme's time zone; announcements beat both."""

    days_off: Set[date] = field(default_factory=frozenset)
    made_up: Set[date] = field(default_factory=frozenset)
    announced: Mapping[date, AnnouncedDay] = field(default_factory=dict, compare=False)
    names: Mapping[date, Bilingual] = field(default_factory=dict, compare=False)
    """What the public holidays among ``days_off`` are called."""
    confirmed: Set[int] | None = None
    """Years whose days off are all announced (None: nobody says); any other year follows the general rules so far."""

    def is_working_day(self, day: date) -> bool:
        """Whether offices work that day; an announcement beats everything, then a made-up day, then a day off."""
        if day in self.announced:
            return self.announced[day].is_worked
        if day in self.made_up:
            return True
        return day.weekday() < 5 and day not in self.days_off

    def last_on_or_before(self, day: date) -> date:
        """The last working day that is not after ``day``."""
        while not self.is_working_day(day):
            day -= ONE_DAY
        return day

    def first_on_or_after(self, day: date) -> date:
        """The first working day that is not before ``day``."""
        while not self.is_working_day(day):
            day += ONE_DAY
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

    def as_known_on(self, day: date) -> "WorkingDays":
        """The calendar without what was announced later than ``day``."""
        if all(one.announced is None or one.announced <= day for one in self.announced.values()):
            return self
        known = {at: one for at, one in self.announced.items() if one.announced is None or one.announced <= day}
        return replace(self, announced=known)

    def is_projected(self, year: int) -> bool:
        """Whether the year's days off are still a guess by the general rules: Tết and swaps are decided each year."""
        return self.confirmed is not None and year not in self.confirmed

    def fact(self, day: date) -> Reason:
        """What kind of day it is: announced, made up, a holiday by name, a weekend, or an ordinary working day."""
        which = {"day": day, "weekday": weekday(day)}
        if day in self.announced:
            one = self.announced[day]
            return because("announced_worked" if one.is_worked else "announced_off", source=one.source, **which)
        if day in self.made_up:
            return because("made_up", **which)
        if day in self.days_off:
            name = self.names.get(day)
            return because("holiday", name=name, **which) if name else because("day_off", **which)
        return because("weekend" if day.weekday() >= 5 else "ordinary", **which)

    def facts(self, first: date, last: date) -> tuple[Reason, ...]:
        """One fact a day from ``first`` to ``last``, both included."""
        return tuple(self.fact(first + timedelta(days=offset)) for offset in range((last - first).days + 1))
