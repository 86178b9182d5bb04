"""The database itself refuses to change or delete what was only ever added, whoever writes the SQL."""

from datetime import UTC, date, datetime

import pytest
from ledgers import postgres_url
from postgres_server import WITH_SERVER
from sqlalchemy import Boolean, Date, Integer, LargeBinary, insert, text
from sqlalchemy.exc import DatabaseError

from plancycle.adapters.database import rows
from plancycle.adapters.database.rows.common import Instant
from plancycle.adapters.database.unit_of_work import Database

ONLY_ADDED = {
    "acknowledgements",
    "audit_events",
    "document_register",
    "duty_events",
    "duty_records",
    "edition_members",
    "editions",
    "entries",
    "findings",
    "issued_files",
    "receipts",
    "signed_copies",
}
"""Neither changed nor deleted."""
KEPT = {"approvals", "arrivals", "delegations", "submissions", "transmittals"}
"""Never deleted; some columns follow their lifecycle."""
FREE = {
    *("accounts", "addresses", "amendments", "api_keys", "api_requests", "bounces", "clerk_links", "corrections"),
    *("cycles", "document_counters", "documents", "drafts", "entered_dates", "explanations", "extension_requests"),
    *("extensions", "intakes", "mails", "messages", "narrative_edits", "programme_versions", "quarantine"),
    *("reported_elsewhere", "staff_sessions", "succession_decisions", "version_notices", "visits"),
}
"""Guarded by the log that says what became of them, or of use for a while only."""
NOW = datetime(2025, 12, 1, tzinfo=UTC)  # Monday
REFUSAL = r"kept|never change|append-only"
REFUSED = [
    *(f"UPDATE {table} SET {{column}} = {{column}}" for table in sorted(ONLY_ADDED)),
    "UPDATE submissions SET sha256 = sha256",
    *(f"DELETE FROM {table}" for table in sorted(ONLY_ADDED | KEPT)),
]


def anything(column):
    """A value that the column takes; the same everywhere, so that what points elsewhere finds it."""
    kinds = ((Instant, NOW), (Boolean, True), (Integer, 1), (Date, date(2025, 12, 1)), (LargeBinary, b"x"))
    return next((value for kind, value in kinds if isinstance(column.type, kind)), "x")


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory):
    """A ledger file with a row in every table."""
    folder = tmp_path_factory.mktemp("kept")
    yield from filled(f"sqlite:///{folder / 'kept.db'}")


@pytest.fixture(scope="module")
def postgres(tmp_path_factory):
    """The same on a server."""
    yield from filled(postgres_url(tmp_path_factory.mktemp("kept")))


def filled(url):
    database = Database(url)
    database.upgrade()
    with database.engine.begin() as connection:
        for table in rows.metadata.sorted_tables:
            connection.execute(insert(table).values({one.name: anything(one) for one in table.columns}))
    yield database
    database.close()


def check_refused(database, sql):
    table = next(word for word in sql.split() if word in ONLY_ADDED | KEPT)
    column = next(iter(rows.metadata.tables[table].columns)).name
    with pytest.raises(DatabaseError, match=REFUSAL), database.engine.begin() as connection:
        connection.execute(text(sql.format(column=column)))
    with database.engine.connect() as connection:
        assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 1


@pytest.mark.parametrize("sql", REFUSED)
def test_a_file_refuses(sqlite, sql):
    check_refused(sqlite, sql)


@WITH_SERVER
@pytest.mark.parametrize("sql", [*REFUSED, *(f"TRUNCATE {table} CASCADE" for table in sorted(ONLY_ADDED | KEPT))])
def test_a_server_refuses(postgres, sql):
    check_refused(postgres, sql)


def test_every_table_is_kept_or_said_to_be_free():
    kept = ONLY_ADDED | KEPT

    assert set(rows.metadata.tables) == kept | FREE
    assert (ONLY_ADDED & KEPT, kept & FREE) == (set(), set())
