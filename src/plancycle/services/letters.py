"""Letters on their way into the outbox: facts, attachments, one key each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from plancycle.domain.agencies import AddressBook, Contact
from plancycle.domain.bounces import usable
from plancycle.domain.deadlines import Extension, PeriodDates, effective_due
from plancycle.domain.findings import Finding
from plancycle.domain.ladder import own_soft_due
from plancycle.domain.messages import Message, MessageKind, MessageStatus, message_key
from plancycle.domain.periods import ObligationKey, Period
from plancycle.services.clerk_links import link_for
from plancycle.services.cycle_view import CycleView
from plancycle.services.journal import record
from plancycle.services.ports import Attachment, House, Letter
from plancycle.services.reply_tokens import reply_address, thread_of
from plancycle.services.repositories import Work
from plancycle.services.webhook_letters import queue_webhook

CALL = "call"
"""The rung of a period's data call: the letter every other one about the period follows."""


@dataclass(frozen=True, slots=True)
class QueuedLetter:
    """What became of a letter: ``queued`` now, ``already`` there, ``no_address`` to send it to, or ``unreachable``
    (every address of the agency was refused).
    """

    agency: str
    agency_name: str
    period: str
    kind: MessageKind
    key: str
    to_address: str
    outcome: str


def queue_to_agency(
    house: House,
    work: Work,
    view: CycleView,
    period: Period,
    agency: str,
    kind: MessageKind,
    rung: str,
    facts: Mapping[str, object],
    attachments: Sequence[Attachment] = (),
    to_leader: bool = False,
    told_as: MessageKind | None = None,
    book: AddressBook | None = None,
) -> QueuedLetter:
    """Put one letter to an agency into the outbox, in the transaction at hand.

    ``told_as``: what the agency's own system is told it is, when that differs from the letter's kind. ``book``: the
    address book, when it has just been looked into.
    """
    key = message_key(view.key(period), agency, rung)
    name = view.name(agency)
    book = book or house.programmes.address_book(view.programme.id)
    contact = book.contact(agency)
    address = address_of(work, contact, to_leader)
    if work.outbox.get(key) is not None:
        return QueuedLetter(agency, name, str(period), kind, key, address, "already")
    is_leader = to_leader and contact is not None and address == contact.leader_email
    person = contact.person if contact and not is_leader else ""
    extension = work.submissions.extension(f"{view.key(period)}/{agency}")
    known = {**agency_facts(house, view, period, extension, book), "agency_name": name, "person": person}
    known = {**known, "is_leader": is_leader, **facts}
    if contact is not None:
        queue_webhook(house, work, view, period, contact, told_as or kind, rung, known)
    if not address:
        return QueuedLetter(agency, name, str(period), kind, key, "", "unreachable" if contact else "no_address")
    link = link_for(house, work, ObligationKey(view.id, period, agency), address)
    known = {**known, "link": facts.get("link") or link}
    call = message_key(view.key(period), agency, CALL)
    follows = call if key != call and work.outbox.get(call) is not None else ""
    put(house, work, view.key(period), agency, kind, key, address, known, attachments, follows, book)
    return QueuedLetter(agency, name, str(period), kind, key, address, "queued")


def put(
    house: House,
    work: Work,
    thread: str,
    recipient: str,
    kind: MessageKind,
    key: str,
    address: str,
    facts: Mapping[str, object],
    attachments: Sequence[Attachment] = (),
    follows: str = "",
    book: AddressBook | None = None,
) -> None:
    """Compose a letter and queue its bytes; from here on they never change. ``follows``: the key of an earlier one.

    ``book``: the address book, when it has just been looked into.
    """
    now = house.clock.now()
    book = book or house.programmes.address_book(house.programme_id)
    reply_to, marked = reply_address(house, thread, recipient, book), thread_of(house, thread, recipient)
    person = book.preparer.name if book.preparer else ""
    letter = Letter(kind, key, marked, address, reply_to, now, facts, tuple(attachments), follows, person)
    mail = house.composer.compose(letter)
    sha256 = house.files.put(mail.data)
    queued = Message(
        key, kind, thread, recipient, address, mail.subject, mail.message_id, sha256, MessageStatus.QUEUED, now
    )
    if work.outbox.add(queued):
        record(house, work, "message.queued", key, kind=str(kind), sha256=sha256)


def address_of(work: Work, contact: Contact | None, to_leader: bool = False) -> str:
    """Where to write: the leader when asked, else the first address of the contact that works; empty when none does."""
    refused = work.addresses.refused()
    if contact is not None and to_leader and contact.leader_email and contact.leader_email not in refused:
        return contact.leader_email
    return next(iter(usable(contact, refused)), "")


def agency_facts(
    house: House,
    view: CycleView,
    period: Period,
    extension: Extension | None = None,
    book: AddressBook | None = None,
) -> dict[str, object]:
    """What every letter about a period may mention; with an extension, the agency's own due date."""
    dates = view.dates(period)
    due_at = effective_due(dates, extension)
    book = book or house.programmes.address_book(view.programme.id)
    contact = f"{book.preparer.name}, {book.preparer.email}" if book.preparer else ""
    return {
        "sender": sender_of(view),
        "programme_title": view.programme.title,
        "programme_short": view.programme.id.upper(),
        "period_title": view.title(period),
        "year": view.year,
        "due_at": due_at,
        "soft_due_at": own_soft_due(dates, due_at, view.calendar),
        "cutoff": dates.cutoff,
        "days_late": days_between(due_at, house.clock.now()) + 1,
        "is_before": is_before(dates),
        "contact": contact,
        "link": "",
        "reason": "",
        "findings": [],
    }


def sender_of(view: CycleView) -> str:
    """In whose name letters go out today: the coordinator, or the body that has taken its place."""
    return view.name(view.stands_for(view.programme.consolidator))


def is_before(dates: PeriodDates) -> bool:
    """Whether the date is worded "trước ngày" (excluded) rather than "chậm nhất ngày" (included)."""
    return str(dates.rule.wording) == "before"


def days_between(start: datetime, end: datetime) -> int:
    """Whole calendar days from one instant to another (negative when it is past)."""
    return (end.date() - start.date()).days


def finding_facts(house: House, findings: Sequence[Finding]) -> list[dict[str, str]]:
    """Findings in words, for a letter or a page."""
    return [
        {
            "severity": str(finding.severity),
            "sheet": finding.sheet,
            "cell": finding.cell,
            "label": finding.label,
            "value": finding.value,
            "why": house.texts.say(f"finding.{finding.code}", **finding.params),
            "fix": house.texts.say(f"finding.{finding.code}.fix", **finding.params),
        }
        for finding in findings
    ]
