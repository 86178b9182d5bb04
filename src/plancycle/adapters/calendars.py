"""The working-day calendar of a year: Vietnam's public holidays from the ``holidays`` library, then the overlay.

Swaps of days off are decided weeks ahead and the library learns of them late or never (it misses 02/01/2026), so
the programme's announced days have the last word, in both directions.
"""

from collections.abc import Collection
from datetime import date
from functools import lru_cache

from holidays.utils import country_holidays

from plancycle.domain.working_days import WorkingDays


def working_days(extra_days_off: Collection[date], extra_working_days: Collection[date], year: int) -> WorkingDays:
    """The calendar of ``year`` and of the year before and after it, so that counting may cross New Year."""
    return _working_days(frozenset(extra_days_off), frozenset(extra_working_days), year)


@lru_cache(maxsize=256)
def _working_days(extra_off: frozenset[date], extra_worked: frozenset[date], year: int) -> WorkingDays:
    public, made_up = _from_library(year)
    return WorkingDays(days_off=(public | extra_off) - extra_worked, made_up=(made_up - extra_off) | extra_worked)


@lru_cache(maxsize=64)
def _from_library(year: int) -> tuple[frozenset[date], frozenset[date]]:
    library = country_holidays("VN", years=range(year - 1, year + 2))
    return frozenset(library), frozenset(library.weekend_workdays)
