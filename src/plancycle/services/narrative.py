"""The narrative of a period: what agencies wrote, folded, as people edited it; and the editing, sources kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from unicodedata import normalize

from plancycle.domain.consolidation import Edition
from plancycle.domain.errors import ActionNeeded, DataProblem, NotFound
from plancycle.domain.forms import RowSource
from plancycle.domain.narrative import (
    Edit,
    Passage,
    Said,
    Spellings,
    addressee_of,
    edited,
    group_of,
    passages,
    spellings_of,
)
from plancycle.domain.periods import Period
from plancycle.domain.programme import Programme
from plancycle.domain.secrecy import check_unmarked
from plancycle.domain.submissions import Entry
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.repositories import Work
from plancycle.services.standing_answers import accepted_now
from plancycle.services.told_on_their_own import CAUSE, COMMENDATION, OBSTACLE, PROPOSAL, said_on_their_own

OF_WORK = (OBSTACLE, PROPOSAL)
"""Fields of a piece of work that are told with the narrative."""
AFTER_THE_SHEET = (OBSTACLE, CAUSE, PROPOSAL, COMMENDATION)
"""Kinds that are told after the lines of the narrative sheet."""
NAMED_KINDS = frozenset({"N1", "N2", "N3", "N4", "N5", *AFTER_THE_SHEET})
"""Kinds with a name of their own in the catalogue; any other goes by its code."""
LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Narrative:
    """A period's passages in the form's order, and edits whose sources are no longer told anywhere."""

    period: str
    title: str
    passages: tuple[Passage, ...]
    orphans: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """New words for a passage. ``base`` is the version they were written on: nobody overwrites what he has not seen."""

    passage: str
    base: int
    text: str


def narrative(house: House, year: int, period: Period) -> Narrative:
    """The narrative as it stands now."""
    with house.work() as work:
        return narrative_now(house, work, cycle_view(house, year, work), period)


def narrative_now(house: House, work: Work, view: CycleView, period: Period) -> Narrative:
    """The narrative of the answers that count now, with the newest edits."""
    answers = accepted_now(work, view, period)
    entries = work.submissions.entries_of([one.id for one in answers])
    said = said_in(view.programme, ((one.obligation.agency, one.id, entries[one.id]) for one in answers))
    said += said_on_their_own(work, view, period, house.clock.now())
    made, orphans = _told(house, view, said, work.narrative_edits.of_period(view.key(period)))
    return Narrative(view.key(period), view.title(period), tuple(made), tuple(orphans))


def narrative_of(
    house: House, work: Work, view: CycleView, edition: Edition, answers: Mapping[str, Sequence[Entry]]
) -> tuple[Passage, ...]:
    """The narrative of an edition: its members' texts, what had been told on its own, the edits it was frozen with."""
    said = said_in(view.programme, ((one.agency, one.submission, answers[one.agency]) for one in edition.members))
    said += said_on_their_own(work, view, edition.period, edition.frozen_at)
    kept = set(edition.narrative)
    edits = [
        one for one in work.narrative_edits.of_period(view.key(edition.period)) if (one.passage, one.version) in kept
    ]
    return tuple(_told(house, view, said, edits)[0])


def _told(
    house: House, view: CycleView, said: Sequence[Said], edits: Sequence[Edit]
) -> tuple[list[Passage], list[Edit]]:
    order = {kind: at for at, kind in enumerate((*_lines(view.programme), *AFTER_THE_SHEET))}
    in_order = sorted(said, key=lambda one: order[one.kind])
    return edited(passages(in_order, house.folding, view.programme.form.inclusion.fold_percent), edits)


def _lines(programme: Programme) -> list[str]:
    """The lines of the narrative sheet."""
    return [
        row.code
        for sheet in programme.form.sheets
        if sheet.source is RowSource.FIXED and sheet.code == "narrative"
        for row in sheet.rows
    ]


def said_in(programme: Programme, answers: Iterable[tuple[str, str, Sequence[Entry]]]) -> list[Said]:
    """Every text of the answers (agency, submission, entries)."""
    fixed = _lines(programme)
    works, spellings = {work.id for work in programme.works}, spellings_of(programme)
    return [
        _said(programme, spellings, agency, submission, entry, works)
        for agency, submission, entries in answers
        for entry in entries
        if entry.value and (entry.row in fixed or (entry.row in works and entry.field in OF_WORK))
    ]


def _said(
    programme: Programme, spellings: Spellings, agency: str, submission: str, entry: Entry, works: set[str]
) -> Said:
    text, is_work = entry.value or "", entry.row in works
    return Said(
        agency=agency,
        kind=entry.field if is_work else entry.row,
        group=group_of(programme, entry.row) if is_work else "",
        addressee=addressee_of(spellings, text),
        text=text,
        submission=submission,
        sheet=entry.sheet,
        cell=entry.cell,
        row=entry.row,
        field=entry.field,
    )


def edit(house: House, year: int, period: Period, changes: Sequence[Change], by: str) -> list[Edit]:
    """Give passages new words, all or none; what does not change is passed over. The next edition tells them.

    Raises NotFound for a passage nobody knows, ActionNeeded for one that somebody has changed meanwhile (all of them
    at once) or when nobody is named, and DataProblem for words that are too long or marked as a state secret.
    """
    if not by.strip():
        raise ActionNeeded("narrative.nobody_named")
    with house.work() as work:
        view = cycle_view(house, year, work)
        known = {one.id: one for one in narrative_now(house, work, view, period).passages}
        asked = [_cleaned(one) for one in changes]
        if unknown := [one.passage for one in asked if one.passage not in known]:
            raise NotFound("not_found.passage", passage=", ".join(unknown))
        wanted = [one for one in asked if one.text != known[one.passage].text]
        _check_seen(known, wanted)
        return [_store(house, work, view, period, known[one.passage], one, by) for one in wanted]


def _cleaned(change: Change) -> Change:
    check_unmarked(change.text)
    lines = (" ".join(line.split()) for line in normalize("NFC", change.text).splitlines())
    text = "\n".join(line for line in lines if line)
    if len(text) > LONGEST:
        raise DataProblem("narrative.too_long", passage=change.passage, maximum=LONGEST)
    return Change(change.passage, change.base, text)


def _check_seen(known: Mapping[str, Passage], changes: Sequence[Change]) -> None:
    stale = [one.passage for one in changes if known[one.passage].version != one.base]
    if stale:
        raise ActionNeeded("narrative.changed_meanwhile", passages=", ".join(stale))


def _store(
    house: House, work: Work, view: CycleView, period: Period, passage: Passage, change: Change, by: str
) -> Edit:
    mine = [one.version for one in work.narrative_edits.of_period(view.key(period)) if one.passage == passage.id]
    newest = max((passage.version, *mine))
    edit_ = Edit(
        period=view.key(period),
        passage=passage.id,
        version=newest + 1,
        text=change.text,
        sources=tuple(one.print for one in passage.sources),
        by=by.strip(),
        at=house.clock.now(),
    )
    if not work.narrative_edits.add(edit_):
        raise ActionNeeded("narrative.changed_meanwhile", passages=passage.id)
    record(house, work, "narrative.edited", f"{edit_.period}/{passage.id}", edit_.by, version=str(edit_.version))
    return edit_
