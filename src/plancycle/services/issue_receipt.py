"""Make the receipt of a version: state, render, sign and store it, in the transaction that stores the version."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from plancycle.domain.events import SealedEvent, canonical_json
from plancycle.domain.obligations import Obligation
from plancycle.domain.receipts import (
    FORMAT,
    Receipt,
    SignedReceipt,
    content_sha256,
    signed_bytes,
    statement_of,
    verdict,
)
from plancycle.domain.submissions import Entry, Outcome, Submission
from plancycle.services.cycle_view import CycleView
from plancycle.services.journal import record
from plancycle.services.ports import Attachment, House
from plancycle.services.repositories import Work


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a receipt is issued for: the version, what was read in it, and the event that took it in."""

    submission: Submission
    obligation: Obligation
    entries: Sequence[Entry]
    outcome: Outcome
    channel: str
    event: SealedEvent
    cites: str | None
    judged_at: datetime
    """By which moment the version is on time or late."""


@dataclass(frozen=True, slots=True)
class IssuedReceipt:
    """A receipt with its two files: the PDF for people, the signed JSON for machines."""

    signed: SignedReceipt
    files: tuple[Attachment, ...]


def issue(house: House, work: Work, view: CycleView, occasion: Occasion) -> IssuedReceipt:
    """Issue and store the receipt of one version; its number and hash go into the audit chain, too."""
    receipt = _receipt(view, occasion)
    pdf = house.documents.receipt(receipt)
    pdf_sha256 = house.files.put(pdf)
    statement, key_id = statement_of(receipt), house.receipt_key.key_id
    signed = SignedReceipt(
        number=receipt.number,
        submission=receipt.submission,
        issued_at=house.clock.now(),
        statement=canonical_json(statement),
        pdf_sha256=pdf_sha256,
        key_id=key_id,
        signature=house.receipt_key.sign(signed_bytes(statement, pdf_sha256, key_id)),
    )
    work.receipts.add(signed)
    record(house, work, "receipt.issued", signed.number, submission=signed.submission, signature=signed.signature)
    return IssuedReceipt(signed, _files(signed, pdf))


def issued(house: House, signed: SignedReceipt) -> IssuedReceipt:
    """A receipt that was issued earlier. Raises NotFound or OutsideFailure as reading its file does."""
    return IssuedReceipt(signed, _files(signed, house.files.get(signed.pdf_sha256)))


def _receipt(view: CycleView, occasion: Occasion) -> Receipt:
    submission, obligation, event = occasion.submission, occasion.obligation, occasion.event
    key, zone = submission.obligation, ZoneInfo(view.programme.timezone)
    common_due = view.dates(key.period).due_at
    return Receipt(
        number=submission.receipt,
        submission=submission.id,
        version=submission.version,
        agency=key.agency,
        agency_name=view.name(key.agency),
        programme_title=view.programme.title,
        period_title=view.title(key.period),
        file_name=submission.file_name,
        channel=occasion.channel,
        sha256=submission.sha256,
        content_sha256=content_sha256(occasion.entries),
        form_version=view.form(key.period, key.agency).version,
        programme_version=view.programme.version,
        sent_at=submission.sent_at.astimezone(zone),
        received_at=submission.received_at.astimezone(zone),
        due_at=obligation.due_at.astimezone(zone),
        common_due_at=common_due.astimezone(zone),
        verdict=verdict(occasion.judged_at, common_due, obligation.due_at),
        outcome=str(occasion.outcome),
        audit_seq=event.seq,
        audit_hash=event.hash,
        cites=occasion.cites,
        first_sent_at=occasion.judged_at.astimezone(zone) if occasion.judged_at < submission.sent_at else None,
    )


def twin_of(signed: SignedReceipt) -> bytes:
    """The machine-readable twin: the statement, the PDF's hash and the signature over both, as JSON text."""
    twin: Mapping[str, object] = {
        "format": FORMAT,
        "receipt": json.loads(signed.statement),
        "pdf_sha256": signed.pdf_sha256,
        "key_id": signed.key_id,
        "signature": signed.signature,
    }
    return (json.dumps(twin, ensure_ascii=False, indent=2) + "\n").encode()


def _files(signed: SignedReceipt, pdf: bytes) -> tuple[Attachment, ...]:
    stem = f"Bien-nhan_{signed.number}"
    return (
        Attachment(f"{stem}.pdf", pdf, "application/pdf"),
        Attachment(f"{stem}.json", twin_of(signed), "application/json"),
    )


def leave_receipt(house: House, submission: Submission, receipt: IssuedReceipt) -> None:
    """Leave both files for people to open and print."""
    key = submission.obligation
    stem = f"{key.agency}_v{submission.version}_{receipt.signed.number}"
    for attachment in receipt.files:
        suffix = attachment.file_name.rpartition(".")[2]
        house.leave_file(f"receipts/{key.period}", f"{stem}.{suffix}", attachment.data)
