"""A reminder as a letter: about one report with its workbook, or about all that one reader owes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from plancycle.domain.agencies import AddressBook
from plancycle.domain.deadlines import Extension
from plancycle.domain.duty_standing import DutyLine
from plancycle.domain.messages import Message, MessageKind, MessageStatus
from plancycle.domain.periods import Period
from plancycle.domain.submissions import Submission
from plancycle.services.cycle_view import CycleView
from plancycle.services.journal import record
from plancycle.services.letters import QueuedLetter, address_of, agency_facts, queue_to_agency
from plancycle.services.make_template import make_template
from plancycle.services.ports import Attachment, House
from plancycle.services.replies import marked_workbook
from plancycle.services.repositories import Work
from plancycle.services.webhook_letters import queue_webhook

NO_DUTIES: Mapping[str, Sequence[DutyLine]] = {}


@dataclass(frozen=True, slots=True)
class Reminder:
    """A letter that is due: to whom, about which period, which rung of the ladder (``name`` as keys spell it)."""

    kind: MessageKind
    agency: str
    period: Period
    rung: int
    key: str
    name: str
    to_leader: bool = False
    returned: Submission | None = None
    """The version that was sent back and has not been replaced; None when nothing was sent."""
    returned_on: date | None = None


def write_letter(
    house: House,
    work: Work,
    view: CycleView,
    group: Sequence[Reminder],
    duties: Mapping[str, Sequence[DutyLine]] = NO_DUTIES,
) -> list[QueuedLetter]:
    """Queue one letter about everything in a group of one reader; one outcome a reminder, in the same order.

    The letter has the key of the first; the others are kept under their own keys as covered by it. ``duties`` is what
    bodies owe beside reports: it is brought to mind in the same letter.
    """
    first, *others = group
    book = house.programmes.address_book(view.programme.id)
    facts: dict[str, object] = {"rung": first.rung, "returned_on": first.returned_on}
    facts["duties"] = [_duty(house, line) for line in duties.get(first.agency, ())]
    if others:
        facts["items"] = [_item(house, work, view, one) for one in group]
    kind = MessageKind.COMBINED if others else first.kind
    attached = [file for one in group for file in _attached(house, work, view, book, one)]
    aimed = first.to_leader, first.kind
    letter = queue_to_agency(
        house, work, view, first.period, first.agency, kind, first.name, facts, attached, *aimed, book
    )
    if letter.outcome == "queued":
        for one in others:
            _cover(house, work, view, one, first.key)
    outcome = "covered" if letter.outcome == "queued" else letter.outcome
    rest = (
        QueuedLetter(one.agency, letter.agency_name, str(one.period), one.kind, one.key, letter.to_address, outcome)
        for one in others
    )
    return [letter, *rest]


def _duty(house: House, line: DutyLine) -> Mapping[str, object]:
    """One of the plan's other duties, in words."""
    said = {language: house.texts.say(f"duty_kind.{line.kind}", language) for language in ("vi", "en")}
    return {"name": said["vi"], "name_en": said["en"], "day": line.last_day, "is_late": line.standing == "overdue"}


def _item(house: House, work: Work, view: CycleView, one: Reminder) -> Mapping[str, object]:
    wanted = ("period_title", "due_at", "soft_due_at", "is_before", "days_late")
    facts = agency_facts(house, view, one.period, _extension(work, view, one))
    return {name: facts[name] for name in wanted} | {"period_id": str(one.period), "returned_on": one.returned_on}


def _attached(house: House, work: Work, view: CycleView, book: AddressBook, one: Reminder) -> list[Attachment]:
    """The workbook to fill in, or the returned one with its marks; a leader fills in neither."""
    contact = book.contact(one.agency)
    if contact is None or (one.to_leader and address_of(work, contact, True) == contact.leader_email):
        return []
    if one.returned is not None:
        findings = work.submissions.findings(one.returned.id)
        return marked_workbook(house, view, one.returned, house.files.get(one.returned.sha256), findings)
    template = make_template(house, work, view, one.period, one.agency, book)
    return [Attachment(template.file_name, template.data)]


def _extension(work: Work, view: CycleView, one: Reminder) -> Extension | None:
    return work.submissions.extensions(view.id).get(f"{view.key(one.period)}/{one.agency}")


def _cover(house: House, work: Work, view: CycleView, one: Reminder, by: str) -> None:
    """Keep a reminder's key as said in the letter ``by``; the agency's own system is told of each report apart."""
    contact = house.programmes.address_book(view.programme.id).contact(one.agency)
    if contact is not None:
        facts = agency_facts(house, view, one.period, _extension(work, view, one))
        queue_webhook(house, work, view, one.period, contact, one.kind, one.name, facts)
    letter, now = work.outbox.get(by), house.clock.now()
    assert letter is not None
    covered = Message(
        one.key,
        one.kind,
        view.key(one.period),
        one.agency,
        letter.to_address,
        letter.subject,
        house.composer.message_id(one.key),
        letter.sha256,
        MessageStatus.QUEUED,
        now,
    )
    if work.outbox.add(covered):
        work.outbox.move(one.key, MessageStatus.COVERED, at=now, reply=by)
        record(house, work, "message.covered", one.key, by=by)
