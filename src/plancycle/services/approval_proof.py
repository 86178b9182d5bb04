"""Whether an edition is approved, believed from signatures only: a row in the database proves nothing by itself.

Each step's record must be signed by the decider's key (which the database does not hold), be about this edition and
these very bytes, follow the step before, rest on a delegation in force where it was decided for another, and be the
last thing the log says about it.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from plancycle.domain.approval_chain import is_complete, live
from plancycle.domain.approvals import Approval, ApprovalStatus
from plancycle.domain.consolidation import Edition, bundle_sha256
from plancycle.domain.errors import NotAllowed
from plancycle.domain.events import SealedEvent
from plancycle.domain.transmittals import check_may_leave
from plancycle.services.approval_chain import year_of
from plancycle.services.approver_key_rotation import ended_before
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.delegations import valid
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.repositories import Work

DECIDED = ("approval.approved", "approval.returned", "approval.void")
REJECTED = "approval.rejected"


def approved(house: House, work: Work, edition: Edition) -> Approval:
    """The last step's approval of an edition that may leave. Raises NotAllowed with the first reason against it."""
    view = cycle_view(house, year_of(edition), work)
    approvals = work.editions.approvals(edition.id)
    if not any(one.status is ApprovalStatus.APPROVED for one in approvals):
        raise NotAllowed("transmittal.not_approved")
    standing = live(approvals)
    if not is_complete(approvals, len(view.programme.approval.steps)):
        raise NotAllowed("transmittal.chain_incomplete", steps=len(view.programme.approval.steps))
    shown = bundle_sha256(edition.sha256, work.editions.documents(edition.id))
    for place, one in enumerate(standing):
        check_may_leave(one, shown)
        check_record(house, work, view, edition, one, standing[:place])
    return standing[-1]


def can_leave(house: House, work: Work, edition: Edition) -> bool:
    """Whether :func:`approved` finds nothing against it."""
    try:
        approved(house, work, edition)
    except NotAllowed:
        return False
    return True


def check_record(
    house: House, work: Work, view: CycleView, edition: Edition, one: Approval, earlier: Sequence[Approval]
) -> None:
    """Refuse a record that does not prove what it says. Raises NotAllowed("transmittal.record_…", approval)."""
    step = view.programme.approval.steps[one.step - 1]
    by, at = one.decided_by or "", one.decided_at
    wrong: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("unsigned", lambda: not one.signature),
        ("forged", lambda: not house.approver_keys.is_signed(by, one.key_id, one.text().encode(), one.signature)),
        ("other_step", lambda: (one.step_id, one.steps) != (step.id, len(view.programme.approval.steps))),
        ("out_of_order", lambda: one.previous != (earlier[-1].sha256 if earlier else "")),
        ("out_of_order", lambda: at is None or at < one.requested_at),
        ("own_work", lambda: _is_own_work(house, view, one, earlier)),
        ("account_disabled", lambda: _was_disabled(work, by, at)),
        ("no_right", lambda: by != one.owner and not _had_right(house, work, view, edition, one)),
        ("not_in_log", lambda: not _is_last_word(work, one)),
        ("key_ended", lambda: ended_before(work, by, one.key_id, _said(work, one)[-1].seq)),
    )
    for reason, is_so in wrong:
        if is_so():
            raise NotAllowed(f"transmittal.record_{reason}", approval=one.id, person=by)


def _is_own_work(house: House, view: CycleView, one: Approval, earlier: Sequence[Approval]) -> bool:
    book = house.programmes.address_book(view.programme.id)
    decider = one.decided_by or ""
    others = [one.prepared_by, *(before.decided_by or "" for before in earlier)]
    is_own = any(book.is_same_person(decider, other) for other in others)
    return is_own or book.is_same_person(one.owner, one.prepared_by)


def _was_disabled(work: Work, person: str, at: datetime | None) -> bool:
    account = work.people.get(person)
    return account is not None and account.disabled_at is not None and at is not None and at >= account.disabled_at


def _had_right(house: House, work: Work, view: CycleView, edition: Edition, one: Approval) -> bool:
    """Whether the delegation named in the record was in force when it was decided."""
    zone = ZoneInfo(view.programme.timezone)
    return any(
        known.id == one.delegation
        and (known.giver, known.taker) == (one.owner, one.decided_by)
        and known.covers(edition.period)
        and one.decided_at is not None
        and known.is_in_force(one.decided_at.astimezone(zone))
        for known in valid(house, work, view.programme.id)
    )


def _is_last_word(work: Work, one: Approval) -> bool:
    """Whether the log's last word about the record is this very approval: one taken back does not come back."""
    said = _said(work, one)
    if not said or said[-1].action != "approval.approved":
        return False
    return bool(json.loads(said[-1].payload).get("signature") == one.signature)


def _said(work: Work, one: Approval) -> list[SealedEvent]:
    """What the log says about a record, oldest first."""
    return [event for event in work.audit.find(DECIDED, one.id) if event.subject == one.id]


def note_rejected(house: House, edition_id: str, refusal: NotAllowed) -> None:
    """Keep in the log that an approval was put forward that proves nothing; once for each record and reason."""
    if not refusal.key.startswith("transmittal.record_"):
        return
    subject = str(refusal.params.get("approval", edition_id))
    with house.work() as work:
        known = [json.loads(event.payload).get("reason") for event in work.audit.find((REJECTED,), subject)]
        if refusal.key not in known:
            record(house, work, REJECTED, subject, reason=refusal.key)
