"""What is asked for every letter and at every look at a year is found in an index, however long the ledger is."""

import sqlite3

import pytest
from small_programme import ANNUAL, CYCLE, at
from sqlalchemy import event

from plancycle.adapters.database.unit_of_work import Database
from plancycle.domain.messages import Lease
from plancycle.services.audit_repository import AuditQuery

NOW = at(12, 2)  # Tuesday 02/12/2025
PERIOD = f"{CYCLE}/annual/"
LEASE = Lease("sender", at(12, 2, 1))
ASKED = {
    "letters under a prefix": lambda work: work.outbox.all(PERIOD),
    "keys of letters": lambda work: work.outbox.keys(f"{PERIOD}so-y-te/"),
    "what became of an agency's letters": lambda work: work.addresses.fates(f"{PERIOD}so-y-te/"),
    "the next letters to send": lambda work: work.outbox.claim("", at=NOW, lease=LEASE, limit=32),
    "events of a kind about a period": lambda work: work.audit.find(("submission.reviewed",), PERIOD),
    "the newest of a group of events": lambda work: work.audit.search(AuditQuery(action="house.", limit=1)),
    "extensions of a year": lambda work: work.submissions.extensions(CYCLE),
    "open warnings of a period": lambda work: work.explanations.open_warnings(PERIOD),
    "answers of a period": lambda work: work.submissions.of_period(CYCLE, ANNUAL),
    "a mail by its own id": lambda work: work.mails.with_message_id("<1@snv.example>"),
    "visits of a period": lambda work: work.addresses.visits(PERIOD),
}


@pytest.fixture(scope="module")
def heard(tmp_path_factory):
    """A ledger on SQLite, with every statement its driver is given."""
    statements = []
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('found')}/plancycle.db")
    event.listen(database.engine, "connect", lambda raw, _: raw.set_trace_callback(statements.append))
    database.upgrade()
    yield database, statements
    database.close()


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_no_row_is_looked_at_that_is_not_asked_for(heard, asked):
    database, statements = heard
    with database.work() as work:
        statements.clear()
        asked(work)
        mine = [one for one in statements if one.startswith(("SELECT", "UPDATE"))]
    with sqlite3.connect(database.engine.url.database) as plain:
        steps = [row[3] for one in mine for row in plain.execute(f"EXPLAIN QUERY PLAN {one}")]
    plain.close()
    assert steps
    assert [step for step in steps if step.startswith("SCAN")] == []


def test_letters_that_wait_are_taken_in_their_order_without_sorting_all_of_them(heard):
    database, statements = heard
    with database.work() as work:
        statements.clear()
        work.outbox.claim(PERIOD, at=NOW, lease=LEASE, limit=32)
        mine = [one for one in statements if one.startswith("SELECT")]
    with sqlite3.connect(database.engine.url.database) as plain:
        steps = [row[3] for one in mine for row in plain.execute(f"EXPLAIN QUERY PLAN {one}")]
    plain.close()
    assert steps == ["SEARCH messages USING INDEX ix_messages_status_position (status=?)"] * 2
