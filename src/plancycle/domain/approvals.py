"""Approval: a named person's decision, bound to the SHA-256 of what they read, and signed with that person's key.

An edition is approved step by step (:mod:`.approval_chain`); each step is one record here.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from plancycle.domain.errors import ActionNeeded, MoveNotAllowed, NotAllowed
from plancycle.domain.events import canonical_json
from plancycle.domain.secrecy import check_unmarked

SCHEMA = "plancycle-decision/1"
MINIMUM_REASON = 10


class ApprovalStatus(StrEnum):
    """Where one step's approval stands; ``void`` when its bytes were replaced or the step is asked anew."""

    REQUESTED = "requested"
    APPROVED = "approved"
    RETURNED = "returned"
    VOID = "void"


MOVES: dict[ApprovalStatus, frozenset[ApprovalStatus]] = {
    ApprovalStatus.REQUESTED: frozenset({ApprovalStatus.APPROVED, ApprovalStatus.RETURNED, ApprovalStatus.VOID}),
    ApprovalStatus.APPROVED: frozenset({ApprovalStatus.VOID}),
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

    number: int = 1
    """Counts the records of one bundle; a step that is asked again gets another record."""
    step: int = 1
    steps: int = 1
    """How many steps the chain had when this one was asked."""
    step_id: str = ""
    principal: str = ""
    """Whose step it is; empty: the approver's own. Another than ``approver`` where a delegation stands."""
    due_at: datetime | None = None
    rendered_at: datetime | None = None
    """When the documents were made; None: at the request."""
    authority: str = ""
    """Under which authority it was decided: ``KT. CHỦ TỊCH``; empty: the head's own."""
    delegation: str = ""
    returned_to: int | None = None
    """The step it goes back to; 0: to be prepared anew."""
    previous: str = ""
    """SHA-256 of the record of the step before: nobody decides ahead of it."""
    key_id: str = ""
    signature: str = ""

    @property
    def id(self) -> str:
        """Stable id: the edition and the start of the bundle's hash; from the second record on, its number."""
        first = f"{self.edition}@{self.bundle_sha256[:16]}"
        return first if self.number == 1 else f"{first}.{self.number}"

    @property
    def owner(self) -> str:
        """Whose step it is."""
        return self.principal or self.approver

    @property
    def was_approved(self) -> bool:
        """Whether it was approved, even where a newer edition or a later return has made it void since."""
        is_decided = self.decided_at is not None and self.status is not ApprovalStatus.RETURNED
        return is_decided and self.returned_to is None

    @property
    def made_at(self) -> datetime:
        """When the documents were made: they name whom they go to as of that day."""
        return self.rendered_at or self.requested_at

    def text(self) -> str:
        """What the decider signs: canonical JSON, readable without this program. Instants are in UTC."""
        facts = {
            "schema": SCHEMA,
            "approval": self.id,
            "edition": self.edition,
            "bundle_sha256": self.bundle_sha256,
            "step": self.step,
            "steps": self.steps,
            "step_id": self.step_id,
            "prepared_by": self.prepared_by,
            "owner": self.owner,
            "decision": str(ApprovalStatus.RETURNED if self.returned_to is not None else ApprovalStatus.APPROVED),
            "decided_by": self.decided_by,
            "decided_at": _utc(self.decided_at),
            "requested_at": _utc(self.requested_at),
            "authority": self.authority,
            "delegation": self.delegation,
            "reason": self.reason,
            "returned_to": self.returned_to,
            "previous": self.previous,
        }
        return canonical_json(facts)

    @property
    def sha256(self) -> str:
        """Of the signed text: the next step names it as ``previous``."""
        return hashlib.sha256(self.text().encode()).hexdigest()


def _utc(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None


def check_decision(
    approval: Approval, decider: str, shown_sha256: str, approve: bool, reason: str, has_right: bool | None = None
) -> None:
    """Refuse a decision by the wrong person, about other bytes, or a return without a reason.

    ``has_right`` says whether the decider may decide this step by office or delegation (None: only as the one asked).
    Raises NotAllowed (not the named approver, or the preparer, also in another's place) and ActionNeeded (bytes
    changed, no reason), and DataProblem (a reason marked as a state secret).
    """
    if approval.prepared_by in (decider, approval.owner):
        raise NotAllowed("approval.preparer_cannot_approve", person=decider)
    if not (decider == approval.approver if has_right is None else has_right):
        raise NotAllowed("approval.not_the_approver", person=decider, approver=approval.approver)
    if shown_sha256 != approval.bundle_sha256:
        raise ActionNeeded("approval.bytes_changed", edition=approval.edition)
    check_unmarked(reason)
    if not approve and len(reason.strip()) < MINIMUM_REASON:
        raise ActionNeeded("approval.reason_needed", minimum=MINIMUM_REASON)


def check_return(approval: Approval, to_step: int) -> None:
    """A return goes to the preparer (0) or to a step before this one. Raises NotAllowed."""
    if not 0 <= to_step < approval.step:
        raise NotAllowed("approval.return_where", step=to_step, last=approval.step - 1)


def check_other_people(decider: str, others: frozenset[str]) -> None:
    """Nobody decides about what they entered themselves, nor twice in one chain. Raises NotAllowed."""
    if decider in others:
        raise NotAllowed("approval.own_input", person=decider)
