"""Claims, leases and fences of letters, kept alike by the real ledger and by the fake one."""

import hashlib
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from fakes import FakeDatabase
from ledgers import ledger_url
from small_programme import CYCLE, HEALTH, at

from plancycle.adapters.database.unit_of_work import Database
from plancycle.domain.messages import Lease, Message, MessageKind, MessageStatus, Move

NOW = at(12, 9, 8)  # Tuesday 09/12/2025


@pytest.fixture
def ledger(tmp_path):
    """The real ledger on a file of its own."""
    database = Database(ledger_url(tmp_path))
    database.upgrade()
    yield database
    database.close()


@pytest.fixture(params=["real", "fake"])
def database(request):
    """The real ledger and its stand-in."""
    return FakeDatabase() if request.param == "fake" else request.getfixturevalue("ledger")


def a_message(key="ct-2025/q1/so-y-te/call/mail", **changed):
    message_id = f"<{hashlib.sha256(key.encode()).hexdigest()}@x>"
    message = Message(
        key, MessageKind.DATA_CALL, f"{CYCLE}/q1", HEALTH, "a@b.example", "Sở Y tế", message_id, "4" * 64,
        MessageStatus.QUEUED, NOW,
    )  # fmt: skip
    return replace(message, **changed)


A_LEASE = Lease("may-1", NOW + timedelta(minutes=15))


def test_claiming_takes_due_letters_in_queueing_order_and_leaves_the_rest(database):
    later = NOW + timedelta(microseconds=1)
    letters = [
        a_message(f"{CYCLE}/q1/c/call/mail"),
        a_message(f"{CYCLE}/q1/b/call/mail", next_attempt_at=later),
        a_message(f"{CYCLE}/q1/a/call/mail", status=MessageStatus.IN_DOUBT, next_attempt_at=NOW, doubted_at=NOW),
        a_message(f"{CYCLE}/q1/d/call/mail", status=MessageStatus.SENT),
        a_message(f"{CYCLE}/q2/a/call/mail"),
    ]
    with database.work() as work:
        for letter in letters:
            work.outbox.add(letter)
        assert work.outbox.waiting(NOW) == [letters[0], letters[2], letters[4]]
        first = work.outbox.claim(f"{CYCLE}/q1/", at=NOW, lease=A_LEASE, limit=1)
        rest = work.outbox.claim(f"{CYCLE}/q1/", at=NOW, lease=A_LEASE, limit=9)
        again = work.outbox.claim(f"{CYCLE}/q1/", at=NOW, lease=A_LEASE, limit=9)
    claimed = {"status": MessageStatus.CLAIMED, "attempts": 1, "fence": 1, "next_attempt_at": None}
    held = {"owner": A_LEASE.owner, "lease_until": A_LEASE.until}
    assert (first, rest, again) == (
        [replace(letters[0], **claimed, **held)],
        [replace(letters[2], **claimed, **held)],
        [],
    )
    with database.work() as work:
        assert work.outbox.held() == first + rest
        assert [one.key for one in work.outbox.waiting(later)] == [letters[1].key, letters[4].key]


def test_a_sender_that_lost_its_claim_changes_nothing(database):
    with database.work() as work:
        work.outbox.add(a_message())
        (old,) = work.outbox.claim("", at=NOW, lease=A_LEASE, limit=1)
        work.outbox.move(old.key, MessageStatus.QUEUED, at=NOW)
        (new,) = work.outbox.claim("", at=NOW, lease=A_LEASE, limit=1)
        moves = [
            work.outbox.advance([Move(old, status, NOW, "x")])
            for status in (MessageStatus.TRANSMITTING, MessageStatus.SENT, MessageStatus.QUEUED)
        ]
        assert (moves, work.outbox.get(old.key)) == ([[None]] * 3, new)
        (marked,) = work.outbox.advance([Move(new, MessageStatus.TRANSMITTING, NOW, lease=A_LEASE)])
    with database.work() as work:
        assert marked == replace(new, status=MessageStatus.TRANSMITTING)
        assert work.outbox.get(new.key) == marked
        assert work.outbox.advance([Move(marked, MessageStatus.CLAIMED, NOW)]) == [None]


def test_a_holder_that_was_only_slow_clears_up_the_doubt_about_it(database):
    with database.work() as work:
        work.outbox.add(a_message())
        (mine,) = work.outbox.claim("", at=NOW, lease=A_LEASE, limit=1)
        (marked,) = work.outbox.advance([Move(mine, MessageStatus.TRANSMITTING, NOW, lease=A_LEASE)])
        work.outbox.move(mine.key, MessageStatus.IN_DOUBT, at=NOW)
        (cleared,) = work.outbox.advance([Move(marked, MessageStatus.SENT, NOW, "250")])
    with database.work() as work:
        assert work.outbox.get(mine.key) == cleared
    assert (cleared.status, cleared.reply, cleared.doubted_at) == (MessageStatus.SENT, "250", NOW)


def test_of_several_moves_at_once_only_those_that_come_too_late_change_nothing(database):
    sent, lost, doubted = (f"{CYCLE}/q1/{agency}/call/mail" for agency in "abc")
    with database.work() as work:
        assert work.outbox.advance([]) == []
        for letter in (sent, lost, doubted):
            work.outbox.add(a_message(letter))
        claimed = work.outbox.claim("", at=NOW, lease=A_LEASE, limit=3)
        marked = work.outbox.advance([Move(one, MessageStatus.TRANSMITTING, NOW, lease=A_LEASE) for one in claimed])
        work.outbox.move(lost, MessageStatus.QUEUED, at=NOW)
        (taken,) = work.outbox.claim(lost, at=NOW, lease=A_LEASE, limit=1)
        work.outbox.move(doubted, MessageStatus.IN_DOUBT, at=NOW)
        moves = work.outbox.advance([Move(one, MessageStatus.SENT, NOW, f"250 {one.agency}") for one in marked])
    with database.work() as work:
        assert moves == [work.outbox.get(sent), None, work.outbox.get(doubted)]
        assert [(one.status, one.sent_at, one.doubted_at) for one in moves if one] == [
            (MessageStatus.SENT, NOW, None),
            (MessageStatus.SENT, NOW, NOW),
        ]
        assert work.outbox.get(lost) == taken


def test_senders_at_the_same_time_never_claim_the_same_letter(ledger):
    with ledger.work() as work:
        for number in range(40):
            work.outbox.add(a_message(f"{CYCLE}/q1/a{number:02}/call/mail"))
    claimed = []

    def claim(number):
        for _ in range(5):
            with ledger.work() as work:
                lease = Lease(f"may-{number}", NOW + timedelta(minutes=15))
                claimed.extend(one.key for one in work.outbox.claim("", at=NOW, lease=lease, limit=3))

    threads = [threading.Thread(target=claim, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == [f"{CYCLE}/q1/a{number:02}/call/mail" for number in range(40)]
