"""Transactions: one per use case, committed on leaving, rolled back on an error.

SQLite runs in WAL with ``synchronous=FULL`` and every transaction starts IMMEDIATE: a commit is on the disk when it
returns, and writers queue instead of failing with "database is locked".
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event

from plancycle.adapters.database.address_table import AddressTable
from plancycle.adapters.database.duty_table import DutyTable
from plancycle.adapters.database.edition_tables import EditionTable
from plancycle.adapters.database.entered_date_table import EnteredDateTable
from plancycle.adapters.database.explanation_tables import CorrectionTable, ExplanationTable
from plancycle.adapters.database.extension_table import ExtensionRequestTable
from plancycle.adapters.database.intake_tables import ApiAccessTable, MailTable, QuarantineTable, ReceiptTable
from plancycle.adapters.database.message_table import MessageTable
from plancycle.adapters.database.portal_tables import DraftTable, LinkTable, PeopleTable
from plancycle.adapters.database.register_table import RegisterTable
from plancycle.adapters.database.repositories import AuditTable, CycleTable, TransmittalTable
from plancycle.adapters.database.submission_tables import SubmissionTable
from plancycle.adapters.database.succession_table import SuccessionTable
from plancycle.adapters.database.version_tables import VersionTable
from plancycle.services.address_repository import Addresses
from plancycle.services.duty_repository import Duties
from plancycle.services.entered_date_repository import EnteredDates
from plancycle.services.explanation_repository import Corrections, Explanations
from plancycle.services.extension_repository import ExtensionRequests
from plancycle.services.intake_repositories import ApiAccess, Mails, Quarantine, Receipts
from plancycle.services.portal_repositories import Drafts, Links, People
from plancycle.services.register_repository import Register
from plancycle.services.repositories import Audit, Cycles, Editions, Outbox, Submissions, Transmittals
from plancycle.services.succession_repository import Successions
from plancycle.services.version_repository import Versions

BUSY_SECONDS = 60
MIGRATIONS = Path(__file__).parent / "migrations"


class DatabaseWork:
    """One transaction over every table."""

    def __init__(self, connection: Connection) -> None:
        self.cycles: Cycles = CycleTable(connection)
        self.submissions: Submissions = SubmissionTable(connection)
        self.outbox: Outbox = MessageTable(connection)
        self.editions: Editions = EditionTable(connection)
        self.register: Register = RegisterTable(connection)
        self.transmittals: Transmittals = TransmittalTable(connection)
        self.entered_dates: EnteredDates = EnteredDateTable(connection)
        self.audit: Audit = AuditTable(connection)
        self.duties: Duties = DutyTable(connection)
        self.receipts: Receipts = ReceiptTable(connection)
        self.quarantine: Quarantine = QuarantineTable(connection)
        self.api: ApiAccess = ApiAccessTable(connection)
        self.mails: Mails = MailTable(connection)
        self.addresses: Addresses = AddressTable(connection)
        self.successions: Successions = SuccessionTable(connection)
        self.explanations: Explanations = ExplanationTable(connection)
        self.corrections: Corrections = CorrectionTable(connection)
        self.versions: Versions = VersionTable(connection)
        self.people: People = PeopleTable(connection)
        self.links: Links = LinkTable(connection)
        self.drafts: Drafts = DraftTable(connection)
        self.extension_requests: ExtensionRequests = ExtensionRequestTable(connection)


class Database:
    """An engine with our rules; ``url`` is SQLAlchemy's."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)

    @contextmanager
    def work(self) -> Iterator[DatabaseWork]:
        """One transaction."""
        with self.engine.begin() as connection:
            yield DatabaseWork(connection)

    def upgrade(self) -> None:
        """Bring the tables to the newest migration."""
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with self.engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


def _engine(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS} if url.startswith("sqlite") else {})
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: Any, _record: object) -> None:
    # The driver must not open transactions by itself: ours start IMMEDIATE (see below).
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_SECONDS * 1000}"):
        connection.execute(f"PRAGMA {pragma}")


def _on_begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
