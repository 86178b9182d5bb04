"""The named approver reads and decides. Opening the link changes nothing; only a decision does.

A decision is signed with the decider's own key over what was shown (:meth:`.Approval.text`).
"""

import json
from dataclasses import dataclass, replace

from plancycle.domain.approval_chain import live
from plancycle.domain.approvals import (
    Approval,
    ApprovalStatus,
    check_decision,
    check_move,
    check_other_people,
    check_return,
)
from plancycle.domain.consolidation import DocumentFile, Edition
from plancycle.domain.errors import ActionNeeded, NotAllowed, NotFound
from plancycle.services.approval_chain import Seat, people_in, request, seat_of, signatory_at, year_of
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.repositories import Work
from plancycle.services.step_up import Proof, check_proof


@dataclass(frozen=True, slots=True)
class ApprovalPage:
    """What the approver is shown: the very files whose hash the decision will be bound to."""

    approval: Approval
    edition: Edition
    files: tuple[DocumentFile, ...]
    title: str
    already_decided: bool
    bundle_sha256: str


def look(house: House, token: str) -> ApprovalPage:
    """Look at what is to be approved. Raises NotAllowed for a link that is not ours, NotFound."""
    approval_id, _ = _open(house, token)
    with house.work() as work:
        approval, edition = _find(work, approval_id)
        files = tuple(work.editions.documents(edition.id))
    view = cycle_view(house, year_of(edition))
    is_decided = approval.status is not ApprovalStatus.REQUESTED
    return ApprovalPage(approval, edition, files, view.title(edition.period), is_decided, approval.bundle_sha256)


def decide(
    house: House,
    token: str,
    proof: Proof,
    approve: bool,
    reason: str,
    shown_sha256: str = "",
    return_to: int | None = None,
) -> Approval:
    """Approve or return by the link of the letter.

    Raises as :func:`decide_as`, and NotAllowed for a foreign link or another person's proof.
    """
    approval_id, addressee = _open(house, token)
    if proof.person != addressee:
        raise NotAllowed("approval.other_person")
    return decide_as(house, approval_id, proof, approve, reason, shown_sha256, return_to)


def decide_as(
    house: House,
    approval_id: str,
    proof: Proof,
    approve: bool,
    reason: str,
    shown_sha256: str = "",
    return_to: int | None = None,
) -> Approval:
    """Approve or return as the person of the proof. A second decision answers with the first.

    ``shown_sha256`` is the bundle that was shown; empty means the one of the request. ``return_to`` is the step a
    return goes back to; None or 0: to the preparer, who alone can change the bytes. Raises NotFound, NotAllowed
    (nothing proved for these bytes, wrong person, no delegation in force, own work, account disabled) and
    ActionNeeded (other bytes, no reason, chain changed, another signatory named).
    """
    with house.work() as work:
        approval, edition = _find(work, approval_id)
        if approval.status in (ApprovalStatus.APPROVED, ApprovalStatus.RETURNED):
            return approval
        decider, shown = proof.person, shown_sha256 or approval.bundle_sha256
        check_proof(house, work, proof, shown)
        view = cycle_view(house, year_of(edition), work)
        _check_chain_stands(view, approval)
        seat = seat_of(house, work, view, approval, decider, edition.period)
        check_decision(approval, decider, shown, approve, reason, has_right=seat is not None)
        _check_person(house, work, view, edition, approval, decider)
        to_step = None if approve else return_to or 0
        if to_step is not None:
            check_return(approval, to_step)
        decided = _signed(house, work, approval, decider, seat, reason, to_step)
        check_move(approval.status, decided.status)
        work.editions.save_approval(decided)
        record(house, work, f"approval.{decided.status}", decided.id, decider, **_logged(decided, proof))
        _go_on(house, work, edition, decided)
        name = f"{decided.id.replace('/', '_')}.json"
        house.leave_file(f"approvals/{edition.period}", name, signed_record(house, decided).encode())
        return decided


def signed_record(house: House, approval: Approval) -> str:
    """A decision as a file that anybody can check: the signed text, the signature and the public key (JSON)."""
    public = house.approver_keys.public_pem(approval.decided_by or "").decode()
    facts = {"text": approval.text(), "key": approval.key_id, "signature": approval.signature, "public_key": public}
    return json.dumps(facts, ensure_ascii=False, indent=1) + "\n"


def _logged(approval: Approval, proof: Proof) -> dict[str, object]:
    known: dict[str, object] = {"bundle": approval.bundle_sha256, "key": approval.key_id, "proved": str(proof.way)}
    known["signature"] = approval.signature
    return known if approval.returned_to is None else {**known, "returned_to": approval.returned_to}


def _check_chain_stands(view: CycleView, approval: Approval) -> None:
    """The step is still the one that was asked for; a chain that changed is asked for anew."""
    steps = view.programme.approval.steps
    stands = len(steps) == approval.steps and steps[approval.step - 1].id == approval.step_id
    if approval.step_id and not stands:
        raise ActionNeeded("approval.chain_changed", edition=approval.edition)


def _check_person(
    house: House, work: Work, view: CycleView, edition: Edition, approval: Approval, decider: str
) -> None:
    """Own work also in another's place or under another id, and a disabled account. Raises NotAllowed."""
    book = house.programmes.address_book(view.programme.id)
    if any(book.is_same_person(approval.prepared_by, one) for one in (decider, approval.owner)):
        raise NotAllowed("approval.preparer_cannot_approve", person=decider)
    account = work.people.get(decider)
    if account is not None and account.disabled_at is not None:
        raise NotAllowed("approval.account_disabled", person=decider)
    mine = [one for one in work.editions.approvals(edition.id) if one.bundle_sha256 == approval.bundle_sha256]
    others = people_in(work, view, edition, [one for one in mine if one.step != approval.step])
    same = {one for one in others if book.is_same_person(one, decider)}
    official = book.official(decider)
    names = {official.name} & others if official else set()
    check_other_people(decider, frozenset({decider}) if same or names else frozenset())
    _check_named(house, work, view, edition, approval, decider)


def _check_named(house: House, work: Work, view: CycleView, edition: Edition, approval: Approval, decider: str) -> None:
    """Whoever takes the signatory's step is whom the document names as signing it. Raises ActionNeeded."""
    if view.programme.approval.steps[approval.step - 1].who != "signatory":
        return
    named = signatory_at(house, work, view, edition.period, approval.made_at)
    if named is not None and named.id != decider:
        raise ActionNeeded("approval.document_names_another", edition=edition.id, name=named.name)


def _signed(
    house: House, work: Work, approval: Approval, decider: str, seat: Seat | None, reason: str, to_step: int | None
) -> Approval:
    status = ApprovalStatus.APPROVED if to_step is None else ApprovalStatus.RETURNED
    standing = live(work.editions.approvals(approval.edition))
    before = [one for one in standing if one.step == approval.step - 1]
    decided = replace(
        approval,
        status=status,
        decided_at=house.clock.now(),
        decided_by=decider,
        reason=reason.strip() or None,
        authority=(seat.official.authority_line or "") if seat else "",
        delegation=seat.delegation.id if seat and seat.delegation else "",
        step_id=seat.step.id if seat else approval.step_id,
        returned_to=to_step,
        previous=before[0].sha256 if before else "",
    )
    key_id, signature = house.approver_keys.sign(decider, decided.text().encode())
    return replace(decided, key_id=key_id, signature=signature)


def _go_on(house: House, work: Work, edition: Edition, decided: Approval) -> None:
    """Ask the next step, or the one it was returned to, whose own decision and those after it no longer stand."""
    before = [one for one in work.editions.approvals(edition.id) if one.bundle_sha256 == decided.bundle_sha256]
    if decided.returned_to is None:
        if decided.step < decided.steps:
            request(house, work, edition, decided.bundle_sha256, decided.step + 1, before)
        return
    for one in before:
        if one.status is ApprovalStatus.APPROVED and one.step >= max(decided.returned_to, 1):
            void(house, work, one)
    if decided.returned_to > 0:
        before = [one for one in work.editions.approvals(edition.id) if one.bundle_sha256 == decided.bundle_sha256]
        request(house, work, edition, decided.bundle_sha256, decided.returned_to, before)


def void(house: House, work: Work, approval: Approval) -> None:
    """An approval or request no longer stands. Raises MoveNotAllowed."""
    check_move(approval.status, ApprovalStatus.VOID)
    work.editions.save_approval(replace(approval, status=ApprovalStatus.VOID))
    record(house, work, "approval.void", approval.id)


def _open(house: House, token: str) -> tuple[str, str]:
    payload = house.seals.open_link(token)
    return payload["approval"], payload["approver"]


def _find(work: Work, approval_id: str) -> tuple[Approval, Edition]:
    approval = work.editions.approval(approval_id)
    edition = work.editions.get(approval.edition) if approval else None
    if approval is None or edition is None:
        raise NotFound("not_found.approval", approval=approval_id)
    return approval, edition
