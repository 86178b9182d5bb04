"""The ledger in memory: every repository the services use, with the database's unique keys, references and rollback."""

import copy
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from fake_acknowledgements import FakeAcknowledgements
from fake_addresses import FakeAddresses
from fake_approvals import FakeDelegations, FakeSignedCopies
from fake_arrivals import FakeArrivals
from fake_custody import FakeCustody
from fake_dates import FakeEnteredDates
from fake_duties import FakeDuties
from fake_explanations import FakeCorrections, FakeExplanations
from fake_extensions import FakeExtensionRequests
from fake_intake import FakeApiAccess, FakeMails, FakeQuarantine, FakeReceipts, IntakeTables
from fake_narrative import FakeNarrativeEdits
from fake_portal import FakeDrafts, FakeLinks, FakePeople, PortalTables
from fake_register import FakeRegister
from fake_successions import FakeSuccessions
from fake_versions import FakeVersions

from plancycle.domain import messages
from plancycle.domain.acknowledgements import Acknowledgement
from plancycle.domain.amendments import Amendment
from plancycle.domain.approvals import Approval
from plancycle.domain.bounces import Address, Bounce
from plancycle.domain.consolidation import DocumentFile, Edition, SourceCell
from plancycle.domain.corrections import Correction
from plancycle.domain.deadlines import Extension
from plancycle.domain.delegations import Delegation
from plancycle.domain.document_register import IssuedFile, RegisterEntry
from plancycle.domain.duties import DutyRecord
from plancycle.domain.elsewhere import ReportedElsewhere
from plancycle.domain.events import GENESIS, Event, SealedEvent, seal
from plancycle.domain.explanations import Explanation
from plancycle.domain.extensions import ExtensionRequest
from plancycle.domain.findings import Finding
from plancycle.domain.messages import Lease, Message, MessageStatus
from plancycle.domain.narrative import Edit
from plancycle.domain.openings import Visit
from plancycle.domain.periods import ObligationKey, Period
from plancycle.domain.plan_dates import EnteredDate
from plancycle.domain.signed_copies import SignedCopy
from plancycle.domain.submissions import Entry, Submission, SubmissionStatus
from plancycle.domain.succession import Decision
from plancycle.domain.transmittals import Transmittal
from plancycle.domain.waiting_line import Waiting
from plancycle.services.audit_repository import AuditQuery
from plancycle.services.repositories import Cycle, Intake


class Clash(Exception):
    """A row that the database would refuse: its key is taken, or what it refers to does not exist."""


def refuse_if(is_clash: bool, what: object) -> None:
    """Raise Clash when it is one."""
    if is_clash:
        raise Clash(what)


@dataclass
class Tables:
    """All rows. Values are frozen, so a copy of the containers is a copy of everything."""

    cycles: dict[str, Cycle] = field(default_factory=dict)
    submissions: dict[str, Submission] = field(default_factory=dict)
    entries: dict[str, tuple[Entry, ...]] = field(default_factory=dict)
    findings: dict[str, tuple[Finding, ...]] = field(default_factory=dict)
    intakes: list[Intake] = field(default_factory=list)
    extensions: list[Extension] = field(default_factory=list)
    requests: dict[str, ExtensionRequest] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    editions: dict[str, Edition] = field(default_factory=dict)
    documents: list[DocumentFile] = field(default_factory=list)
    register: dict[tuple[str, int, int], RegisterEntry] = field(default_factory=dict)
    issued: list[IssuedFile] = field(default_factory=list)
    approvals: dict[str, Approval] = field(default_factory=dict)
    transmittals: dict[str, Transmittal] = field(default_factory=dict)
    acknowledgements: list[Acknowledgement] = field(default_factory=list)
    delegations: dict[str, Delegation] = field(default_factory=dict)
    signed_copies: dict[tuple[str, str, int], SignedCopy] = field(default_factory=dict)
    entered_dates: list[EnteredDate] = field(default_factory=list)
    audit: list[SealedEvent] = field(default_factory=list)
    succession_decisions: list[tuple[str, Decision]] = field(default_factory=list)
    reported_elsewhere: list[tuple[str, ReportedElsewhere]] = field(default_factory=list)
    duties: dict[str, DutyRecord] = field(default_factory=dict)
    intake: IntakeTables = field(default_factory=IntakeTables)
    portal: PortalTables = field(default_factory=PortalTables)
    addresses: dict[str, Address] = field(default_factory=dict)
    bounces: dict[tuple[str, str], Bounce] = field(default_factory=dict)
    visits: dict[tuple[str, str, str], Visit] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    amendments: dict[tuple[str, int], Amendment] = field(default_factory=dict)
    explanations: dict[int, Explanation] = field(default_factory=dict)
    corrections: dict[int, Correction] = field(default_factory=dict)
    narrative_edits: dict[tuple[str, str, int], Edit] = field(default_factory=dict)
    notices: set[tuple[str, str]] = field(default_factory=set)
    arrivals: dict[str, Waiting] = field(default_factory=dict)

    def copy(self) -> "Tables":
        """A copy that no later change touches."""
        return Tables(**{name: copy.copy(rows) for name, rows in vars(self).items()})


class FakeCycles:
    def __init__(self, tables: Tables) -> None:
        self.rows = tables.cycles

    def add(self, cycle: Cycle) -> None:
        refuse_if(cycle.id in self.rows, cycle.id)
        self.rows[cycle.id] = cycle

    def get(self, cycle_id: str) -> Cycle | None:
        return self.rows.get(cycle_id)

    def all(self) -> list[Cycle]:
        return sorted(self.rows.values(), key=lambda cycle: cycle.opened_at)


class FakeSubmissions:
    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.rows = tables.submissions

    def add(self, submission: Submission, entries: Sequence[Entry], findings: Sequence[Finding]) -> None:
        refuse_if(submission.obligation.cycle not in self.tables.cycles, submission.obligation)
        refuse_if(submission.id in self.rows or any(submission.receipt == r.receipt for r in self.rows.values()), "id")
        refuse_if(self.by_bytes(submission.obligation, submission.sha256) is not None, submission.sha256)
        self.rows[submission.id] = submission
        self.tables.entries[submission.id] = tuple(entries)
        self.tables.findings[submission.id] = tuple(findings)

    def set_status(self, submission_id: str, status: SubmissionStatus, reason: str | None = None) -> None:
        known = self.rows[submission_id]
        self.rows[submission_id] = replace(known, status=status, return_reason=reason or known.return_reason)

    def get(self, submission_id: str) -> Submission | None:
        return self.rows.get(submission_id)

    def texts(self, cycle: str, period: Period, fields: Collection[str], least: int) -> list[tuple[str, Entry]]:
        standing = [one for one in self.of_period(cycle, period) if one.status is SubmissionStatus.ACCEPTED]
        cells = [(one.obligation.agency, cell) for one in standing for cell in self.entries(one.id)]
        return [(who, cell) for who, cell in cells if cell.field in fields and len(cell.value or "") >= max(least, 1)]

    def versions(self, obligation: ObligationKey) -> list[Submission]:
        return self._sorted(row for row in self.rows.values() if row.obligation == obligation)

    def of_period(self, cycle: str, period: Period) -> list[Submission]:
        owed = (cycle, period)
        return self._sorted(r for r in self.rows.values() if (r.obligation.cycle, r.obligation.period) == owed)

    def by_bytes(self, obligation: ObligationKey, sha256: str) -> Submission | None:
        there = (row for row in self.versions(obligation) if row.status is not SubmissionStatus.WITHDRAWN)
        return next((row for row in there if row.sha256 == sha256), None)

    def entries(self, submission_id: str) -> list[Entry]:
        return list(self.tables.entries.get(submission_id, ()))

    def entries_of(
        self, submission_ids: Sequence[str], fields: Collection[str] | None = None
    ) -> dict[str, list[Entry]]:
        return {
            one: [entry for entry in self.entries(one) if fields is None or entry.field in fields]
            for one in submission_ids
        }

    def findings_of(self, submission_ids: Sequence[str]) -> dict[str, list[Finding]]:
        return {one: self.findings(one) for one in submission_ids}

    def findings(self, submission_id: str) -> list[Finding]:
        return list(self.tables.findings.get(submission_id, ()))

    def sources(self, submission_ids: Sequence[str], row: str, field: str) -> list[SourceCell]:
        chosen = sorted((self.rows[one] for one in submission_ids), key=lambda one: one.obligation.agency)
        return [
            SourceCell(one.obligation.agency, one.id, one.sha256, cell.sheet, cell.cell, cell.raw, cell.value)
            for one in chosen
            for cell in self.entries(one.id)
            if (cell.row, cell.field) == (row, field)
        ]

    def add_intake(self, intake: Intake) -> None:
        self.tables.intakes.append(intake)

    def intakes(self, cycle: str | None = None) -> list[Intake]:
        return [intake for intake in self.tables.intakes if cycle in (None, intake.cycle)]

    def add_extension(self, extension: Extension) -> None:
        date = (extension.obligation, extension.due_at)
        stale = [one for one in self.tables.extensions if (one.obligation, one.due_at) == date and one.revoked_at]
        for one in stale:
            self.tables.extensions.remove(one)
        taken = {(one.obligation, one.due_at) for one in self.tables.extensions}
        refuse_if((extension.obligation, extension.due_at) in taken, extension)
        self.tables.extensions.append(extension)

    def revoke_extension(self, obligation: str, at: datetime) -> None:
        place = max(n for n, one in enumerate(self.tables.extensions) if one.obligation == obligation)
        self.tables.extensions[place] = replace(self.tables.extensions[place], revoked_at=at)

    def extensions(self, cycle: str) -> dict[str, Extension]:
        mine = (one for one in self.tables.extensions if one.obligation.startswith(f"{cycle}/"))
        return {one.obligation: one.in_force() for one in mine}

    def extension(self, obligation: str) -> Extension | None:
        mine = [one for one in self.tables.extensions if one.obligation == obligation]
        return mine[-1].in_force() if mine else None

    def _sorted(self, found: Iterator[Submission]) -> list[Submission]:
        return sorted(found, key=lambda row: (row.obligation.agency, row.version))


class FakeOutbox:
    def __init__(self, tables: Tables) -> None:
        self.rows = tables.messages

    def add(self, message: Message) -> bool:
        if message.key in self.rows:
            return False
        refuse_if(any(message.message_id == row.message_id for row in self.rows.values()), message.message_id)
        self.rows[message.key] = message
        return True

    def get(self, key: str) -> Message | None:
        return self.rows.get(key)

    def waiting(self, at: datetime) -> list[Message]:
        return [row for row in self.rows.values() if row.is_due(at)]

    def held(self) -> list[Message]:
        return self._with(*messages.HELD)

    def claim(self, prefix: str, *, at: datetime, lease: Lease, limit: int) -> list[Message]:
        chosen = [row for row in self.waiting(at) if row.key.startswith(prefix)][:limit]
        for row in chosen:
            self.move(row.key, MessageStatus.CLAIMED, at=at, lease=lease)
        return [self.rows[row.key] for row in chosen]

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
        changes = {"at": at, "reply": reply, "lease": lease, "next_attempt_at": next_attempt_at}
        self.rows[key] = messages.moved(self.rows[key], status, **changes)
        return self.rows[key]

    def advance(self, moves: Sequence[messages.Move]) -> list[Message | None]:
        return [self._advance(move) for move in moves]

    def _advance(self, move: messages.Move) -> Message | None:
        known = self.rows[move.message.key]
        if known.fence != move.message.fence or not messages.can_move(known.status, move.status):
            return None
        changes = {name: getattr(move, name) for name in ("status", "at", "reply", "lease", "next_attempt_at")}
        self.rows[known.key] = messages.moved(known, **changes, by_holder=True)
        return self.rows[known.key]

    def refused_addresses(self) -> set[str]:
        return {row.to_address for row in self._with(MessageStatus.REFUSED)}

    def keys(self, prefix: str) -> set[str]:
        return {key for key in self.rows if key.startswith(prefix)}

    def all(self, prefix: str = "") -> list[Message]:
        return [row for key, row in self.rows.items() if key.startswith(prefix)]

    def when_queued(self, prefix: str) -> list[tuple[str, str, datetime]]:
        return [(row.agency, key, row.queued_at) for key, row in self.rows.items() if key.startswith(prefix)]

    def _with(self, *statuses: MessageStatus) -> list[Message]:
        return [row for row in self.rows.values() if row.status in statuses]


class FakeEditions:
    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.rows = tables.editions

    def add(self, edition: Edition) -> None:
        refuse_if(edition.id in self.rows or edition.cycle not in self.tables.cycles, edition.id)
        refuse_if(any(member.submission not in self.tables.submissions for member in edition.members), edition.members)
        self.rows[edition.id] = edition

    def of_period(self, cycle: str, period: Period) -> list[Edition]:
        found = [edition for edition in self.rows.values() if (edition.cycle, edition.period) == (cycle, period)]
        return sorted(found, key=lambda edition: edition.number)

    def get(self, edition_id: str) -> Edition | None:
        return self.rows.get(edition_id)

    def add_documents(self, files: Sequence[DocumentFile]) -> None:
        taken = {(one.edition, one.kind) for one in self.tables.documents}
        for file in files:
            refuse_if(file.edition not in self.rows or (file.edition, file.kind) in taken, file)
            self.tables.documents.append(file)

    def drop_documents(self, edition_id: str) -> None:
        kept = [file for file in self.tables.documents if file.edition != edition_id]
        self.tables.documents[:] = kept

    def documents(self, edition_id: str) -> list[DocumentFile]:
        found = [file for file in self.tables.documents if file.edition == edition_id]
        return sorted(found, key=lambda file: file.kind)

    def add_approval(self, approval: Approval) -> None:
        refuse_if(approval.id in self.tables.approvals or approval.edition not in self.rows, approval.id)
        self.tables.approvals[approval.id] = approval

    def save_approval(self, approval: Approval) -> None:
        self.tables.approvals[approval.id] = approval

    def approvals(self, edition_id: str) -> list[Approval]:
        found = [approval for approval in self.tables.approvals.values() if approval.edition == edition_id]
        return sorted(found, key=lambda approval: (approval.requested_at, approval.number))

    def approval(self, approval_id: str) -> Approval | None:
        return self.tables.approvals.get(approval_id)


class FakeTransmittals:
    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.rows = tables.transmittals

    def add(self, transmittal: Transmittal) -> bool:
        if transmittal.key in self.rows:
            return False
        refuse_if(transmittal.edition not in self.tables.editions, transmittal.edition)
        self.rows[transmittal.key] = transmittal
        return True

    def get(self, key: str) -> Transmittal | None:
        return self.rows.get(key)

    def save(self, transmittal: Transmittal) -> None:
        self.rows[transmittal.key] = transmittal

    def of_cycle(self, cycle: str) -> list[Transmittal]:
        return [row for _, row in sorted(self.rows.items()) if row.edition.startswith(f"{cycle}/")]


class FakeAudit:
    def __init__(self, tables: Tables) -> None:
        self.rows = tables.audit

    def record(self, event: Event) -> SealedEvent:
        sealed = seal(event, len(self.rows) + 1, self.head())
        self.rows.append(sealed)
        return sealed

    def record_all(self, events: Sequence[Event]) -> list[SealedEvent]:
        return [self.record(event) for event in events]

    def all(self) -> list[SealedEvent]:
        return list(self.rows)

    def find(self, actions: Sequence[str], prefix: str) -> list[SealedEvent]:
        return [one for one in self.rows if one.action in actions and one.subject.startswith(prefix)]

    def search(self, wanted: AuditQuery) -> list[SealedEvent]:
        fitting = (
            one for one in reversed(self.rows) if wanted.fits(one.seq, one.at, one.actor, one.action, one.subject)
        )
        return list(fitting)[: wanted.limit]

    def actions(self) -> list[str]:
        return sorted({one.action for one in self.rows})

    def head(self) -> str:
        return self.rows[-1].hash if self.rows else GENESIS


class FakeWork:
    """One transaction over every repository."""

    def __init__(self, tables: Tables) -> None:
        self.cycles = FakeCycles(tables)
        self.submissions = FakeSubmissions(tables)
        self.outbox = FakeOutbox(tables)
        self.editions = FakeEditions(tables)
        self.register = FakeRegister(tables)
        self.delegations = FakeDelegations(tables)
        self.signed_copies = FakeSignedCopies(tables)
        self.transmittals = FakeTransmittals(tables)
        self.acknowledgements = FakeAcknowledgements(tables)
        self.entered_dates = FakeEnteredDates(tables)
        self.narrative_edits = FakeNarrativeEdits(tables)
        self.audit = FakeAudit(tables)
        self.custody = FakeCustody(tables)
        self.arrivals = FakeArrivals(tables)
        self.duties = FakeDuties(tables.duties)
        self.receipts = FakeReceipts(tables)
        self.quarantine = FakeQuarantine(tables)
        self.api = FakeApiAccess(tables)
        self.mails = FakeMails(tables)
        self.people = FakePeople(tables)
        self.links = FakeLinks(tables)
        self.drafts = FakeDrafts(tables)
        self.extension_requests = FakeExtensionRequests(tables)
        self.addresses = FakeAddresses(tables)
        self.versions = FakeVersions(tables)
        self.explanations = FakeExplanations(tables)
        self.corrections = FakeCorrections(tables)
        self.successions = FakeSuccessions(tables)


class FakeDatabase:
    """Committed rows. A transaction works on a copy that replaces them when it ends well."""

    def __init__(self) -> None:
        self.tables = Tables()
        self.commits = 0
        self.fail_at: int | None = None
        """The commit (counted from 1) before which the machine dies, once."""
        self._is_busy = False

    @contextmanager
    def work(self) -> Iterator[FakeWork]:
        """One transaction. A second one inside it would wait for the first for ever, so it is refused."""
        assert not self._is_busy, "a transaction inside a transaction waits for itself"
        self._is_busy = True
        tables = self.tables.copy()
        try:
            yield FakeWork(tables)
            self._commit(tables)
        finally:
            self._is_busy = False

    def _commit(self, tables: Tables) -> None:
        if tables == self.tables:
            return  # nothing was written, so nothing is at stake
        if self.commits + 1 == self.fail_at:
            self.fail_at = None
            raise PowerCut("before the commit")
        self.commits += 1
        self.tables = tables


class PowerCut(BaseException):
    """The machine dies: nothing catches it."""
