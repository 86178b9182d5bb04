"""When the calendar is edited, dates that have not passed move, and the journal says from where to where and why.

The dates told last are read from the journal itself: those of the opening of the cycle, then those of each move. What
has passed by then stays as it was told.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from plancycle.domain.deadlines import PeriodDates
from plancycle.domain.periods import Period
from plancycle.domain.reasons import Reason, because, weekday
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.repositories import Work

OPENED, MOVED = "cycle.opened", "calendar.moved"
INSTANTS = ("opens", "soft_due", "due", "freeze")


@dataclass(frozen=True, slots=True)
class Told:
    """What the journal said last about a period: its instants, the announced days, the programme's version."""

    dates: Mapping[str, str]
    announced: Mapping[str, str]
    version: str


@dataclass(frozen=True, slots=True)
class Move:
    """A period whose dates are no longer those told last. ``moved``: instant to (from, to)."""

    key: str
    period: Period
    moved: Mapping[str, tuple[datetime, datetime]]
    reasons: tuple[Reason, ...]
    now: Told


def projection(view: CycleView) -> dict[str, object]:
    """What the journal is told when a cycle is opened: the instants of every period and the announced days."""
    dates = {str(period): _instants(view.dates(period)) for period in view.programme.order}
    return {"dates": dates, "announced": _announced(view)}


def moves(house: House, year: int) -> list[Move]:
    """Periods of an open cycle whose coming dates have moved since they were told."""
    with house.work() as work:
        return _moves(house, work, cycle_view(house, year, work))


def journal_moves(house: House, year: int, keys: set[str]) -> None:
    """Write the moves of some periods into the journal; doing it makes them no longer due."""
    with house.work() as work:
        for move in _moves(house, work, cycle_view(house, year, work)):
            if move.key in keys:
                _write(house, work, move)


def _moves(house: House, work: Work, view: CycleView) -> list[Move]:
    told = _told(work, view)
    found = []
    for period in view.programme.order:
        if str(period) in told and (move := _move(house, view, period, told[str(period)])):
            found.append(move)
    return found


def _told(work: Work, view: CycleView) -> dict[str, Told]:
    """The last word of the journal about each period; empty for a cycle that was opened without telling dates."""
    told: dict[str, Told] = {}
    for event in work.audit.find((OPENED, MOVED), view.id):
        said: dict[str, Any] = json.loads(event.payload)
        if not said.get("told"):
            continue  # a cycle that was opened before dates were told
        for period, dates in said["told"]["dates"].items():
            told[period] = Told(dates, said["told"]["announced"], said["version"])
    return told


def _move(house: House, view: CycleView, period: Period, told: Told) -> Move | None:
    now = house.clock.now()
    projected = _instants(view.dates(period))
    if datetime.fromisoformat(told.dates["due"]) <= now:
        return None
    coming = [name for name in INSTANTS if datetime.fromisoformat(told.dates[name]) > now]
    moved = {
        name: (datetime.fromisoformat(told.dates[name]), datetime.fromisoformat(projected[name]))
        for name in coming
        if told.dates[name] != projected[name]
    }
    if not moved:
        return None
    dates = {name: projected[name] if name in coming else told.dates[name] for name in INSTANTS}
    after = Told(dates, _announced(view), view.programme.version)
    return Move(view.key(period), period, moved, _because(view, told, after), after)


def _because(view: CycleView, before: Told, after: Told) -> tuple[Reason, ...]:
    """The announcements that came or went near those dates; else the new version; else the general calendar."""
    days = [datetime.fromisoformat(at).date() for told in (before, after) for at in _ends(told)]
    changed = sorted({*before.announced.items()} ^ {*after.announced.items()})
    found: list[Reason] = []
    for day in sorted({date.fromisoformat(text) for text, _ in changed}):
        if min(days) <= day <= max(days):
            is_announced = day in view.calendar.announced
            withdrawn = because("announcement_withdrawn", day=day, weekday=weekday(day))
            found.append(view.calendar.fact(day) if is_announced else withdrawn)
    if found:
        return tuple(found)
    if before.version != after.version:
        return (because("new_version", before=before.version[:12], after=after.version[:12]),)
    return (because("general_calendar_changed"),)


def _ends(told: Told) -> tuple[str, str, str]:
    return told.dates["soft_due"], told.dates["due"], told.dates["freeze"]


def _write(house: House, work: Work, move: Move) -> None:
    says = [Reason(f"moved.{name}", {"before": old, "after": new}) for name, (old, new) in move.moved.items()]
    why = {
        language: " ".join(house.texts.say(one.key, language, **one.params) for one in (*says, *move.reasons))
        for language in ("vi", "en")
    }
    moved = {name: {"from": old.isoformat(), "to": new.isoformat()} for name, (old, new) in move.moved.items()}
    told = {"dates": {str(move.period): move.now.dates}, "announced": move.now.announced}
    record(house, work, MOVED, move.key, moved=moved, told=told, version=move.now.version, why=why)


def _instants(dates: PeriodDates) -> dict[str, str]:
    found = {
        "opens": dates.opens_at,
        "soft_due": dates.soft_due_at,
        "due": dates.due_at,
        "freeze": dates.freeze_at,
    }
    return {name: at.isoformat() for name, at in found.items()}


def _announced(view: CycleView) -> dict[str, str]:
    return {day.isoformat(): "worked" if one.is_worked else "off" for day, one in view.calendar.announced.items()}
