"""PostgreSQL as the ledger: writers that cannot collide, connections that are cut, upgrades beside others."""

import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import ledgers
import psycopg
import pytest
from alembic import command
from alembic.config import Config
from postgres_server import WITH_SERVER
from small_programme import at
from sqlalchemy import text

from plancycle.adapters.database import faults, migrating, unit_of_work
from plancycle.adapters.database.faults import LedgerFault
from plancycle.adapters.database.unit_of_work import Database
from plancycle.domain.errors import ActionNeeded
from plancycle.domain.events import Event, first_broken
from plancycle.domain.messages import Message, MessageKind, MessageStatus
from plancycle.services.repositories import Cycle

pytestmark = WITH_SERVER
NOW = at(12, 1)  # Monday 01/12/2025


@pytest.fixture
def database(tmp_path) -> Iterator[Database]:
    """A migrated ledger on the server of this test process; nobody sleeps."""
    opened = Database(ledgers.postgres_url(tmp_path), pause=lambda seconds: None, jitter=lambda: 0.5)
    yield opened
    opened.close()


def letter(number: int) -> Message:
    key = f"ct-2025/q1/co-quan-{number:03}/call/mail"
    return Message(
        key, MessageKind.DATA_CALL, "ct-2025/q1", f"co-quan-{number:03}", f"vt{number}@cq.example", "Yêu cầu báo cáo",
        f"<{number}@snv.example>", f"{number:064}", MessageStatus.QUEUED, NOW,
    )  # fmt: skip


def an_event(who: str, number: int) -> Event:
    return Event(NOW, who, "test.written", f"ct-2025/{number}", {})


def plain(database: Database) -> psycopg.Connection[tuple[object, ...]]:
    """A connection of somebody else's."""
    url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(url, autocommit=True)


def cut(database: Database) -> int:
    """End every connection of ours; returns how many there were."""
    with plain(database) as other:
        asked = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'plancycle'"
        row = other.execute(f"{asked} AND datname = current_database()").fetchone()
        return int(str(row[0])) if row else 0


WRITER = """
import sys
sys.path[:0] = sys.argv[3:]
from test_postgresql import an_event, letter
from plancycle.adapters.database.unit_of_work import Database
ledger = Database(sys.argv[1])
for number in range(12):
    with ledger.work() as work:
        work.audit.record(an_event(sys.argv[2], number))
        work.outbox.add(letter(number))
"""


def test_two_processes_write_one_chain_and_queue_every_letter_once(database):
    here = Path(__file__).parent
    url = database.engine.url.render_as_string(hide_password=False)
    command_line = [sys.executable, "-c", WRITER, url]
    paths = [str(here), str(here.parent / "support")]
    running = [subprocess.Popen([*command_line, who, *paths], stderr=subprocess.PIPE) for who in ("a", "b")]
    said = [process.communicate(timeout=60)[1].decode() for process in running]
    assert [process.returncode for process in running] == [0, 0], said

    with database.work() as work:
        events, letters = work.audit.all(), work.outbox.all()
    assert [event.seq for event in events] == list(range(1, 25))
    assert first_broken(events) is None
    assert {event.actor for event in events} == {"a", "b"}
    assert sorted(one.key for one in letters) == [letter(number).key for number in range(12)]


def test_a_connection_cut_in_the_middle_leaves_nothing_half_written(database):
    def write() -> None:
        with database.work() as work:
            work.audit.record(an_event("a", 1))
            assert cut(database) == 1
            work.outbox.add(letter(1))

    with pytest.raises(LedgerFault, match=r"ledger\.lost"):
        write()
    with database.work() as work:
        assert (work.audit.all(), work.outbox.all()) == ([], [])


def test_a_connection_cut_at_the_commit_is_told_as_lost_and_written_once_when_run_again(database):
    tries = []

    def act(work: unit_of_work.DatabaseWork) -> None:
        tries.append(1)
        if work.outbox.add(letter(1)):
            work.audit.record(an_event("a", 1))
        if len(tries) < 3:
            cut(database)

    database.rerun(act)
    with database.work() as work:
        assert (len(tries), len(work.audit.all()), len(work.outbox.all())) == (3, 1, 1)


def test_a_use_case_is_run_again_a_bounded_number_of_times_and_waits_longer_each_time(tmp_path):
    waited: list[float] = []
    database = Database(ledgers.postgres_url(tmp_path), pause=waited.append, jitter=lambda: 0.5)

    def act(work: unit_of_work.DatabaseWork) -> None:
        work.cycles.all()
        cut(database)
        work.cycles.all()

    with pytest.raises(LedgerFault, match=r"ledger\.lost"):
        database.rerun(act)
    assert waited == list(unit_of_work.WAITS)
    database.close()


def test_an_error_of_ours_is_never_run_again(database):
    tries = []

    def act(work: unit_of_work.DatabaseWork) -> None:
        tries.append(1)
        raise ActionNeeded("edition.nothing_accepted", period="q1")

    with pytest.raises(ActionNeeded):
        database.rerun(act)
    assert tries == [1]


@pytest.mark.parametrize("state", ["40001", "40P01"])
def test_what_the_server_asks_to_be_run_again_is(database, state):
    tries = []

    def act(work: unit_of_work.DatabaseWork) -> int:
        tries.append(1)
        if len(tries) < 3:
            work.audit._connection.exec_driver_sql(
                f"DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '{state}'; END $$"
            )
        return len(tries)

    assert database.rerun(act) == 3


def test_connections_cut_at_random_moments_lose_and_double_nothing(database):
    """Two writers go on while their connections are cut again and again."""
    dice, is_over, problems = random.Random(7), threading.Event(), []

    def write(who: str) -> None:
        for number in range(25):

            def act(work: unit_of_work.DatabaseWork, mine: int = number) -> None:
                if work.outbox.add(letter(mine if who == "a" else mine + 100)):
                    work.audit.record(an_event(who, mine))

            try:
                database.rerun(act)
            except LedgerFault as fault:
                problems.append(fault)

    writers = [threading.Thread(target=write, args=(who,)) for who in "ab"]
    for writer in writers:
        writer.start()
    cuts = 0
    while any(writer.is_alive() for writer in writers) and not is_over.wait(dice.uniform(0.0, 0.03)):
        cuts += cut(database)
    for writer in writers:
        writer.join()
    with database.work() as work:
        events, letters = work.audit.all(), work.outbox.all()
    written = len(letters)
    assert (written + len(problems) >= 50, len(events), first_broken(events)) == (True, written, None)
    assert [one.seq for one in events] == list(range(1, written + 1))
    assert cuts > 3


def test_a_connection_cut_while_idle_is_not_noticed(database):
    with database.work() as work:
        work.audit.record(an_event("a", 1))
    assert cut(database) == 1
    with database.work() as work:
        work.audit.record(an_event("a", 2))
        assert len(work.audit.all()) == 2


def test_text_sorts_by_code_point_in_a_database_made_for_vietnamese(database):
    names = ["so-y-te", "So-y-te", "sở-y-tế", "đ", "z", "e", "ă", "so_y_te"]
    with database.work() as work:
        for name in names:
            work.cycles.add(Cycle(name, "ct", 2025, "1" * 64, NOW))
    with database.engine.connect() as connection:
        found = connection.execute(text("SELECT id FROM cycles ORDER BY id")).scalars().all()
        by_itself = connection.execute(text("SELECT 'Z'::text < 'a'::text")).scalar()
    assert (found, by_itself) == (sorted(names), False)


@contextmanager
def held(database: Database, table: str) -> Iterator[None]:
    """Somebody else, a backup say, keeps a table."""
    with plain(database) as other, other.transaction():
        other.execute("SET application_name = 'pg_dump'")
        other.execute(f"LOCK TABLE {table} IN ACCESS SHARE MODE")
        yield


def at_revision(folder: Path, revision: str) -> Database:
    """A ledger as an older version of plancycle left it."""
    database = Database(ledgers.bare_postgres_url(folder))
    with database.engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(migrating.MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    return database


def revision_of(database: Database) -> str:
    with database.engine.connect() as connection:
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar())


def test_an_upgrade_that_finds_a_table_taken_says_by_whom_and_changes_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(migrating, "LOCK_SECONDS", 1)
    database = at_revision(tmp_path, "0003")
    with held(database, "messages"), pytest.raises(LedgerFault, match=r"tables_held.*pg_dump \(pid \d+\)"):
        database.upgrade()
    assert revision_of(database) == "0003"
    database.upgrade()
    assert revision_of(database) > "0003"
    database.close()


def test_two_who_upgrade_at_the_same_time_upgrade_once(tmp_path):
    database, problems = at_revision(tmp_path, "0003"), []

    def upgrade() -> None:
        other = Database(database.engine.url.render_as_string(hide_password=False))
        try:
            other.upgrade()
        except Exception as problem:
            problems.append(problem)
        other.close()

    racers = [threading.Thread(target=upgrade) for _ in range(2)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert problems == []
    database.close()


def test_a_ledger_of_a_newer_version_is_refused(database):
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ActionNeeded, match=r"ledger\.newer.*9999"):
        database.upgrade()


@pytest.mark.parametrize(
    ("said", "key"),
    [("database is locked", faults.BUSY), ("database or disk is full", faults.FULL), ("no such table: x", None)],
)
def test_what_sqlite_says_is_told_apart(said, key):
    import sqlite3

    from sqlalchemy.exc import OperationalError

    assert faults.fault_of(OperationalError("", {}, sqlite3.OperationalError(said))) == key
