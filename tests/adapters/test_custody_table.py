"""The promises of ``services/custody_repository.py``, kept alike by the real ledger and by the fake one."""

import hashlib
from datetime import timedelta

import factories as f
import pytest
from fakes import FakeDatabase
from ledgers import ledger_url
from small_programme import CYCLE, FINANCE, HEALTH, at

from plancycle.adapters.database.unit_of_work import Database
from plancycle.domain.bounces import Address, AddressStanding
from plancycle.domain.clerk_access import ClerkLink, DraftPart
from plancycle.domain.events import Event
from plancycle.domain.messages import Message, MessageKind, MessageStatus
from plancycle.domain.people import Account, Role, StaffSession
from plancycle.domain.quarantine import Quarantined
from plancycle.services.intake_repositories import MailOutcome, MailRecord

NOW = at(12, 9, 8)  # Tuesday 09/12/2025
LAP, LONGER, PERSON = "Lap.nt@so-y-te.example", "lap.nt@so-y-te.example.org", "Nguyễn Thị Lập"
LETTER, TOKEN, RAW, SESSION, HELD, EVIDENCE = "4" * 64, "5" * 64, "6" * 64, "7" * 64, "8" * 64, "9" * 64


def a_letter(agency, address, sha256=LETTER):
    key = f"{CYCLE}/q1/{agency}/call/mail"
    message_id = f"<{hashlib.sha256(key.encode()).hexdigest()}@x>"
    kind, status = MessageKind.DATA_CALL, MessageStatus.SENT
    return Message(key, kind, f"{CYCLE}/q1", agency, address, "Gửi", message_id, sha256, status, NOW)


LINKS = [
    ClerkLink("b" * 16, TOKEN, f.owed(FINANCE), LONGER, 0, NOW),
    ClerkLink("a" * 16, TOKEN, f.owed(HEALTH), LAP, 0, NOW),
]
PART = DraftPart(f.owed(HEALTH), "n1", 1, {"text": f"{PERSON} (lap.nt@so-y-te.example)"}, NOW)
ACCOUNT = Account("lap", PERSON, (Role.OPERATOR,), "hash", NOW, "setup")


@pytest.fixture(params=["real", "fake"])
def database(request, tmp_path):
    """The real ledger and its stand-in: somebody called Lập stands in both, in many places."""
    kept = Database(ledger_url(tmp_path)) if request.param == "real" else FakeDatabase()
    if request.param == "real":
        kept.upgrade()
    with kept.work() as work:
        work.outbox.add(a_letter(HEALTH, LAP))
        work.outbox.add(a_letter(FINANCE, LONGER, "3" * 64))
        for link in LINKS:
            work.links.add(link)
        work.drafts.save(PART, 0)
        work.addresses.save(Address(LAP.lower(), AddressStanding.REFUSED, NOW, f"550 <{LAP}>", 1, EVIDENCE))
        work.mails.add(MailRecord(1, 2, "<m@x>", RAW, f"{PERSON} <{LAP}>", NOW, MailOutcome.TAKEN))
        work.quarantine.add(Quarantined(0, HELD, 3, "a.xlsx", "mailbox", LAP, "file.empty", "{}", NOW, NOW))
        work.people.add(ACCOUNT)
        for number, age in (("1", 1), ("2", 0)):
            work.people.begin(StaffSession(number * 64, "lap", NOW, NOW - timedelta(days=age)))
        work.audit.record(Event(NOW, PERSON, "submission.confirmed", "x", {}))
    yield kept
    if request.param == "real":
        kept.close()


def told(found):
    """Where a person stands, and under which key."""
    return [(one.table, one.columns, next(iter(one.row.values()))) for one in found]


def test_a_person_is_found_in_every_table_and_no_longer_name_with_them(database):
    with database.work() as work:
        by_address, by_name = told(work.custody.naming(LAP.upper())), told(work.custody.naming(PERSON))

    assert sorted(by_address) == [
        ("addresses", ("address", "why"), LAP.lower()),
        ("clerk_links", ("recipient",), "a" * 16),
        ("drafts", ("answers",), str(f.owed(HEALTH))),
        ("mails", ("sender",), 1),
        ("messages", ("to_address",), f"{CYCLE}/q1/{HEALTH}/call/mail"),
        ("quarantine", ("sender",), 1),
    ]
    assert sorted(by_name) == [
        ("accounts", ("full_name",), "lap"),
        ("audit_events", ("actor",), 1),
        ("drafts", ("answers",), str(f.owed(HEALTH))),
        ("mails", ("sender",), 1),
    ]


def test_a_found_row_is_told_whole_in_plain_values(database):
    with database.work() as work:
        found = {one.table: one.row for one in work.custody.naming(LAP)}

    assert {name: found["clerk_links"][name] for name in ("id", "token_sha256", "obligation", "generation")} == {
        "id": "a" * 16,
        "token_sha256": TOKEN,
        "obligation": str(f.owed(HEALTH)),
        "generation": 0,
    }
    assert found["messages"]["sha256"] == LETTER
    assert found["messages"]["status"] == "sent"


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("messages", "to_address"),
        ("addresses", "address"),
        ("addresses", "why"),
        ("clerk_links", "recipient"),
        ("quarantine", "sender"),
        ("mails", "sender"),
        ("drafts", "answers"),
    ],
)
def test_other_words_take_the_place_of_a_person_in_one_column_only(table, column, database):
    with database.work() as work:
        before = told(work.custody.naming(LAP))
        changed = work.custody.replace(table, column, LAP, "erased@x.invalid")
    with database.work() as work:
        after = told(work.custody.naming(LAP))
        mine = {name: columns for name, columns, _ in told(work.custody.naming("erased@x.invalid"))}
        longer = told(work.custody.naming(LONGER))

    assert (changed, mine) == (1, {table: (column,)})
    assert [one for one in before if one[0] != table] == [one for one in after if one[0] != table]
    assert [columns for name, columns, _ in after if name == table and column in columns] == []
    assert [name for name, _, _ in longer] == ["clerk_links", "messages"]


def test_files_are_needed_by_every_row_but_letters_and_named_by_every_row(database):
    with database.work() as work:
        needed, named = work.custody.needed_beside_letters(), work.custody.named_files()

    assert (needed & {LETTER, TOKEN, RAW, HELD}) == {TOKEN, RAW, HELD}
    assert {LETTER, TOKEN, RAW, HELD, EVIDENCE} - named == set()


def test_drafts_links_and_sign_ins_are_listed_and_let_go(database):
    with database.work() as work:
        assert work.custody.drafted() == [f.owed(HEALTH)]
        assert work.custody.links() == [LINKS[1], LINKS[0]]
        assert (work.custody.sessions_before(NOW), work.custody.sessions_before(NOW - timedelta(days=1))) == (1, 0)
        work.custody.drop_links(["a" * 16, "unknown"])
        work.custody.drop_links([])
        work.custody.drop_sessions_before(NOW)
    with database.work() as work:
        assert work.custody.links() == [LINKS[0]]
        assert (work.people.session("1" * 64), work.people.session("2" * 64) is not None) == (None, True)


def test_a_transaction_that_fails_lets_nothing_go(database):
    def let_go_and_die():
        with database.work() as work:
            work.custody.drop_links([one.id for one in LINKS])
            work.custody.replace("drafts", "answers", PERSON, "x")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        let_go_and_die()
    with database.work() as work:
        assert len(work.custody.links()) == len(LINKS)
        assert work.drafts.of(f.owed(HEALTH)) == [PART]
