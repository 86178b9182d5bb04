"""Fold the accepted submissions of a period into an edition: continuously (provisional), and frozen (final)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from json.encoder import encode_basestring as _quoted

from plancycle.domain.consolidation import (
    Coverage,
    Edition,
    EditionKind,
    Figure,
    FigureRow,
    Member,
    Origin,
    digest,
    manifest,
)
from plancycle.domain.errors import ActionNeeded
from plancycle.domain.figure_rules import FigureRule, RuleBook, figure_rules
from plancycle.domain.numbers import from_scaled
from plancycle.domain.obligations import lacks_what_was_added
from plancycle.domain.periods import Period
from plancycle.domain.submissions import Entry, Submission
from plancycle.services.bulk import uninterrupted
from plancycle.services.carried import carried_now, carried_rows
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.failpoints import reach
from plancycle.services.following import Place
from plancycle.services.journal import record
from plancycle.services.missing_figures import Filling, filled_in
from plancycle.services.narrative_edits import pinned
from plancycle.services.ports import House
from plancycle.services.repositories import Work
from plancycle.services.standing_answers import accepted_now, judged, standing_now
from plancycle.services.wait_in_line import check_all

__all__ = ["accepted_now"]

PIECE = 500
"""Versions whose cells are in memory at once."""


@dataclass(frozen=True, slots=True)
class Consolidated:
    """The current edition of the asked kind (None: nothing accepted yet); ``is_new`` when it was made now."""

    edition: Edition | None
    is_new: bool


@dataclass(frozen=True, slots=True)
class Content:
    """What an edition would hold right now."""

    members: tuple[Member, ...]
    coverage: Coverage
    figures: tuple[Figure, ...]
    dataset_sha256: str
    narrative: tuple[tuple[str, int], ...] = ()


def consolidate(house: House, year: int, period: Period, final: bool = False) -> Consolidated:
    """Make the edition if anything changed since the last one of its kind.

    Raises ActionNeeded when a final edition is asked for and nothing has been accepted.
    """
    kind = EditionKind.FINAL if final else EditionKind.PROVISIONAL
    if final:
        check_all(house)  # what has arrived and waits for its check belongs in
    made = house.rerun(lambda work: _made(house, work, cycle_view(house, year, work), period, kind))
    if made.is_new:
        reach("edition.frozen")
    return made


def _made(house: House, work: Work, view: CycleView, period: Period, kind: EditionKind) -> Consolidated:
    """In one transaction; what stands already is found, so it may be carried out again."""
    content = content_now(house, work, view, period)
    if not content.members:
        if kind is EditionKind.FINAL:
            raise ActionNeeded("edition.nothing_accepted", period=view.title(period))
        return Consolidated(None, False)
    editions = work.editions.of_period(view.id, period)
    edition, text = _edition(house, view, period, kind, content, len(editions) + 1)
    current = [known for known in editions if known.kind is kind]
    if current and current[-1].sha256 == edition.sha256:
        return Consolidated(current[-1], False)
    work.editions.add(edition)
    record(house, work, f"edition.{kind}", edition.id, sha256=edition.sha256)
    name = f"{view.id}_{period}_e{edition.number}.json"
    house.leave_file(f"editions/{period}", name, text.encode())
    return Consolidated(edition, True)


def refresh(house: House, place: Place) -> None:
    """The provisional edition of a period as it is now, if there is anything to fold."""
    cycle, period = place
    consolidate(house, int(cycle.rpartition("-")[2]), period)


def content_now(house: House, work: Work, view: CycleView, period: Period) -> Content:
    """The fold of every accepted submission that the programme lets in, late ones marked."""
    with uninterrupted():
        return _content(house, work, view, period)


def _content(house: House, work: Work, view: CycleView, period: Period) -> Content:
    accepted = accepted_now(work, view, period)
    earlier = carried_now(work, view, period)
    coverage = _coverage(work, view, period, accepted, earlier)
    rules = figure_rules(view.programme, period)
    rows, dataset_sha256 = _walked(work, view, period, accepted, earlier)
    fillings = filled_in(work, view, period, rules, coverage.missing, rows)
    figures = _figures(house, view.key(period), rules, rows, fillings)
    return Content(
        members=_members(work, view, period, accepted),
        coverage=_with_filled(coverage, fillings),
        figures=figures,
        dataset_sha256=dataset_sha256,
        narrative=pinned(work, view.key(period)),
    )


def _coverage(
    work: Work, view: CycleView, period: Period, accepted: Sequence[Submission], earlier: Sequence[Submission]
) -> Coverage:
    """Who is in, who is late, who is missing, and who is neither."""
    members = _members(work, view, period, accepted)
    included = tuple(member.agency for member in members)
    expected, elsewhere, there = view.reporters(period), elsewhere_in(view, period), set(included)
    held = tuple(one.obligation.agency for one in standing_now(work, view, period))
    held = tuple(agency for agency in held if agency not in there)
    absent = {*included, *elsewhere, *held}
    return Coverage(
        expected=expected,
        included=included,
        late=tuple(member.agency for member in members if member.late),
        missing=tuple(agency for agency in expected if agency not in absent),
        elsewhere=tuple(agency for agency in elsewhere if agency not in there),
        excused=_excused(work, view, period, accepted, members),
        carried=tuple(one.id for one in earlier),
        held=held,
    )


def _with_filled(coverage: Coverage, fillings: Mapping[str, Sequence[Filling]]) -> Coverage:
    """Which of the missing ones stand in a figure all the same."""
    origins: dict[Origin, set[str]] = {}
    for filling in (one for found in fillings.values() for one in found):
        origins.setdefault(filling.filled.origin, set()).add(filling.filled.agency)

    def listed(origin: Origin) -> tuple[str, ...]:
        return tuple(agency for agency in coverage.missing if agency in origins.get(origin, ()))

    return replace(coverage, carried_forward=listed(Origin.CARRIED_FORWARD), estimated=listed(Origin.ESTIMATED))


def elsewhere_in(view: CycleView, period: Period) -> tuple[str, ...]:
    """Those who declared that this period's report went by another channel, in roster order."""
    declared = view.standpoint.elsewhere
    return tuple(agency for agency in view.reporters(period) if f"{view.key(period)}/{agency}" in declared)


def is_all_in(work: Work, view: CycleView, period: Period, members: Sequence[Member]) -> bool:
    """Whether nobody is waited for: every report is in and whole, or went by another channel."""
    owed = view.obligations(period, work.submissions.extensions(view.id))
    sent = {one.obligation.agency: one for one in accepted_now(work, view, period)}
    waited_for = [one for one in owed if not one.is_elsewhere and one.key.agency not in sent]
    lacking = [one for one in owed if (a := sent.get(one.key.agency)) and lacks_what_was_added(one, a)]
    return bool(members) and not waited_for and not lacking


def members_now(work: Work, view: CycleView, period: Period) -> tuple[Member, ...]:
    """Who is in right now, in roster order. Submissions never change: the same members mean the same content."""
    return _members(work, view, period, accepted_now(work, view, period))


def _members(work: Work, view: CycleView, period: Period, accepted: Sequence[Submission]) -> tuple[Member, ...]:
    """Late by the due date in force now: an extension may have been granted after the answer came in."""
    due_at = {one.key: one.due_at for one in view.obligations(period, work.submissions.extensions(view.id))}
    sent = judged(work, view, period, accepted)
    return tuple(Member(_agency(one), one.id, one.sha256, at >= due_at[one.obligation]) for one, at in sent)


def _excused(
    work: Work, view: CycleView, period: Period, accepted: Sequence[Submission], members: Sequence[Member]
) -> tuple[str, ...]:
    """Those who are late by everybody's date and not by their own."""
    late, due_at = {one.agency for one in members if one.late}, view.dates(period).due_at
    sent = [(_agency(one), at) for one, at in judged(work, view, period, accepted)]
    return tuple(agency for agency, at in sent if at >= due_at and agency not in late)


def _walked(
    work: Work, view: CycleView, period: Period, accepted: Sequence[Submission], earlier: Sequence[Submission]
) -> tuple[list[FigureRow], str]:
    """Every cell once, piece by piece, since a nation's cells at once fill gigabytes.

    Gives the rows in their members' order, and the SHA-256 over every cell of every member, sorted by agency and form
    order: canonical text, LF, no clock.
    """
    book, rows, summed = RuleBook(figure_rules(view.programme, period)), dict[str, list[FigureRow]](), sha256()
    places: dict[tuple[str, ...], tuple[str, str]] = {}
    by_agency, carried, joint = sorted([*accepted, *earlier], key=_agency), {one.id for one in earlier}, list[str]()
    for at in range(0, len(by_agency), PIECE):
        piece = by_agency[at : at + PIECE]
        entries = work.submissions.entries_of([one.id for one in piece])
        for one in piece:
            if one.id in carried:
                rows[one.id] = carried_rows(view.programme, period, [one], entries)
            else:
                rows[one.id] = _rows(book, one, entries[one.id])
        lines = [line for one in piece for line in _lines(_agency(one), entries[one.id], places)]
        if lines:
            summed.update("\n".join([*joint, *lines]).encode())
            joint = [""]
    return [row for one in (*accepted, *earlier) for row in rows[one.id]], summed.hexdigest()


def _agency(one: Submission) -> str:
    return one.obligation.agency


def _rows(book: RuleBook, one: Submission, entries: Sequence[Entry]) -> list[FigureRow]:
    filled = [(row, field, value) for _, _, row, field, _, value in entries if value is not None]
    return [*book.rows(_agency(one), filled)]


def _figures(
    house: House,
    prefix: str,
    rules: Sequence[FigureRule],
    rows: Sequence[FigureRow],
    fillings: Mapping[str, Sequence[Filling]],
) -> tuple[Figure, ...]:
    filled = [one.row for found in fillings.values() for one in found]
    totals = house.frames.add_up([*rows, *filled], {rule.suffix: rule.aggregation for rule in rules})
    return tuple(
        Figure(
            id=f"{prefix}/{rule.suffix}",
            label=rule.label,
            unit=rule.unit,
            value=from_scaled(totals[rule.suffix][0], rule.precision),
            precision=rule.precision,
            aggregation=str(rule.aggregation),
            contributors=totals[rule.suffix][1],
            filled=tuple(one.filled for one in fillings.get(rule.suffix, ())),
        )
        for rule in rules
        if rule.suffix in totals
    )


def _lines(agency: str, entries: Sequence[Entry], places: dict[tuple[str, ...], tuple[str, str]]) -> Iterator[str]:
    """The canonical JSON of ``[agency, cell]``, put together: this is done a million times for a national round.

    ``places`` are the parts that are the same for every agency, as far as they have been met.
    """
    whose = f"[{_quoted(agency)},"
    for entry in entries:
        sheet, cell, row, field, raw, value = entry
        place = entry[:4]
        if place not in places:
            before = f'{{"cell":{_quoted(cell)},"field":{_quoted(field)},"raw":'
            places[place] = (before, f',"row":{_quoted(row)},"sheet":{_quoted(sheet)},"value":')
        before, after = places[place]
        told = "null" if value is None else _quoted(value)
        yield f"{whose}{before}{_quoted(raw)}{after}{told}}}]"


def _edition(
    house: House, view: CycleView, period: Period, kind: EditionKind, content: Content, number: int
) -> tuple[Edition, str]:
    """The edition and its manifest."""
    text = manifest(
        view.id,
        period,
        kind,
        content.members,
        content.coverage,
        content.figures,
        content.dataset_sha256,
        content.narrative,
    )
    edition = Edition(
        cycle=view.id,
        period=period,
        number=number,
        kind=kind,
        frozen_at=house.clock.now(),
        members=content.members,
        coverage=content.coverage,
        figures=content.figures,
        dataset_sha256=content.dataset_sha256,
        sha256=digest(text),
        narrative=content.narrative,
    )
    return edition, text
