"""What must be told about each of the plan's other duties, and what is refused; every problem of an input at once.

Inputs are texts as people wrote them (command line, form, interface): here they become canonical facts and events.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import partial

from plancycle.domain.agencies import AgencyKind
from plancycle.domain.assignments import works_of
from plancycle.domain.duties import MADE_BY_RULE, MOVES, STARTS, DutyEvent, DutyKind, DutyStatus
from plancycle.domain.duty_questions import FACTS, NEEDS, CommendationForm, DutyField, Honoured
from plancycle.domain.errors import DataProblem, NotFound
from plancycle.domain.forms import RowSource
from plancycle.domain.numbers import canonical, decimals_of, parse_decimal
from plancycle.domain.programme import Duty, Programme
from plancycle.domain.roster import Roster
from plancycle.domain.secrecy import check_unmarked

LONGEST_TEXT = 2000
LONGEST = {DutyField.BY: 80, DutyField.DOCUMENT: 400}
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
_DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_YEAR_FIRST = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody says happened, as texts. ``on`` left out means the day it is told."""

    status: str = ""
    by: str = ""
    on: str = ""
    note: str = ""
    document: str = ""
    document_on: str = ""
    due: str = ""


@dataclass(slots=True)
class Reader:
    """Reads one input and collects everything that is wrong with it."""

    problems: list[DataProblem | NotFound] = field(default_factory=list)

    def refuse(self, problem: DataProblem | NotFound) -> None:
        """Note a problem and go on."""
        self.problems.append(problem)

    def text(self, name: DutyField, given: str) -> str:
        """NFC on one line, without unseen characters; refused when it carries the mark of a state secret."""
        self._check_unmarked(given)
        text = tidied(given)
        limit = LONGEST.get(name, LONGEST_TEXT)
        if len(text) > limit:
            self.refuse(DataProblem("duty.text_too_long", name=name, count=len(text), limit=limit))
        return text

    def _check_unmarked(self, given: str) -> None:
        """Asked before the lines become one: a stamp is a line of its own."""
        try:
            check_unmarked(given)
        except DataProblem as marked:
            self.refuse(marked)

    def day(self, name: DutyField, given: str) -> date | None:
        """dd/MM/yyyy as officials write it, or yyyy-MM-dd."""
        text = tidied(given)
        if not text:
            return None
        try:
            if match := _DAY_FIRST.fullmatch(text):
                return date(int(match[3]), int(match[2]), int(match[1]))
            if _YEAR_FIRST.fullmatch(text):
                return date.fromisoformat(text)
        except ValueError:
            pass
        self.refuse(DataProblem("duty.not_a_day", name=name, value=text))
        return None

    def amount(self, given: str, duty: Duty) -> str:
        """A canonical exact decimal, not negative, with no more decimals than the duty's unit has."""
        number = parse_decimal(given, duty.precision)
        if not isinstance(number, Decimal):
            key = "duty.number_two_readings" if number.reason == "ambiguous" else "duty.not_a_number"
            self.refuse(DataProblem(key, value=given, readings=number.readings, unit=duty.unit or ""))
            return ""
        if number < 0 or decimals_of(number) > duty.precision:
            self.refuse(DataProblem("duty.number_out_of_bounds", value=given, precision=duty.precision))
        return canonical(number)

    def choice(self, name: DutyField, given: str, choices: type[StrEnum]) -> str:
        """One of a fixed list."""
        if given not in set(choices):
            self.refuse(DataProblem("duty.choice_unknown", name=name, value=given, choices=tuple(map(str, choices))))
        return given


def tidied(text: str) -> str:
    """NFC in one line; unseen characters (control, bidi overrides, zero width) become blanks."""
    seen = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in text)
    return " ".join(unicodedata.normalize("NFC", seen).split())


def duty_of(programme: Programme, kind: DutyKind) -> Duty:
    """The programme's duty that makes such records. Raises DataProblem when it has none: nothing is assumed."""
    for duty in programme.duties:
        if duty.makes is kind:
            return duty
    raise DataProblem("duty.not_in_programme", kind=kind, programme=programme.id)


def read_key(reader: Reader, key: str) -> str:
    """The caller's key: what makes telling twice telling once."""
    if not _KEY.fullmatch(key):
        reader.refuse(DataProblem("duty.key_wrong", value=key))
    return key


def check_body(reader: Reader, programme: Programme, duty: Duty, body: str) -> None:
    """Reporters and, of their own free will, invited bodies tell; others only where the plan names them."""
    try:
        agency = programme.agency(body)
    except NotFound as unknown:
        reader.refuse(unknown)
        return
    named = {owner for one in programme.deadlines if one.id == duty.deadline for owner in one.owner}
    may_act = duty.makes is DutyKind.INSPECTION and agency.kind is AgencyKind.AUTHORITY
    if not (programme.can_owe(body) or agency.kind is AgencyKind.INVITED or body in named or may_act):
        reader.refuse(DataProblem("duty.body_cannot", agency=agency.name))


def read_facts(
    reader: Reader, programme: Programme, roster: Roster, duty: Duty, body: str, given: Mapping[str, str], today: date
) -> dict[str, str]:
    """Canonical facts by name, in the order of the table; what the kind does not ask is refused."""
    kind = duty.makes
    assert kind is not None
    must, may = FACTS[kind]
    told = {name: text for name, text in given.items() if tidied(text)}
    for name in sorted(told.keys() - {*must, *may}):
        reader.refuse(DataProblem("duty.fact_not_asked", name=DutyField(name), kind=kind, known=(*must, *may)))
    for name in must:
        if name not in told:
            reader.refuse(DataProblem("duty.fact_missing", name=name, kind=kind))
    read = _readers(reader, programme, duty, body)
    read[DutyField.WORK] = lambda given: _work(reader, programme, roster, body, tidied(given), today)
    return {str(name): read[name](told[name]) for name in (*must, *may) if name in told}


def _readers(reader: Reader, programme: Programme, duty: Duty, body: str) -> dict[DutyField, Callable[[str], str]]:
    def day(given: str) -> str:
        found = reader.day(DutyField.PUBLISHED, given)
        return found.isoformat() if found else ""

    special: dict[DutyField, Callable[[str], str]] = {
        DutyField.TARGET: lambda given: _target(reader, programme, body, tidied(given)),
        DutyField.WHO: lambda given: reader.choice(DutyField.WHO, given, Honoured),
        DutyField.FORM: lambda given: reader.choice(DutyField.FORM, given, CommendationForm),
        DutyField.AMOUNT: lambda given: reader.amount(given, duty),
        DutyField.PUBLISHED: day,
    }
    plain = {name: partial(reader.text, name) for name in DutyField}
    return plain | special


def form_rows(programme: Programme, roster: Roster, body: str, on: date) -> tuple[str, ...]:
    """What a body's forms have lines for on a day: its work, taken over or its own, and the lines of the narrative."""
    if body not in (*programme.reporters, *roster.reporters(on)):
        return ()
    taken = [
        work.id for work in programme.works for agency in work.agencies if roster.holder(agency, on, work.id) == body
    ]
    fixed = [sheet for sheet in programme.form.sheets if sheet.source is RowSource.FIXED and sheet.code == "narrative"]
    narrative = tuple(row.code for sheet in fixed for row in sheet.rows)
    return (*(work.id for work in works_of(programme, body)), *taken, *narrative)


def _work(reader: Reader, programme: Programme, roster: Roster, body: str, given: str, on: date) -> str:
    if given not in form_rows(programme, roster, body, on):
        reader.refuse(DataProblem("duty.work_unknown", value=given, agency=body))
    return given


def _target(reader: Reader, programme: Programme, body: str, given: str) -> str:
    try:
        can_be_inspected = programme.can_owe(given)
    except NotFound as unknown:
        reader.refuse(unknown)
        return given
    if given == body:
        reader.refuse(DataProblem("duty.inspects_itself", agency=given))
    elif not can_be_inspected:
        reader.refuse(DataProblem("duty.target_cannot", agency=programme.agency(given).name))
    return given


def read_start(reader: Reader, kind: DutyKind, given: str) -> DutyStatus:
    """What a new record begins as."""
    starts = STARTS[kind]
    if not given:
        return starts[0]
    if given not in starts:
        reader.refuse(DataProblem("duty.start_wrong", kind=kind, value=given, allowed=tuple(map(str, starts))))
        return starts[0]
    return DutyStatus(given)


def read_move(reader: Reader, kind: DutyKind, given: str) -> DutyStatus | None:
    """What a record is to become, when the kind has such a status and people may ask for it."""
    known = tuple(str(status) for status in MOVES[kind] if status not in MADE_BY_RULE)
    if given not in known:
        reader.refuse(DataProblem("duty.status_unknown", kind=kind, value=given, allowed=known))
        return None
    return DutyStatus(given)


def read_event(
    reader: Reader, kind: DutyKind, status: DutyStatus, told: Told, now: datetime, after: date | None = None
) -> DutyEvent:
    """An event. What has happened lies neither in the future nor before ``after``; what is set lies not before it."""
    given = {name: tidied(getattr(told, name)) for name in ("by", "note", "document", "document_on", "due")}
    for name in (DutyField.BY, *NEEDS.get((kind, status), ())):
        if not given[name]:
            reader.refuse(DataProblem("duty.event_needs", name=name, status=status, kind=kind))
    today = now.date()
    on = reader.day(DutyField.ON, told.on) or today
    document_on = reader.day(DutyField.DOCUMENT_ON, told.document_on)
    due = reader.day(DutyField.DUE, told.due)
    for name, day in ((DutyField.ON, on), (DutyField.DOCUMENT_ON, document_on)):
        if day is not None and day > today:
            reader.refuse(DataProblem("duty.in_future", name=name, value=day, today=today))
    if after is not None and on < after:
        reader.refuse(DataProblem("duty.before_previous", value=on, previous=after))
    if due is not None and due < on:
        reader.refuse(DataProblem("duty.due_before", value=due, on=on))
    texts = {name: reader.text(DutyField(name), getattr(told, name)) for name in ("by", "note", "document")}
    return DutyEvent(status, now, on, texts["by"], texts["note"], texts["document"], document_on, due)
