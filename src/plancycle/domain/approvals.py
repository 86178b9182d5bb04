"""Approval: a named person's decision, bound to the SHA-256 of what they read."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from plancycle.domain.errors import ActionNeeded, MoveNotAllowed, NotAllowed

MINIMUM_REASON = 10


class ApprovalStatus(StrEnum):
    """Where an approval stands; ``void`` when what was to be approved has been replaced."""

    REQUESTED = "requested"
    APPROVED = "approved"
    RETURNED = "returned"
    VOID = "void"


MOVES: dict[ApprovalStatus, frozenset[ApprovalStatus]] = {
    ApprovalStatus.REQUESTED: frozenset({ApprovalStatus.APPROVED, ApprovalStatus.RETURNED, ApprovalStatus.VOID}),
    ApprovalStatus.APPROVED: frozenset(),
    ApprovalStatus.RETURNED: frozenset(),
    ApprovalStatus.VOID: frozenset(),
}


def check_move(current: ApprovalStatus, future: ApprovalStatus) -> None:
    """Refuse a move the table does not have. Raises MoveNotAllowed."""
    if future not in MOVES[current]:
        raise MoveNotAllowed("approval.move_not_allowed", current=current, future=future)


@dataclass(frozen=True, slots=True)
class Approval:
    """A request for approval and, once made, its decision."""

    edition: str
    bundle_sha256: str
    requested_at: datetime
    prepared_by: str
    approver: str
    status: ApprovalStatus
    decided_at: datetime | None = None
    decided_by: str | None = None
    reason: str | None = None

    @property
    def id(self) -> str:
        """Stable id: the edition and the start of the bundle's hash."""
        return f"{self.edition}@{self.bundle_sha256[:16]}"


def check_decision(approval: Approval, decider: str, shown_sha256: str, approve: bool, reason: str) -> None:
    """Refuse a decision by the wrong person, about other bytes, or a return without a reason.

    Raises NotAllowed (not the named approver, or the preparer) and ActionNeeded (bytes changed, no reason).
    """
    if decider == approval.prepared_by:
        raise NotAllowed("approval.preparer_cannot_approve", person=decider)
    if decider != approval.approver:
        raise NotAllowed("approval.not_the_approver", person=decider, approver=approval.approver)
    if shown_sha256 != approval.bundle_sha256:
        raise ActionNeeded("approval.bytes_changed", edition=approval.edition)
    if not approve and len(reason.strip()) < MINIMUM_REASON:
        raise ActionNeeded("approval.reason_needed", minimum=MINIMUM_REASON)
