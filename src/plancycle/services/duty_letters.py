"""An obstacle goes on to whom the plan says, at once and once: one letter under one key."""

from dataclasses import replace

from plancycle.domain.duties import RULE, DutyEvent, DutyKind, DutyRecord, DutyStatus
from plancycle.domain.duty_rules import duty_of
from plancycle.domain.duty_standing import deadline_of
from plancycle.domain.errors import ActionNeeded
from plancycle.domain.messages import MessageKind, message_key
from plancycle.domain.periods import CycleKey
from plancycle.domain.programme import Programme
from plancycle.services.cycle_view import CycleView
from plancycle.services.duty_journal import append
from plancycle.services.letters import address_of, put, sender_of
from plancycle.services.ports import House
from plancycle.services.repositories import Work


def addressee_of(view: CycleView) -> str:
    """Whom obstacles are reported to today: the first the plan's deadline names, else the authority, or its successor.

    Raises DataProblem when the programme has no such duty.
    """
    deadline = deadline_of(view.programme, duty_of(view.programme, DutyKind.OBSTACLE))
    named = deadline.to[0] if deadline is not None and deadline.to else view.programme.authority
    return next(iter(view.reports_now(named)), named)


def forward(house: House, work: Work, view: CycleView, record: DutyRecord) -> DutyRecord:
    """Send a new obstacle on at once; without an address it stays reported until somebody forwards it."""
    key = queue(house, work, view, record)
    if not key:
        return record
    now = house.clock.now()
    event = DutyEvent(DutyStatus.FORWARDED, now, now.date(), RULE, document=key)
    return append(house, work, record, event)


def send_on(house: House, work: Work, view: CycleView, record: DutyRecord, event: DutyEvent) -> DutyEvent:
    """Forwarding by hand: the document that went on paper, else the letter. Raises ActionNeeded without either."""
    if event.document:
        return event
    key = queue(house, work, view, record)
    if not key:
        raise ActionNeeded("duty.no_address", agency=view.name(addressee_of(view)))
    return replace(event, document=key)


def queue(house: House, work: Work, view: CycleView, record: DutyRecord) -> str:
    """Put the letter into the outbox; returns its key, or "" when there is no address for the addressee."""
    programme, addressee = view.programme, addressee_of(view)
    book = house.programmes.address_book(programme.id)
    contact = book.contact(addressee)
    address = address_of(work, contact)
    if not address:
        return ""
    cycle = str(CycleKey(programme.id, record.year))
    thread = f"{cycle}/{record.kind}"
    key = message_key(thread, record.body, record.key)
    facts = {
        **_said(programme, record),
        "programme_title": programme.title,
        "programme_short": programme.id.upper(),
        "agency_name": view.name(addressee),
        "sender": sender_of(view),
        "person": contact.person if contact else "",
        "reporter_name": view.name(record.body),
        "contact": f"{book.preparer.name}, {book.preparer.email}" if book.preparer else "",
    }
    put(house, work, thread, addressee, MessageKind.OBSTACLE_REPORTED, key, address, facts)
    return key


def _said(programme: Programme, record: DutyRecord) -> dict[str, object]:
    code = record.facts.get("work", "")
    titles = {work.id: work.title for work in programme.works}
    told = record.events[0]
    return {
        "obstacle": record.facts["subject"],
        "cause": record.facts.get("cause", ""),
        "proposal": record.facts.get("proposal", ""),
        "work_title": titles.get(code, ""),
        "reported_on": told.on,
        "document": told.document,
        "record": record.id,
        "year": record.year,
    }
