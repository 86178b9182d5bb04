"""What an agency hears back: a receipt when its report is accepted, its own marked workbook when it is not."""

from collections.abc import Sequence

from plancycle.domain.findings import Finding
from plancycle.domain.messages import MessageKind
from plancycle.domain.submissions import Submission
from plancycle.services.cycle_view import CycleView
from plancycle.services.letters import finding_facts, queue_to_agency
from plancycle.services.ports import Attachment, House
from plancycle.services.report_contents import ReceiptFacts
from plancycle.services.repositories import Work


def reply_received(
    house: House, work: Work, view: CycleView, submission: Submission, findings: Sequence[Finding]
) -> None:
    """Queue the letter with the receipt number; warnings go along as things to explain."""
    key = submission.obligation
    facts = {
        "receipt": submission.receipt,
        "is_late": submission.is_late,
        "received_at": submission.received_at,
        "file_name": submission.file_name,
        "findings": finding_facts(house, findings),
    }
    rung = f"received-v{submission.version}"
    queue_to_agency(house, work, view, key.period, key.agency, MessageKind.RECEIVED, rung, facts)


def reply_returned(
    house: House, work: Work, view: CycleView, submission: Submission, data: bytes, findings: Sequence[Finding]
) -> None:
    """Queue the letter that lists every error, with the clerk's own file marked where it is wrong."""
    key = submission.obligation
    name = f"Tra-lai_{view.id}_{key.period}_{key.agency}_lan-{submission.version}.xlsx"
    marked = house.workbooks.mark(data, findings)
    facts = {
        "receipt": submission.receipt,
        "file_name": submission.file_name,
        "findings": finding_facts(house, findings),
        "reason": submission.return_reason or "",
    }
    rung = f"returned-v{submission.version}"
    attached = [Attachment(name, marked)]
    queue_to_agency(house, work, view, key.period, key.agency, MessageKind.RETURNED, rung, facts, attached)
    house.leave_file(f"returned/{key.period}", name, marked)


def leave_receipt(house: House, view: CycleView, submission: Submission) -> None:
    """Leave the receipt as a PDF for people to open and print."""
    key = submission.obligation
    dates = view.dates(key.period)
    facts = ReceiptFacts(
        receipt=submission.receipt,
        agency_name=view.programme.agency(key.agency).name,
        period_title=view.title(key.period),
        programme_title=view.programme.title,
        submission=submission.id,
        file_name=submission.file_name,
        sha256=submission.sha256,
        sent_at=submission.sent_at,
        received_at=submission.received_at,
        due_at=dates.due_at,
        is_late=submission.is_late,
    )
    name = f"{key.agency}_v{submission.version}_{submission.receipt}.pdf"
    house.leave_file(f"receipts/{key.period}", name, house.documents.receipt(facts))
