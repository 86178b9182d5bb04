"""The ledger's promises about explanations and corrections, kept alike by the fake; and versions that never change."""

from dataclasses import replace

import factories as f
import pytest
from alembic import command
from alembic.config import Config
from fakes import Clash, FakeDatabase
from ledgers import ledger_url
from small_programme import CYCLE, HEALTH, at
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, IntegrityError

from plancycle.adapters.database.migrating import MIGRATIONS
from plancycle.adapters.database.unit_of_work import Database
from plancycle.domain.corrections import Correction
from plancycle.domain.explanations import Explanation, ExplanationStatus
from plancycle.domain.findings import Finding, Severity
from plancycle.domain.submissions import Entry, Submission, SubmissionStatus
from plancycle.services.repositories import Cycle

NOW = at(12, 1)  # Monday 01/12/2025
KEY = f.owed(HEALTH)
VERSION = Submission(
    KEY, 1, "a" * 64, "a.xlsx", NOW, NOW, False, False, SubmissionStatus.ACCEPTED, "KM7PD4XR5WHC"
)  # fmt: skip
CELL = Entry("Nhiệm vụ", "C6", "n1", "status", "Hoàn thành", "Hoàn thành")
LONG = Entry("Thuyết minh", "C7", "N1", "text", "x" * 30, "x" * 30)
ASKED = Finding(Severity.WARNING, "value_jumped", "Số liệu", "C9", "…", "4", {"before": "1"}, "jump", "a", "value")
NOTED = replace(ASKED, severity=Severity.NOTE, rule="note")
REASON = Explanation(
    0, VERSION.id, "jump", "value_jumped", "Số liệu", "C9", "a", "value", "…", "4", "{}", "Vì thế <b>", HEALTH, NOW
)
LEAVE = Correction(0, str(KEY), VERSION.id, VERSION.receipt, f"{CYCLE}/annual/e2", "Cộng trùng", HEALTH, NOW)


@pytest.fixture
def ledger(tmp_path):
    """The real ledger on a file of its own."""
    database = Database(ledger_url(tmp_path))
    database.upgrade()
    yield database
    database.close()


@pytest.fixture(params=["real", "fake"])
def database(request):
    """Both ledgers, with one version in a cycle."""
    made = FakeDatabase() if request.param == "fake" else request.getfixturevalue("ledger")
    with made.work() as work:
        work.cycles.add(Cycle(CYCLE, "ct", 2025, "1" * 64, NOW))
        work.submissions.add(VERSION, [CELL, LONG], [ASKED, NOTED])
    return made


def test_an_explanation_comes_back_as_it_was_with_its_review(database):
    with database.work() as work:
        kept = work.explanations.add(REASON)
        work.explanations.review(kept.number, ExplanationStatus.REFUSED, "Chưa rõ", "lap", NOW)
    with database.work() as work:
        found = work.explanations.get(kept.number)
        listed = [work.explanations.under(prefix) for prefix in (f"{KEY}/v", f"{CYCLE}/", "ct-2024/", f"{KEY}/v2")]

    reviewed = {"status": ExplanationStatus.REFUSED, "reason": "Chưa rõ", "reviewed_by": "lap", "reviewed_at": NOW}
    assert found == replace(REASON, number=kept.number, **reviewed)
    assert listed == [[found], [found], [], []]


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        ([], {VERSION.id: 1}),
        ([REASON], {}),
        ([replace(REASON, status=ExplanationStatus.REFUSED)], {VERSION.id: 1}),
        ([replace(REASON, status=ExplanationStatus.REFUSED), REASON], {}),
        ([replace(REASON, rule="other")], {VERSION.id: 1}),
    ],
)
def test_a_warning_is_open_until_a_reason_stands_and_a_note_never_is(database, reasons, expected):
    with database.work() as work:
        for one in reasons:
            work.explanations.add(one)
    with database.work() as work:
        assert work.explanations.open_warnings(f"{CYCLE}/") == expected
        assert work.explanations.open_warnings("ct-2024/") == {}


def test_a_correction_is_open_until_its_version_has_come(database):
    with database.work() as work:
        kept = work.corrections.add(LEAVE)
        work.corrections.settle(kept.number, VERSION.id)
        (found,) = work.corrections.under(f"{CYCLE}/annual/")

    assert kept == replace(LEAVE, number=kept.number)
    assert (kept.is_open, found.is_open, found.submission) == (True, False, VERSION.id)


def test_what_belongs_to_no_version_is_refused(database):
    for table, row in (
        ("explanations", replace(REASON, submission="x")),
        ("corrections", replace(LEAVE, corrects="x")),
    ):
        with pytest.raises((IntegrityError, Clash)), database.work() as work:
            getattr(work, table).add(row)


def test_one_version_and_the_texts_of_a_period_are_found(database):
    with database.work() as work:
        assert (work.submissions.get(VERSION.id), work.submissions.get("x")) == (VERSION, None)
        assert work.submissions.texts(CYCLE, KEY.period, ["text", "status"], 20) == [(HEALTH, LONG)]
        assert work.submissions.texts(CYCLE, KEY.period, ["status"], 5) == [(HEALTH, CELL)]
        work.submissions.set_status(VERSION.id, SubmissionStatus.WITHDRAWN)
        assert work.submissions.texts(CYCLE, KEY.period, ["text"], 20) == []


def test_a_finding_remembers_its_check_and_question(database):
    with database.work() as work:
        assert work.submissions.findings(VERSION.id) == [ASKED, NOTED]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE submissions SET sent_at = '2025-01-01'",
        "UPDATE submissions SET sha256 = 'x'",
        "UPDATE submissions SET receipt = 'x', status = 'accepted'",
        "DELETE FROM submissions",
        "UPDATE entries SET value = '1'",
        "DELETE FROM entries",
        "UPDATE findings SET severity = 'note'",
        "DELETE FROM findings",
    ],
)
def test_the_database_itself_refuses_to_change_a_version(ledger, statement):
    with ledger.work() as work:
        work.cycles.add(Cycle(CYCLE, "ct", 2025, "1" * 64, NOW))
        work.submissions.add(VERSION, [CELL], [ASKED])
    with pytest.raises(DatabaseError, match="never changes"), ledger.engine.begin() as connection:
        connection.execute(text(statement))


def test_a_status_and_the_reason_of_a_return_may_change(ledger):
    with ledger.work() as work:
        work.cycles.add(Cycle(CYCLE, "ct", 2025, "1" * 64, NOW))
        work.submissions.add(VERSION, [CELL], [ASKED])
        work.submissions.set_status(VERSION.id, SubmissionStatus.RETURNED, "Chưa khớp số")
    with ledger.work() as work:
        found = work.submissions.get(VERSION.id)

    assert found == replace(VERSION, status=SubmissionStatus.RETURNED, return_reason="Chưa khớp số")


def test_the_bytes_of_a_withdrawn_version_may_come_again_and_those_of_a_standing_one_may_not(database):
    again = replace(VERSION, version=2, receipt="KM7PD4XR5WHD")
    with pytest.raises((Clash, IntegrityError)), database.work() as work:
        work.submissions.add(again, [], [])
    with database.work() as work:
        known = work.submissions.by_bytes(KEY, VERSION.sha256)
        work.submissions.set_status(VERSION.id, SubmissionStatus.WITHDRAWN)
        withdrawn = work.submissions.by_bytes(KEY, VERSION.sha256)
        work.submissions.add(again, [], [])
        standing = work.submissions.by_bytes(KEY, VERSION.sha256)

    assert (known, withdrawn, standing) == (VERSION, None, again)


def test_migrating_a_ledger_that_holds_answers_keeps_them_their_guards_and_what_points_to_them(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'grown.db'}")
    migrate(database, "0013")
    with database.work() as work:
        work.cycles.add(Cycle(CYCLE, "ct", 2025, "1" * 64, NOW))
        work.submissions.add(VERSION, [CELL, LONG], [ASKED, NOTED])
    migrate(database, "0015")

    with database.work() as work:
        assert work.submissions.get(VERSION.id) == VERSION
        assert work.submissions.entries(VERSION.id) == [CELL, LONG]
    for statement in ("UPDATE submissions SET sha256 = 'x'", "DELETE FROM submissions"):
        with pytest.raises(DatabaseError), database.engine.begin() as connection:
            connection.execute(text(statement))
    with database.engine.begin() as connection:
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    database.close()


def migrate(database, revision):
    """Bring a ledger to one revision."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
