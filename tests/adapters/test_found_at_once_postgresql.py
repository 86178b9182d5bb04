"""On PostgreSQL, too, keys that begin alike are found in an index, byte by byte, whatever language sorts its text."""

import re
from collections.abc import Iterator

import ledgers
import pytest
from postgres_server import WITH_SERVER
from small_programme import CYCLE
from sqlalchemy import Column, MetaData, String, Table, event, insert, select, text

from plancycle.adapters.database.prefixes import begins
from plancycle.adapters.database.unit_of_work import Database

pytestmark = WITH_SERVER
PERIOD = f"{CYCLE}/annual/"
ASKED = {
    "letters under a prefix": lambda work: work.outbox.all(PERIOD),
    "keys of letters": lambda work: work.outbox.keys(f"{PERIOD}so-y-te/"),
    "what became of an agency's letters": lambda work: work.addresses.fates(f"{PERIOD}so-y-te/"),
    "events of a kind about a period": lambda work: work.audit.find(("submission.reviewed",), PERIOD),
    "answers to what was sent upward": lambda work: work.acknowledgements.under(f"{CYCLE}/"),
    "open warnings of a period": lambda work: work.explanations.open_warnings(PERIOD),
    "visits of a period": lambda work: work.addresses.visits(PERIOD),
}


@pytest.fixture(scope="module")
def database(tmp_path_factory) -> Iterator[Database]:
    opened = Database(ledgers.postgres_url(tmp_path_factory.mktemp("found")))
    yield opened
    opened.close()


def plan_of(connection, statement, values):
    """The plan PostgreSQL keeps for a statement that is asked again and again, before it knows what for."""
    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", statement)))
    numbered = re.sub(r"%\((\w+)\)s", lambda found: f"${names.index(found[1]) + 1}", statement)
    connection.exec_driver_sql(f"PREPARE asked AS {numbered}".replace("%", "%%"))
    literals = ", ".join("'" + str(values[name]).replace("'", "''") + "'" for name in names)
    steps = connection.exec_driver_sql(f"EXPLAIN EXECUTE asked({literals})".replace("%", "%%")).scalars().all()
    connection.exec_driver_sql("DEALLOCATE asked")
    return steps


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_what_begins_alike_is_found_in_an_index_by_the_plan_that_is_kept(database, asked):
    heard = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: heard.append((told[2], told[3])))
    with database.work() as work:
        asked(work)
    mine = [(said, values) for said, values in heard if 'COLLATE "C"' in said]
    with database.engine.connect() as connection:
        for setting in ("enable_seqscan = off", "plan_cache_mode = force_generic_plan"):
            connection.execute(text(f"SET LOCAL {setting}"))
        plans = [plan_of(connection, *one) for one in mine]

    assert mine
    for plan in plans:
        assert [step for step in plan if "Index Cond" in step and " >= " in step and " < " in step], plan
        assert [step for step in plan if "Seq Scan" in step] == []


KEYS = [
    "SO-Y-TE/1",
    "so-y-te/1",
    "so-y-te/",
    "so-y-te-2/1",
    "so-y-tế/1",
    "so-y-te/Đ",
    "so-y-te/ẵ",
    "so-y-te/\U0010fffe",
]


def test_a_column_that_sorts_as_vietnamese_does_loses_no_key_and_finds_no_other(database):
    table = Table("sorted_by_the_dictionary", MetaData(), Column("key", String, index=True))
    with database.engine.connect() as connection:
        table.metadata.create_all(connection)
        connection.execute(insert(table), [{"key": key} for key in KEYS])
        order = connection.execute(select(table.c.key).order_by(table.c.key)).scalars().all()
        found = {
            prefix: set(connection.execute(select(table.c.key).where(begins(table.c.key, prefix))).scalars())
            for prefix in ("so-y-te", "so-y-te/", "SO", "so-y-tế", "so_", "")
        }
        connection.rollback()

    assert order != sorted(KEYS)  # this database does sort by the dictionary
    assert found == {prefix: {key for key in KEYS if key.startswith(prefix)} for prefix in found}
