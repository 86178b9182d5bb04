"""Who reports, and who answers for which work, on any day: the programme's bodies moved along by the successions.

A period belongs to those who are there when it opens. What is not filed when a succession takes effect moves to the
successor; what was filed stays with the body that filed it; once the period's final edition is frozen nothing moves
any more (NQ 190/2025/QH15: the receiving body performs the duties, work goes on without gap or overlap).
"""

from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, timedelta

from plancycle.domain.agencies import Agency
from plancycle.domain.forms import Indicator
from plancycle.domain.programme import Programme
from plancycle.domain.shares import PeriodRoster, Released, Share, Span
from plancycle.domain.succession import Succession


@dataclass(frozen=True, slots=True)
class _Item:
    """A task of one body that the programme names, an indicator, or (no work) the report itself."""

    named: str
    work: str
    indicator: str = ""


@dataclass(slots=True)
class _Handover:
    """A period while its days are gone through: who is there, who holds what and since when."""

    agencies: list[str]
    holders: dict[_Item, str | None]
    got: dict[_Item, date] = field(default_factory=dict)
    joined: dict[str, date] = field(default_factory=dict)
    moved: dict[str, tuple[str, ...]] = field(default_factory=dict)


class Roster:
    """The bodies of a programme through time. ``applied`` are the successions in force, by day."""

    def __init__(self, programme: Programme, applied: Iterable[Succession]) -> None:
        self._programme = programme
        self._by_day: dict[date, list[Succession]] = {}
        for one in applied:
            if one.effective is not None:
                self._by_day.setdefault(one.effective, []).append(one)
        self._days = sorted(self._by_day)
        self._whole: dict[tuple[date, str], dict[str, None]] = {}
        self._given: dict[tuple[date, str, str], tuple[str, ...]] = {}
        for day, records in self._by_day.items():
            for one in records:
                self._remember(day, one)
        self._bodies = {agency.id: agency for agency in programme.agencies}
        self._changes = sorted({*self._days, *_own_days(programme.agencies)})
        self._rosters: dict[int, tuple[str, ...]] = {}
        self._quiet: dict[tuple[Span, int], PeriodRoster] = {}
        self._before: dict[date, dict[str, tuple[str, ...]]] = {}
        self._turned: dict[tuple[str, date, date], tuple[str, ...]] = {}
        self._common = tuple(work for work in programme.works if work.is_for_all)
        self._items = tuple(_items(programme))

    @property
    def days(self) -> tuple[date, ...]:
        """The days on which a succession takes effect."""
        return tuple(self._days)

    def reporters(self, on: date) -> tuple[str, ...]:
        """Who reports on that day, in the programme's order; a successor stands where its predecessor stood."""
        known = self._stretch(on)
        if known not in self._rosters:
            found = list(self._programme.reporters)
            for day in self._until(on):
                found = self._after(found, day)
            listed = set(self._programme.reporters)
            self._rosters[known] = tuple(one for one in found if one not in listed or self._exists(one, on))
        return self._rosters[known]

    def holder(self, agency: str, on: date, work: str = "", since: date = date.min) -> str | None:
        """Who stands for an agency, or for one of its works, if it did so itself on ``since``; None: nobody."""
        holder: str | None = agency
        for day in self._until(on):
            if holder is not None and day > since:
                holder = self._moved(holder, work, day)
        return holder

    def heirs(self, agency: str, on: date, since: date = date.min) -> tuple[str, ...]:
        """All bodies an agency has turned into by that day: itself, one, several or none."""
        days = [day for day in self._until(on) if day > since]
        known = agency, since, max(days, default=date.min)
        if known not in self._turned:
            found = [agency]
            for day in days:
                found = list(dict.fromkeys(heir for one in found for heir in self._heirs(one, day)))
            self._turned[known] = tuple(found)
        return self._turned[known]

    def released(self, on: date) -> tuple[Released, ...]:
        """The reporting bodies that ended without a successor up to that day."""
        found = []
        for day in self._until(on):
            before = self.reporters_before(day)
            for one in self._by_day[day]:
                ended = [body for body in one.predecessors if body in before and not self._heirs(body, day)]
                found += [Released(body, day, one.note or "", one.reference) for body in ended if one.is_whole]
        return tuple(found)

    def reporters_before(self, day: date) -> tuple[str, ...]:
        """Who reports on the day before that day."""
        return self.reporters(date.fromordinal(day.toordinal() - 1))

    def period(self, span: Span, on: date, filed: Mapping[str, date]) -> PeriodRoster:
        """One period as seen on a day. ``filed``: the day on which each agency filed what was accepted."""
        turns = self.turns(span, on)
        known = span, self._stretch(min(span.opens, on))
        if turns or known not in self._quiet:
            found = self._period(span, on, turns, filed)
            if turns:
                return found
            self._quiet[known] = found
        return self._quiet[known]

    def _period(self, span: Span, on: date, turns: list[date], filed: Mapping[str, date]) -> PeriodRoster:
        start = min(span.opens, on)
        moving = _Handover(list(self.reporters(start)), {i: self.holder(i.named, start, i.work) for i in self._items})
        for day in turns:
            # A body that ends is not asked afterwards: whatever of it was accepted had been asked of it.
            done = {one: when for one, when in filed.items() if when < day or one not in self._heirs(one, day)}
            self._turn(moving, day, done)
        held: dict[str | None, list[_Item]] = {}
        for item, holder in moving.holders.items():
            held.setdefault(holder, []).append(item)
        there = frozenset(self.reporters(date(span.opens.year, 1, 1)))
        shares = tuple(self._share(one, held.get(one, ()), moving, span, on, there) for one in moving.agencies)
        still = set(moving.agencies)
        ended = tuple(one for one in self.released(min(on, span.closes)) if one.agency not in still)
        return PeriodRoster(shares, moving.moved, ended)

    def _turn(self, moving: "_Handover", day: date, done: Mapping[str, date]) -> None:
        """Move on one day what has not been filed; who filed stays, and keeps what its report covers."""
        before = moving.agencies
        for item, holder in moving.holders.items():
            if holder is None or done.get(holder, date.min) >= moving.got.get(item, date.min.replace(day=2)):
                continue
            heir = self._moved(holder, item.work, day)
            if heir != holder:
                moving.holders[item], moving.got[item] = heir, day
        after, were = self._after(before, day, kept=done, moved=moving.moved), set(before)
        moving.agencies = list(dict.fromkeys([*after, *(one for one in moving.holders.values() if one)]))
        moving.joined |= {one: day for one in moving.agencies if one not in were}

    def turns(self, span: Span, on: date) -> list[date]:
        """The days on which something moved while the period was open, up to that day."""
        return [day for day in self._days if min(span.opens, on) < day <= min(on, span.closes)]

    def _share(
        self, agency: str, mine: Sequence[_Item], moving: "_Handover", span: Span, on: date, there: Set[str]
    ) -> Share:
        """What one body answers for: ``mine`` is what it holds, ``there`` are those who report since New Year."""
        own, owned = {item.work for item in mine if not item.indicator}, {item.indicator for item in mine}
        last = max(span.opens, min(on, span.closes)) if on >= span.opens else on
        grown = max((moving.got[item] for item in mine if item in moving.got), default=date.min)
        named = tuple(work for work in self._programme.works if work.id in own and not work.is_for_all)
        return Share(
            agency=agency,
            works=named + self._common,
            indicators=tuple(one for one in self._programme.indicators if one.id in owned),
            grown_on=grown if grown > moving.joined.get(agency, date.min) else None,
            joined_on=None if agency in there else self._joined(agency, last),
        )

    def predecessors(self, agency: str, on: date) -> tuple[str, ...]:
        """The bodies an agency has taken over up to that day, wholly or for some work, in the programme's order."""
        last = max(self._until(on), default=date.min)
        if last not in self._before:
            self._before[last] = self._all_predecessors(last)
        return self._before[last].get(agency, ())

    def _all_predecessors(self, on: date) -> dict[str, tuple[str, ...]]:
        snapshots = [self._programme.reporters, *(self.reporters_before(day) for day in self._until(on))]
        bodies = dict.fromkeys(body for snapshot in snapshots for body in snapshot)
        heirs = {body: set(self.heirs(body, on)) for body in bodies}
        for item in self._items:
            holder = self.holder(item.named, on, item.work)
            if holder is not None:
                heirs[item.named].add(holder)
        found: dict[str, list[str]] = {}
        for body in bodies:
            for heir in sorted(heirs[body] - {body}):
                found.setdefault(heir, []).append(body)
        return {heir: tuple(before) for heir, before in found.items()}

    def _remember(self, day: date, one: Succession) -> None:
        for body in one.predecessors:
            if one.is_whole:
                self._whole.setdefault((day, body), {}).update(dict.fromkeys(one.successors))
            for work in one.works:
                self._given.setdefault((day, body, work), one.successors)

    def _joined(self, agency: str, on: date) -> date | None:
        days = [day for day in self._until(on) if agency in self.reporters(day)]
        body = self._bodies.get(agency)
        return min(days, default=body.valid_from if body else None)

    def _exists(self, agency: str, on: date) -> bool:
        body = self._bodies.get(agency)
        return body is None or body.exists_on(on)

    def _stretch(self, on: date) -> int:
        """Which of the stretches between two changes a day lies in: all its days have the same bodies.

        What is remembered is remembered for these; by days it would grow for as long as a program runs.
        """
        return bisect(self._changes, on)

    def _until(self, on: date) -> list[date]:
        return [day for day in self._days if day <= on]

    def _after(
        self,
        agencies: list[str],
        day: date,
        kept: Iterable[str] = (),
        moved: dict[str, tuple[str, ...]] | None = None,
    ) -> list[str]:
        """Who is there when a day's successions have taken effect; ``kept`` have filed and stay for this period."""
        stay, there = set(kept), set(agencies)
        found: dict[str, None] = {}
        for agency in agencies:
            heirs = (agency,) if agency in stay else self._heirs(agency, day)
            found |= dict.fromkeys(heir for heir in heirs if heir == agency or heir not in there)
            if moved is not None and heirs != (agency,):
                moved[agency] = heirs
        found |= dict.fromkeys(self._partial_heirs(agencies, day, stay))
        return list(found)

    def _partial_heirs(self, agencies: list[str], day: date, stay: set[str]) -> Iterator[str]:
        """Bodies that only got some work of a reporting body, and report from then on."""
        for one in self._by_day[day]:
            if not one.is_whole and any(body in agencies and body not in stay for body in one.predecessors):
                for successor in one.successors[:1]:
                    yield from self._heirs(successor, day)

    def _heirs(self, agency: str, day: date, seen: tuple[str, ...] = ()) -> tuple[str, ...]:
        """What a body has become at the end of a day: itself when nothing happened to it, nothing when it ended."""
        following = self._whole.get((day, agency))
        if following is None or agency in seen:
            return () if agency in seen else (agency,)
        if agency in following:
            return (agency, *[heir for heir in following if heir != agency])
        found = [last for heir in following for last in self._heirs(heir, day, (*seen, agency))]
        return tuple(dict.fromkeys(found))

    def _moved(self, holder: str, work: str, day: date) -> str | None:
        """Who holds a work at the end of a day: the one that was given it by name, else the first heir."""
        given = self._given.get((day, holder, work))
        if given == ():
            return None
        heirs = self._heirs(given[0] if given else holder, day)
        return heirs[0] if heirs else None


def _own_days(bodies: Iterable[Agency]) -> Iterator[date]:
    """The days from which bodies are there, or no more, by their own dates."""
    for body in bodies:
        if body.valid_from:
            yield body.valid_from
        if body.valid_until:
            yield body.valid_until + timedelta(days=1)


def _items(programme: Programme) -> Iterator[_Item]:
    """Every report, every task of every body named for it, and every indicator that one body gives."""
    for agency in programme.reporters:
        yield _Item(agency, "")
    for work in programme.works:
        for agency in work.agencies:
            yield _Item(agency, work.id)
    for indicator in programme.indicators:
        if indicator.owner is not None:
            yield _Item(indicator.owner, _work_behind(programme, indicator), indicator.id)


def _work_behind(programme: Programme, indicator: Indicator) -> str:
    """The owner's work an indicator belongs to: whoever takes over that work gives the indicator, too."""
    works = [one.id for one in programme.works if indicator.id in one.indicators and indicator.owner in one.agencies]
    return works[0] if works else ""
