"""The ledger's rows of the channels in, in memory: receipts, refused files, API keys and requests, mails."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from plancycle.domain.api_access import ApiKey, ApiRequest
from plancycle.domain.quarantine import Quarantined, QuarantineStatus, check_move, is_same_refusal
from plancycle.domain.receipts import SignedReceipt
from plancycle.services.intake_repositories import MailRecord


def raise_clash(what: object) -> None:
    """Refuse as the ledger does; imported late, since the ledger imports this module."""
    from fake_ledger import Clash

    raise Clash(what)


@dataclass
class IntakeTables:
    """All rows of this topic."""

    receipts: dict[str, SignedReceipt] = field(default_factory=dict)
    quarantine: dict[int, Quarantined] = field(default_factory=dict)
    api_keys: dict[str, ApiKey] = field(default_factory=dict)
    api_requests: dict[tuple[str, str], ApiRequest] = field(default_factory=dict)
    mails: dict[tuple[int, int], MailRecord] = field(default_factory=dict)

    def __copy__(self) -> "IntakeTables":
        return IntakeTables(**{name: dict(rows) for name, rows in vars(self).items()})


class FakeReceipts:
    def __init__(self, tables: Any) -> None:
        self.tables = tables
        self.rows = tables.intake.receipts

    def add(self, receipt: SignedReceipt) -> None:
        taken = {row.submission for row in self.rows.values()}
        is_orphan = receipt.submission not in self.tables.submissions
        if receipt.number in self.rows or receipt.submission in taken or is_orphan:
            raise_clash(receipt.number)
        self.rows[receipt.number] = receipt

    def get(self, number: str) -> SignedReceipt | None:
        return self.rows.get(number)

    def of_submission(self, submission_id: str) -> SignedReceipt | None:
        return next((row for row in self.rows.values() if row.submission == submission_id), None)


class FakeQuarantine:
    def __init__(self, tables: Any) -> None:
        self.tables = tables
        self.rows = tables.intake.quarantine

    def add(self, refused: Quarantined) -> Quarantined:
        known = self.known(refused)
        if known is not None:
            return known
        stored = replace(refused, id=len(self.rows) + 1)
        self.rows[stored.id] = stored
        return stored

    def get(self, number: int) -> Quarantined | None:
        return self.rows.get(number)

    def all(self) -> list[Quarantined]:
        return list(self.rows.values())

    def known(self, refused: Quarantined) -> Quarantined | None:
        kept = (row for row in self.rows.values() if row.status is QuarantineStatus.KEPT)
        return next((row for row in kept if is_same_refusal(row, refused)), None)

    def settle(self, number: int, status: QuarantineStatus, at: datetime, by: str) -> None:
        known = self.rows[number]
        check_move(known.status, status)
        self.rows[number] = replace(known, status=status, settled_at=at, settled_by=by)

    def is_needed_elsewhere(self, sha256: str, number: int) -> bool:
        tables = self.tables
        kept = (row for row in self.rows.values() if row.status is QuarantineStatus.KEPT and row.id != number)
        hashes = {row.sha256 for row in kept}
        hashes |= {row.sha256 for row in (*tables.submissions.values(), *tables.documents, *tables.messages.values())}
        hashes |= {row.pdf_sha256 for row in tables.intake.receipts.values()}
        return sha256 in hashes | {row.raw_sha256 for row in tables.intake.mails.values()}


class FakeApiAccess:
    def __init__(self, tables: Any) -> None:
        self.tables = tables
        self.rows = tables.intake.api_keys
        self.requests = tables.intake.api_requests

    def add_key(self, key: ApiKey) -> None:
        if key.id in self.rows:
            raise_clash(key.id)
        self.rows[key.id] = key

    def key(self, key_id: str) -> ApiKey | None:
        return self.rows.get(key_id)

    def keys(self) -> list[ApiKey]:
        return sorted(self.rows.values(), key=lambda key: (key.created_at, key.id))

    def revoke(self, key_id: str, at: datetime) -> None:
        self.rows[key_id] = replace(self.rows[key_id], revoked_at=at)

    def request(self, agency: str, key: str) -> ApiRequest | None:
        return self.requests.get((agency, key))

    def save_request(self, request: ApiRequest) -> None:
        self.requests[request.agency, request.key] = request

    def forget_request(self, agency: str, key: str) -> None:
        self.requests.pop((agency, key), None)

    def forget_requests_before(self, moment: datetime) -> int:
        old = [key for key, request in self.requests.items() if request.started_at < moment]
        for key in old:
            del self.requests[key]
        return len(old)


class FakeMails:
    def __init__(self, tables: Any) -> None:
        self.tables = tables
        self.rows = tables.intake.mails

    def add(self, mail: MailRecord) -> None:
        if (mail.uidvalidity, mail.uid) in self.rows:
            raise_clash(mail.uid)
        self.rows[mail.uidvalidity, mail.uid] = mail

    def get(self, uidvalidity: int, uid: int) -> MailRecord | None:
        return self.rows.get((uidvalidity, uid))

    def with_message_id(self, message_id: str) -> Sequence[MailRecord]:
        return [row for row in self.rows.values() if row.message_id == message_id]
