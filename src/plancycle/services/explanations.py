"""Reasons for warnings: taken in with an answer, carried to the next version, given later, reviewed by a person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from plancycle.domain.approvals import MINIMUM_REASON
from plancycle.domain.errors import ActionNeeded, DataProblem, NotFound
from plancycle.domain.events import canonical_json
from plancycle.domain.explanations import (
    Explanation,
    ExplanationStatus,
    check_move,
    is_open,
    standing_for,
    was_refused,
)
from plancycle.domain.findings import Examined, Finding, Severity, read_cell
from plancycle.domain.forms import FieldKind, FormField
from plancycle.domain.secrecy import check_unmarked
from plancycle.domain.submissions import Submission, SubmissionStatus
from plancycle.services.cycle_view import cycle_view
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.repositories import Work
from plancycle.services.return_submission import send_back

LEAST = 10
"""Characters of an explanation that is given outside the workbook; "đúng" explains nothing."""
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Weighed:
    """An answer's findings after the agency's reasons: what is still asked, and the explanations to store with it."""

    findings: tuple[Finding, ...]
    explanations: tuple[Explanation, ...]


def weigh(house: House, known: Sequence[Explanation], submission: Submission, examined: Examined) -> Weighed:
    """Set the reasons typed now, and those known from earlier versions, against the warnings of a new version.

    ``known``: every explanation of the obligation, oldest first. The same words for the same value keep the review
    they have had; words that were refused for it are no explanation, and the warning stands.
    """
    values = {(entry.row, entry.field): entry.value or "" for entry in examined.entries}
    asked: list[Finding] = []
    given: list[Explanation] = []
    for finding in examined.findings:
        value = values.get((finding.row, finding.field), "")
        earlier = standing_for(known, finding, value) if finding.severity is Severity.WARNING else None
        if earlier is None:
            asked.append(finding)
        else:
            given.append(_carried(earlier, submission, finding))
    for one in examined.explained:
        value = values.get((one.finding.row, one.finding.field), "")
        earlier = standing_for(known, one.finding, value)
        if was_refused(known, one.finding, value, one.text):
            asked.append(one.finding)
        elif earlier is not None and earlier.text == one.text:
            given.append(_carried(earlier, submission, one.finding))
        else:
            given.append(_made(house, submission, one.finding, value, one.text, submission.obligation.agency))
    return Weighed(tuple(asked), tuple(given))


def store(house: House, work: Work, explanations: Sequence[Explanation]) -> None:
    """Keep the explanations of a new version, in the transaction that stores it."""
    for one in explanations:
        kept = work.explanations.add(one)
        if kept.carried_from is None:
            record(house, work, "explanation.given", kept.submission, kept.given_by, number=kept.number, rule=kept.rule)


def _carried(earlier: Explanation, submission: Submission, finding: Finding) -> Explanation:
    """The same explanation beside the same value in a newer version; it stays reviewed."""
    origin = earlier.carried_from or earlier.submission
    moved = replace(earlier, sheet=finding.sheet, cell=finding.cell, label=finding.label)
    return replace(moved, number=0, submission=submission.id, carried_from=origin)


def _made(house: House, submission: Submission, finding: Finding, value: str, text: str, by: str) -> Explanation:
    return Explanation(
        number=0,
        submission=submission.id,
        rule=finding.rule,
        code=finding.code,
        sheet=finding.sheet,
        cell=finding.cell,
        row=finding.row,
        field=finding.field,
        label=finding.label,
        value=value,
        params=canonical_json(finding.params),
        text=text,
        given_by=by,
        given_at=house.clock.now(),
    )


def explain(house: House, submission_id: str, rule: str, row: str, field: str, text: str, by: str) -> Explanation:
    """Give the reason for one warning of the version that stands. The same words twice are once.

    Raises NotFound (no such version or warning), ActionNeeded (the version does not stand, or the warning is explained
    already) and DataProblem (too short, too long, or with characters nobody can see).
    """
    words = _readable(text)
    with house.work() as work:
        submission = _standing(work, submission_id)
        asked = [one for one in work.submissions.findings(submission_id) if one.severity is Severity.WARNING]
        finding = next((one for one in asked if (one.rule, one.row, one.field) == (rule, row, field)), None)
        if finding is None:
            there = tuple(f"{one.rule} · {one.row} · {one.field}" for one in asked) or ("–",)
            raise NotFound("not_found.warning", submission=submission_id, rule=rule, row=row, field=field, known=there)
        known = work.explanations.under(f"{submission.obligation}/v")
        mine = [one for one in known if one.submission == submission_id]
        if not is_open(finding, mine):
            same = [one for one in mine if one.question == (rule, row, field) and one.text == words]
            if same:
                return same[-1]
            raise ActionNeeded("explanation.given_already", label=finding.label)
        value = _value(work, submission_id, row, field)
        if was_refused(known, finding, value, words):
            raise ActionNeeded("explanation.refused_already", label=finding.label)
        made = work.explanations.add(_made(house, submission, finding, value, words, by))
        record(house, work, "explanation.given", submission_id, by, number=made.number, rule=rule)
        return made


def _readable(text: str) -> str:
    """The words as a text cell would be read. Raises DataProblem."""
    check_unmarked(text)
    field = FormField("explanation", "", FieldKind.TEXT, (), max_length=LONGEST)
    words, problem = read_cell(field, text, needed=False)
    if problem is not None:
        raise DataProblem(f"finding.{problem.code}", **problem.params)
    if len(words or "") < LEAST:
        raise DataProblem("explanation.too_short", minimum=LEAST)
    return words or ""


def _standing(work: Work, submission_id: str) -> Submission:
    submission = work.submissions.get(submission_id)
    if submission is None:
        raise NotFound("not_found.submission", obligation=submission_id)
    if submission.status is not SubmissionStatus.ACCEPTED:
        raise ActionNeeded("explanation.not_standing", submission=submission_id)
    return submission


def _value(work: Work, submission_id: str, row: str, field: str) -> str:
    entries = work.submissions.entries(submission_id)
    return next((entry.value or "" for entry in entries if (entry.row, entry.field) == (row, field)), "")


def review(house: House, number: int, accept: bool, by: str, reason: str = "") -> Explanation:
    """Accept an explanation, or refuse it with a reason: then the answer goes back to the agency. Twice is once.

    Raises NotFound, MoveNotAllowed, or ActionNeeded when a refusal gives too short a reason.
    """
    status = ExplanationStatus.ACCEPTED if accept else ExplanationStatus.REFUSED
    check_unmarked(reason)
    if not accept and len(reason.strip()) < MINIMUM_REASON:
        raise ActionNeeded("approval.reason_needed", minimum=MINIMUM_REASON)
    with house.work() as work:
        known = work.explanations.get(number)
        if known is None:
            raise NotFound("not_found.explanation", number=number)
        if known.status is status:
            return known
        check_move(known.status, status)
        now, why = house.clock.now(), None if accept else reason.strip()
        work.explanations.review(number, status, why, by, now)
        record(house, work, f"explanation.{status}", known.submission, by, number=number, reason=why or "")
        reviewed = replace(known, status=status, reason=why, reviewed_by=by, reviewed_at=now)
        submission = work.submissions.get(known.submission)
        if not accept and submission is not None and submission.status is SubmissionStatus.ACCEPTED:
            told = house.texts.say("explanation.return_reason", label=known.label, text=known.text, reason=why)
            view = cycle_view(house, int(submission.obligation.cycle.rpartition("-")[2]), work)
            send_back(house, work, view, submission, told, by)
        return reviewed


def to_review(house: House, prefix: str) -> list[Explanation]:
    """Explanations of standing versions that nobody has reviewed yet, oldest first; ``prefix``: of a year, a period."""
    with house.work() as work:
        found = [one for one in work.explanations.under(prefix) if one.status is ExplanationStatus.GIVEN]
        standing = {one.submission: work.submissions.get(one.submission) for one in found}
    return [one for one in found if (of := standing[one.submission]) and of.status is SubmissionStatus.ACCEPTED]
