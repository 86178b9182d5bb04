"""The promises of ``services/repositories.py``, kept alike by the real ledger and by the fake one."""

import hashlib
import os
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import factories as f
import pytest
from fakes import Clash, FakeDatabase
from ledgers import ledger_url
from small_programme import ANNUAL, CYCLE, FINANCE, HEALTH, Q1, ZONE, at
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, IntegrityError

from plancycle.adapters.database.repositories import AuditTable
from plancycle.adapters.database.unit_of_work import Database
from plancycle.domain.approvals import Approval, ApprovalStatus
from plancycle.domain.consolidation import Coverage, DocumentFile, Edition, EditionKind, Figure, Member, SourceCell
from plancycle.domain.deadlines import Extension
from plancycle.domain.errors import MoveNotAllowed
from plancycle.domain.events import GENESIS, Event, first_broken
from plancycle.domain.findings import Finding, Severity
from plancycle.domain.messages import Message, MessageKind, MessageStatus
from plancycle.domain.periods import ObligationKey
from plancycle.domain.submissions import Entry, Outcome, Submission, SubmissionStatus
from plancycle.domain.transmittals import Transmittal, TransmittalStatus
from plancycle.services.repositories import Cycle, Intake

NOW = at(12, 9, 23, 59, 59, 999999)  # Tuesday 09/12/2025, the last microsecond that is on time
TEXT = 'Sở Y tế: "đúng hạn" \\ % _ \'; DROP TABLE — Ứng Hòe\n𝟏 <b>&amp;</b>'
THE_CYCLE = Cycle(CYCLE, "ct", 2025, "1" * 64, at(1, 2))


def sha(what):
    return hashlib.sha256(str(what).encode()).hexdigest()


@pytest.fixture
def ledger(tmp_path):
    """The real ledger on a file of its own."""
    database = Database(ledger_url(tmp_path))
    database.upgrade()
    yield database
    database.close()


@pytest.fixture(params=["real", "fake"])
def database(request):
    """The real ledger and its stand-in, both with one opened cycle."""
    database = FakeDatabase() if request.param == "fake" else request.getfixturevalue("ledger")
    with database.work() as work:
        work.cycles.add(THE_CYCLE)
    return database


def a_version(version=1, agency=HEALTH, period=ANNUAL, **changed):
    key = f.owed(agency, period)
    submission = Submission(
        obligation=key,
        version=version,
        sha256=sha((key, version)),
        file_name=TEXT,
        sent_at=NOW,
        received_at=NOW + timedelta(microseconds=1),
        is_late=False,
        is_nil=True,
        status=SubmissionStatus.ACCEPTED,
        receipt=sha((key, version))[:8],
    )
    return replace(submission, **changed)


def an_edition(number=1, members=(), **changed):
    edition = Edition(
        cycle=CYCLE,
        period=ANNUAL,
        number=number,
        kind=EditionKind.PROVISIONAL,
        frozen_at=NOW,
        members=tuple(Member(one.obligation.agency, one.id, one.sha256, one.is_late) for one in members),
        coverage=Coverage((HEALTH, FINANCE), (HEALTH,), (), (FINANCE,)),
        figures=(Figure(f"{CYCLE}/annual/budget.value", TEXT, "triệu đồng", Decimal("0.10"), 2, "sum", 1),),
        dataset_sha256="2" * 64,
        sha256=sha((number, members)),
    )
    return replace(edition, **changed)


def a_message(key="ct-2025/q1/so-y-te/call/mail", **changed):
    message = Message(
        key, MessageKind.DATA_CALL, f"{CYCLE}/q1", HEALTH, "a@b.example", TEXT, f"<{sha(key)}>", "4" * 64,
        MessageStatus.QUEUED, NOW,
    )  # fmt: skip
    return replace(message, **changed)


AN_APPROVAL = Approval(f"{CYCLE}/annual/e1", "5" * 64, NOW, "chuyen-vien", "pho-chu-tich", ApprovalStatus.REQUESTED)
A_TRANSMITTAL = Transmittal(
    f"{CYCLE}/annual/bo-noi-vu/5", f"{CYCLE}/annual/e1", "bo-noi-vu", "http", "5" * 64, TransmittalStatus.INTENT
)
AN_EXTENSION = Extension(f"{CYCLE}/annual/{HEALTH}", at(12, 13, 0), TEXT, "so-y-te", "giam-doc", NOW)
AN_INTAKE = Intake("6" * 64, TEXT, "folder", NOW, Outcome.QUARANTINED, "file.not_ours")


def an_event(number=0):
    return Event(NOW, "người duyệt", "approval.approved", f"{CYCLE}/{number}", {"số": "1,5", "n": number})


def test_a_cycle_comes_back_as_it_was(database):
    with database.work() as work:
        assert (work.cycles.get(CYCLE), work.cycles.get("ct-2024"), work.cycles.all()) == (THE_CYCLE, None, [THE_CYCLE])


def test_cycles_are_listed_oldest_first(database):
    older = replace(THE_CYCLE, id="ct-2024", year=2024, opened_at=THE_CYCLE.opened_at - timedelta(days=366))
    with database.work() as work:
        work.cycles.add(older)
    with database.work() as work:
        assert work.cycles.all() == [older, THE_CYCLE]


def test_a_submission_comes_back_with_every_cell_and_finding_in_form_order(database):
    submission = a_version(return_reason=TEXT)
    cells = [Entry("Số liệu", f"D{n}", f"r{n}", "value", raw, value) for n, (raw, value) in enumerate([
        ("1.234,5", "1234.5"), (TEXT, TEXT), ("", None), ("0,10", "0.1"), ("999999999999999", "999999999999999"),
    ])]  # fmt: skip
    cells.reverse()
    found = [
        Finding(Severity.ERROR, "number_ambiguous", "Số liệu", "D7", TEXT, "12.5", {"first": "12,5", "second": "125"}),
        Finding(Severity.WARNING, "done_without_evidence", "Nhiệm vụ", "D6", TEXT, "Hoàn thành", {}),
    ]
    with database.work() as work:
        work.submissions.add(submission, cells, found)
    with database.work() as work:
        assert work.submissions.versions(submission.obligation) == [submission]
        assert work.submissions.entries(submission.id) == cells
        assert work.submissions.findings(submission.id) == found


def test_versions_are_found_by_obligation_period_and_bytes(database):
    kept = [a_version(2), a_version(1), a_version(1, FINANCE), a_version(1, period=Q1)]
    with database.work() as work:
        for one in kept:
            work.submissions.add(one, [], [])
    with database.work() as work:
        submissions = work.submissions
        assert [one.version for one in submissions.versions(f.owed(HEALTH))] == [1, 2]
        assert submissions.of_period(CYCLE, ANNUAL) == [kept[2], kept[1], kept[0]]
        assert submissions.by_bytes(f.owed(HEALTH), kept[0].sha256) == kept[0]
        assert submissions.by_bytes(f.owed(FINANCE), kept[0].sha256) is None
        assert submissions.of_period("ct-2024", ANNUAL) == []


def test_a_status_changes_and_a_reason_stays(database):
    submission = a_version()
    with database.work() as work:
        work.submissions.add(submission, [], [])
        work.submissions.set_status(submission.id, SubmissionStatus.RETURNED, TEXT)
        work.submissions.set_status(submission.id, SubmissionStatus.SUPERSEDED)
    with database.work() as work:
        (stored,) = work.submissions.versions(submission.obligation)
    assert stored == replace(submission, status=SubmissionStatus.SUPERSEDED, return_reason=TEXT)


def test_the_cells_of_one_question_are_found_in_several_versions_by_agency(database):
    first, second = a_version(), a_version(agency=FINANCE)
    with database.work() as work:
        for one, raw in ((first, "1,5"), (second, "")):
            cell = Entry("Số liệu", "D6", "budget", "value", raw, "1.5" if raw else None)
            work.submissions.add(one, [cell, cell._replace(row="inspections")], [])
    with database.work() as work:
        found = work.submissions.sources([first.id, second.id], "budget", "value")
    assert found == [
        SourceCell(FINANCE, second.id, second.sha256, "Số liệu", "D6", "", None),
        SourceCell(HEALTH, first.id, first.sha256, "Số liệu", "D6", "1,5", "1.5"),
    ]


def test_files_that_came_in_are_listed_oldest_first_and_by_cycle(database):
    ours = replace(AN_INTAKE, outcome=Outcome.ACCEPTED_LATE, cycle=CYCLE, period="annual", agency=HEALTH, reason=None)
    with database.work() as work:
        for intake in (AN_INTAKE, ours, AN_INTAKE):
            work.submissions.add_intake(intake)
    with database.work() as work:
        assert work.submissions.intakes() == [AN_INTAKE, ours, AN_INTAKE]
        assert work.submissions.intakes(CYCLE) == [ours]


def test_the_last_extension_of_an_obligation_stands(database):
    later = replace(AN_EXTENSION, due_at=at(12, 16, 0))
    other = replace(AN_EXTENSION, obligation=f"ct-2024/annual/{HEALTH}")
    with database.work() as work:
        for extension in (AN_EXTENSION, later, other):
            work.submissions.add_extension(extension)
    with database.work() as work:
        assert work.submissions.extensions(CYCLE) == {later.obligation: later}
        asked = (later.obligation, other.obligation, f"{later.obligation}-2", f"ct-2023/annual/{HEALTH}")
        assert [work.submissions.extension(one) for one in asked] == [later, other, None, None]


def test_a_letter_comes_back_as_it_was_and_its_key_is_queued_once(database):
    message = a_message()
    with database.work() as work:
        added = [work.outbox.add(message), work.outbox.add(replace(message, subject="khác"))]
    with database.work() as work:
        assert (added, work.outbox.get(message.key), work.outbox.get("?")) == ([True, False], message, None)


def test_letters_keep_their_queueing_order_and_are_found_by_prefix(database):
    keys = [
        f"{CYCLE}/q1/z/call/mail",
        f"{CYCLE}/q1/a/call/mail",
        f"{CYCLE}/annual/a/call/mail",
        "ct_2025/q1/x/call/mail",
    ]
    with database.work() as work:
        for key in keys:
            work.outbox.add(a_message(key))
    with database.work() as work:
        assert [one.key for one in work.outbox.all()] == keys
        assert [one.key for one in work.outbox.all(f"{CYCLE}/q1/")] == keys[:2]
        assert work.outbox.keys("ct_2025/") == {keys[3]}
        assert work.outbox.keys("%") == set()


def test_a_letter_moves_along_its_lifecycle_only(database):
    message = a_message()
    with database.work() as work:
        work.outbox.add(message)
        with pytest.raises(MoveNotAllowed):
            work.outbox.move(message.key, MessageStatus.SENT, at=NOW)
        for status in (MessageStatus.CLAIMED, MessageStatus.TRANSMITTING):
            work.outbox.move(message.key, status, at=NOW)
        assert [one.key for one in work.outbox.held()] == [message.key]
        work.outbox.move(message.key, MessageStatus.IN_DOUBT, at=NOW, reply="mail.unknown")
        assert [one.key for one in work.outbox.waiting(NOW)] == [message.key]
        for status in (MessageStatus.CLAIMED, MessageStatus.TRANSMITTING):
            work.outbox.move(message.key, status, at=NOW)
        work.outbox.move(message.key, MessageStatus.SENT, at=NOW, reply="250")
    with database.work() as work:
        stored = work.outbox.get(message.key)
        assert (work.outbox.waiting(NOW), work.outbox.held()) == ([], [])
    sent = replace(message, status=MessageStatus.SENT, attempts=2, sent_at=NOW, reply="250", fence=5, doubted_at=NOW)
    assert stored == sent


def test_of_letters_under_a_prefix_agency_key_and_moment_can_be_asked_alone(database):
    letters = [a_message(f"ct-2025/q1/{one}/call/mail", agency=one) for one in (HEALTH, FINANCE)]
    with database.work() as work:
        for letter in [*letters, a_message("ct-2025/q2/so-y-te/call/mail")]:
            work.outbox.add(letter)
    with database.work() as work:
        assert work.outbox.when_queued("ct-2025/q1/") == [(one.agency, one.key, NOW) for one in letters]


def test_refused_addresses_are_remembered(database):
    with database.work() as work:
        for key, address, status in (("a", "a@x", "refused"), ("b", "b@x", "sent"), ("c", "c@x", "queued")):
            work.outbox.add(a_message(key, to_address=address, status=MessageStatus(status)))
    with database.work() as work:
        assert work.outbox.refused_addresses() == {"a@x"}


def test_an_edition_comes_back_with_its_members_coverage_and_exact_figures(database):
    members = [a_version(agency=FINANCE, is_late=True), a_version()]
    first, second = an_edition(1, members), an_edition(10, [], kind=EditionKind.FINAL)
    with database.work() as work:
        for one in members:
            work.submissions.add(one, [], [])
        work.editions.add(second)
        work.editions.add(first)
    with database.work() as work:
        assert work.editions.of_period(CYCLE, ANNUAL) == [first, second]
        assert (work.editions.get(first.id), work.editions.get("?")) == (first, None)
        assert str(work.editions.get(first.id).figures[0].value) == "0.10"


def test_editions_that_were_read_share_their_members_and_the_names_of_whom_they_cover(ledger):
    members = [a_version(agency=FINANCE, is_late=True), a_version()]
    with ledger.work() as work:
        work.cycles.add(THE_CYCLE)
        for one in members:
            work.submissions.add(one, [], [])
        for number in (1, 2):
            work.editions.add(an_edition(number, members, sha256=sha(("shared", number))))
    with ledger.work() as work:
        first, second = work.editions.of_period(CYCLE, ANNUAL)

    assert [one is other for one, other in zip(first.members, second.members, strict=True)] == [True, True]
    ours, theirs = first.coverage.included, second.coverage.included
    assert ours
    assert all(one is other for one, other in zip(ours, theirs, strict=True))


def test_documents_approvals_and_transmittals_come_back_as_they_were(database):
    files = [DocumentFile(f"{CYCLE}/annual/e1", kind, TEXT, sha(kind), 12) for kind in ("docx", "pdf")]
    decided = replace(
        AN_APPROVAL, status=ApprovalStatus.RETURNED, decided_at=NOW, decided_by="pho-chu-tich", reason=TEXT
    )
    sent = replace(A_TRANSMITTAL, status=TransmittalStatus.SENT, attempts=3, sent_at=NOW, reply=TEXT)
    with database.work() as work:
        work.editions.add(an_edition())
        work.editions.add_documents(files[::-1])
        work.editions.add_approval(AN_APPROVAL)
        work.editions.save_approval(decided)
        added = [work.transmittals.add(A_TRANSMITTAL), work.transmittals.add(sent)]
        work.transmittals.save(sent)
    with database.work() as work:
        assert work.editions.documents(f"{CYCLE}/annual/e1") == files
        assert (work.editions.approvals(f"{CYCLE}/annual/e1"), work.editions.approval(decided.id)) == (
            [decided],
            decided,
        )
        assert (added, work.transmittals.get(sent.key), work.transmittals.of_cycle(CYCLE)) == (
            [True, False],
            sent,
            [sent],
        )
        assert (work.editions.approval("?"), work.transmittals.get("?")) == (None, None)


def test_events_form_a_chain(database):
    with database.work() as work:
        assert (work.audit.all(), work.audit.head()) == ([], GENESIS)
        sealed = [work.audit.record(an_event(number)) for number in range(3)]
    with database.work() as work:
        assert (work.audit.all(), work.audit.head()) == (sealed, sealed[-1].hash)
    assert first_broken(sealed) is None


def attempt(database, *writes):
    """Write one after the other in one transaction."""
    with database.work() as work:
        for write in writes:
            write(work)


TWICE = {
    "a cycle": lambda work: work.cycles.add(THE_CYCLE),
    "a version": lambda work: work.submissions.add(a_version(sha256="7" * 64, receipt="OTHER"), [], []),
    "the same bytes": lambda work: work.submissions.add(a_version(2, sha256=a_version().sha256), [], []),
    "a receipt": lambda work: work.submissions.add(a_version(agency=FINANCE, receipt=a_version().receipt), [], []),
    "an extension": lambda work: work.submissions.add_extension(AN_EXTENSION),
    "a message id": lambda work: work.outbox.add(a_message("khác", message_id=a_message().message_id)),
    "an edition": lambda work: work.editions.add(an_edition()),
    "a document": lambda work: work.editions.add_documents([DocumentFile(an_edition().id, "pdf", "x", "8" * 64, 1)]),
    "an approval": lambda work: work.editions.add_approval(AN_APPROVAL),
}
NOWHERE = {
    "a submission": lambda work: work.submissions.add(a_version(obligation=ObligationKey("x", Q1, "y")), [], []),
    "an edition": lambda work: work.editions.add(an_edition(7, [a_version(9)])),
    "an approval": lambda work: work.editions.add_approval(replace(AN_APPROVAL, edition="x/q1/e1")),
    "a transmittal": lambda work: work.transmittals.add(replace(A_TRANSMITTAL, key="k", edition="x/q1/e1")),
}


@pytest.mark.parametrize(
    "write",
    [*TWICE.values(), *NOWHERE.values()],
    ids=[*(f"{one} twice" for one in TWICE), *(f"{one} of nothing" for one in NOWHERE)],
)
def test_what_is_there_already_or_belongs_to_nothing_is_refused_and_nothing_of_it_stays(database, write):
    with database.work() as work:
        work.submissions.add(a_version(), [], [])
        work.submissions.add_extension(AN_EXTENSION)
        work.outbox.add(a_message())
        work.editions.add(an_edition())
        work.editions.add_documents([DocumentFile(an_edition().id, "pdf", "x", "8" * 64, 1)])
        work.editions.add_approval(AN_APPROVAL)
    with pytest.raises((Clash, IntegrityError)):
        attempt(database, lambda work: work.audit.record(an_event()), write)
    with database.work() as work:
        assert work.audit.all() == []


def test_an_error_takes_back_everything_that_was_written(database):
    with pytest.raises(ZeroDivisionError):
        attempt(
            database,
            lambda work: work.submissions.add(a_version(), [], []),
            lambda work: work.outbox.add(a_message()),
            lambda work: work.audit.record(an_event()),
            lambda work: 1 / 0,
        )
    with database.work() as work:
        assert (work.submissions.of_period(CYCLE, ANNUAL), work.outbox.all(), work.audit.all()) == ([], [], [])


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=-8)), ZONE])
def test_a_moment_is_kept_to_the_microsecond_whatever_zone_it_is_written_in(ledger, zone):
    with ledger.work() as work:
        work.cycles.add(replace(THE_CYCLE, opened_at=NOW.astimezone(zone)))
    with ledger.work() as work:
        stored = work.cycles.get(CYCLE).opened_at
    assert (stored, stored.tzinfo) == (NOW, ZONE)


def test_a_moment_without_a_zone_is_refused(ledger):
    with pytest.raises(Exception, match="naive"), ledger.work() as work:
        work.cycles.add(replace(THE_CYCLE, opened_at=datetime(2025, 12, 9)))


@pytest.mark.parametrize("sql", ["UPDATE audit_events SET actor = 'x'", "DELETE FROM audit_events"])
def test_the_database_itself_refuses_to_change_or_delete_an_event(ledger, sql):
    with ledger.work() as work:
        work.audit.record(an_event())
    with pytest.raises(DatabaseError, match="append-only"), ledger.engine.begin() as connection:
        connection.execute(text(sql))
    with ledger.work() as work:
        assert first_broken(work.audit.all()) is None


def test_a_commit_is_on_the_disk_when_it_returns(ledger):
    asked = {"PRAGMA journal_mode": "wal", "PRAGMA synchronous": 2, "PRAGMA foreign_keys": 1}
    if ledger.engine.dialect.name == "postgresql":  # the test's server itself is set to acknowledge too early
        asked = {"SHOW synchronous_commit": "on"}
    with ledger.engine.connect() as connection:
        assert {sql: connection.execute(text(sql)).scalar() for sql in asked} == asked


def test_an_act_that_fails_leaves_nothing_behind_for_the_next_one(ledger):
    with ledger.work() as work:
        work.audit.record(an_event())

    def fail():
        with ledger.work() as work:
            work.cycles.add(THE_CYCLE)
            work.audit.record(an_event())
            work.outbox.move("unknown", MessageStatus.CLAIMED, at=NOW)

    with pytest.raises(KeyError):
        fail()
    with ledger.work() as work:
        assert (work.cycles.all(), work.audit.record(an_event()).seq) == ([], 2)
        assert first_broken(work.audit.all()) is None


def test_an_event_follows_the_one_that_stands_whatever_was_seen_last(ledger):
    with ledger.work() as work:
        first = work.audit.record(an_event())
        gone = replace(first, seq=2, hash="f" * 64)  # as in a ledger that came back from a backup meanwhile
        for seen in (gone, replace(first, seq=7, hash="e" * 64)):
            AuditTable(work.connection, last_seen=seen).record(an_event())
        assert [one.seq for one in work.audit.all()] == [1, 2, 3]
        assert first_broken(work.audit.all()) is None


def test_between_two_acts_others_may_write_and_what_they_wrote_is_seen(ledger, tmp_path):
    other = Database(ledger.engine.url.render_as_string(hide_password=False))
    for number in range(1, 4):
        for one in (ledger, other):
            with one.work() as work:
                work.audit.record(an_event())
                assert work.audit.record(an_event()).seq == 4 * number - (0 if one is other else 2)
    other.close()
    with ledger.work() as work:
        assert first_broken(work.audit.all()) is None


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="the system does not tell which files are open")
def test_a_ledger_that_is_closed_holds_no_file_open(tmp_path):
    place = tmp_path / "closed.db"
    database = Database(f"sqlite:///{place}")
    database.upgrade()
    with database.work() as work:
        work.audit.record(an_event())

    def held():
        links = [f"/proc/self/fd/{one}" for one in os.listdir("/proc/self/fd")]
        return {os.readlink(link) for link in links if os.path.lexists(link)} & {str(place), f"{place}-wal"}

    assert held() == {str(place), f"{place}-wal"}
    database.close()
    assert held() == set()


def in_threads(count, act):
    problems = []

    def run(number):
        try:
            act(number)
        except Exception as problem:
            problems.append(problem)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []


def test_writers_at_the_same_time_make_one_chain_without_a_gap(ledger):
    def write(number):
        for _ in range(10):
            with ledger.work() as work:
                work.audit.record(an_event(number))

    in_threads(4, write)
    with ledger.work() as work:
        events = work.audit.all()
    assert [event.seq for event in events] == list(range(1, 41))
    assert first_broken(events) is None
