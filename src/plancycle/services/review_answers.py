"""A reviewer goes through the answers that stand: what there is to look at, who has looked, and what is sent back.

The checks accept an answer by themselves, so that no deadline waits for a person. Reviewing is a person's word on top:
an event in the journal, once a version. What the checks passed without a remark, and what has hardly moved since the
last accepted period, may be reviewed together; everything else one at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from plancycle.domain.approvals import MINIMUM_REASON
from plancycle.domain.errors import ActionNeeded, NotFound
from plancycle.domain.periods import CycleKey, ObligationKey, Period
from plancycle.domain.secrecy import check_unmarked
from plancycle.domain.submissions import Submission, SubmissionStatus
from plancycle.services.cycle_view import cycle_view
from plancycle.services.journal import record
from plancycle.services.matrix import versions_by_agency
from plancycle.services.ports import House
from plancycle.services.repositories import Work
from plancycle.services.side_by_side import Review, side_by_side

REVIEWED = "submission.reviewed"


@dataclass(frozen=True, slots=True)
class Queue:
    """The answers of a period that stand: still to be looked at one by one, ready to be taken together, done."""

    to_look_at: tuple[Review, ...]
    plain: tuple[Review, ...]
    done: tuple[Review, ...] = field(default=())


def review(house: House, obligation: ObligationKey, version: int = 0) -> Review:
    """One version (0: the newest) beside the one before, the last period and the last year. Raises NotFound."""
    view = cycle_view(house, int(obligation.cycle.rpartition("-")[2]))
    with house.work() as work:
        versions = work.submissions.versions(obligation)
        found = next((one for one in reversed(versions) if version in (0, one.version)), None)
        if found is None:
            raise NotFound("not_found.submission", obligation=str(obligation))
        [seen] = side_by_side(house, work, view, [(found, versions)], _reviewers(work, str(obligation)))
        return seen


def queue(house: House, year: int, period: Period) -> Queue:
    """The period's standing answers, in roster order."""
    with house.work() as work:
        view = cycle_view(house, year, work)
        known = versions_by_agency(work, view, period)
        standing = [
            (known[one][-1], known[one])
            for one in view.reporters(period)
            if one in known and known[one][-1].status in (SubmissionStatus.ACCEPTED, SubmissionStatus.RECEIVED)
        ]
        looks = side_by_side(house, work, view, standing, _reviewers(work, view.key(period)))
    waiting = [one for one in looks if not one.reviewed_by]
    return Queue(
        to_look_at=tuple(one for one in waiting if one.remarks),
        plain=tuple(one for one in waiting if not one.remarks),
        done=tuple(one for one in looks if one.reviewed_by),
    )


def waiting(house: House, year: int, period: Period) -> int:
    """How many standing answers of a period no reviewer has looked at."""
    cycle = str(CycleKey(house.programme_id, year))
    with house.work() as work:
        reviewed = _reviewers(work, f"{cycle}/{period}/")
        found = work.submissions.of_period(cycle, period)
    return sum(one.status is SubmissionStatus.ACCEPTED and one.id not in reviewed for one in found)


def confirm(house: House, submission_id: str, actor: str, reason: str = "") -> None:
    """A reviewer has looked at a version and lets it stand. Twice is once.

    Where the programme counts no answer with unexplained warnings, letting one stand takes a ``reason``.
    Raises NotFound, or ActionNeeded when it does not stand (any more) or the reason is wanting.
    """
    check_unmarked(reason)
    _confirm(house, [submission_id], actor, reason.strip())


def confirm_together(house: House, year: int, period: Period, submission_ids: Sequence[str], actor: str) -> list[str]:
    """Let several versions stand that there is nothing to look at in; all or none.

    ``submission_ids`` is the list the reviewer was shown. Raises ActionNeeded when one of them no longer belongs on
    it: something came in meanwhile, and the list has to be looked at again.
    """
    seen = queue(house, year, period)
    plain = {one.submission.id for one in (*seen.plain, *seen.done)}
    strange = [one for one in submission_ids if one not in plain]
    if strange or not submission_ids:
        raise ActionNeeded("review.list_changed", submissions=tuple(strange))
    return _confirm(house, submission_ids, actor)


def _confirm(house: House, submission_ids: Sequence[str], actor: str, reason: str = "") -> list[str]:
    confirmed = []
    with house.work() as work:
        for submission_id in submission_ids:
            found = _submission(work, submission_id)
            if found.status is not SubmissionStatus.ACCEPTED:
                raise ActionNeeded("review.not_standing", submission=submission_id)
            if submission_id not in _reviewers(work, submission_id):
                why = _override(house, work, found, reason)
                record(house, work, REVIEWED, submission_id, actor, sha256=found.sha256, **why)
                confirmed.append(submission_id)
    return confirmed


def _override(house: House, work: Work, submission: Submission, reason: str) -> dict[str, object]:
    """What the journal keeps of letting unexplained warnings pass; nothing when there are none that matter."""
    view = cycle_view(house, int(submission.obligation.cycle.rpartition("-")[2]), work)
    count = work.explanations.open_warnings(submission.id).get(submission.id, 0)
    if not count or view.programme.form.inclusion.unexplained:
        return {}
    if len(reason) < MINIMUM_REASON:
        raise ActionNeeded("review.unexplained", submission=submission.id, count=count, minimum=MINIMUM_REASON)
    return {"unexplained": count, "reason": reason}


def _submission(work: Work, submission_id: str) -> Submission:
    try:
        key = ObligationKey.parse(submission_id.rpartition("/")[0])
    except ValueError:
        raise NotFound("not_found.submission_id", submission=submission_id) from None
    found = next((one for one in work.submissions.versions(key) if one.id == submission_id), None)
    if found is None:
        raise NotFound("not_found.submission_id", submission=submission_id)
    return found


def _reviewers(work: Work, prefix: str) -> dict[str, str]:
    """Who looked at which version."""
    return {event.subject: event.actor for event in work.audit.find([REVIEWED], prefix)}
