"""A ledger of an earlier version, in the middle of a year, is brought forward whole and written on."""

import gzip
import json
from datetime import date
from pathlib import Path

import ledgers
import pytest
from alembic import command
from alembic.config import Config
from postgres_server import WITH_SERVER
from small_programme import at
from sqlalchemy import MetaData, func, insert, select, text

from plancycle.adapters.database.migrating import MIGRATIONS
from plancycle.adapters.database.unit_of_work import Database
from plancycle.domain.events import Event, first_broken
from plancycle.domain.periods import Period

KEPT = Path(__file__).with_name("ledger-0013.json.gz")
"""Every row of a rehearsed year at revision 0013: its first quarter is over and transmitted, the rest is to come."""
CYCLE, REVISION = "tn-nq94-2025", "0013"
NOW = at(4, 1)  # Tuesday 01/04/2025


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
