"""What if: a deadline moved, bodies merged, mailboxes that refuse, days on which nothing ran; read and applied.

``annual=-5d`` moves a period's last day, ``A,B->C@01/07/2026`` merges, ``2025-12-08/3d`` is an outage.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from plancycle.domain.agencies import Agency, AgencyKind
from plancycle.domain.errors import DataProblem
from plancycle.domain.periods import Period
from plancycle.domain.programme import Programme
from plancycle.domain.succession import Confidence, Succession

MOST_DAYS = 120
LEAP_YEAR = 2024
"""Days of a year are moved in a common calendar."""

_MOVE = re.compile(r"([a-z0-9]+)=([+-]?\d{1,3})d?")
_MERGE = re.compile(r"([^>@]+?)->([^>@]+)@(.+)")
_OUTAGE = re.compile(r"([^/]+(?:/[^/]+/[^/]+)?)/(\d{1,3})d?")
_YEAR_FIRST, _DAY_FIRST = re.compile(r"(\d{4})-(\d{2})-(\d{2})"), re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


@dataclass(frozen=True, slots=True)
class Merge:
    """Bodies that become one from a day on."""

    predecessors: tuple[str, ...]
    successor: str
    effective: date


@dataclass(frozen=True, slots=True)
class Outage:
    """Days on which nothing of ours runs: letters wait, answers wait to be taken in."""

    first: date
    days: int

    def covers(self, day: date) -> bool:
        """Whether nothing runs on that day."""
        return self.first <= day < self.first + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Everything that is supposed; the empty one supposes nothing."""

    moves: Mapping[Period, int] = field(default_factory=dict)
    merges: tuple[Merge, ...] = ()
    bounces: int = 0
    outages: tuple[Outage, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it is the year as planned."""
        return not (self.moves or self.merges or self.bounces or self.outages)


def what_if(
    moves: Sequence[str] = (), merges: Sequence[str] = (), bounces: int = 0, outages: Sequence[str] = ()
) -> WhatIf:
    """Read what somebody supposes. Raises DataProblem with how it is written."""
    if not 0 <= bounces <= 10_000:
        raise DataProblem("what_if.bad_bounce", value=bounces)
    return WhatIf(dict(_move(one) for one in moves), tuple(map(_merge, merges)), bounces, tuple(map(_outage, outages)))


def _move(text: str) -> tuple[Period, int]:
    match = _MOVE.fullmatch(text.strip().lower())
    if match is None or match[1] not in set(Period) or abs(int(match[2])) > MOST_DAYS:
        raise DataProblem("what_if.bad_move", value=text, choices=tuple(map(str, Period)))
    return Period(match[1]), int(match[2])


def _merge(text: str) -> Merge:
    match = _MERGE.fullmatch(text.strip())
    day = _day(match[3]) if match else None
    if match is None or day is None:
        raise DataProblem("what_if.bad_merge", value=text)
    return Merge(tuple(one.strip() for one in match[1].split(",") if one.strip()), match[2].strip(), day)


def _outage(text: str) -> Outage:
    match = _OUTAGE.fullmatch(text.strip().lower())
    day = _day(match[1]) if match else None
    if match is None or day is None or not 1 <= int(match[2]) <= MOST_DAYS:
        raise DataProblem("what_if.bad_outage", value=text)
    return Outage(day, int(match[2]))


def _day(text: str) -> date | None:
    text = text.strip()
    try:
        if match := _YEAR_FIRST.fullmatch(text):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := _DAY_FIRST.fullmatch(text):
            return date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        return None
    return None


def supposed(programme: Programme, wanted: WhatIf) -> Programme:
    """The programme as it would be. Raises DataProblem for a period or body it does not have."""
    for period in wanted.moves:
        if period not in programme.order:
            raise DataProblem("what_if.no_period", period=str(period), choices=tuple(map(str, programme.order)))
    rules = tuple(replace(rule, due=_moved(rule.due, wanted.moves.get(rule.period, 0))) for rule in programme.periods)
    known = {one.id: one for one in programme.agencies}
    unknown = [one for merge in wanted.merges for one in merge.predecessors if one not in known]
    if unknown:
        raise DataProblem("what_if.no_body", bodies=tuple(unknown))
    new = {m.successor: _successor(m, known) for m in wanted.merges if m.successor not in known}
    merges = tuple(_succession(number, one) for number, one in enumerate(wanted.merges, start=1))
    return replace(
        programme,
        periods=rules,
        agencies=(*programme.agencies, *new.values()),
        successions=(*programme.successions, *merges),
    )


def _moved(month_day: tuple[int, int], days: int) -> tuple[int, int]:
    day = date(LEAP_YEAR, *month_day) + timedelta(days=days)
    return day.month, day.day


def _successor(merge: Merge, known: Mapping[str, Agency]) -> Agency:
    kinds = {known[one].kind for one in merge.predecessors}
    kind = kinds.pop() if len(kinds) == 1 else AgencyKind.DEPARTMENT
    return Agency(merge.successor, merge.successor, kind, valid_from=merge.effective)


def _succession(number: int, merge: Merge) -> Succession:
    return Succession(
        f"what-if-{number}", merge.predecessors, (merge.successor,), merge.effective, Confidence.CONFIRMED
    )
