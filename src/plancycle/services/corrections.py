"""Corrections: what stands in an approved edition is changed with a reason only, and the edition becomes stale."""

from datetime import datetime

from plancycle.domain.approvals import MINIMUM_REASON, ApprovalStatus
from plancycle.domain.consolidation import Edition, EditionKind
from plancycle.domain.corrections import Correction
from plancycle.domain.errors import ActionNeeded, NotFound, UnreadableFile
from plancycle.domain.events import canonical_json
from plancycle.domain.periods import ObligationKey, Period
from plancycle.domain.secrecy import check_unmarked
from plancycle.domain.submissions import Submission, SubmissionStatus
from plancycle.services.cycle_view import CycleView
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.repositories import Work

OTHER_REASON = "correction.other_reason"
"""Somebody gave another reason for a correction that was open already."""


def open_correction(house: House, obligation: ObligationKey, reason: str, by: str) -> Correction:
    """Let an agency correct an approved answer; its next version cites the old one. Asked again, it is the open one.

    Raises NotFound (nothing stands), ActionNeeded (no reason; not approved: then a new version is simply sent; or one
    is open for another reason: this one is kept in the journal) and DataProblem (marked secret).
    """
    opened = _open(house, obligation, reason, by)
    if opened.reason != reason.strip():
        facts = {"obligation": opened.obligation, "by": opened.opened_by, "at": opened.opened_at}
        raise ActionNeeded("correction.open_already", reason=opened.reason, given=reason.strip(), **facts)
    return opened


def _open(house: House, obligation: ObligationKey, reason: str, by: str) -> Correction:
    """The one that is open, now or already; another reason for it is kept beside it."""
    check_unmarked(reason)
    if len(reason.strip()) < MINIMUM_REASON:
        raise ActionNeeded("act.reason_needed", minimum=MINIMUM_REASON)
    with house.work() as work:
        standing = _standing(work, obligation)
        if standing is None:
            raise NotFound("not_found.submission", obligation=str(obligation))
        known = awaited(work, obligation)
        if known is not None:
            if known.reason != reason.strip():
                _keep_reason(house, work, known, reason.strip(), by)
            return known
        edition = approved_edition(work, standing)
        if edition is None:
            raise ActionNeeded("correction.not_approved", submission=standing.id)
        opened = Correction(
            number=0,
            obligation=str(obligation),
            corrects=standing.id,
            receipt=standing.receipt,
            edition=edition.id,
            reason=reason.strip(),
            opened_by=by,
            opened_at=house.clock.now(),
        )
        kept = work.corrections.add(opened)
        details = {"corrects": kept.corrects, "edition": kept.edition, "reason": kept.reason}
        record(house, work, "correction.opened", str(obligation), by, **details)
        return kept


def _keep_reason(house: House, work: Work, known: Correction, reason: str, by: str) -> None:
    said = canonical_json({"corrects": known.corrects, "reason": reason})
    told = work.audit.find([OTHER_REASON], known.obligation)
    if not any(one.subject == known.obligation and one.payload == said for one in told):
        record(house, work, OTHER_REASON, known.obligation, by, corrects=known.corrects, reason=reason)


def awaited(work: Work, obligation: ObligationKey) -> Correction | None:
    """The correction whose new version has not come yet."""
    return next((one for one in _of(work, obligation) if one.is_open), None)


def last_opened_at(work: Work, obligation: ObligationKey) -> datetime | None:
    """When leave to correct was last given; None when it never was."""
    return max((one.opened_at for one in _of(work, obligation)), default=None)


def _of(work: Work, obligation: ObligationKey) -> list[Correction]:
    # A key may be the beginning of another one's (so-y-te, so-y-te-2): only equal ones are of this obligation.
    return [one for one in work.corrections.under(str(obligation)) if one.obligation == str(obligation)]


def settle(house: House, work: Work, correction: Correction, submission: Submission) -> None:
    """The new version is accepted: the edition it was approved in is stale, and the next sweep makes a newer one."""
    work.corrections.settle(correction.number, submission.id)
    details = {"corrects": correction.corrects, "receipt": correction.receipt, "edition": correction.edition}
    record(house, work, "correction.made", submission.id, correction.opened_by, reason=correction.reason, **details)


def locked(work: Work, obligation: ObligationKey) -> UnreadableFile | None:
    """Why a new version is not taken: what it would replace has been approved, and nobody has said why it changes."""
    standing = _standing(work, obligation)
    edition = approved_edition(work, standing) if standing is not None else None
    if standing is None or edition is None or awaited(work, obligation) is not None:
        return None
    return UnreadableFile("file.approved", submission=standing.id, edition=edition.id, receipt=standing.receipt)


def approved_edition(work: Work, submission: Submission) -> Edition | None:
    """The newest approved edition a version stands in."""
    key = submission.obligation
    holding = [one for one in finals(work, key.cycle, key.period) if _holds(one, submission.id)]
    approved = [one for one in holding if _is_approved(work, one)]
    return approved[-1] if approved else None


def approved_members(work: Work, cycle: str, period: Period) -> set[str]:
    """Every version that stands in an edition of a period that everybody approved, whatever followed."""
    approved = (one for one in finals(work, cycle, period) if _was_approved(work, one))
    return {member.submission for one in approved for member in one.members}


def is_in_final(work: Work, submission: Submission) -> bool:
    """Whether a version has been put into a final edition, approved or waiting for it."""
    key = submission.obligation
    return any(_holds(one, submission.id) for one in finals(work, key.cycle, key.period))


def is_stale(work: Work, view: CycleView, period: Period, edition: Edition) -> bool:
    """Whether an answer in a final edition has been corrected since, by a version that stands and is not in it."""
    members = {member.submission for member in edition.members}
    made = [one for one in work.corrections.under(f"{view.key(period)}/") if not one.is_open]
    return any(
        one.corrects in members
        and (new := work.submissions.get(one.submission or "")) is not None
        and new.status is SubmissionStatus.ACCEPTED
        and new.id not in members
        for one in made
    )


def finals(work: Work, cycle: str, period: Period) -> list[Edition]:
    """The final editions of a period, oldest first."""
    return [one for one in work.editions.of_period(cycle, period) if one.kind is EditionKind.FINAL]


def _standing(work: Work, obligation: ObligationKey) -> Submission | None:
    accepted = [one for one in work.submissions.versions(obligation) if one.status is SubmissionStatus.ACCEPTED]
    return accepted[-1] if accepted else None


def _holds(edition: Edition, submission: str) -> bool:
    return any(member.submission == submission for member in edition.members)


def _was_approved(work: Work, edition: Edition) -> bool:
    return any(one.was_approved and one.step == one.steps for one in work.editions.approvals(edition.id))


def _is_approved(work: Work, edition: Edition) -> bool:
    """By everybody: the last step's approval stands."""
    found = work.editions.approvals(edition.id)
    return any(one.status is ApprovalStatus.APPROVED and one.step == one.steps for one in found)
