"""What has run: our own journal joined with Prefect's runs. The journal stands by itself when Prefect has none."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from plancycle.domain.events import SealedEvent
from plancycle.domain.periods import CycleKey, Period
from plancycle.portal.desk_frame import Desk
from plancycle.portal.desk_run_pages import RunLine, StepHappening
from plancycle.portal.desk_words import Named, action_words, named
from plancycle.services.audit_repository import AuditQuery
from plancycle.services.cycle_view import cycle_view

LOOKED_AT = 400
"""Events; a burst of letters is one line."""
SHOWN = 60
APART = timedelta(minutes=10)
"""Events of one kind that follow each other within so long are one line."""


def history(desk: Desk, year: int, period: Period | None, runs: Sequence[RunLine]) -> tuple[StepHappening, ...]:
    """The newest lines of the journal about a year or a period, each with the run it happened in, if one is known."""
    about = str(CycleKey(desk.house.programme_id, year)) + (f"/{period}/" if period else "")
    with desk.house.work() as work:
        events = work.audit.search(AuditQuery(subject=about, limit=LOOKED_AT))
        names = named(desk.house, work, cycle_view(desk.house, year, work), desk.language)
    return tuple(_line(desk, names, about, group, runs) for group in _groups(events)[:SHOWN])


def _groups(events: Sequence[SealedEvent]) -> list[list[SealedEvent]]:
    """Neighbours of one action and one person, close in time; newest first."""
    found: list[list[SealedEvent]] = []
    for event in events:
        if found and _same(found[-1][-1], event) and _at(found[-1][-1]) - _at(event) <= APART:
            found[-1].append(event)
        else:
            found.append([event])
    return found


def _same(one: SealedEvent, other: SealedEvent) -> bool:
    return (one.action, one.actor) == (other.action, other.actor)


def _at(event: SealedEvent) -> datetime:
    return datetime.fromisoformat(event.at)


def _line(desk: Desk, names: Named, about: str, group: Sequence[SealedEvent], runs: Sequence[RunLine]) -> StepHappening:
    first = group[0]
    asked = {"ve": first.subject if len(group) == 1 else about, "viec": first.action, "den": first.seq}
    return StepHappening(
        at=_at(first),
        words=action_words(first.action, desk.language),
        count=len(group),
        actor=names.names.get(first.actor, first.actor),
        subject=(names.about(first.subject) or first.subject) if len(group) == 1 else "",
        href=f"/nhat-ky?{urlencode(asked)}",
        run=next((one for one in runs if _within(one, first)), None),
    )


def _within(run: RunLine, event: SealedEvent) -> bool:
    """Whether an event was written while a run was at work."""
    if run.began is None:
        return False
    return run.began <= _at(event) and (run.ended is None or _at(event) <= run.ended)
