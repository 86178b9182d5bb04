"""Store a new version of an answer: checked, weighed against its explanations, receipted and replied to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from plancycle.domain import findings as checks
from plancycle.domain.corrections import Correction
from plancycle.domain.events import SealedEvent
from plancycle.domain.findings import Examined, Finding
from plancycle.domain.obligations import Obligation
from plancycle.domain.receipts import receipt_number
from plancycle.domain.submissions import Entry, Outcome, Submission, SubmissionStatus, check_move
from plancycle.services.arrivals import Arrival, Recognised
from plancycle.services.check_background import background_of
from plancycle.services.corrections import awaited, settle
from plancycle.services.cycle_view import CycleView
from plancycle.services.explanations import Weighed, store, weigh
from plancycle.services.issue_receipt import IssuedReceipt, Occasion, issue
from plancycle.services.journal import record
from plancycle.services.judged_moments import judged_by, owed_by
from plancycle.services.ports import House
from plancycle.services.replies import reply_received, reply_returned
from plancycle.services.repositories import Intake, Work


@dataclass(frozen=True, slots=True)
class Stored:
    """A version as it stands in the ledger, just stored or known already."""

    submission: Submission
    found: tuple[Finding, ...]
    receipt: IssuedReceipt | None
    is_replay: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """A version that is not stored yet: what was read in it and what is asked about it."""

    obligation: Obligation
    submission: Submission
    examined: Examined
    weighed: Weighed
    judged_at: datetime
    """By which moment it is on time or late: a mended report by that of the one it replaces."""


def judge(house: House, work: Work, arrival: Arrival, answer: Recognised, version: int) -> Judged:
    """Check an answer against the form, what was said before and the reasons that were given."""
    view, key = answer.view, answer.obligation
    obligation = owed_by(work, view, key)
    background = background_of(house, work, view, key.period, key.agency)
    examined = checks.examine(view.form(key.period, key.agency), view.programme.form, answer.entries, background)
    submission = _new_version(view, obligation, arrival, examined.entries, version)
    weighed = weigh(house, work.explanations.under(f"{key}/v"), submission, examined)
    judged_at = submission.sent_at
    if not checks.blocks(weighed.findings):
        judged_at = judged_by(work, view, obligation, work.submissions.versions(key), submission.sent_at)
    submission = replace(submission, is_late=judged_at >= obligation.due_at)
    return Judged(obligation, submission, examined, weighed, judged_at)


def store_answer(house: House, work: Work, arrival: Arrival, answer: Recognised) -> Stored:
    """Store what arrived as the next version of its obligation, and queue the reply; one transaction, the caller's."""
    view, versions = answer.view, work.submissions.versions(answer.obligation)
    judged = judge(house, work, arrival, answer, len(versions) + 1)
    read, found = judged.examined.entries, judged.weighed.findings
    work.submissions.add(judged.submission, read, found)
    store(house, work, judged.weighed.explanations)
    record(house, work, "submission.received", judged.submission.id, sha256=arrival.sha256, channel=arrival.channel)
    status = SubmissionStatus.RETURNED if checks.blocks(found) else SubmissionStatus.ACCEPTED
    submission, event = _move(house, work, judged.submission, status)
    outcome, correction = outcome_of(submission, found), awaited(work, submission.obligation)
    cites = _cited(correction, versions)
    occasion = Occasion(submission, judged.obligation, read, outcome, arrival.channel, event, cites, judged.judged_at)
    receipt = issue(house, work, view, occasion)
    if status is SubmissionStatus.ACCEPTED:
        _replace(house, work, versions, submission, correction)
        reply_received(house, work, view, submission, arrival.data, found, receipt, judged.judged_at)
    else:
        reply_returned(house, work, view, submission, arrival.data, found)
    work.submissions.add_intake(_intake(submission, outcome, arrival))
    return Stored(submission, found, receipt, False)


def _cited(correction: Correction | None, versions: Sequence[Submission]) -> str | None:
    """The receipt a new one cites: of what is being corrected, else of the version before."""
    if correction is not None:
        return correction.receipt
    return versions[-1].receipt if versions else None


def _replace(
    house: House, work: Work, versions: Sequence[Submission], submission: Submission, correction: Correction | None
) -> None:
    """An accepted version takes the place of those before it, and settles the correction that waited for it."""
    for version in versions:
        if version.status in (SubmissionStatus.ACCEPTED, SubmissionStatus.RETURNED):
            _move(house, work, version, SubmissionStatus.SUPERSEDED)
    if correction is not None:
        settle(house, work, correction, submission)


def _new_version(
    view: CycleView, obligation: Obligation, arrival: Arrival, read: tuple[Entry, ...], version: int
) -> Submission:
    nil = view.programme.form.nil_choice
    submission = Submission(
        obligation=obligation.key,
        version=version,
        sha256=arrival.sha256,
        file_name=arrival.file_name,
        sent_at=arrival.sent_at,
        received_at=arrival.received_at,
        is_late=arrival.sent_at >= obligation.due_at,
        is_nil=any(entry.field == "nil" and entry.value == nil for entry in read),
        status=SubmissionStatus.RECEIVED,
        receipt="",
    )
    return replace(submission, receipt=receipt_number(arrival.sha256, submission.id))


def _move(house: House, work: Work, submission: Submission, status: SubmissionStatus) -> tuple[Submission, SealedEvent]:
    check_move(submission.status, status)
    work.submissions.set_status(submission.id, status)
    action = f"submission.{status}"
    event = record(house, work, action, submission.id, receipt=submission.receipt, late=submission.is_late)
    return replace(submission, status=status), event


def outcome_of(submission: Submission, found: Sequence[Finding]) -> Outcome:
    """What its sender was last told; being superseded later does not turn a returned file into an accepted one."""
    if checks.blocks(found) or submission.return_reason is not None:
        return Outcome.RETURNED
    return Outcome.ACCEPTED_LATE if submission.is_late else Outcome.ACCEPTED


def _intake(submission: Submission, outcome: Outcome, arrival: Arrival) -> Intake:
    key = submission.obligation
    return Intake(
        sha256=arrival.sha256,
        file_name=arrival.file_name,
        channel=arrival.channel,
        received_at=arrival.received_at,
        outcome=outcome,
        cycle=key.cycle,
        period=str(key.period),
        agency=key.agency,
        submission=submission.id,
    )
