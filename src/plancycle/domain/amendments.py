"""Amendments: how a plan that is being carried out is changed, and what asks for a change.

A cycle keeps the version of the programme it was opened with. A decision of the competent body replaces that version
from a day on; the versions before it stay what they were, and so does everything reported under them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from plancycle.domain.errors import DataProblem
from plancycle.domain.programme import AssignedWork, LegalReference, Programme
from plancycle.domain.secrecy import check_unmarked

LONGEST = 500
"""Characters of a decision's reference and of a reason."""

NOT_THE_PLAN = frozenset({"version", "extra_days_off", "extra_working_days"})
"""What a programme carries without being part of the plan: its own hash, and days off that are announced for all."""

KEYS = ("id", "period", "code", "agency", "order")
"""The fields by which an item of a list is known again in another version, in this order."""


@dataclass(frozen=True, slots=True)
class Amendment:
    """One adopted change of a cycle's programme (điều chỉnh, bổ sung). ``number`` counts them within the cycle."""

    cycle: str
    number: int
    version: str
    effective: date
    decision: str
    """The deciding document as it is cited: number, date, body."""
    reason: str
    adopted_by: str
    adopted_at: datetime


def in_force(amendments: Sequence[Amendment], on: date) -> Amendment | None:
    """The amendment that governs a day; None while the version the cycle was opened with still does."""
    reached = [one for one in amendments if one.effective <= on]
    return max(reached, key=lambda one: one.number, default=None)


def check_amendment(year: int, known: Sequence[Amendment], effective: date, decision: str, reason: str) -> None:
    """Refuse what cannot be an amendment of that cycle year. Raises DataProblem.

    It takes effect inside the year, not before the amendment that precedes it, and names its decision and its reason
    (the plan: changes are proposed to the competent body, which decides).
    """
    check_unmarked(decision, reason)
    if effective.year != year:
        raise DataProblem("amendment.other_year", effective=effective, year=year)
    last = known[-1].effective if known else effective
    if effective < last:
        raise DataProblem("amendment.before_last", effective=effective, last=last)
    for name, text in (("decision", decision), ("reason", reason)):
        if not text.strip():
            raise DataProblem(f"amendment.no_{name}")
        if len(text) > LONGEST or not text.isprintable():
            raise DataProblem("amendment.bad_text", limit=LONGEST)


@dataclass(frozen=True, slots=True)
class Flag:
    """Work that rests on a document whose time is over: to be amended or dropped."""

    work: AssignedWork
    reference: LegalReference


def flagged_for_amendment(programme: Programme, year: int) -> tuple[Flag, ...]:
    """Work whose legal basis ended before the cycle year began, in the plan's order.

    The plan asks for it: contents that no longer fit are to be reported for amendment (entry 1, line 131).
    """
    ended = {ref.id: ref for ref in programme.legal_refs if not ref.is_in_force(date(year, 1, 1))}
    return tuple(Flag(work, ended[ref]) for work in programme.works for ref in work.legal_refs if ref in ended)


class ChangeKind(StrEnum):
    """What became of a thing between two versions."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two versions. ``part`` and ``fields`` are names as the programme's files spell them."""

    part: str
    key: str
    label: str
    kind: ChangeKind
    fields: tuple[str, ...] = ()


def changes(old: Programme, new: Programme) -> tuple[Change, ...]:
    """Every difference between two versions of a programme, part by part; things are known again by their ids."""
    before, after = dict(_parts(old)), dict(_parts(new))
    found: list[Change] = []
    for part in dict.fromkeys((*before, *after)):
        found += _differences(part, before.get(part, {}), after.get(part, {}))
    return tuple(found)


def _differences(part: str, old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[Change]:
    for key in dict.fromkeys((*old, *new)):
        if key not in new:
            yield Change(part, key, _label(old[key]), ChangeKind.REMOVED)
        elif key not in old:
            yield Change(part, key, _label(new[key]), ChangeKind.ADDED)
        elif old[key] != new[key]:
            yield Change(part, key, _label(new[key]), ChangeKind.CHANGED, _changed_fields(old[key], new[key]))


def _parts(thing: Any, path: str = "") -> Iterator[tuple[str, Mapping[str, object]]]:
    """A dataclass as named parts: lists by the ids of their items, single values under an empty id."""
    for one in fields(thing):
        value = getattr(thing, one.name)
        if not path and one.name in NOT_THE_PLAN:
            continue
        if isinstance(value, tuple):
            yield f"{path}{one.name}", {_key(item): item for item in value}
        elif is_dataclass(value):
            yield from _parts(value, f"{path}{one.name}.")
        else:
            yield f"{path}{one.name}", {"": value}


def _key(item: object) -> str:
    """What an item is known by: its id or the like; else all of it."""
    if not is_dataclass(item):
        return str(item)
    known = next((str(getattr(item, name)) for name in KEYS if hasattr(item, name)), "")
    return known or " ".join(str(getattr(item, one.name)) for one in fields(item))


def _label(item: object) -> str:
    """How people know an item: its title, its name, its wording; a plain value is itself."""
    if not is_dataclass(item):
        return str(item)  # a text has a method called title, too
    names = ("title", "name", "label", "subject", "verb")
    return next((str(getattr(item, name)) for name in names if getattr(item, name, None)), "")


def _changed_fields(old: object, new: object) -> tuple[str, ...]:
    if not (is_dataclass(old) and type(old) is type(new)):
        return ()
    return tuple(one.name for one in fields(old) if getattr(old, one.name) != getattr(new, one.name))
