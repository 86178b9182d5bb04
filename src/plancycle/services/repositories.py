"""What one transaction can read and write. The only implementation is in ``adapters/database``; tests have a fake."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from plancycle.domain.approvals import Approval
from plancycle.domain.consolidation import DocumentFile, Edition, SourceCell
from plancycle.domain.deadlines import Extension
from plancycle.domain.events import Event, SealedEvent
from plancycle.domain.findings import Finding
from plancycle.domain.messages import Lease, Message, MessageStatus, Move
from plancycle.domain.periods import ObligationKey, Period
from plancycle.domain.submissions import Entry, Outcome, Submission, SubmissionStatus
from plancycle.domain.transmittals import Transmittal
from plancycle.services.acknowledgement_repository import Acknowledgements
from plancycle.services.address_repository import Addresses
from plancycle.services.approval_repository import Delegations, SignedCopies
from plancycle.services.audit_repository import AuditQuery
from plancycle.services.custody_repository import Custody
from plancycle.services.duty_repository import Duties
from plancycle.services.entered_date_repository import EnteredDates
from plancycle.services.explanation_repository import Corrections, Explanations
from plancycle.services.extension_repository import ExtensionRequests
from plancycle.services.intake_repositories import ApiAccess, Mails, Quarantine, Receipts
from plancycle.services.narrative_repository import NarrativeEdits
from plancycle.services.portal_repositories import Drafts, Links, People
from plancycle.services.register_repository import Register
from plancycle.services.succession_repository import Successions
from plancycle.services.version_repository import Versions
from plancycle.services.waiting_repository import Arrivals


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

    def get(self, submission_id: str) -> Submission | None:
        """One version."""

    def texts(self, cycle: str, period: Period, fields: Collection[str], least: int) -> list[tuple[str, Entry]]:
        """Answers of these fields of at least ``least`` characters in accepted versions, each with its agency."""

    def versions(self, obligation: ObligationKey) -> list[Submission]:
        """All versions of one obligation, oldest first."""

    def of_period(self, cycle: str, period: Period) -> list[Submission]:
        """All versions of a period, by agency then version."""

    def by_bytes(self, obligation: ObligationKey, sha256: str) -> Submission | None:
        """The version these very bytes made, if any that was not withdrawn."""

    def entries(self, submission_id: str) -> list[Entry]:
        """The entries of one version, in form order."""

    def entries_of(
        self, submission_ids: Sequence[str], fields: Collection[str] | None = None
    ) -> dict[str, list[Entry]]:
        """The entries of many versions, each in form order; with ``fields`` those of these columns only."""

    def findings_of(self, submission_ids: Sequence[str]) -> dict[str, list[Finding]]:
        """The findings of many versions."""

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

    def revoke_extension(self, obligation: str, at: datetime) -> None:
        """Take back the newest extension of an obligation from that moment on."""

    def extensions(self, cycle: str) -> dict[str, Extension]:
        """The standing extension by obligation key, as it counts (see :meth:`.Extension.in_force`)."""

    def extension(self, obligation: str) -> Extension | None:
        """The same of one obligation."""


class Outbox(Protocol):
    """Letters."""

    def add(self, message: Message) -> bool:
        """Queue a letter; False when its key is already there (nothing changes then)."""

    def get(self, key: str) -> Message | None:
        """The letter with that key."""

    def waiting(self, at: datetime) -> list[Message]:
        """Letters to send at that moment: queued ones and those in doubt whose time has come, oldest first."""

    def held(self) -> list[Message]:
        """Letters in the hands of a sender, claimed or transmitting, whether it lives or not."""

    def claim(self, prefix: str, *, at: datetime, lease: Lease, limit: int) -> list[Message]:
        """Take at most ``limit`` waiting letters under the prefix, oldest first; no two senders get the same one."""

    def move(
        self,
        key: str,
        status: MessageStatus,
        *,
        at: datetime,
        reply: str | None = None,
        lease: Lease | None = None,
        next_attempt_at: datetime | None = None,
    ) -> Message:
        """Move a letter along its lifecycle (checked here, too), out of its holder's hands if it has one."""

    def advance(self, moves: Sequence[Move]) -> list[Message | None]:
        """A holder moves letters it has claimed, each at most once; returns them as they stand then.

        None, and nothing changed, where it comes too late: the letter has been taken out of its hands.
        """

    def refused_addresses(self) -> set[str]:
        """Addresses a relay has refused for good."""

    def keys(self, prefix: str) -> set[str]:
        """Keys that start with the prefix."""

    def all(self, prefix: str = "") -> list[Message]:
        """Letters whose key starts with the prefix, in queueing order."""

    def when_queued(self, prefix: str) -> list[tuple[str, str, datetime]]:
        """Of the same letters only (agency, key, when it was queued)."""


class Editions(Protocol):
    """Editions, their documents, approvals."""

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

    def drop_documents(self, edition_id: str) -> None:
        """The rendered files of an edition that has not left are made anew; their bytes stay in the file store."""

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

    def record_all(self, events: Sequence[Event]) -> list[SealedEvent]:
        """Append events one after the other in this very transaction."""

    def all(self) -> list[SealedEvent]:
        """The whole chain, oldest first."""

    def find(self, actions: Sequence[str], prefix: str) -> list[SealedEvent]:
        """Events of these kinds about subjects that start with the prefix, oldest first."""

    def search(self, wanted: AuditQuery) -> list[SealedEvent]:
        """Events that fit, newest first, at most ``wanted.limit``."""

    def actions(self) -> list[str]:
        """Every action that ever happened, by name."""

    def head(self) -> str:
        """The hash of the newest event (64 zeros when there is none)."""


class Work(Protocol):
    """One transaction over all of it."""

    cycles: Cycles
    submissions: Submissions
    outbox: Outbox
    editions: Editions
    register: Register
    transmittals: Transmittals
    acknowledgements: Acknowledgements
    narrative_edits: NarrativeEdits
    entered_dates: EnteredDates
    audit: Audit
    receipts: Receipts
    quarantine: Quarantine
    api: ApiAccess
    mails: Mails
    duties: Duties
    addresses: Addresses
    successions: Successions
    versions: Versions
    explanations: Explanations
    corrections: Corrections
    people: People
    links: Links
    drafts: Drafts
    extension_requests: ExtensionRequests
    delegations: Delegations
    signed_copies: SignedCopies
    custody: Custody
    arrivals: Arrivals
