"""Counts for a monitoring program: how many of what stand where. No name, no address, no text of anybody."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from plancycle.services.audit_repository import AuditQuery
from plancycle.services.cycle_view import cycle_view
from plancycle.services.matrix import year_matrix
from plancycle.services.ports import House
from plancycle.services.repositories import Work


@dataclass(frozen=True, slots=True)
class Tallies:
    """What the ledger holds at a moment; every mapping counts by its labels.

    ``oldest_waiting`` is the age in seconds of the letter that has waited longest for its turn, 0 when none waits;
    ``newest_event`` the moment of the audit log's newest event, None while nothing has happened.
    """

    obligations: Mapping[tuple[str, str], int]
    """By period and status."""
    submissions: Mapping[tuple[str, str], int]
    """By period and status, every version counted."""
    letters: Mapping[tuple[str, str], int]
    """By kind and status."""
    transmittals: Mapping[str, int]
    """By status."""
    oldest_waiting: float
    events: int
    newest_event: datetime | None
    unchecked: int = 0
    """Answers that have arrived and wait for their check."""


def tallies(house: House) -> Tallies:
    """Count the newest open year; zeros before the first one is opened."""
    now = house.clock.now()
    with house.work() as work:
        cycles = [one for one in work.cycles.all() if one.programme == house.programme_id]
        letters = work.outbox.all()
        waiting = [one.queued_at for one in work.outbox.waiting(now)]
        events = work.audit.search(AuditQuery(limit=1))
        unchecked = work.arrivals.waiting()
    year = max((one.year for one in cycles), default=None)
    standing = Counter[tuple[str, str]]()
    if year is not None:
        standing.update((str(one.period), str(row.status)) for one in year_matrix(house, year) for row in one.rows)
    versions, transmittals = _answers(house, year)
    return Tallies(
        obligations=standing,
        submissions=versions,
        letters=Counter((str(one.kind), str(one.status)) for one in letters),
        transmittals=transmittals,
        oldest_waiting=max((now - min(waiting)).total_seconds(), 0.0) if waiting else 0.0,
        events=events[0].seq if events else 0,
        newest_event=datetime.fromisoformat(events[0].at) if events else None,
        unchecked=unchecked,
    )


def _answers(house: House, year: int | None) -> tuple[Counter[tuple[str, str]], Counter[str]]:
    """Versions by period and status, deliveries by status."""
    if year is None:
        return Counter(), Counter()
    with house.work() as work:
        view = cycle_view(house, year, work)
        versions = Counter(
            (str(period), str(one.status))
            for period in view.programme.order
            for one in work.submissions.of_period(view.id, period)
        )
        return versions, _deliveries(work, view.id)


def _deliveries(work: Work, cycle: str) -> Counter[str]:
    return Counter(str(one.status) for one in work.transmittals.of_cycle(cycle))
