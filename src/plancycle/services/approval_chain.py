"""The chain an edition goes through: whose turn it is, until when, and who may act in whose place."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from plancycle.domain.agencies import AddressBook, Official
from plancycle.domain.approval_chain import ApprovalStep, due_after
from plancycle.domain.approvals import Approval, ApprovalStatus
from plancycle.domain.consolidation import DocumentFile, Edition
from plancycle.domain.delegations import Delegation, acting, standing_for
from plancycle.domain.errors import ActionNeeded
from plancycle.domain.messages import MessageKind, message_key
from plancycle.domain.periods import Period
from plancycle.services.correction_notice import letter_facts
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.delegations import valid
from plancycle.services.deliveries import addressee_name, deliveries
from plancycle.services.journal import record
from plancycle.services.letters import agency_facts, put
from plancycle.services.ports import Attachment, House
from plancycle.services.repositories import Work

INPUT = (
    "submission.received",
    "submission.accepted",
    "submission.confirmed",
    "correction.opened",
    "correction.made",
    "obligation.elsewhere",
    "draft.saved",
)
"""Events by which somebody puts figures in: whoever did one of them for a period does not approve it."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Who decides a step at a moment: ``official`` as they sign; the owner of the step, or their delegate."""

    step: ApprovalStep
    owner: Official
    official: Official
    delegation: Delegation | None = None


def year_of(edition: Edition) -> int:
    """The year of an edition's cycle."""
    return int(edition.cycle.rpartition("-")[2])


def owner_of(book: AddressBook, step: ApprovalStep) -> Official:
    """Whose step it is. Raises ActionNeeded when nobody has been entered."""
    owner = book.official(step.who)
    if owner is None:
        raise ActionNeeded("approval.step_without_person", step=step.title or step.id, who=step.who)
    return owner


def check_chain(book: AddressBook, steps: tuple[ApprovalStep, ...]) -> Official:
    """Every step has a person, all different, none of them the preparer, who is returned. Raises ActionNeeded."""
    if book.preparer is None or (len(steps) == 1 and book.official(steps[0].who) is None):
        raise ActionNeeded("approval.nobody_named")
    taken = [book.preparer.id]
    for step in steps:
        owner = owner_of(book, step)
        if any(book.is_same_person(owner.id, one) for one in taken):
            raise ActionNeeded("approval.same_person", person=owner.name)
        taken.append(owner.id)
    return book.preparer


def is_staffed(book: AddressBook, steps: tuple[ApprovalStep, ...]) -> bool:
    """Whether everybody the chain needs has been entered."""
    return book.preparer is not None and all(book.official(step.who) for step in steps)


def seat(house: House, work: Work, view: CycleView, step: ApprovalStep, period: Period) -> Seat:
    """Who decides a step now: the newest delegation in force counts. Raises ActionNeeded."""
    book = house.programmes.address_book(view.programme.id)
    owner = owner_of(book, step)
    standing = standing_for(valid(house, work, view.programme.id), owner.id, period, local_now(house, view))
    taker = book.official(standing.taker) if standing else None
    if standing is None or taker is None:
        return Seat(step, owner, owner)
    return Seat(step, owner, acting(taker, owner, standing.form), standing)


def seat_of(house: House, work: Work, view: CycleView, approval: Approval, person: str, period: Period) -> Seat | None:
    """In which place a person may decide a step now: as its owner, or by a delegation in force; None: in none."""
    book = house.programmes.address_book(view.programme.id)
    step = view.programme.approval.steps[approval.step - 1]
    owner, official = book.official(approval.owner), book.official(person)
    if owner is None or official is None:
        return None
    if person == owner.id:
        return Seat(step, owner, owner)
    known = valid(house, work, view.programme.id)
    standing = standing_for(known, owner.id, period, local_now(house, view), taker=person)
    return Seat(step, owner, acting(official, owner, standing.form), standing) if standing else None


def local_now(house: House, view: CycleView) -> datetime:
    """The present moment by the programme's own clock."""
    return house.clock.now().astimezone(ZoneInfo(view.programme.timezone))


def local_day(view: CycleView, at: datetime) -> date:
    """The day of an instant by the programme's own clock."""
    return at.astimezone(ZoneInfo(view.programme.timezone)).date()


def signatory_at(house: House, work: Work, view: CycleView, period: Period | None, at: datetime) -> Official | None:
    """Who signs documents made at an instant: the signatory, or by a delegation in force somebody else, with authority.

    ``period`` None: for a document that belongs to none. None when no signatory has been entered.
    """
    book = house.programmes.address_book(view.programme.id)
    if book.signatory is None:
        return None
    known = valid(house, work, view.programme.id)
    standing = standing_for(known, book.signatory.id, period, at.astimezone(ZoneInfo(view.programme.timezone)))
    taker = book.official(standing.taker) if standing else None
    return acting(taker, book.signatory, standing.form) if standing and taker else book.signatory


def people_in(work: Work, view: CycleView, edition: Edition, approvals: list[Approval]) -> frozenset[str]:
    """Who may not decide the next step: those who put figures in, and those who decided an earlier step."""
    events = work.audit.find(INPUT, f"{view.key(edition.period)}/")
    decided = {one.decided_by for one in approvals if one.status is ApprovalStatus.APPROVED and one.decided_by}
    return frozenset({event.actor for event in events} | decided)


def request(
    house: House, work: Work, edition: Edition, bundle_sha256: str, step: int, before: list[Approval]
) -> Approval:
    """Ask for the decision of a step and queue the letter to whoever decides it. ``before``: the bundle's records."""
    view = cycle_view(house, year_of(edition), work)
    steps = view.programme.approval.steps
    book = house.programmes.address_book(view.programme.id)
    taken = seat(house, work, view, steps[step - 1], edition.period)
    now = local_now(house, view)
    deadline = view.dates(edition.period).due_at
    rendered_at = before[-1].made_at if before and step > 1 else None
    approval = Approval(
        edition=edition.id,
        bundle_sha256=bundle_sha256,
        requested_at=house.clock.now(),
        prepared_by=book.preparer.id if book.preparer else "",
        approver=taken.official.id,
        status=ApprovalStatus.REQUESTED,
        number=len(before) + 1,
        step=step,
        steps=len(steps),
        step_id=taken.step.id,
        principal="" if taken.official.id == taken.owner.id else taken.owner.id,
        due_at=due_after(now, taken.step.working_days, view.calendar, deadline, len(steps) - step + 1),
        rendered_at=rendered_at,
        delegation=taken.delegation.id if taken.delegation else "",
    )
    work.editions.add_approval(approval)
    by = before[-1].decided_by if before and before[-1].decided_by else approval.prepared_by
    record(house, work, "approval.requested", approval.id, by, bundle=bundle_sha256)
    _write_letter(house, work, view, edition, approval, taken, before)
    return approval


def reminder_key(view: CycleView, approval: Approval) -> str:
    """The key of the one reminder of a request."""
    name = approval.id.replace("/", "-")
    return message_key(view.key(Period(approval.edition.split("/")[1])), approval.approver, f"nhac-duyet-{name}")


def write_reminder(house: House, work: Work, view: CycleView, approval: Approval) -> None:
    """Queue the request's letter once more, marked as a reminder, to whoever decides the step by now."""
    edition = work.editions.get(approval.edition)
    if edition is None:
        return
    step = view.programme.approval.steps[approval.step - 1]
    taken = seat(house, work, view, step, edition.period)
    _write_letter(house, work, view, edition, approval, taken, [], reminder_key(view, approval))


def _write_letter(
    house: House,
    work: Work,
    view: CycleView,
    edition: Edition,
    approval: Approval,
    taken: Seat,
    before: list[Approval],
    reminder: str = "",
) -> None:
    """``reminder``: the key of a letter that reminds; empty for the request itself."""
    approver, coverage = taken.official, edition.coverage
    now_day = local_day(view, house.clock.now())
    token = house.seals.sign_link({"approval": approval.id, "approver": approver.id})
    returned = before[-1].reason if before and before[-1].status is ApprovalStatus.RETURNED else ""
    facts = {
        **agency_facts(house, view, edition.period),
        "agency_name": approver.position,
        "person": approver.name,
        "approver_name": approver.name,
        "approver_position": approver.position,
        "edition": edition.id,
        "bundle_sha256": approval.bundle_sha256,
        "coverage": f"{len(coverage.included)}/{len(coverage.expected)}",
        "link": f"{house.base_url}/phe-duyet/{token}",
        "step": approval.step,
        "steps": approval.steps,
        "step_title": taken.step.title,
        "decide_by": house.texts.say("approval.decide_by", at=approval.due_at) if approval.steps > 1 else "",
        "in_place_of": taken.owner.name if approval.principal else "",
        "returned_reason": returned or "",
        "is_reminder": bool(reminder),
        **letter_facts(house, work, view, edition),
        "receivers": _receivers(house, view, edition.period, now_day, "vi"),
        "receivers_en": _receivers(house, view, edition.period, now_day, "en"),
    }
    listed = [file for file in work.editions.documents(edition.id) if file.ending == "pdf"]
    # The report, which lists its annexes' parts with their SHA-256, and the extracts; a letter cannot carry a book.
    pdfs = sorted((file for file in listed if not file.is_annex_part), key=lambda file: file.meant_for)
    facts["annex_parts"] = len(listed) - len(pdfs)
    asked = len(work.editions.approvals(edition.id))
    name = f"approval-e{edition.number}" + (f"-{asked}" if asked > 1 else "")
    key = reminder or message_key(view.key(edition.period), approver.id, name)
    thread = view.key(edition.period)
    attached = [_attachment(house, file) for file in pdfs]
    put(house, work, thread, approver.id, MessageKind.APPROVAL_REQUEST, key, approver.email, facts, attached)


def _receivers(house: House, view: CycleView, period: Period, day: date, language: str) -> str:
    """What is sent once the last step has approved, each part with everybody who gets it."""
    found: dict[str, list[str]] = {}
    for one in deliveries(view, period, day):
        part = house.texts.say(f"transmittal_part.{one.part}", language)
        found.setdefault(part, []).append(addressee_name(view, one.addressee.agency, day))
    return ". ".join(f"{part}: {'; '.join(names)}" for part, names in found.items())


def _attachment(house: House, file: DocumentFile) -> Attachment:
    return Attachment(file.file_name, house.files.get(file.sha256), "application/pdf")
