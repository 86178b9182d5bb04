"""A ledger of an earlier version, in the middle of a year, is brought forward whole and written on."""

import gzip
import json
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import ledgers
import pytest
from alembic import command
from alembic.config import Config
from postgres_server import WITH_SERVER
from small_programme import at
from sqlalchemy import MetaData, func, insert, select, text

from plancycle import bootstrap
from plancycle.adapters.database.migrating import MIGRATIONS
from plancycle.adapters.database.unit_of_work import Database
from plancycle.bootstrap import forget, open_house
from plancycle.domain.events import Event, first_broken
from plancycle.domain.periods import Period
from plancycle.rehearsal.stage import furnish
from plancycle.services import data_calls
from plancycle.services.consolidate_period import consolidate
from plancycle.services.deliver_messages import deliver
from plancycle.services.verify_audit import verify
from plancycle.settings import Settings

KEPT = Path(__file__).with_name("ledger-0013.json.gz")
"""Every row of a rehearsed year at revision 0013: its first quarter is over and transmitted, the rest is to come."""
CYCLE, REVISION = "tn-nq94-2025", "0013"
NOW = at(4, 1)  # Tuesday 01/04/2025
SECOND_QUARTER = at(6, 2)  # Monday 02/06/2025, its check-in is open


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=WITH_SERVER)])
def old(request, tmp_path):
    """That ledger, as the earlier version left it."""
    url = ledgers.bare_postgres_url(tmp_path) if request.param == "postgresql" else f"sqlite:///{tmp_path / 'old.db'}"
    database = Database(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, REVISION)
        tables = MetaData()
        tables.reflect(connection)
        kept = json.loads(gzip.decompress(KEPT.read_bytes()))
        for table in tables.sorted_tables:
            if rows := kept.get(table.name):
                connection.execute(insert(table), [_typed(table, row) for row in rows])
    yield database, kept
    database.close()


def _typed(table, row):
    """As the columns have it: one database keeps a yes as 1, and a day as text."""
    return {name: _value(table.c[name].type.python_type, value) for name, value in row.items()}


def _value(kind, value):
    if value is None:
        return None
    return bool(value) if kind is bool else date.fromisoformat(value) if kind is date else value


def counted(database, tables):
    with database.engine.connect() as connection:
        known = MetaData()
        known.reflect(connection, only=list(tables))
        return {
            name: connection.execute(select(func.count()).select_from(known.tables[name])).scalar() for name in tables
        }


def test_a_year_half_lived_goes_on_after_the_upgrade(old):
    database, kept = old
    database.upgrade()

    assert counted(database, kept) == {name: len(rows) for name, rows in kept.items()}
    with database.work() as work:
        work.audit.record(Event(NOW, "lan", "test.written", CYCLE, {}))
        first = work.editions.of_period(CYCLE, Period.Q1)
        versions = work.submissions.of_period(CYCLE, Period.Q1)
        letters = work.outbox.all()
        assert [len(work.submissions.entries(one.id)) > 0 for one in versions] == [True] * 5
    with database.work() as work:
        events = work.audit.all()
    assert (len(events), first_broken(events)) == (len(kept["audit_events"]) + 1, None)
    assert ([one.number for one in first], len(letters)) == ([1, 2, 3], len(kept["messages"]))


def test_an_upgrade_that_breaks_off_leaves_the_ledger_as_it_was(old, monkeypatch):
    database, kept = old
    monkeypatch.setattr("plancycle.adapters.database.migrating.reach", lambda name: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        database.upgrade()

    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == REVISION
    assert counted(database, kept) == {name: len(rows) for name, rows in kept.items()}


UPGRADE = """
import sys
from plancycle.adapters.database.unit_of_work import Database
from plancycle.services.failpoints import arm
arm(sys.argv[2])
Database(sys.argv[1]).upgrade()
"""


def test_an_upgrade_killed_at_its_last_step_is_begun_again_and_the_year_goes_on(old):
    database, kept = old
    url = database.engine.url.render_as_string(hide_password=False)
    ended = subprocess.run([sys.executable, "-c", UPGRADE, url, "ledger.migrating:1"], check=False, timeout=120)
    assert ended.returncode == -signal.SIGKILL
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == REVISION
    assert counted(database, kept) == {name: len(rows) for name, rows in kept.items()}

    database.upgrade()
    assert counted(database, kept) == {name: len(rows) for name, rows in kept.items()}


def test_the_services_go_on_with_the_year_after_the_upgrade(old, tmp_path):
    """The second quarter is opened and asked for, and the editions of the first still stand."""
    database, kept = old
    follow_the_folder(database)
    furnish(tmp_path / "data", "tn-nq94", 5, 7)
    settings = Settings(data=tmp_path / "data", database_url=database.engine.url.render_as_string(hide_password=False))
    with open_house(settings, SECOND_QUARTER) as house:
        before = [one.sha256 for one in editions_of(house, Period.Q1)]
        assert verify(house).ok
        asked = [data_calls.queue(house, 2025, Period.Q2, one) for one in data_calls.recipients(house, 2025, Period.Q2)]
        sent = deliver(house, f"{CYCLE}/q2/").sent
        assert consolidate(house, 2025, Period.Q2).edition is None
        assert sorted(sent) == sorted(one.key for one in asked)
        assert (len(sent), verify(house).ok) == (5, True)
        assert [one.sha256 for one in editions_of(house, Period.Q1)] == before
        assert {one["sha256"] for one in kept["editions"]} == set(before)
    forget(settings.data)
    shared = bootstrap._shared.pop(("database", settings.ledger_url), None)
    if shared is not None:
        shared.close()


def follow_the_folder(database):
    """The kept rows came without files: their cycle reads its programme from the folder, as older cycles do."""
    database.upgrade()
    with database.engine.begin() as connection:
        connection.execute(text("DELETE FROM programme_versions"))


def editions_of(house, period):
    with house.work() as work:
        return list(work.editions.of_period(CYCLE, period))
