"""Builds the receipt's page: proof that a version came in, its warnings, and what became of the reasons given."""

import json
from collections.abc import Mapping, Sequence

from plancycle.domain.explanations import Explanation
from plancycle.domain.findings import Finding, Severity
from plancycle.domain.receipts import SignedReceipt
from plancycle.domain.submissions import Submission, SubmissionStatus
from plancycle.portal.clerk_access import Clerk, case_of
from plancycle.portal.clerk_pages import ReceiptPage, WarningLine
from plancycle.portal.fields import FieldError
from plancycle.services.judged_moments import sent_first
from plancycle.services.ports import House
from plancycle.services.withdraw_submission import is_under_review

Errors = tuple[FieldError, ...]


def receipt_page(
    house: House,
    who: Clerk,
    submission: Submission,
    *,
    is_replay: bool,
    typed: Mapping[str, str] | None = None,
    errors: Errors = (),
) -> ReceiptPage:
    """Proof that a version came in, and every warning of it with the reason given and what became of that.

    ``typed``: reasons that were not taken, by ``rule|row|field``; they are shown again.
    """
    with house.work() as work:
        first_sent_at = sent_first(work, who.view, submission)
        can_withdraw = submission.status is SubmissionStatus.ACCEPTED and not is_under_review(work, submission)
        findings = work.submissions.findings(submission.id)
        given = [one for one in work.explanations.under(submission.id) if one.submission == submission.id]
    warnings = _warnings(who, submission, findings, given, typed or {})
    unexplained = sum(not one.text for one in warnings)
    return ReceiptPage(
        case=case_of(house, who),
        number=submission.receipt,
        received_at=submission.received_at,
        sent_at=submission.sent_at,
        is_late=submission.is_late,
        first_sent_at=first_sent_at if first_sent_at < submission.sent_at else None,
        is_replay=is_replay,
        is_standing=submission.status is SubmissionStatus.ACCEPTED,
        status=who.say(f"submission_status.{submission.status}"),
        version=submission.version,
        file_name=submission.file_name,
        sha256=submission.sha256,
        can_withdraw=can_withdraw,
        is_returned=submission.status is SubmissionStatus.RETURNED,
        open_warnings=unexplained,
        is_left_out=bool(unexplained) and can_withdraw and not who.view.programme.form.inclusion.unexplained,
        warnings=warnings,
        errors=errors,
    )


def _warnings(
    who: Clerk,
    submission: Submission,
    findings: Sequence[Finding],
    given: Sequence[Explanation],
    typed: Mapping[str, str],
) -> tuple[WarningLine, ...]:
    """Warnings of a version that were asked about, then reasons that came along with the answer itself."""
    is_standing = submission.status is SubmissionStatus.ACCEPTED
    reasons = {one.question: one for one in given}
    lines, number = [], 0
    for one in findings:
        if one.severity is not Severity.WARNING:
            continue
        reason = reasons.pop((one.rule, one.row, one.field), None)
        question = "|".join((one.rule, one.row, one.field))
        where = " · ".join(part for part in (one.sheet, one.cell) if part)
        line = WarningLine(
            target=f"cho-{number}",
            question=question,
            where=where,
            label=one.label,
            value=one.value,
            why=who.say(f"finding.{one.code}", **one.params),
            text=reason.text if reason else "",
            status=who.say(f"explanation_status.{reason.status}") if reason else "",
            css=str(reason.status) if reason else "",
            answer=(reason.reason or "") if reason else "",
            can_explain=is_standing and reason is None,
            typed=typed.get(question, ""),
        )
        lines.append(line)
        number += 1
    return (*lines, *(_explained(who, one, number + at) for at, one in enumerate(reasons.values())))


def _explained(who: Clerk, one: Explanation, number: int) -> WarningLine:
    """A warning whose reason came with the answer: it was never asked about."""
    where = " · ".join(part for part in (one.sheet, one.cell) if part)
    why = who.say(f"finding.{one.code}", **json.loads(one.params))
    status, question = who.say(f"explanation_status.{one.status}"), "|".join(one.question)
    return WarningLine(
        target=f"cho-{number}",
        question=question,
        where=where,
        label=one.label,
        value=one.value,
        why=why,
        text=one.text,
        status=status,
        css=str(one.status),
        answer=one.reason or "",
        can_explain=False,
    )


def submission_with(house: House, who: Clerk, receipt: str) -> tuple[Submission | None, SignedReceipt | None]:
    """The clerk's own version with that receipt, and the signed receipt."""
    with house.work() as work:
        versions = work.submissions.versions(who.obligation)
        found = next((one for one in versions if one.receipt == receipt), None)
        return found, work.receipts.of_submission(found.id) if found else None
