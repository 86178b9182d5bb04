"""When the calendar is edited, dates that have not passed move, and the journal says from where to where and why.

These are the instants of every period and of every deadline of the plan, the ones that somebody entered among them:
what bodies owe by such a day moves with it. The dates told last are read from the journal itself: those of the opening
of the cycle, of each entered date, of each move. What has passed by then stays as it was told.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from plancycle.domain.deadlines import PeriodDates
from plancycle.domain.plan_dates import EVENT, DeadlineDate, plan_dates
from plancycle.domain.reasons import Reason, because, weekday
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.repositories import Work

OPENED, MOVED, ENTERED = "cycle.opened", "calendar.moved", "deadline.entered"
INSTANTS = ("opens", "soft_due", "due", "freeze")
PERIODS, DEADLINES = "dates", "deadlines"
"""The two parts of what the journal is told."""

Instants = Mapping[str, str | None]
Line = tuple[str, str]
"""One of the parts, and a period's or a deadline's id; the second date of a deadline is ``D3/2``."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the journal said last about a line: its instants, the announced days, the programme's version."""

    dates: Instants
    announced: Mapping[str, str]
    version: str


@dataclass(frozen=True, slots=True)
class Move:
    """A line whose dates are no longer those told last. ``moved``: instant to (from, to); None: there is no date."""

    key: str
    line: Line
    moved: Mapping[str, tuple[datetime | None, datetime | None]]
    reasons: tuple[Reason, ...]
    now: Told
    bodies: tuple[str, ...] = ()
    """Who owes by that day, when the plan names them."""

    @property
    def period(self) -> str:
        """The period; empty for a deadline of the plan."""
        return self.line[1] if self.line[0] == PERIODS else ""


def projection(work: Work, view: CycleView) -> dict[str, object]:
    """What the journal is told when a cycle is opened: the instants of every line and the announced days."""
    return {**_told_as(_lines(work, view)), "announced": _announced(view)}


def moves(house: House, year: int) -> list[Move]:
    """Lines of an open cycle whose coming dates have moved since they were told."""
    with house.work() as work:
        return moves_now(house, work, cycle_view(house, year, work))


def journal_moves(house: House, year: int, keys: set[str]) -> None:
    """Write the moves of some lines into the journal; doing it makes them no longer due."""
    with house.work() as work:
        for move in moves_now(house, work, cycle_view(house, year, work)):
            if move.key in keys:
                record(house, work, MOVED, move.key, actor="plancycle", **facts_of(house, move))


def entered_move(work: Work, view: CycleView, subject: str, before: Instants, reasons: tuple[Reason, ...]) -> Move:
    """A date that somebody has just entered, as a move from what stood before it."""
    line = DEADLINES, subject
    after = Told(_lines(work, view)[line], _announced(view), view.programme.version)
    moved = {name: (_at(before[name]), _at(after.dates[name])) for name in after.dates}
    changed = {name: pair for name, pair in moved.items() if pair[0] != pair[1]}
    return Move(f"{view.id}/{subject}", line, changed, reasons, after, _bodies(view, subject))


def instants_now(work: Work, view: CycleView, subject: str) -> Instants:
    """The instants of a deadline as they stand; none for a kind that has no due day."""
    return _lines(work, view).get((DEADLINES, subject), {})


def facts_of(house: House, move: Move) -> dict[str, object]:
    """A move as the journal keeps it: from where to where, why in both languages, and what is told from now on."""
    says = [_said(name, old, new) for name, (old, new) in move.moved.items()]
    why = {
        language: " ".join(house.texts.say(one.key, language, **one.params) for one in (*says, *move.reasons))
        for language in ("vi", "en")
    }
    moved = {name: {"from": _text(old), "to": _text(new)} for name, (old, new) in move.moved.items()}
    told = {**_told_as({move.line: move.now.dates}), "announced": move.now.announced}
    return {"bodies": list(move.bodies), "moved": moved, "told": told, "version": move.now.version, "why": why}


def _said(name: str, old: datetime | None, new: datetime | None) -> Reason:
    if old is None:
        return Reason(f"moved.first.{name}", {"after": new})
    if new is None:
        return Reason(f"moved.gone.{name}", {"before": old})
    return Reason(f"moved.{name}", {"before": old, "after": new})


def _lines(work: Work, view: CycleView) -> dict[Line, Instants]:
    """Every line of the year as it is now. An event has the day it arose, which no calendar moves."""
    found: dict[Line, Instants] = {(PERIODS, str(one)): _instants(view.dates(one)) for one in view.programme.order}
    entered = work.entered_dates.of_year(view.programme.id, view.year)
    for one in plan_dates(view.programme, view.year, view.calendar, entered):
        if one.kind != EVENT:
            found[_line_of(one, found)] = {"soft_due": _text(one.soft_at), "due": _text(one.at)}
    return found


def _line_of(one: DeadlineDate, known: Mapping[Line, Instants]) -> Line:
    """A deadline that comes round several times a year is several lines."""
    subject, count = one.work or one.deadline, 1
    while (line := (DEADLINES, subject if count == 1 else f"{subject}/{count}")) in known:
        count += 1
    return line


def moves_now(house: House, work: Work, view: CycleView) -> list[Move]:
    """The same as :func:`moves`, inside a transaction."""
    told, start = _told(work, view)
    projected = _lines(work, view)
    # A deadline that came with an amendment was told by nobody: it had no date before.
    new = (
        {line: Told({}, start.announced, start.version) for line in projected if line[0] == DEADLINES} if start else {}
    )
    found = (_move(house, view, line, one, projected.get(line, {})) for line, one in ({**new, **told}).items())
    return [one for one in found if one is not None]


def _told(work: Work, view: CycleView) -> tuple[dict[Line, Told], Told | None]:
    """The last word of the journal about each line, and what it said of the deadlines when the cycle was opened.

    Empty for a cycle that was opened without telling dates.
    """
    told: dict[Line, Told] = {}
    start: Told | None = None
    for event in work.audit.find((OPENED, MOVED, ENTERED), view.id):
        said: dict[str, Any] = json.loads(event.payload)
        if not said.get("told"):
            continue  # a cycle that was opened before dates were told
        for line, dates in _read(said["told"]):
            told[line] = Told(dates, said["told"]["announced"], said["version"])
        if event.action == OPENED and DEADLINES in said["told"]:
            start = Told({}, said["told"]["announced"], said["version"])
    return told, start


def _read(told: Mapping[str, Any]) -> Iterator[tuple[Line, Instants]]:
    for part in (PERIODS, DEADLINES):
        for name, dates in told.get(part, {}).items():
            yield (part, name), dates


def _told_as(lines: Mapping[Line, Instants]) -> dict[str, object]:
    """Lines by part, the parts that have any."""
    found: dict[str, dict[str, Instants]] = {}
    for (part, name), dates in lines.items():
        found.setdefault(part, {})[name] = dates
    return dict(found)


def _move(house: House, view: CycleView, line: Line, told: Told, projected: Instants) -> Move | None:
    now, due = house.clock.now(), _at(told.dates.get("due"))
    if due is not None and due <= now:
        return None
    names = [name for name in INSTANTS if name in projected or name in told.dates]
    was = {name: _at(told.dates.get(name)) for name in names}
    will = {name: _at(projected.get(name)) for name in names}
    moved = {
        name: (was[name], will[name]) for name in names if was[name] != will[name] and _is_ahead(was, will, name, now)
    }
    if not moved:
        return None
    dates = {name: projected.get(name) if name in moved else told.dates.get(name) for name in names}
    after = Told(dates, _announced(view), view.programme.version)
    bodies = _bodies(view, line[1].partition("/")[0]) if line[0] == DEADLINES else ()
    return Move(f"{view.id}/{line[1]}", line, moved, _because(view, told, after), after, bodies)


def _is_ahead(
    was: Mapping[str, datetime | None], will: Mapping[str, datetime | None], name: str, now: datetime
) -> bool:
    """Whether an instant had not passed as it was told; one that had no date must get one that is still to come."""
    at = was[name] or (will["due"] if "due" in will else will[name])
    return at is not None and at > now


def _bodies(view: CycleView, subject: str) -> tuple[str, ...]:
    """Who answers for a deadline, or for the work that has it, today; empty when everybody does."""
    works = {one.id: one.agencies for one in view.programme.works if one.ministry_schedule}
    owners = {one.id: one.owner for one in view.programme.deadlines} | works
    return tuple(dict.fromkeys(body for owner in owners.get(subject, ()) for body in view.reports_now(owner)))


def _because(view: CycleView, before: Told, after: Told) -> tuple[Reason, ...]:
    """The announcements that came or went near those dates; else the new version; else the general calendar."""
    days = [datetime.fromisoformat(at).date() for told in (before, after) for at in _ends(told)]
    changed = sorted({*before.announced.items()} ^ {*after.announced.items()})
    found: list[Reason] = []
    for day in sorted({date.fromisoformat(text) for text, _ in changed}):
        if days and min(days) <= day <= max(days):
            is_announced = day in view.calendar.announced
            withdrawn = because("announcement_withdrawn", day=day, weekday=weekday(day))
            found.append(view.calendar.fact(day) if is_announced else withdrawn)
    if found:
        return tuple(found)
    if before.version != after.version:
        return (because("new_version", before=before.version[:12], after=after.version[:12]),)
    return (because("general_calendar_changed"),)


def _ends(told: Told) -> list[str]:
    return [at for name in INSTANTS[1:] if (at := told.dates.get(name))]


def _at(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _instants(dates: PeriodDates) -> Instants:
    found = {
        "opens": dates.opens_at,
        "soft_due": dates.soft_due_at,
        "due": dates.due_at,
        "freeze": dates.freeze_at,
    }
    return {name: at.isoformat() for name, at in found.items()}


def _announced(view: CycleView) -> dict[str, str]:
    return {day.isoformat(): "worked" if one.is_worked else "off" for day, one in view.calendar.announced.items()}
