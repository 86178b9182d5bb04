"""Keep what is told about the plan's other duties: a record once, then one event after the other."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from plancycle.domain.duties import DutyEvent, DutyKind, DutyRecord, DutyStatus, check_move
from plancycle.domain.duty_rules import (
    Reader,
    Told,
    check_body,
    duty_of,
    read_event,
    read_facts,
    read_key,
    read_move,
    read_start,
    tidied,
)
from plancycle.domain.duty_standing import year_of
from plancycle.domain.errors import DataProblem, NotFound, SeveralProblems
from plancycle.domain.programme import Duty
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.duty_journal import append, keep
from plancycle.services.duty_letters import forward, send_on
from plancycle.services.duty_reviews import enter_review
from plancycle.services.ports import House
from plancycle.services.repositories import Work


@dataclass(frozen=True, slots=True)
class NewDuty:
    """A fact as somebody tells it, in texts; ``key`` is the caller's own and makes telling twice telling once."""

    kind: str
    body: str
    key: str
    facts: Mapping[str, str] = field(default_factory=dict)
    told: Told = field(default_factory=Told)
    year: int = 0
    """Of a budget proposal: the year the money is for."""


def kind_of(text: str) -> DutyKind:
    """The kind with that name. Raises DataProblem with the names there are."""
    if text not in set(DutyKind):
        raise DataProblem("duty.kind_unknown", value=text, allowed=tuple(map(str, DutyKind)))
    return DutyKind(text)


def add(house: House, new: NewDuty) -> DutyRecord:
    """Keep a new record; an obstacle goes on to its addressee in the same transaction. Twice is once.

    Raises DataProblem for a kind the programme does not have or a key that already stands for something else, and
    SeveralProblems with everything that is wrong with the input.
    """
    kind = kind_of(new.kind)
    with house.work() as work:
        view = cycle_view(house, house.clock.now().year, work)
        record = _read(house, view, duty_of(view.programme, kind), new)
        known = work.duties.get(record.id)
        record = _as_told_before(known, record, new) if known else _keep(house, work, view, record)
    enter_review(house, view.programme, record)
    return record


def _keep(house: House, work: Work, view: CycleView, record: DutyRecord) -> DutyRecord:
    if record.kind is DutyKind.BUDGET:
        _replace_older(house, work, record)
    keep(house, work, record)
    return forward(house, work, view, record) if record.kind is DutyKind.OBSTACLE else record


def _read(house: House, view: CycleView, duty: Duty, new: NewDuty) -> DutyRecord:
    assert duty.makes is not None
    reader, programme, now = Reader(), view.programme, house.clock.now()
    key = read_key(reader, new.key)
    check_body(reader, programme, duty, new.body)
    facts = read_facts(reader, programme, view.roster, duty, new.body, new.facts, now.date())
    status = read_start(reader, duty.makes, new.told.status)
    event = read_event(reader, duty.makes, status, new.told, now)
    year = year_of(programme, duty, event.on, event.due, new.year)
    if year < programme.start_year:
        reader.refuse(DataProblem("duty.year_before", year=year, start_year=programme.start_year))
    if new.year and new.year != year:
        reader.refuse(DataProblem("duty.year_differs", given=new.year, year=year, kind=duty.makes))
    if reader.problems:
        raise SeveralProblems("duty.problems", reader.problems)
    return DutyRecord(programme.id, year, duty.makes, new.body, key, facts, (event,))


def _as_told_before(known: DutyRecord, record: DutyRecord, new: NewDuty) -> DutyRecord:
    then, now = known.events[0], record.events[0]
    same_day = not new.told.on or then.on == now.on
    if dict(known.facts) != dict(record.facts) or not same_day or _words(then) != _words(now):
        raise DataProblem("duty.key_taken", record=known.id)
    return known


def _words(event: DutyEvent) -> tuple[object, ...]:
    return event.status, event.actor, event.note, event.document, event.document_on, event.due


def _replace_older(house: House, work: Work, record: DutyRecord) -> None:
    """A body's newer amount takes the place of one that has not been submitted yet."""
    for older in work.duties.all(record.programme):
        same = (older.year, older.kind, older.body) == (record.year, record.kind, record.body)
        if same and older.status is DutyStatus.PROPOSED:
            append(house, work, older, older.replaced_by(record.id, house.clock.now()))


def move(house: House, record_id: str, told: Told) -> DutyRecord:
    """Append what happened to a record. Saying the same twice in a row is saying it once.

    Raises NotFound, SeveralProblems, MoveNotAllowed, or ActionNeeded (an obstacle that can go to its addressee
    neither by mail nor by a document on paper).
    """
    with house.work() as work:
        record = work.duties.get(record_id)
        if record is None:
            raise NotFound("not_found.duty", record=record_id)
        event = _read_move(house, record, told)
        view = cycle_view(house, house.clock.now().year, work)
        record = _moved(house, work, view, record, event, bool(told.on))
    enter_review(house, view.programme, record)
    return record


def _moved(
    house: House, work: Work, view: CycleView, record: DutyRecord, event: DutyEvent, has_day: bool
) -> DutyRecord:
    last = record.events[-1]
    if _words(last) == _words(event) and (not has_day or last.on == event.on):
        return record
    check_move(record.kind, record.status, event.status)
    if (record.kind, event.status) == (DutyKind.OBSTACLE, DutyStatus.FORWARDED):
        event = send_on(house, work, view, record, event)
    return append(house, work, record, event)


def _read_move(house: House, record: DutyRecord, told: Told) -> DutyEvent:
    reader = Reader()
    status = read_move(reader, record.kind, tidied(told.status))
    after = record.events[-1].on
    event = read_event(reader, record.kind, status or record.status, told, house.clock.now(), after)
    if reader.problems:
        raise SeveralProblems("duty.problems", reader.problems)
    return event
