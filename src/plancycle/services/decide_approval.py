"""The named approver reads and decides. Opening the link changes nothing; only a decision does."""

from dataclasses import dataclass, replace

from plancycle.domain.approvals import Approval, ApprovalStatus, check_decision, check_move
from plancycle.domain.consolidation import DocumentFile, Edition
from plancycle.domain.errors import NotFound
from plancycle.services.cycle_view import cycle_view
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.repositories import Work


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
    view = cycle_view(house, int(edition.cycle.rpartition("-")[2]))
    is_decided = approval.status is not ApprovalStatus.REQUESTED
    return ApprovalPage(approval, edition, files, view.title(edition.period), is_decided, approval.bundle_sha256)


def decide(house: House, token: str, approve: bool, reason: str, shown_sha256: str = "") -> Approval:
    """Approve or return. A second decision changes nothing and answers with the first.

    ``shown_sha256`` is the bundle the page showed; empty means the one the link was made for. Raises NotAllowed
    (wrong person, foreign link) and ActionNeeded (other bytes than shown, a return without a reason).
    """
    approval_id, decider = _open(house, token)
    with house.work() as work:
        approval, _ = _find(work, approval_id)
        if approval.status in (ApprovalStatus.APPROVED, ApprovalStatus.RETURNED):
            return approval
        check_decision(approval, decider, shown_sha256 or approval.bundle_sha256, approve, reason)
        status = ApprovalStatus.APPROVED if approve else ApprovalStatus.RETURNED
        check_move(approval.status, status)
        decided = replace(
            approval, status=status, decided_at=house.clock.now(), decided_by=decider, reason=reason.strip() or None
        )
        work.editions.save_approval(decided)
        record(house, work, f"approval.{status}", approval.id, decider, bundle=approval.bundle_sha256)
        return decided


def _open(house: House, token: str) -> tuple[str, str]:
    payload = house.seals.open_link(token)
    return payload["approval"], payload["approver"]


def _find(work: Work, approval_id: str) -> tuple[Approval, Edition]:
    approval = work.editions.approval(approval_id)
    edition = work.editions.get(approval.edition) if approval else None
    if approval is None or edition is None:
        raise NotFound("not_found.approval", approval=approval_id)
    return approval, edition
