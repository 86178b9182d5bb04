"""What is let go by rule or on request, on a real ledger with real files: by two people, and told in the log."""

import json
from datetime import datetime, timedelta

import pytest

from plancycle.adapters.database import rows
from plancycle.bootstrap import forget, open_house
from plancycle.cli import run
from plancycle.domain.clerk_access import DraftPart
from plancycle.domain.messages import Message, MessageKind, MessageStatus
from plancycle.domain.periods import ObligationKey, Period
from plancycle.domain.personal_data import GOES, Purpose, purpose_of
from plancycle.domain.retention import Rules
from plancycle.rehearsal import stage
from plancycle.services import data_calls
from plancycle.services.deliver_messages import deliver
from plancycle.services.journal import record
from plancycle.services.open_cycle import open_cycle
from plancycle.services.verify_audit import verify

MONDAY = datetime.fromisoformat("2025-03-03T08:00:00+07:00")
HEALTH, FINANCE = "so-y-te", "so-tai-chinh"
TWO = ("--by", "Nguyễn Thị Lập", "--second", "Lê Văn Quản")
BASIS = ("--reason", "đã nghỉ hưu", "--document", "12/CV-SYT ngày 03/4/2026")


def furnished(home):
    """An installation that asked two agencies: one letter has left, the other has not; a clerk typed and went away."""
    stage.furnish(home, "tn-nq94", 0, 2026)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PLANCYCLE_DATA", str(home))
        with open_house(as_of=MONDAY) as house:
            open_cycle(house, 2025)
            data_calls.queue(house, 2025, Period.Q1, HEALTH)
            deliver(house)
            data_calls.queue(house, 2025, Period.Q1, FINANCE)
            with house.work() as work:
                owed = ObligationKey("tn-nq94-2025", Period.Q1, HEALTH)
                work.drafts.save(DraftPart(owed, "n1", 1, {"text": "đang gõ"}, MONDAY), 0)
    return home


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """An installation for tests that let nothing go."""
    home = furnished(tmp_path_factory.mktemp("shared"))
    yield home
    forget(home)


@pytest.fixture
def looked_at(shared, monkeypatch):
    """It, as the one in use."""
    monkeypatch.setenv("PLANCYCLE_DATA", str(shared))
    return shared


@pytest.fixture
def office(tmp_path, monkeypatch):
    """An installation of one's own."""
    home = furnished(tmp_path / "office")
    monkeypatch.setenv("PLANCYCLE_DATA", str(home))
    yield home
    forget(home)


def said(capsys, *arguments):
    """Exit code and the JSON that was printed, or what was said instead."""
    code = run([*arguments, "--json"])
    shown = capsys.readouterr()
    return code, json.loads(shown.out) if shown.out else shown.err


def letters():
    """The letters by agency, and whether the bytes of each are there."""
    with open_house(as_of=MONDAY) as house, house.work() as work:
        return {one.agency: (one, house.files.holds(one.sha256)) for one in work.outbox.all()}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2025-03-20", {"drafts": 0, "links": 0, "letters": 0}),
        ("2025-05-20", {"drafts": 0, "links": 2, "letters": 0}),
        ("2025-08-01", {"drafts": 1, "links": 2, "letters": 0}),
        ("2026-03-04", {"drafts": 1, "links": 2, "letters": 1}),
    ],
)
def test_a_plan_names_what_is_past_its_time_and_changes_nothing(day, expected, looked_at, capsys):
    _, plan = said(capsys, "retention", "--as-of", day)
    _, again = said(capsys, "retention", "--as-of", day)

    assert {name: plan["counts"][name] for name in expected} == expected
    assert (plan["applied"], plan["plan"]) == (False, again["plan"])
    assert {agency: is_there for agency, (_, is_there) in letters().items()} == {HEALTH: True, FINANCE: True}


def test_two_people_carry_out_the_plan_they_read_and_an_undelivered_letter_stays(office, capsys):
    _, plan = said(capsys, "retention", "--as-of", "2026-03-04")
    code, done = said(capsys, "retention", "--as-of", "2026-03-04", "--apply", plan["plan"], *TWO)

    assert (code, done["applied"], list(done["letters"])) == (0, True, ["tn-nq94-2025/q1/so-y-te/call/mail"])
    (sent, is_there), (waiting, is_kept) = letters()[HEALTH], letters()[FINANCE]
    assert (sent.status, is_there, waiting.status, is_kept) == (MessageStatus.SENT, False, MessageStatus.QUEUED, True)
    _, after = said(capsys, "retention", "--as-of", "2026-03-04")
    assert sum(after["counts"].values()) == 0
    with open_house(as_of=MONDAY) as house:
        assert verify(house).ok
        with house.work() as work:
            assert [json.loads(one.payload)["letters"] for one in work.audit.find(["retention.applied"], "")] == [1]


@pytest.mark.parametrize(
    ("people", "code"), [((), 3), (("--by", "A", "--second", " a "), 4), (("--by", "A"), 3), (TWO, 4)]
)
def test_one_person_alone_or_another_plan_lets_nothing_go(people, code, looked_at, capsys):
    other = "000000000000"

    assert said(capsys, "retention", "--as-of", "2026-03-04", "--apply", other, *people)[0] == code
    assert letters()[HEALTH][1]


def a_letter(kind, status, sent_at):
    return Message("k", kind, "p", "a", "x@y.example", "s", "<m@y>", "0" * 64, status, MONDAY, sent_at=sent_at)


@pytest.mark.parametrize(
    ("kind", "status", "age", "goes"),
    [
        (MessageKind.REMINDER, MessageStatus.SENT, 365, True),
        (MessageKind.REMINDER, MessageStatus.SENT, 364, False),
        (MessageKind.REMINDER, MessageStatus.REFUSED, 400, True),
        (MessageKind.REMINDER, MessageStatus.COVERED, 400, True),
        (MessageKind.TRANSMITTAL, MessageStatus.SENT, 4000, False),
        *((MessageKind.REMINDER, status, 4000, False) for status in ("queued", "claimed", "transmitting", "in_doubt")),
    ],
)
def test_a_letter_goes_when_it_is_settled_and_a_year_old_and_proves_no_sending(kind, status, age, goes):
    letter = a_letter(kind, MessageStatus(status), MONDAY)

    assert Rules().lets_letter_go(letter, MONDAY + timedelta(days=age)) is goes


@pytest.mark.parametrize(("years", "year", "is_due"), [(10, 2014, True), (10, 2015, False), (0, 1990, False)])
def test_records_are_named_for_the_archive_after_the_years_the_office_chose(years, year, is_due):
    assert Rules(records_years=years).is_for_the_archive(year, MONDAY) is is_due


def address_of(agency):
    return letters()[agency][0].to_address


def test_everything_held_about_an_address_is_told_and_the_log_does_not_say_whose(looked_at, capsys):
    address = address_of(HEALTH)
    code, told = said(capsys, "person", "export", address.upper(), "--by", "Lê Văn Quản")

    tables = {(one["table"], name) for one in told["holdings"] for name in one["purposes"]}
    assert (code, told["in_book"]) == (0, [HEALTH])
    assert tables == {("messages", "to_address"), ("clerk_links", "recipient")}
    assert told["files"] == {"messages/tn-nq94-2025/q1/so-y-te/call/mail": letters()[HEALTH][0].sha256}
    with open_house(as_of=MONDAY) as house, house.work() as work:
        (event,) = work.audit.find(["person.exported"], "")
        assert address not in f"{event.subject} {event.payload} {event.actor}"


def retired(office):
    """The address book without the agencies' old addresses, as its operator leaves it."""
    (book,) = office.glob("programmes/*/contacts.yaml")
    book.write_text(book.read_text("utf-8").replace("bao-cao@so-", "moi@so-"), "utf-8")


def test_an_address_is_let_go_everywhere_it_served_to_reach_somebody_and_the_chain_holds(office, capsys):
    address = address_of(HEALTH)
    with open_house(as_of=MONDAY) as house, house.work() as work:
        record(house, work, "submission.confirmed", "tn-nq94-2025/q1/so-y-te/v1", "Trần Thị Y", channel="web")
        head = work.audit.head()
    assert said(capsys, "person", "erase", address, *TWO, *BASIS)[0] == 4  # the address book still has it
    retired(office)
    assert said(capsys, "person", "erase", address_of(FINANCE), *TWO, *BASIS)[0] == 4  # a letter to it has not left
    code, done = said(capsys, "person", "erase", address, *TWO, *BASIS)

    assert (code, done["changed"]) == (0, {"messages.to_address": 1, "clerk_links.recipient": 1, "files": 1})
    letter, is_there = letters()[HEALTH]
    assert (letter.to_address.endswith("@erased.invalid"), is_there) == (True, False)
    assert address_of(FINANCE) == f"bao-cao@{FINANCE}.example"
    with open_house(as_of=MONDAY) as house:
        report = verify(house)
        with house.work() as work:
            assert work.custody.naming(address) == []
    assert (report.ok, report.head != head) == (True, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("erase", "abc@x.example", *TWO, "--reason", "", "--document", "1"),
        ("erase", "abc@x.example", *TWO, "--reason", "x", "--document", ""),
        ("erase", "ab", *TWO, *BASIS),
        ("export", "abc@x.example", "--by", " "),
    ],
)
def test_a_request_without_its_basis_is_refused(arguments, looked_at, capsys):
    assert said(capsys, "person", *arguments)[0] == 3


def test_what_was_done_in_an_offices_name_stays_under_the_name(looked_at, capsys):
    with open_house(as_of=MONDAY) as house, house.work() as work:
        record(house, work, "submission.confirmed", "tn-nq94-2025/q1/so-y-te/v1", "Trần Thị Y", channel="web")
    said(capsys, "person", "erase", "Trần Thị Y", *TWO, *BASIS)
    _, told = said(capsys, "person", "export", "Trần Thị Y", "--by", "Lê Văn Quản")

    assert [(one["table"], one["purposes"]) for one in told["holdings"]] == [
        ("audit_events", {"actor": "official_act"})
    ]


def test_every_column_that_goes_is_one_of_the_ledger_and_no_other_is_for_reaching():
    known = {(table.name, column.name) for table in rows.metadata.sorted_tables for column in table.c}
    going = {(one.table, one.column) for one in GOES}

    assert going - known == set()
    assert {place for place in known if purpose_of(*place) is Purpose.REACHING} == going
