"""What the channels in keep beside the submissions: receipts, refused files, API keys and requests, mails."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from plancycle.domain.api_access import ApiKey, ApiRequest
from plancycle.domain.quarantine import Quarantined, QuarantineStatus
from plancycle.domain.receipts import SignedReceipt


class MailOutcome(StrEnum):
    """What became of one mail."""

    TAKEN = "taken"
    AGAIN = "again"
    """The same mail delivered a second time."""
    QUARANTINED = "quarantined"
    BOUNCE = "bounce"
    AUTOMATIC = "automatic"
    STUCK = "stuck"
    """Something of ours failed over it: it is in no table, and waits in the mailbox for the next time."""


@dataclass(frozen=True, slots=True)
class MailRecord:
    """One mail of the mailbox. ``raw_sha256`` is the whole mail's; its bytes are kept only when it was refused."""

    uidvalidity: int
    uid: int
    message_id: str
    raw_sha256: str
    sender: str
    arrived_at: datetime
    outcome: MailOutcome
    reason: str | None = None
    files: int = 0


class Receipts(Protocol):
    """Signed receipts; never changed."""

    def add(self, receipt: SignedReceipt) -> None:
        """Store a receipt."""

    def get(self, number: str) -> SignedReceipt | None:
        """By its number."""

    def of_submission(self, submission_id: str) -> SignedReceipt | None:
        """The receipt of a version; None for one from before receipts were kept."""


class Quarantine(Protocol):
    """Refused files."""

    def add(self, refused: Quarantined) -> Quarantined:
        """Store one (its id is given here); a file that is kept already for the same reason is not stored twice."""

    def get(self, number: int) -> Quarantined | None:
        """One refused file."""

    def all(self) -> list[Quarantined]:
        """Every refused file, oldest first."""

    def known(self, refused: Quarantined) -> Quarantined | None:
        """The kept entry of the same bytes, name, channel, sender and reason."""

    def settle(self, number: int, status: QuarantineStatus, at: datetime, by: str) -> None:
        """Move an entry along its lifecycle. Raises MoveNotAllowed."""

    def is_needed_elsewhere(self, sha256: str, number: int) -> bool:
        """Whether any other row of the ledger stands on these bytes."""


class ApiAccess(Protocol):
    """API keys and idempotent requests."""

    def add_key(self, key: ApiKey) -> None:
        """Store a key."""

    def key(self, key_id: str) -> ApiKey | None:
        """One key."""

    def keys(self) -> list[ApiKey]:
        """Every key, oldest first."""

    def revoke(self, key_id: str, at: datetime) -> None:
        """It opens nothing from now on."""

    def request(self, agency: str, key: str) -> ApiRequest | None:
        """What is known of an idempotency key."""

    def save_request(self, request: ApiRequest) -> None:
        """Store it, replacing what was known."""

    def forget_request(self, agency: str, key: str) -> None:
        """It never happened: the next one with this key does the work."""

    def forget_requests_before(self, moment: datetime) -> int:
        """Forget what started before a moment; returns how many."""


class Mails(Protocol):
    """Mails of the mailbox; one row a mail, however often it is fetched."""

    def add(self, mail: MailRecord) -> None:
        """Store what became of a mail."""

    def get(self, uidvalidity: int, uid: int) -> MailRecord | None:
        """By its place in the mailbox."""

    def with_message_id(self, message_id: str) -> Sequence[MailRecord]:
        """Mails that carried a Message-ID, oldest first."""
