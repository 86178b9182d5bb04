"""Whether an edition still says what stands, why not, and what the next one would say instead."""

from collections.abc import Sequence
from dataclasses import dataclass

from plancycle.domain.consolidation import Edition, Member
from plancycle.domain.errors import ActionNeeded, NotFound
from plancycle.domain.reconciliation import FigureChange, MemberChange, Settled, figure_changes, member_changes
from plancycle.services.consolidate_period import content_now
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.declared_estimates import settled
from plancycle.services.ports import House
from plancycle.services.repositories import Work


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What lies between two states of a period. ``until`` is empty for "as it would be frozen now"."""

    since: str
    until: str
    members: tuple[MemberChange, ...]
    figures: tuple[FigureChange, ...]
    narrative: tuple[str, ...]
    """Ids of passages whose words are others."""
    reopened: tuple[str, ...] = ()
    """Agencies of the edition that have been let correct their answer and have not sent the new one yet."""
    estimates: tuple[Settled, ...] = ()
    """What agencies called estimates in the older state, with what they say now."""

    @property
    def is_stale(self) -> bool:
        """Whether the older state no longer says what stands."""
        return bool(self.members or self.figures or self.narrative or self.reopened)


def standing_of(house: House, edition_id: str) -> Reconciliation:
    """An edition against what would be frozen now. Raises NotFound."""
    with house.work() as work:
        edition, view = _known(house, work, edition_id)
        return against_now(house, work, view, edition)


def reopened_in(house: House, edition: Edition) -> tuple[str, ...]:
    """Agencies of an edition that have been let correct their answer and have not sent the new one yet.

    All that an edition made this very moment can lack.
    """
    with house.work() as work:
        return _reopened(work, edition)


def _reopened(work: Work, edition: Edition) -> tuple[str, ...]:
    open_ = [one for one in work.corrections.under(f"{edition.cycle}/{edition.period}/") if one.is_open]
    members = {member.submission: member.agency for member in edition.members}
    return tuple(members[one.corrects] for one in open_ if one.corrects in members)


def against_now(house: House, work: Work, view: CycleView, edition: Edition) -> Reconciliation:
    """An edition against what stands now; it is stale when a constituent was reopened, returned, replaced or joined."""
    content = content_now(house, work, view, edition.period)
    return Reconciliation(
        since=edition.id,
        until="",
        members=member_changes(edition.members, content.members),
        figures=figure_changes(edition.figures, content.figures),
        narrative=_edited(edition.narrative, content.narrative),
        reopened=_reopened(work, edition),
        estimates=_settled(work, view, edition.members, content.members),
    )


def between(house: House, since: str, until: str) -> Reconciliation:
    """Two editions of one period, such as the provisional and the final one. Raises NotFound, ActionNeeded."""
    with house.work() as work:
        (old, view), new = _known(house, work, since), _known(house, work, until)[0]
        estimates = _settled(work, view, old.members, new.members)
    if (old.cycle, old.period) != (new.cycle, new.period):
        raise ActionNeeded("edition.other_period", edition=since, other=until)
    return Reconciliation(
        since=old.id,
        until=new.id,
        members=member_changes(old.members, new.members),
        figures=figure_changes(old.figures, new.figures),
        narrative=_edited(old.narrative, new.narrative),
        estimates=estimates,
    )


def _settled(work: Work, view: CycleView, before: Sequence[Member], after: Sequence[Member]) -> tuple[Settled, ...]:
    if view.programme.form.estimated_choice is None:
        return ()
    read = work.submissions.entries_of(list({one.submission for one in (*before, *after)}))
    old, new = ({one.agency: read[one.submission] for one in members} for members in (before, after))
    return settled(view.programme, old, new)


def _known(house: House, work: Work, edition_id: str) -> tuple[Edition, CycleView]:
    edition = work.editions.get(edition_id)
    if edition is None:
        raise NotFound("not_found.edition", edition=edition_id)
    return edition, cycle_view(house, int(edition.cycle.rpartition("-")[2]), work)


def _edited(before: tuple[tuple[str, int], ...], after: tuple[tuple[str, int], ...]) -> tuple[str, ...]:
    return tuple(sorted({passage for passage, _ in set(before) ^ set(after)}))
