"""What an agency hears back: a receipt when its report is accepted, its own marked workbook when it is not."""

from collections.abc import Sequence
from datetime import datetime

from plancycle.domain.findings import Finding, Severity
from plancycle.domain.messages import MessageKind
from plancycle.domain.submissions import Submission
from plancycle.services.cycle_view import CycleView
from plancycle.services.issue_receipt import IssuedReceipt
from plancycle.services.letters import finding_facts, queue_to_agency
from plancycle.services.ports import Attachment, House
from plancycle.services.repositories import Work

TO_EXPLAIN = "Giai-trinh"
JSON_SUFFIX = ".json"
"""What an answer that came through the API is called."""


def reply_received(
    house: House,
    work: Work,
    view: CycleView,
    submission: Submission,
    data: bytes,
    findings: Sequence[Finding],
    receipt: IssuedReceipt,
    judged_at: datetime,
) -> None:
    """Queue the letter with the receipt attached; ``judged_at`` is what made the report on time or late.

    Where the programme counts no answer with unexplained warnings, the clerk's own file goes along with each of them
    marked: a reason typed there and sent again settles it.
    """
    key = submission.obligation
    is_asked = any(finding.severity is Severity.WARNING for finding in findings)
    must_explain = is_asked and not view.programme.form.inclusion.unexplained
    facts = {
        "receipt": submission.receipt,
        "is_late": submission.is_late,
        "first_sent_at": judged_at if judged_at < submission.sent_at else None,
        "received_at": submission.received_at,
        "file_name": submission.file_name,
        "findings": finding_facts(house, findings),
        "must_explain": must_explain,
    }
    rung = f"received-v{submission.version}"
    attached = list(receipt.files)
    if must_explain:
        marked = marked_workbook(house, view, submission, data, findings, TO_EXPLAIN)
        attached += marked
        for one in marked:
            house.leave_file(f"returned/{key.period}", one.file_name, one.data)
    queue_to_agency(house, work, view, key.period, key.agency, MessageKind.RECEIVED, rung, facts, attached)


def reply_returned(
    house: House, work: Work, view: CycleView, submission: Submission, data: bytes, findings: Sequence[Finding]
) -> None:
    """Queue the letter that lists every error, with the clerk's own file marked where it is wrong.

    An answer that came as JSON has no cells to mark: its letter lists the errors only.
    """
    key = submission.obligation
    facts = {
        "receipt": submission.receipt,
        "file_name": submission.file_name,
        "findings": finding_facts(house, findings),
        "reason": submission.return_reason or "",
    }
    rung = f"returned-v{submission.version}"
    attached = marked_workbook(house, view, submission, data, findings)
    for one in attached:
        house.leave_file(f"returned/{key.period}", one.file_name, one.data)
    queue_to_agency(house, work, view, key.period, key.agency, MessageKind.RETURNED, rung, facts, attached)


def marked_workbook(
    house: House,
    view: CycleView,
    submission: Submission,
    data: bytes,
    findings: Sequence[Finding],
    called: str = "Tra-lai",
) -> list[Attachment]:
    """The clerk's own file, marked where it is wrong; nothing for an answer that has no cells."""
    if submission.file_name.endswith(JSON_SUFFIX):
        return []
    key = submission.obligation
    name = f"{called}_{key.cycle}_{key.period}_{key.agency}_lan-{submission.version}.xlsx"
    return [Attachment(name, house.workbooks.mark(data, findings, view.programme.form.explanation_field))]
