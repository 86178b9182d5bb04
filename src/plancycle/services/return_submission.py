"""A reviewer sends an accepted submission back, with a reason the clerk can act on."""

from collections.abc import Sequence
from dataclasses import replace

from plancycle.domain.approvals import MINIMUM_REASON
from plancycle.domain.errors import ActionNeeded, NotFound
from plancycle.domain.findings import Finding
from plancycle.domain.periods import ObligationKey
from plancycle.domain.secrecy import check_unmarked
from plancycle.domain.submissions import Submission, SubmissionStatus, check_move
from plancycle.services.corrections import approved_edition
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.replies import reply_returned
from plancycle.services.repositories import Work


def return_submission(house: House, obligation: ObligationKey, reason: str, actor: str) -> Submission:
    """Return the version that stands, or the newest when none does. Twice with one reason is once.

    Raises NotFound, MoveNotAllowed, ActionNeeded (the reason is too short, or the version stands in an approved
    edition), or DataProblem when the reason is marked secret.
    """
    check_unmarked(reason)
    if len(reason.strip()) < MINIMUM_REASON:
        raise ActionNeeded("approval.reason_needed", minimum=MINIMUM_REASON)
    view = cycle_view(house, int(obligation.cycle.rpartition("-")[2]))
    with house.work() as work:
        versions = work.submissions.versions(obligation)
        if not versions:
            raise NotFound("not_found.submission", obligation=str(obligation))
        submission = next((one for one in versions if one.status is SubmissionStatus.ACCEPTED), versions[-1])
        if submission.status is SubmissionStatus.RETURNED and submission.return_reason == reason:
            return submission
        return send_back(house, work, view, submission, reason, actor)


def send_back(
    house: House,
    work: Work,
    view: CycleView,
    submission: Submission,
    reason: str,
    actor: str,
    remarks: Sequence[Finding] = (),
) -> Submission:
    """Return one version, in the transaction at hand; a reviewer marked ``remarks``.

    Raises MoveNotAllowed, or ActionNeeded for what stands in an approved edition: that is corrected, not returned.
    """
    check_move(submission.status, SubmissionStatus.RETURNED)
    if (edition := approved_edition(work, submission)) is not None:
        raise ActionNeeded("submission.approved", submission=submission.id, edition=edition.id)
    work.submissions.set_status(submission.id, SubmissionStatus.RETURNED, reason)
    marked: dict[str, object] = {"cells": [f"{one.sheet} · {one.cell}" for one in remarks]} if remarks else {}
    record(house, work, "submission.returned", submission.id, actor, reason=reason, **marked)
    returned = replace(submission, status=SubmissionStatus.RETURNED, return_reason=reason)
    findings = [*work.submissions.findings(submission.id), *remarks]
    reply_returned(house, work, view, returned, house.files.get(submission.sha256), findings)
    return returned
