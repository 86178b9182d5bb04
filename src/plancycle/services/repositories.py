"""What one transaction can read and write. The only implementation is in ``adapters/database``; tests have a fake."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from plancycle.domain.approvals import Approval
from plancycle.domain.consolidation import DocumentFile, Edition, SourceCell
from plancycle.domain.deadlines import Extension
from plancycle.domain.events import Event, SealedEvent
from plancycle.domain.findings import Finding
from plancycle.domain.messages import Message, MessageStatus
from plancycle.domain.periods import ObligationKey, Period
from plancycle.domain.submissions import Entry, Outcome, Submission, SubmissionStatus
from plancycle.domain.transmittals import Transmittal


@dataclass(frozen=True, slots=True)
class Cycle:
    """A programme's year that has been opened; it pins the programme's version."""

    id: str
    programme: str
    year: int
    programme_version: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Intake:
    """One file that came in, whatever became of it. The bytes are in the file store under ``sha256``."""

    sha256: str
    file_name: str
    channel: str
    received_at: datetime
    outcome: Outcome
    reason: str | None = None
    cycle: str | None = None
    period: str | None = None
    agency: str | None = None
    submission: str | None = None


class Cycles(Protocol):
    """Opened cycles."""

    def add(self, cycle: Cycle) -> None:
        """Store a new cycle."""

    def get(self, cycle_id: str) -> Cycle | None:
        """The cycle, or None when it has not been opened."""

    def all(self) -> list[Cycle]:
        """Every opened cycle, oldest first."""


class Submissions(Protocol):
    """Submissions with their entries and findings, extensions, and every file that came in."""

    def add(self, submission: Submission, entries: Sequence[Entry], findings: Sequence[Finding]) -> None:
        """Store a new version with everything in it."""

    def set_status(self, submission_id: str, status: SubmissionStatus, reason: str | None = None) -> None:
        """Move a version along its lifecycle (the caller has checked the move)."""

    def versions(self, obligation: ObligationKey) -> list[Submission]:
        """All versions of one obligation, oldest first."""

    def of_period(self, cycle: str, period: Period) -> list[Submission]:
        """All versions of a period, by agency then version."""

    def by_bytes(self, obligation: ObligationKey, sha256: str) -> Submission | None:
        """The version these very bytes made, if any."""

    def entries(self, submission_id: str) -> list[Entry]:
        """The entries of one version, in form order."""

    def findings(self, submission_id: str) -> list[Finding]:
        """The findings of one version."""

    def sources(self, submission_ids: Sequence[str], row: str, field: str) -> list[SourceCell]:
        """The cells of one question in several versions."""

    def add_intake(self, intake: Intake) -> None:
        """Record a file that came in."""

    def intakes(self, cycle: str | None = None) -> list[Intake]:
        """Every file that came in, oldest first."""

    def add_extension(self, extension: Extension) -> None:
        """Store a granted extension; a later one for the same obligation stands."""

    def extensions(self, cycle: str) -> dict[str, Extension]:
        """The standing extension by obligation key."""


class Outbox(Protocol):
    """Letters."""

    def add(self, message: Message) -> bool:
        """Queue a letter; False when its key is already there (nothing changes then)."""

    def get(self, key: str) -> Message | None:
        """The letter with that key."""

    def waiting(self) -> list[Message]:
        """Letters to send now: queued ones and those in doubt, oldest first."""

    def interrupted(self) -> list[Message]:
        """Letters a dead sender left claimed or transmitting."""

    def move(self, key: str, status: MessageStatus, *, at: datetime, reply: str | None = None) -> None:
        """Move a letter along its lifecycle (checked here, too)."""

    def refused_addresses(self) -> set[str]:
        """Addresses a relay has refused for good."""

    def keys(self, prefix: str) -> set[str]:
        """Keys that start with the prefix."""

    def all(self, prefix: str = "") -> list[Message]:
        """Letters whose key starts with the prefix, in queueing order."""


class Editions(Protocol):
    """Editions, their documents, document numbers, approvals."""

    def add(self, edition: Edition) -> None:
        """Store a new edition."""

    def of_period(self, cycle: str, period: Period) -> list[Edition]:
        """Editions of a period, oldest first."""

    def get(self, edition_id: str) -> Edition | None:
        """One edition."""

    def add_documents(self, files: Sequence[DocumentFile]) -> None:
        """Store the rendered files of an edition."""

    def documents(self, edition_id: str) -> list[DocumentFile]:
        """The rendered files of an edition, by kind."""

    def document_number(self, issuer: str, year: int, purpose: str) -> int:
        """The number of a purpose; allocated once per issuer and year from 1 up, reused ever after."""

    def add_approval(self, approval: Approval) -> None:
        """Store a request."""

    def save_approval(self, approval: Approval) -> None:
        """Store a decision."""

    def approvals(self, edition_id: str) -> list[Approval]:
        """Approvals of an edition, oldest first."""

    def approval(self, approval_id: str) -> Approval | None:
        """One approval."""


class Transmittals(Protocol):
    """Deliveries to addressees."""

    def add(self, transmittal: Transmittal) -> bool:
        """Store an intent; False when the key is already there."""

    def get(self, key: str) -> Transmittal | None:
        """One delivery."""

    def save(self, transmittal: Transmittal) -> None:
        """Store its new standing."""

    def of_cycle(self, cycle: str) -> list[Transmittal]:
        """Deliveries of a cycle, by key."""


class Audit(Protocol):
    """The chain of events."""

    def record(self, event: Event) -> SealedEvent:
        """Append an event in this very transaction."""

    def all(self) -> list[SealedEvent]:
        """The whole chain, oldest first."""

    def head(self) -> str:
        """The hash of the newest event (64 zeros when there is none)."""


class Work(Protocol):
    """One transaction over all of it."""

    cycles: Cycles
    submissions: Submissions
    outbox: Outbox
    editions: Editions
    transmittals: Transmittals
    audit: Audit
