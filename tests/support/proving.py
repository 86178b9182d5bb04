"""Decisions of people who have proved to be there: what the portal does with a code, without the code."""

from plancycle.domain.approvals import Approval
from plancycle.services import decide_approval, step_up
from plancycle.services.ports import House
from plancycle.services.step_up import Proof, Way


def proof_of(house: House, person: str, matter: str, way: Way = Way.CODE) -> Proof:
    """A proof as the identity service makes it once a code was taken."""
    return step_up._proof(house, person, way, matter)


def decide(
    house: House, token: str, approve: bool, reason: str, shown_sha256: str = "", return_to: int | None = None
) -> Approval:
    """Decide by a letter's link, proved by whom it was sent to."""
    asked = decide_approval.look(house, token)
    proof = proof_of(house, house.seals.open_link(token)["approver"], shown_sha256 or asked.bundle_sha256)
    return decide_approval.decide(house, token, proof, approve, reason, shown_sha256, return_to)


def decide_as(
    house: House,
    approval_id: str,
    decider: str,
    approve: bool,
    reason: str,
    shown_sha256: str = "",
    return_to: int | None = None,
) -> Approval:
    """Decide as somebody who proved it."""
    with house.work() as work:
        approval = work.editions.approval(approval_id)
    proof = proof_of(house, decider, shown_sha256 or (approval.bundle_sha256 if approval else ""))
    return decide_approval.decide_as(house, approval_id, proof, approve, reason, shown_sha256, return_to)
