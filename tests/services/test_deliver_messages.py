"""Sending letters: each once, and what may have gone twice is listed."""

import contextlib

import factories as f
import pytest
from fakes import PowerCut
from small_programme import ANNUAL, CYCLE, DISTRICT, EVERYBODY, FINANCE, HEALTH, HOME, YEAR

from plancycle.domain.errors import MoveNotAllowed
from plancycle.domain.messages import MessageStatus
from plancycle.services.data_calls import queue
from plancycle.services.deliver_messages import deliver


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
    assert statuses(house) == ["sent", "refused", "sent", "sent"]
    assert message(house, HEALTH).reply == "550 5.1.1 no such user"


def test_a_relay_out_of_reach_is_tried_once_and_the_rest_waits_for_next_time(house):
    house.postman.script.extend(["", "down"])
    delivery = deliver(house)

    assert delivery.waiting == [key(HEALTH), key(FINANCE), key(DISTRICT)]
    assert statuses(house) == ["sent", "queued", "queued", "queued"]
    deliver(house)
    assert house.postman.received() == [key(agency) for agency in EVERYBODY]


def test_a_letter_in_doubt_is_listed_and_the_same_bytes_go_out_again(house):
    house.postman.script.append("unknown")
    delivery = deliver(house)

    assert (delivery.in_doubt, statuses(house)[0]) == ([key(HOME)], "in_doubt")
    house.clock.at = f.at(12, 2)  # Tuesday 02/12/2025
    assert deliver(house).sent[0] == key(HOME)
    first, second = (data for address, data in house.postman.delivered if address == "bao-cao@so-noi-vu.example")
    assert first == second
    assert "message.in_doubt" in actions(house)


def test_a_machine_that_dies_while_sending_leaves_one_letter_in_doubt_and_none_lost(house):
    house.postman.script.extend(["", "cut"])
    with pytest.raises(PowerCut):
        deliver(house)
    left = statuses(house)
    delivery = deliver(house)

    assert left == ["sent", "transmitting", "claimed", "claimed"]
    assert delivery.in_doubt == [key(HEALTH)]
    assert statuses(house) == ["sent"] * 4
    assert sorted(house.postman.received()) == sorted([*map(key, EVERYBODY), key(HEALTH)])


@pytest.mark.parametrize("commit", range(1, 11))
def test_wherever_the_machine_dies_every_letter_arrives_and_what_arrives_twice_was_in_doubt(house, commit):
    house.database.fail_at = house.database.commits + commit
    in_doubt = []
    try:
        deliver(house)
    except PowerCut:
        in_doubt = deliver(house).in_doubt
    received = house.postman.received()

    assert set(received) == {key(agency) for agency in EVERYBODY}
    assert statuses(house) == ["sent"] * 4
    assert {one for one in received if received.count(one) > 1} <= set(in_doubt)
    assert all(received.count(one) <= 2 for one in received)


def test_a_second_sender_sends_nothing(house):
    house.is_sending_elsewhere = True

    assert deliver(house).sent == []
    assert statuses(house) == ["queued"] * 4


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
