"""Where the approval of an edition stands, step by step, for pages and lists. Looking changes nothing."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from plancycle.domain.approval_chain import ApprovalStep, live
from plancycle.domain.approvals import Approval, ApprovalStatus
from plancycle.domain.consolidation import Edition, EditionKind
from plancycle.domain.delegations import acting
from plancycle.domain.errors import NotAllowed, NotFound
from plancycle.domain.transmittals import Part
from plancycle.services.approval_chain import local_day, year_of
from plancycle.services.approval_proof import check_record
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.deliveries import addressee_name, deliveries
from plancycle.services.ports import House
from plancycle.services.repositories import Work
from plancycle.services.sign_edition import SigningView
from plancycle.services.sign_edition import standing as signing_of


class StepState(StrEnum):
    """What a step shows."""

    WAITING = "waiting"
    REQUESTED = "requested"
    OVERDUE = "overdue"
    APPROVED = "approved"
    RETURNED = "returned"
    REJECTED = "rejected"
    """A row says approved, but nothing proves it."""


@dataclass(frozen=True, slots=True)
class StepView:
    """One step as people see it: what it is called, who decides it in whose place, until when, and how it stands."""

    number: int
    id: str
    title: str
    state: StepState
    person: str
    """Id of who decided, is asked, or would be asked; empty: nobody has been entered."""
    name: str
    position: str
    authority: str
    """``KT. CHỦ TỊCH``; empty for a head who decides in their own name."""
    in_place_of: str
    """Name of the step's owner when somebody else acts; else empty."""
    document: str
    """Number and date of the delegation; else empty."""
    requested_at: datetime | None
    due_at: datetime | None
    decided_at: datetime | None
    reason: str
    returned_to: int | None
    approval: str
    """Id of the record; empty before it is asked."""


@dataclass(frozen=True, slots=True)
class ChainView:
    """The chain of one edition."""

    edition: str
    title: str
    bundle_sha256: str
    prepared_by: str
    """Name of the preparer."""
    prepared_at: datetime | None
    steps: tuple[StepView, ...]
    is_complete: bool
    """Every step is approved, and every record proves it."""
    signing: SigningView

    @property
    def current(self) -> StepView | None:
        """The step whose turn it is; None when nobody is asked."""
        waiting = (StepState.REQUESTED, StepState.OVERDUE)
        return next((step for step in self.steps if step.state in waiting), None)


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody who is sent something once the last step has approved."""

    name: str
    part: Part


def receivers(house: House, edition: Edition) -> tuple[Receiver, ...]:
    """Everybody the edition goes to as things stand: the report's addressees, ministries' extracts, then copies."""
    view = cycle_view(house, year_of(edition))
    day = local_day(view, house.clock.now())
    return tuple(
        Receiver(addressee_name(view, one.addressee.agency, day), one.part)
        for one in deliveries(view, edition.period, day)
    )


def chain_view(house: House, edition_id: str, work: Work | None = None) -> ChainView:
    """The chain of an edition. Inside a transaction ``work`` must be given. Raises NotFound."""
    if work is None:
        with house.work() as reading:
            return chain_view(house, edition_id, reading)
    edition = work.editions.get(edition_id)
    if edition is None:
        raise NotFound("not_found.edition", edition=edition_id)
    view = cycle_view(house, year_of(edition), work)
    records = work.editions.approvals(edition_id)
    newest = records[-1] if records else None
    bundle = newest.bundle_sha256 if newest else ""
    book = house.programmes.address_book(view.programme.id)
    steps = tuple(
        _step(house, work, view, edition, number, step, [one for one in records if one.bundle_sha256 == bundle])
        for number, step in enumerate(view.programme.approval.steps, start=1)
    )
    return ChainView(
        edition=edition_id,
        title=view.title(edition.period),
        bundle_sha256=bundle,
        prepared_by=book.preparer.name if book.preparer else "",
        prepared_at=newest.made_at if newest else None,
        steps=steps,
        is_complete=bool(steps) and all(step.state is StepState.APPROVED for step in steps),
        signing=signing_of(house, work, view, edition),
    )


def chains_of(house: House, year: int) -> list[ChainView]:
    """The newest final edition of every period of a year that has one."""
    with house.work() as work:
        view = cycle_view(house, year, work)
        finals = [
            [one.id for one in work.editions.of_period(view.id, period) if one.kind is EditionKind.FINAL]
            for period in view.programme.order
        ]
        return [chain_view(house, found[-1], work) for found in finals if found]


def _step(
    house: House,
    work: Work,
    view: CycleView,
    edition: Edition,
    number: int,
    step: ApprovalStep,
    records: list[Approval],
) -> StepView:
    mine = [one for one in records if one.step == number and one.status is not ApprovalStatus.VOID]
    one = mine[-1] if mine else None
    book = house.programmes.address_book(view.programme.id)
    owner = book.official(one.owner if one else step.who)
    person = book.official((one.decided_by or one.approver) if one else step.who)
    delegation = work.delegations.get(one.delegation) if one and one.delegation else None
    signing = acting(person, owner, delegation.form) if delegation and person and owner else person
    authority = (one.authority if one and one.decided_at else "") or (signing.authority_line or "" if signing else "")
    return StepView(
        number=number,
        id=step.id,
        title=step.title or house.texts.say("approval.usual_step"),
        state=_state(house, work, view, edition, one, live(records)),
        person=person.id if person else (one.decided_by or one.approver) if one else "",
        name=person.name if person else "",
        position=person.position if person else "",
        authority=authority,
        in_place_of=owner.name if owner and person and owner.id != person.id else "",
        document=delegation.document if delegation else "",
        requested_at=one.requested_at if one else None,
        due_at=one.due_at if one else None,
        decided_at=one.decided_at if one else None,
        reason=(one.reason or "") if one else "",
        returned_to=one.returned_to if one else None,
        approval=one.id if one else "",
    )


def _state(
    house: House, work: Work, view: CycleView, edition: Edition, one: Approval | None, standing: list[Approval]
) -> StepState:
    if one is None:
        return StepState.WAITING
    if one.status is ApprovalStatus.REQUESTED:
        is_late = one.due_at is not None and house.clock.now() > one.due_at
        return StepState.OVERDUE if is_late else StepState.REQUESTED
    if one.status is ApprovalStatus.RETURNED:
        return StepState.RETURNED
    try:
        check_record(house, work, view, edition, one, [other for other in standing if other.step < one.step])
    except NotAllowed:
        return StepState.REJECTED
    return StepState.APPROVED
