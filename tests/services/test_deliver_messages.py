"""Sending letters: each once, and what may have gone twice is listed."""

import contextlib
from datetime import timedelta

import factories as f
import pytest
from fakes import PowerCut
from small_programme import ANNUAL, CYCLE, DISTRICT, EVERYBODY, FINANCE, HEALTH, HOME, YEAR

from plancycle.domain.errors import MoveNotAllowed
from plancycle.domain.messages import DOUBT_HOLD, GIVE_UP_AFTER, LEASE, MessageStatus
from plancycle.services import deliver_messages
from plancycle.services.data_calls import queue
from plancycle.services.deliver_messages import MARK_HOLDS, Delivery, deliver
from plancycle.services.resolve_doubt import Verdict, resolve

TICK = timedelta(microseconds=1)


def key(agency):
    return f"{CYCLE}/annual/{agency}/call/mail"


@pytest.fixture
def house():
    """A house with four data calls in its outbox."""
    house = f.a_house()
    for agency in EVERYBODY:
        queue(house, YEAR, ANNUAL, agency)
    return house


def statuses(house):
    with house.work() as work:
        return [str(message.status) for message in work.outbox.all()]


def message(house, agency):
    with house.work() as work:
        return work.outbox.get(key(agency))


def actions(house):
    with house.work() as work:
        return [event.action for event in work.audit.all() if event.action.startswith("message.")]


def test_every_waiting_letter_is_sent_once_in_queueing_order(house):
    first, second = deliver(house), deliver(house)

    assert first.sent == house.postman.received() == [key(agency) for agency in EVERYBODY]
    assert second.sent == []
    assert message(house, HOME).reply == "250 2.0.0 queued"
    assert message(house, HOME).sent_at == house.clock.at
    assert actions(house) == ["message.queued"] * 4 + ["message.sent"] * 4


def test_only_letters_under_the_prefix_are_sent(house):
    assert deliver(house, f"{CYCLE}/annual/{HEALTH}/").sent == [key(HEALTH)]
    assert statuses(house) == ["queued", "sent", "queued", "queued"]


def test_a_refused_address_does_not_stop_the_others(house):
    house.postman.refuses.add("bao-cao@so-y-te.example")
    delivery = deliver(house)

    assert delivery.refused == [key(HEALTH)]
    assert statuses(house) == ["sent", "refused", "sent", "sent", "sent"]  # the last one goes to the alternate
    assert message(house, HEALTH).reply == "550 5.1.1 no such user"


def test_a_relay_out_of_reach_is_tried_once_and_the_rest_waits_for_next_time(house):
    house.postman.script.extend(["", "down"])
    delivery = deliver(house)

    assert delivery.waiting == [key(HEALTH), key(FINANCE), key(DISTRICT)]
    assert statuses(house) == ["sent", "queued", "queued", "queued"]
    deliver(house)
    assert house.postman.received() == [key(agency) for agency in EVERYBODY]


def test_a_letter_in_doubt_is_listed_and_held_and_then_the_same_bytes_go_out_again(house):
    house.postman.script.append("unknown")
    start = house.clock.at
    delivery = deliver(house)

    assert (delivery.in_doubt, statuses(house)) == ([key(HOME)], ["in_doubt", "sent", "sent", "sent"])
    assert (message(house, HOME).doubted_at, message(house, HOME).next_attempt_at) == (start, start + DOUBT_HOLD)
    house.clock.at = start + DOUBT_HOLD - TICK
    assert deliver(house).sent == []
    house.clock.at = start + DOUBT_HOLD
    assert deliver(house).sent == [key(HOME)]
    first, second = (data for address, data in house.postman.delivered if address == "bao-cao@so-noi-vu.example")
    assert first == second
    assert message(house, HOME).doubted_at == start
    assert [one for one in actions(house) if one not in ("message.queued", "message.sent")] == [
        "message.in_doubt",
        "message.sent_again",
    ]


@pytest.mark.parametrize(
    ("window", "left", "doubted"),
    [
        (1, "sent transmitting claimed claimed", [HEALTH]),
        (2, "transmitting transmitting claimed claimed", [HOME, HEALTH]),
        (4, "transmitting transmitting transmitting transmitting", [HOME, HEALTH, FINANCE, DISTRICT]),
    ],
)
def test_a_machine_that_dies_while_sending_leaves_at_most_a_window_in_doubt_and_none_lost(
    house, monkeypatch, window, left, doubted
):
    monkeypatch.setattr(deliver_messages, "WINDOW", window)
    house.postman.script.extend(["", "cut"])
    with pytest.raises(PowerCut):
        deliver(house)

    assert statuses(house) == left.split()
    assert deliver(house).in_doubt == [key(agency) for agency in doubted]
    house.clock.at += DOUBT_HOLD
    assert sorted(deliver(house).sent) == sorted(key(agency) for agency in doubted)
    assert set(house.postman.received()) == {key(agency) for agency in EVERYBODY}


@pytest.mark.parametrize("window", [1, 2, 4])
@pytest.mark.parametrize("commit", range(1, 9))
def test_wherever_the_machine_dies_every_letter_arrives_and_what_arrives_twice_was_in_doubt(
    house, monkeypatch, commit, window
):
    monkeypatch.setattr(deliver_messages, "WINDOW", window)
    house.database.fail_at = house.database.commits + commit
    doubted = set()
    with contextlib.suppress(PowerCut):
        deliver(house)
    house.database.fail_at = None
    for _ in range(2):
        doubted.update(deliver(house).in_doubt)
        house.clock.at += DOUBT_HOLD
    received = house.postman.received()

    assert set(received) == {key(agency) for agency in EVERYBODY}
    assert statuses(house) == ["sent"] * 4
    assert {one for one in received if received.count(one) > 1} <= doubted
    assert all(received.count(one) <= 2 for one in received)


def test_two_senders_at_once_send_each_letter_once(house, monkeypatch):
    monkeypatch.setattr(deliver_messages, "BATCH", 2)
    house.senders.alive = {"sender-1", "sender-2"}
    house.postman.script.append("slow")
    house.postman.meanwhile = lambda: others.append(deliver(house))
    others = []
    mine = deliver(house)

    assert (mine.sent, others[0].sent) == ([key(HOME), key(HEALTH)], [key(FINANCE), key(DISTRICT)])
    assert sorted(house.postman.received()) == sorted(map(key, EVERYBODY))


def let_the_lease_end_and_deliver(house):
    house.senders.at += LEASE
    return deliver(house)


def test_a_sender_held_up_before_the_letter_leaves_finds_its_claim_lost_and_sends_nothing(house):
    house.senders.alive = {"sender-1", "sender-2"}
    house.postman.script.append("slow")
    others = []
    house.postman.meanwhile = lambda: others.append(let_the_lease_end_and_deliver(house))
    mine = deliver(house)

    assert (mine.sent, others[0].sent) == ([], [key(agency) for agency in EVERYBODY])
    assert sorted(house.postman.received()) == sorted(map(key, EVERYBODY))


def test_a_sender_held_up_after_the_letter_left_clears_up_the_doubt_about_it(house):
    house.senders.alive = {"sender-1", "sender-2"}
    house.postman.script.append("stuck")
    others = []
    house.postman.meanwhile = lambda: others.append(let_the_lease_end_and_deliver(house))
    mine = deliver(house)

    assert (others[0].in_doubt, mine.sent) == ([key(agency) for agency in EVERYBODY], [key(HOME)])
    assert statuses(house) == ["sent", "in_doubt", "in_doubt", "in_doubt"]
    assert house.postman.received() == [key(HOME)]


def test_a_sender_that_waited_long_looks_before_it_sends_what_it_has_marked(house):
    house.senders.alive = {"sender-1"}
    house.postman.script.append("stuck")

    def wait_long():
        house.senders.at += MARK_HOLDS + TICK

    house.postman.meanwhile = wait_long
    assert deliver(house).sent == [key(agency) for agency in EVERYBODY]
    assert house.postman.received() == [key(agency) for agency in EVERYBODY]


def test_a_sender_that_answers_after_a_person_decided_changes_nothing_and_is_on_record(house):
    def decide_and_send():
        let_the_lease_end_and_deliver(house)
        resolve(house, key(HOME), Verdict.AGAIN, "Nguyễn Thị Lập")
        deliver(house)

    house.senders.alive = {"sender-1", "sender-2", "sender-3"}
    house.postman.script.append("stuck")
    house.postman.meanwhile = decide_and_send
    deliver(house)

    assert sorted(house.postman.received()) == [key(HOME), key(HOME)]
    assert (message(house, HOME).status, message(house, HOME).doubted_at is not None) == ("sent", True)
    assert "message.late_outcome" in actions(house)


def test_a_living_sender_keeps_its_letters_until_the_lease_is_over(house, monkeypatch):
    monkeypatch.setattr(deliver_messages, "WINDOW", 1)
    house.postman.script.append("cut")
    with pytest.raises(PowerCut):
        deliver(house)
    house.senders.alive = {"sender-1"}
    house.senders.at += LEASE - TICK
    assert (deliver(house).sent, statuses(house)) == ([], ["transmitting", "claimed", "claimed", "claimed"])
    house.senders.at += TICK
    assert (deliver(house).in_doubt, statuses(house)) == ([key(HOME)], ["in_doubt", "sent", "sent", "sent"])


@pytest.mark.parametrize("jump", [timedelta(days=3), timedelta(days=400), timedelta(hours=-2), timedelta(days=-30)])
def test_a_clock_that_jumps_repeats_nothing(house, jump):
    deliver(house)
    house.clock.at += jump
    house.senders.at += jump
    assert deliver(house).sent == []
    house.clock.at -= jump
    house.senders.at -= jump
    assert deliver(house).sent == []
    assert house.postman.received() == [key(agency) for agency in EVERYBODY]


def test_a_letter_refused_for_the_time_being_waits_longer_each_time_and_holds_up_nobody(house):
    house.postman.script.append("later")
    start = house.clock.at
    assert deliver(house).postponed == [key(HOME)]
    assert statuses(house) == ["queued", "sent", "sent", "sent"]
    assert message(house, HOME).reply == "450 4.2.1 mailbox busy"
    waits = []
    for _ in range(5):
        again = message(house, HOME).next_attempt_at
        waits.append(again - house.clock.at)
        house.clock.at = again - TICK
        assert deliver(house) == Delivery()
        house.clock.at = again
        house.postman.script.append("later")
        assert deliver(house).postponed == [key(HOME)]
    assert [wait.total_seconds() / 60 for wait in waits] == [5, 15, 60, 240, 240]
    house.clock.at = start + GIVE_UP_AFTER
    house.postman.script.append("later")
    assert deliver(house).refused == [key(HOME)]
    assert statuses(house)[0] == "refused"


def test_a_letter_whose_bytes_are_gone_holds_up_nobody(house):
    del house.files.stored[message(house, HOME).sha256]
    delivery = deliver(house)

    assert (delivery.postponed, statuses(house)) == ([key(HOME)], ["queued", "sent", "sent", "sent"])
    assert "not_found.file" in message(house, HOME).reply


@pytest.mark.parametrize(("has_left", "status"), [(False, "queued"), (True, "in_doubt")])
def test_our_own_fault_frees_the_letters_that_have_not_left(house, has_left, status):
    def broken(_address, _data, about_to_leave):
        if has_left:
            about_to_leave()
        raise ZeroDivisionError

    good, house.postman.deliver = house.postman.deliver, broken
    with pytest.raises(ZeroDivisionError):
        deliver(house)
    house.postman.deliver = good
    house.senders.alive = {"sender-1"}

    assert statuses(house) == [status, "queued", "queued", "queued"]
    assert deliver(house).sent == [key(HEALTH), key(FINANCE), key(DISTRICT)]


@pytest.mark.parametrize("what", ["", "down", "cut"])
def test_the_connection_is_closed_whatever_happens(house, what):
    house.postman.script.append(what)
    with contextlib.suppress(PowerCut):
        deliver(house)

    assert not house.postman.is_open


@pytest.mark.parametrize("status", [MessageStatus.SENT, MessageStatus.REFUSED])
def test_a_settled_letter_never_moves_again(status):
    house = f.a_house()
    settled = f.a_letter(house, status)
    with house.work() as work, pytest.raises(MoveNotAllowed):
        work.outbox.move(settled.key, MessageStatus.CLAIMED, at=house.clock.at)
