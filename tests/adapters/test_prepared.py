"""Statements that go straight to the driver say and raise what the library's own would."""

from collections.abc import Iterator
from datetime import UTC, datetime

import ledgers
import pytest
from sqlalchemy import bindparam, delete, insert, literal, select
from sqlalchemy.exc import IntegrityError

from plancycle.adapters.database import rows
from plancycle.adapters.database.faults import LedgerFault
from plancycle.adapters.database.prepared import Prepared
from plancycle.adapters.database.rows.common import ZONE
from plancycle.adapters.database.unit_of_work import Database
from plancycle.domain.messages import Message, MessageKind, MessageStatus

NOW = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)  # a Monday
LETTERS = rows.messages


@pytest.fixture
def database(tmp_path) -> Iterator[Database]:
    opened = Database(ledgers.ledger_url(tmp_path))
    opened.upgrade()
    yield opened
    opened.close()


def letter(number: int) -> Message:
    key, status = f"ct-2025/q1/xa-{number}/call/mail", MessageStatus.QUEUED
    return Message(key, MessageKind.DATA_CALL, "q1", f"xa-{number}", "a@b.vn", "%s ? :x", f"<{key}>", "0", status, NOW)


def test_a_question_is_answered_as_the_library_answers_it(database):
    asked = select(LETTERS, literal("100 %").label("share")).where(LETTERS.c.agency == bindparam("agency"))
    with database.work() as work:
        work.outbox.add(letter(1))
        connection = work.outbox._connection
        by_library = [dict(row) for row in connection.execute(asked, {"agency": "xa-1"}).mappings()]
        directly = Prepared(asked).rows(connection, agency="xa-1")
        assert (directly, directly[0]["queued_at"]) == (by_library, NOW.astimezone(ZONE))
        assert Prepared(asked).rows(connection, agency="xa-2") == []


def test_a_moment_without_a_zone_is_refused(database):
    asked = Prepared(select(LETTERS.c.key).where(LETTERS.c.queued_at < bindparam("by", type_=LETTERS.c.queued_at.type)))
    with database.work() as work, pytest.raises(ValueError, match="naive"):
        asked.rows(work.outbox._connection, by=datetime(2025, 3, 3))


def test_what_the_database_refuses_comes_as_the_librarys_error(database):
    twice = {"seq": 1, "at": "", "actor": "", "action": "", "subject": "", "payload": "", "prev_hash": "", "hash": "a"}
    with pytest.raises(IntegrityError), database.work() as work:
        Prepared(insert(rows.audit_events)).change(work.audit._connection, [twice, twice])
    with database.work() as work:
        assert work.audit.all() == []


def test_a_ledger_that_is_taken_is_told_as_such(tmp_path):
    first = Database(f"sqlite:///{tmp_path}/ledger.db")
    second = Database(f"sqlite:///{tmp_path}/ledger.db?timeout=0")
    with second.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")
        connection.rollback()
    with first.work(), pytest.raises(LedgerFault, match=r"ledger\.busy"), second.work():
        pass
    first.close()
    second.close()


def test_letters_keep_their_places_when_older_ones_are_gone(database):
    with database.work() as work:
        for number in (1, 2, 3):
            work.outbox.add(letter(number))
        work.outbox._connection.execute(delete(LETTERS).where(LETTERS.c.agency == "xa-1"))
        assert work.outbox.add(letter(4))
        assert [one.agency for one in work.outbox.all()] == ["xa-2", "xa-3", "xa-4"]
