"""The working-day calendar of a year: Vietnam's public holidays from the ``holidays`` library, then the overlay.

Swaps of days off are decided weeks ahead and the library learns of them late or never (it misses 02/01/2026), so
the programme's announced days have the last word, in both directions.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from holidays.utils import country_holidays

from plancycle.domain.errors import DataProblem
from plancycle.domain.reasons import Bilingual
from plancycle.domain.working_days import AnnouncedDay, WorkingDays

EARLIEST_TET, LATEST_TET = (1, 20), (2, 21)
"""Lunar New Year's Day lies between these days of every year; a year without a holiday there is one we do not know."""


@dataclass(frozen=True, slots=True)
class _General:
    """What the library says about a year and its neighbours."""

    days_off: frozenset[date]
    made_up: frozenset[date]
    names: Mapping[date, Bilingual] = field(compare=False)


def working_days(
    announced: Collection[AnnouncedDay], year: int, confirmed: Collection[int] | None = None
) -> WorkingDays:
    """The calendar of ``year`` and of the year before and after it, so that counting may cross New Year.

    ``confirmed``: the years whose days off have all been announced (None: do not tell). Raises DataProblem for years
    whose Lunar New Year the library does not know.
    """
    return _working_days(tuple(announced), None if confirmed is None else frozenset(confirmed), year)


@lru_cache(maxsize=256)
def _working_days(announced: tuple[AnnouncedDay, ...], confirmed: frozenset[int] | None, year: int) -> WorkingDays:
    general = _from_library(year)
    return WorkingDays(
        days_off=general.days_off,
        made_up=general.made_up,
        announced={one.day: one for one in announced},
        names=general.names,
        confirmed=confirmed,
    )


@lru_cache(maxsize=64)
def _from_library(year: int) -> _General:
    years = range(year - 1, year + 2)
    vietnamese = country_holidays("VN", years=years, language="vi")
    english = country_holidays("VN", years=years, language="en_US")
    for one in years:
        if not any(date(one, *EARLIEST_TET) <= day <= date(one, *LATEST_TET) for day in vietnamese):
            raise DataProblem("calendar.unknown_year", year=year, unknown=one)
    swapped = _swapped(vietnamese.special_public_holidays, years)
    names = {day: Bilingual(name, english[day]) for day, name in vietnamese.items() if day not in swapped}
    return _General(frozenset(vietnamese), frozenset(vietnamese.weekend_workdays), names)


def _swapped(special: Mapping[int, Any], years: Collection[int]) -> set[date]:
    """Days off that were exchanged for a worked Saturday: holidays in name only, so they go without one.

    ``special``: year to one or several (month, day, month and day of the Saturday …).
    """
    found: set[date] = set()
    for year in years:
        entries = special.get(year, ())
        several = entries if entries and isinstance(entries[0], tuple) else (entries,)
        found.update(date(year, entry[0], entry[1]) for entry in several if entry)
    return found
