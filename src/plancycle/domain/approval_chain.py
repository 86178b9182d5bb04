"""The steps an edition is approved in, as the programme declares them, and when each decision is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from plancycle.domain.approvals import Approval, ApprovalStatus
from plancycle.domain.signatures import SignerRole
from plancycle.domain.working_days import WorkingDays

OFFICE_CLOSES = time(17, 0)
"""A decision is due at the end of a working day."""


@dataclass(frozen=True, slots=True)
class ApprovalStep:
    """One step: ``who`` is ``signatory``, ``approver`` or the id of an official in the address book."""

    id: str
    who: str
    working_days: int
    """Working days from the step before (for the first: from the request) to the decision."""
    title: str = ""


USUAL_STEP = ApprovalStep("approve", "approver", 2)


@dataclass(frozen=True, slots=True)
class ApprovalRules:
    """How a programme's editions are approved and signed."""

    steps: tuple[ApprovalStep, ...] = (USUAL_STEP,)
    """In order; a programme that says nothing has a chain of one."""
    signatures: tuple[SignerRole, ...] = ()
    """Electronic signatures the report must carry before it leaves; empty: none is asked for."""


def due_after(
    start: datetime, working_days: int, calendar: WorkingDays, deadline: datetime, steps_left: int
) -> datetime:
    """When a step is due that begins at ``start``; ``steps_left`` counts it and those after it.

    The end of the declared working day. Where that would be later than the report's own deadline (which never moves),
    what is left of the time is shared out evenly, so that every step is due after the one before.
    """
    day = calendar.add(start.date(), working_days)
    due = datetime.combine(day, OFFICE_CLOSES, start.tzinfo)
    if start < deadline <= due:
        return start + (deadline - start) / steps_left
    return due


def live(approvals: Sequence[Approval]) -> list[Approval]:
    """What stands of an edition's records: the decision or open request of each step reached, in order of steps."""
    standing = (ApprovalStatus.REQUESTED, ApprovalStatus.APPROVED)
    return sorted((one for one in approvals if one.status in standing), key=lambda one: one.step)


def is_complete(approvals: Sequence[Approval], steps: int) -> bool:
    """Whether every step has exactly one standing approval, all of the same bytes."""
    standing = live(approvals)
    is_every_step = [one.step for one in standing] == list(range(1, steps + 1))
    are_approved = all(one.status is ApprovalStatus.APPROVED for one in standing)
    return is_every_step and are_approved and len({one.bundle_sha256 for one in standing}) == 1
