"""Everything kept about one obligation as one ZIP file: versions, receipts, findings, letters and the journal.

Letters are their text only: the links in them speak for their addressees. The same ledger gives the same bytes.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterable

from plancycle.domain.findings import Finding
from plancycle.domain.periods import ObligationKey
from plancycle.domain.submissions import Submission
from plancycle.portal.desk_audit import harmless
from plancycle.portal.desk_frame import Desk
from plancycle.portal.desk_letters_first import read_letter
from plancycle.services.audit_repository import AuditQuery
from plancycle.services.carriers import is_webhook
from plancycle.services.issue_receipt import twin_of
from plancycle.services.repositories import Work

FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)
"""The date every member carries: a ZIP file knows no earlier one."""
FINDING_HEADS = ("severity", "code", "sheet", "cell", "label", "value", "params")
EVENT_HEADS = ("seq", "at", "actor", "action", "subject", "payload", "hash")
MOST_EVENTS = 5000


def bundle(desk: Desk, key: ObligationKey) -> bytes:
    """The ZIP file. Raises NotFound when a stored file is gone."""
    with desk.house.work() as work:
        versions = work.submissions.versions(key)
        members = [member for one in versions for member in _version(desk, work, one)]
        members += _letters(desk, work, key)
        members.append(("nhat-ky.csv", _journal(work, key)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members:
            packed.writestr(zipfile.ZipInfo(name, FIRST_MOMENT), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _version(desk: Desk, work: Work, one: Submission) -> list[tuple[str, bytes]]:
    """The bytes as they came, what was found in them, and the receipt."""
    place = f"lan-{one.version:02d}"
    suffix = one.file_name.rpartition(".")[2].lower()
    suffix = suffix if suffix.isalnum() and suffix.isascii() and len(suffix) <= 5 else "bin"
    found = [(f"{place}/tep-goc.{suffix}", desk.house.files.get(one.sha256))]
    findings = _table(FINDING_HEADS, map(_finding, work.submissions.findings(one.id)))
    found.append((f"{place}/loi-va-canh-bao.csv", findings))
    receipt = work.receipts.of_submission(one.id)
    if receipt is not None:
        found.append((f"{place}/bien-nhan.pdf", desk.house.files.get(receipt.pdf_sha256)))
        found.append((f"{place}/bien-nhan.json", twin_of(receipt)))
    return found


def _finding(one: Finding) -> tuple[str, ...]:
    params = json.dumps(dict(one.params), ensure_ascii=False, sort_keys=True)
    return (str(one.severity), one.code, one.sheet, one.cell, one.label, one.value, params)


def _letters(desk: Desk, work: Work, key: ObligationKey) -> list[tuple[str, bytes]]:
    found = []
    for number, one in enumerate(work.outbox.all(f"{key}/"), start=1):
        data = desk.house.files.get(one.sha256)
        text = "" if is_webhook(one.key) else read_letter(desk, data)[0]
        head = f"{one.to_address}\n{one.subject}\n{one.status}\nSHA-256 {one.sha256}\n\n"
        found.append((f"thu/{number:03d}-{one.kind}.txt", (head + text).encode()))
    return found


def _journal(work: Work, key: ObligationKey) -> bytes:
    events = work.audit.search(AuditQuery(subject=str(key), limit=MOST_EVENTS))
    return _table(
        EVENT_HEADS,
        ((str(one.seq), one.at, one.actor, one.action, one.subject, one.payload, one.hash) for one in events),
    )


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> bytes:
    """A CSV file (UTF-8 with its mark) in which nothing calculates."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows([harmless(text) for text in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")
