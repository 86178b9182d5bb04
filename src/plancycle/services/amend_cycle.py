"""Adopt a changed programme for a running cycle: from a day on, by a decision that is cited, journaled."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from plancycle.domain.amendments import Amendment, Change, changes, check_amendment
from plancycle.domain.deadlines import period_dates
from plancycle.domain.errors import ActionNeeded, NotFound
from plancycle.domain.periods import CycleKey, Period
from plancycle.domain.programme import Programme
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.programme_versions import governing, keep_version
from plancycle.services.repositories import Cycle, Work


@dataclass(frozen=True, slots=True)
class MovedDate:
    """An instant of a period before and after; None where one of the versions has no such period."""

    period: Period
    what: str
    before: datetime | None
    after: datetime | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What an amendment would change: the versions, every difference, and the instants that move."""

    cycle: str
    effective: date
    old_version: str
    new_version: str
    changes: tuple[Change, ...]
    dates: tuple[MovedDate, ...]


def preview(house: House, year: int, effective: date) -> Preview:
    """What the folder would change in a cycle from a day on; nothing is stored.

    Raises NotFound for a cycle that is not open, ActionNeeded when nothing differs, ProgrammeProblem.
    """
    with house.work() as work:
        cycle = _cycle(house, work, year)
        old = governing(house, work, year, effective).programme
    new = house.programmes.load(house.programme_id)
    _check_differs(old, new)
    return Preview(cycle.id, effective, old.version, new.version, changes(old, new), _moved(house, old, new, year))


def amend_cycle(house: House, year: int, effective: date, decision: str, reason: str, by: str) -> Amendment:
    """Adopt the folder's version from a day on. Raises DataProblem, ActionNeeded, NotFound, ProgrammeProblem."""
    with house.work() as work:
        cycle = _cycle(house, work, year)
        known = work.versions.amendments(cycle.id)
        check_amendment(year, known, effective, decision, reason)
        _check_differs(governing(house, work, year, effective).programme, house.programmes.load(house.programme_id))
        new = keep_version(house, work)
        keep_words = (decision.strip(), reason.strip(), by)
        amendment = Amendment(cycle.id, len(known) + 1, new.version, effective, *keep_words, house.clock.now())
        work.versions.add_amendment(amendment)
        cited = {"version": new.version, "effective": effective.isoformat(), "decision": amendment.decision}
        record(house, work, "cycle.amended", cycle.id, by, number=amendment.number, reason=amendment.reason, **cited)
    return amendment


def _cycle(house: House, work: Work, year: int) -> Cycle:
    cycle_id = str(CycleKey(house.programme_id, year))
    cycle = work.cycles.get(cycle_id)
    if cycle is None:
        raise NotFound("not_found.cycle", cycle=cycle_id)
    return cycle


def _check_differs(old: Programme, new: Programme) -> None:
    if old.version == new.version:
        raise ActionNeeded("amendment.nothing_changed", version=new.version[:12])


def _moved(house: House, old: Programme, new: Programme, year: int) -> tuple[MovedDate, ...]:
    before, after = _instants(house, old, year), _instants(house, new, year)
    keys = dict.fromkeys((*before, *after))
    return tuple(MovedDate(*key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key))


def _instants(house: House, programme: Programme, year: int) -> dict[tuple[Period, str], datetime]:
    calendar, zone = house.programmes.working_days(programme, year), ZoneInfo(programme.timezone)
    found: dict[tuple[Period, str], datetime] = {}
    for rule in programme.periods:
        dates = period_dates(rule, year, calendar, zone)
        for what in ("opens_at", "soft_due_at", "due_at", "freeze_at"):
            found[rule.period, what] = getattr(dates, what)
    return found
