"""Builds the pages of the plan's other duties: the list of a year, the form of a kind, one record and its moves."""

import secrets
from collections.abc import Sequence
from datetime import date

from plancycle.domain.duties import MADE_BY_RULE, MOVES, DutyKind, DutyRecord
from plancycle.domain.duty_questions import FACTS, NEEDS, CommendationForm, DutyField, Honoured
from plancycle.portal.desk_frame import NOTHING_TYPED, Desk, Typed
from plancycle.portal.desk_list_pages import DutiesPage, DutyFieldAsked, DutyPage, DutyRow, KindTab
from plancycle.portal.desk_words import capital
from plancycle.services import duty_overview
from plancycle.services.duties import kind_of
from plancycle.services.programme_versions import current_programme

LONG = frozenset({DutyField.CAUSE, DutyField.PROPOSAL, DutyField.REASON, DutyField.NOTE})
DAYS = frozenset({DutyField.ON, DutyField.PUBLISHED, DutyField.DOCUMENT_ON, DutyField.DUE})
OF_EVENT = (DutyField.ON, DutyField.NOTE, DutyField.DOCUMENT, DutyField.DOCUMENT_ON, DutyField.DUE)
SUBJECTS = (DutyField.SUBJECT, DutyField.TARGET, DutyField.AMOUNT, DutyField.PROPOSAL)
"""What names a record on the list: the first of these that was told."""


def duties_page(desk: Desk, year: int, text: str, typed: Typed = NOTHING_TYPED) -> DutiesPage:
    """A year's records, of every kind or of one. Raises DataProblem for a kind that is none."""
    kind = kind_of(text) if text else None
    programme = current_programme(desk.house)
    names = {one.id: one.name for one in programme.agencies}
    today = desk.house.clock.now().date()
    records = duty_overview.listed(desk.house, year, kind)
    kinds = {one.makes for one in programme.duties}
    return DutiesPage(
        year=year,
        years=tuple(range(programme.start_year, today.year + 2)),
        kind=text,
        kind_words=capital(desk.say(f"duty_kind.{kind}")) if kind else "",
        tabs=_tabs(desk, year),
        rows=tuple(_row(desk, one, names, today) for one in reversed(records)),
        bodies=tuple(sorted(names.items(), key=lambda one: one[1])),
        asked=_asked(desk, kind) if kind in kinds and kind is not None else (),
        key=typed.value("key") or f"bd-{secrets.token_hex(6)}",
        **desk.acting(typed),
    )


def _tabs(desk: Desk, year: int) -> tuple[KindTab, ...]:
    return tuple(
        KindTab(
            str(one.kind),
            capital(desk.say(f"duty_kind.{one.kind}")),
            one.records,
            one.open,
            one.overdue,
            one.owed,
            one.done,
        )
        for one in duty_overview.summary(desk.house, year)
    )


def _row(desk: Desk, record: DutyRecord, names: dict[str, str], today: date) -> DutyRow:
    subject = next((record.facts[one] for one in SUBJECTS if record.facts.get(one)), "")
    body = names.get(record.body, record.body)
    return DutyRow(record, body, names.get(subject, subject), f"/viec-khac/{record.id}", record.is_overdue(today))


def _asked(desk: Desk, kind: DutyKind) -> tuple[DutyFieldAsked, ...]:
    needed, allowed = FACTS[kind]
    first = NEEDS.get((kind, next(iter(MOVES[kind]))), ())
    facts = [_field(desk, one, one in needed) for one in (*needed, *allowed)]
    return (*facts, *_of_event(desk, first))


def _of_event(desk: Desk, needed: Sequence[DutyField]) -> tuple[DutyFieldAsked, ...]:
    return tuple(_field(desk, one, one in needed) for one in OF_EVENT)


def _field(desk: Desk, name: DutyField, is_needed: bool) -> DutyFieldAsked:
    words = capital(desk.say(f"duty_field.{name}"))
    if name is DutyField.FORM:
        choices = tuple((str(one), desk.say(f"commendation_form.{one}")) for one in CommendationForm)
        return DutyFieldAsked(name, words, "choice", is_needed, choices)
    if name is DutyField.WHO:
        choices = tuple((str(one), desk.say(f"honoured.{one}")) for one in Honoured)
        return DutyFieldAsked(name, words, "choice", is_needed, choices)
    if name is DutyField.TARGET:
        programme = current_programme(desk.house)
        return DutyFieldAsked(name, words, "choice", is_needed, tuple((one.id, one.name) for one in programme.agencies))
    kind = "area" if name in LONG else "date" if name in DAYS else "text"
    return DutyFieldAsked(name, words, kind, is_needed)


def duty_page(desk: Desk, record_id: str, typed: Typed = NOTHING_TYPED) -> DutyPage:
    """One record, what happened to it, what may happen next. Raises NotFound."""
    record = duty_overview.shown(desk.house, record_id)
    names = {one.id: one.name for one in current_programme(desk.house).agencies}
    nexts = [one for one in MOVES[record.kind][record.status] if one not in MADE_BY_RULE]
    ordered = sorted(nexts, key=list(MOVES[record.kind]).index)
    facts = tuple(
        (capital(desk.say(f"duty_field.{name}")), names.get(text, text)) for name, text in record.facts.items() if text
    )
    return DutyPage(
        record=record,
        kind_words=capital(desk.say(f"duty_kind.{record.kind}")),
        body_name=names.get(record.body, record.body),
        facts=facts,
        nexts=tuple((str(one), desk.say(f"duty_status.{one}")) for one in ordered),
        asked=_of_event(desk, ()),
        back_href=f"/viec-khac?nam={record.year}&loai={record.kind}",
        **desk.acting(typed),
    )
