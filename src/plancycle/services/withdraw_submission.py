"""An agency takes its answer back before it is reviewed: the obligation is open again, and nothing stands."""

from dataclasses import replace

from plancycle.domain.approvals import MINIMUM_REASON
from plancycle.domain.errors import ActionNeeded, NotFound
from plancycle.domain.secrecy import check_unmarked
from plancycle.domain.submissions import Submission, SubmissionStatus, check_move
from plancycle.services.corrections import is_in_final
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.repositories import Work
from plancycle.services.review_answers import REVIEWED


def withdraw(house: House, submission_id: str, reason: str, by: str) -> Submission:
    """Take the version that stands back. An earlier one does not come back in its place: the agency sends anew.

    Twice is once. Raises NotFound, MoveNotAllowed (it does not stand) and ActionNeeded: no reason, or the review has
    begun (an explanation was reviewed, or a final edition holds it), so that it is returned or corrected instead;
    DataProblem for words marked as a state secret.
    """
    check_unmarked(reason)
    if len(reason.strip()) < MINIMUM_REASON:
        raise ActionNeeded("approval.reason_needed", minimum=MINIMUM_REASON)
    with house.work() as work:
        submission = work.submissions.get(submission_id)
        if submission is None:
            raise NotFound("not_found.submission", obligation=submission_id)
        if submission.status is SubmissionStatus.WITHDRAWN:
            return submission
        check_move(submission.status, SubmissionStatus.WITHDRAWN)
        if is_under_review(work, submission):
            raise ActionNeeded("withdrawal.reviewed", submission=submission_id)
        work.submissions.set_status(submission_id, SubmissionStatus.WITHDRAWN)
        record(
            house, work, "submission.withdrawn", submission_id, by, reason=reason.strip(), receipt=submission.receipt
        )
        return replace(submission, status=SubmissionStatus.WITHDRAWN)


def is_under_review(work: Work, submission: Submission) -> bool:
    """Whether somebody relies on a version: a reviewed explanation of its own, a reviewer's word, a final edition."""
    mine = [one for one in work.explanations.under(submission.id) if one.submission == submission.id]
    is_reviewed = any(one.reviewed_by is not None and one.carried_from is None for one in mine)
    was_confirmed = any(one.subject == submission.id for one in work.audit.find([REVIEWED], submission.id))
    return is_reviewed or was_confirmed or is_in_final(work, submission)
