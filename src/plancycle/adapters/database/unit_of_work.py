"""Transactions: one per use case, committed on leaving, rolled back on an error.

One follows the other, on either database (see :mod:`.engines`). A commit is on the disk when it returns.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from sqlalchemy import Connection

from plancycle.adapters.database.acknowledgement_table import AcknowledgementTable
from plancycle.adapters.database.address_table import AddressTable
from plancycle.adapters.database.approval_tables import DelegationTable, SignedCopyTable
from plancycle.adapters.database.custody_table import CustodyTable
from plancycle.adapters.database.duty_table import DutyTable
from plancycle.adapters.database.edition_tables import EditionTable
from plancycle.adapters.database.engines import BUSY_SECONDS, begin_again, commit_and_stay, engine_for
from plancycle.adapters.database.entered_date_table import EnteredDateTable
from plancycle.adapters.database.explanation_tables import CorrectionTable, ExplanationTable
from plancycle.adapters.database.extension_table import ExtensionRequestTable
from plancycle.adapters.database.faults import LedgerFault, telling_faults
from plancycle.adapters.database.intake_tables import ApiAccessTable, MailTable, QuarantineTable, ReceiptTable
from plancycle.adapters.database.message_table import MessageTable
from plancycle.adapters.database.migrating import upgrade
from plancycle.adapters.database.narrative_table import NarrativeTable
from plancycle.adapters.database.portal_tables import DraftTable, LinkTable, PeopleTable
from plancycle.adapters.database.register_table import RegisterTable
from plancycle.adapters.database.repositories import AuditTable, CycleTable, TransmittalTable
from plancycle.adapters.database.submission_tables import SubmissionTable
from plancycle.adapters.database.succession_table import SuccessionTable
from plancycle.adapters.database.telling import tell
from plancycle.adapters.database.version_tables import VersionTable
from plancycle.adapters.database.waiting_table import ArrivalTable
from plancycle.adapters.traces import traced_service
from plancycle.domain.events import SealedEvent
from plancycle.services.acknowledgement_repository import Acknowledgements
from plancycle.services.address_repository import Addresses
from plancycle.services.approval_repository import Delegations, SignedCopies
from plancycle.services.custody_repository import Custody
from plancycle.services.duty_repository import Duties
from plancycle.services.entered_date_repository import EnteredDates
from plancycle.services.explanation_repository import Corrections, Explanations
from plancycle.services.extension_repository import ExtensionRequests
from plancycle.services.failpoints import reach
from plancycle.services.intake_repositories import ApiAccess, Mails, Quarantine, Receipts
from plancycle.services.narrative_repository import NarrativeEdits
from plancycle.services.portal_repositories import Drafts, Links, People
from plancycle.services.register_repository import Register
from plancycle.services.repositories import Audit, Cycles, Editions, Outbox, Submissions, Transmittals
from plancycle.services.succession_repository import Successions
from plancycle.services.version_repository import Versions
from plancycle.services.waiting_repository import Arrivals

WAITS = (0.05, 0.2, 0.8, 2.0)
"""Seconds before each further try; every one is stretched or shortened by chance, so that many do not come at once."""

Made = TypeVar("Made")


class Part(Generic[Made]):
    """A table of a transaction, made when it is first asked for: there are many, and most acts touch two or three."""

    def __init__(self, make: Callable[[Connection], Made]) -> None:
        self._make = make

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, work: "DatabaseWork", _owner: type) -> Made:
        # Kept under its own name, so that this is asked once.
        made: Made = work.__dict__.setdefault(self._name, self._make(work.connection))
        return made


class DatabaseWork:
    """One transaction over every table."""

    cycles = Part[Cycles](CycleTable)
    submissions = Part[Submissions](SubmissionTable)
    outbox = Part[Outbox](MessageTable)
    editions = Part[Editions](EditionTable)
    register = Part[Register](RegisterTable)
    transmittals = Part[Transmittals](TransmittalTable)
    acknowledgements = Part[Acknowledgements](AcknowledgementTable)
    narrative_edits = Part[NarrativeEdits](NarrativeTable)
    entered_dates = Part[EnteredDates](EnteredDateTable)
    delegations = Part[Delegations](DelegationTable)
    signed_copies = Part[SignedCopies](SignedCopyTable)
    duties = Part[Duties](DutyTable)
    receipts = Part[Receipts](ReceiptTable)
    quarantine = Part[Quarantine](QuarantineTable)
    api = Part[ApiAccess](ApiAccessTable)
    mails = Part[Mails](MailTable)
    addresses = Part[Addresses](AddressTable)
    successions = Part[Successions](SuccessionTable)
    explanations = Part[Explanations](ExplanationTable)
    corrections = Part[Corrections](CorrectionTable)
    versions = Part[Versions](VersionTable)
    people = Part[People](PeopleTable)
    links = Part[Links](LinkTable)
    drafts = Part[Drafts](DraftTable)
    extension_requests = Part[ExtensionRequests](ExtensionRequestTable)
    custody = Part[Custody](CustodyTable)
    arrivals = Part[Arrivals](ArrivalTable)

    def __init__(self, connection: Connection, newest: SealedEvent | None = None) -> None:
        self.connection = connection
        self.happened: list[SealedEvent] = []
        self.audit: Audit = AuditTable(connection, self.happened, newest)


class Database:
    """An engine with our rules; ``url`` is SQLAlchemy's. ``pause`` waits so many seconds, ``jitter`` gives 0 … 1."""

    def __init__(
        self, url: str, pause: Callable[[float], None] = time.sleep, jitter: Callable[[], float] = random.random
    ) -> None:
        self.engine = engine_for(url)
        self._idle: list[Connection] = []
        """One at most, between two transactions: getting one ready anew takes a sixth of a small act. A server's are
        never kept but go back to the pool, which asks whether they still stand."""
        self._newest: SealedEvent | None = None
        """The last event that was committed here; that nobody has appended since is asked when the next one is."""
        self._pause = pause
        self._turn = threading.Lock()
        self._jitter = jitter

    @contextmanager
    def work(self) -> Iterator[DatabaseWork]:
        """One transaction. Raises LedgerFault when the ledger cannot be reached, is taken or full, or was cut off."""
        # Threads of one process wait for each other here: asleep, and woken at once. The database would have them look
        # again after ever longer pauses, in which whoever comes later overtakes.
        is_mine = self._turn.acquire(timeout=BUSY_SECONDS)
        try:
            connection = self._again_if_lost(self._begin)
            with traced_service(), telling_faults():
                try:
                    work = DatabaseWork(connection, self._newest)
                    yield work
                    reach("ledger.before_commit")
                    self._commit(connection)
                except BaseException:
                    connection.close()  # which rolls back
                    raise
            if work.happened:
                self._newest = work.happened[-1]
        finally:
            if is_mine:
                self._turn.release()
        reach("ledger.committed")
        tell(work.happened)

    def rerun(self, act: Callable[[DatabaseWork], Made]) -> Made:
        """One transaction, run again when its connection was lost or the server asked for it.

        For use cases that find out by themselves what stands already: a commit may have been lost on the way back.
        """

        def once() -> Made:
            with self.work() as work:
                return act(work)

        return self._again_if_lost(once)

    def upgrade(self) -> None:
        """Bring the tables to the newest migration. Raises LedgerFault and ActionNeeded as :func:`.upgrade` does."""
        upgrade(self.engine)

    def close(self) -> None:
        """Give every connection back."""
        while self._idle:
            self._idle.pop().close()
        self.engine.dispose()

    def _begin(self) -> Connection:
        with telling_faults():
            try:
                connection, is_kept = self._idle.pop(), True
            except IndexError:
                connection, is_kept = self.engine.connect(), False
            try:
                if is_kept:
                    begin_again(connection)
                else:
                    connection.begin()
            except BaseException:
                connection.close()
                raise
            return connection

    def _commit(self, connection: Connection) -> None:
        """For good; SQLite's connection is kept for the next transaction."""
        if connection.dialect.name == "sqlite" and not self._idle:
            commit_and_stay(connection)
            self._idle.append(connection)
        else:
            connection.commit()
            connection.close()

    def _again_if_lost(self, act: Callable[[], Made]) -> Made:
        for wait in WAITS:
            try:
                return act()
            except LedgerFault as fault:
                if not fault.passes:
                    raise
            self._pause(wait * (0.5 + self._jitter()))
        return act()
