"""Rosters and dates that have been worked out, kept for the next look: a sweep asks for the same hundreds of times."""

from plancycle.domain.deadlines import PeriodDates
from plancycle.domain.periods import Period
from plancycle.domain.programme import Programme
from plancycle.domain.roster import Roster
from plancycle.domain.succession import Decision, applied
from plancycle.domain.working_days import WorkingDays

MOST_KEPT = 20
_KNOWN: dict[tuple[int, tuple[Decision, ...]], tuple[Programme, Roster]] = {}
"""By the programme's place in memory; the programme is kept beside the roster, so that no other can take its place."""

_DATES: dict[tuple[int, int, int], tuple[Programme, WorkingDays, dict[Period, PeriodDates]]] = {}
"""By the programme's and the calendar's place in memory and the year."""


def dates_of(programme: Programme, year: int, calendar: WorkingDays) -> dict[Period, PeriodDates]:
    """What has been worked out of a year's dates; whoever works out more puts it here."""
    known = (id(programme), id(calendar), year)
    if known not in _DATES:
        if len(_DATES) >= MOST_KEPT:
            _DATES.clear()
        _DATES[known] = programme, calendar, {}
    return _DATES[known][2]


def roster_of(programme: Programme, decisions: tuple[Decision, ...] = ()) -> Roster:
    """The roster of a programme with people's decisions applied."""
    known = (id(programme), decisions)
    if known not in _KNOWN:
        if len(_KNOWN) >= MOST_KEPT:
            _KNOWN.clear()
        _KNOWN[known] = programme, Roster(programme, applied(programme.successions, decisions))
    return _KNOWN[known][1]
