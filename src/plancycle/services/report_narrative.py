"""An edition's narrative with the names people read."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from plancycle.domain.consolidation import Edition
from plancycle.domain.narrative import Passage
from plancycle.domain.submissions import Entry
from plancycle.services.cycle_view import CycleView
from plancycle.services.narrative import narrative_of
from plancycle.services.ports import House
from plancycle.services.report_contents import PassageLine
from plancycle.services.repositories import Work

MOST_SPEAKERS = 4
"""More agencies than this are counted; the workbook names every one."""


def passage_lines(
    house: House,
    work: Work,
    view: CycleView,
    edition: Edition,
    answers: Mapping[str, Sequence[Entry]],
    names: Mapping[str, str],
) -> tuple[PassageLine, ...]:
    """The passages of an edition, as it was frozen; what is about work in the plan's order."""
    place = {group: at for at, group in enumerate(("", *_groups(view)))}
    told = sorted(narrative_of(house, work, view, edition, answers), key=lambda one: place.get(one.group, len(place)))
    return tuple(passage_line(house, view, one, names) for one in told)


def _groups(view: CycleView) -> Iterator[str]:
    """Work groups as the plan lists them, then its entries."""
    yield from (one.id for one in view.programme.groups)
    yield from (str(entry) for entry in sorted({one.entry for one in view.programme.works}))


def passage_line(house: House, view: CycleView, passage: Passage, names: Mapping[str, str]) -> PassageLine:
    """One passage with names; ``names`` are agencies' by id."""
    return PassageLine(
        id=passage.id,
        kind=passage.kind,
        group=group_title(house, view, passage.group, house.clock.now().date()),
        addressee=names.get(passage.addressee) or (view.name(passage.addressee) if passage.addressee else ""),
        text=passage.text,
        speakers=speakers(house, [names.get(agency) or view.name(agency) for agency in passage.agencies]),
        edited_by=passage.edited_by,
        version=passage.version,
        sources=passage.sources,
        is_outdated=passage.is_outdated,
    )


def speakers(house: House, names: Sequence[str]) -> str:
    """``Sở A; Sở B``; of many the first few and how many more."""
    if len(names) <= MOST_SPEAKERS + 1:
        return "; ".join(names)
    shown, more = "; ".join(names[:MOST_SPEAKERS]), len(names) - MOST_SPEAKERS
    return house.texts.say("narrative.and_others", names=shown, count=more)


def group_title(house: House, view: CycleView, group: str, day: date) -> str:
    """A work group's title; of an entry of the plan, its number and the bodies that hold its work on the day."""
    if not group:
        return ""
    declared = next((one.title for one in view.programme.groups if one.id == group), None)
    if declared is not None:
        return declared
    works = [one for one in view.programme.works if str(one.entry) == group]
    if any(one.is_for_all for one in works):
        return house.texts.say("narrative.entry.all", entry=group)
    holders = (view.roster.holder(body, day, one.id) or body for one in works for body in one.agencies)
    bodies = dict.fromkeys(holders)
    named = ", ".join(view.name(body, day) for body in bodies)
    return house.texts.say("narrative.entry.bodies", entry=group, bodies=named)
