"""A ledger that came back from a backup does not know what left since: nothing leaves until a person knows."""

import json

import factories as f
import pytest
from small_programme import CYCLE, HEALTH

from plancycle.domain.errors import ActionNeeded, DataProblem
from plancycle.domain.messages import MessageStatus
from plancycle.services.deliver_messages import deliver
from plancycle.services.restored_house import check_not_held, hold, message_ids, open_letters, reconcile, release
from plancycle.services.transmit_edition import transmit
from plancycle.services.verify_audit import verify

KEY = f"{CYCLE}/annual/{HEALTH}/call/mail"
PERSON = "Lê Văn Quản"


def a_restored_house(status=MessageStatus.QUEUED):
    """A house with one letter, put back from a backup of an hour ago."""
    house = f.a_house()
    letter = f.a_letter(house, status)
    hold(house, PERSON, house.clock.now(), "0" * 64)
    return house, letter


def status_of(house, key=KEY):
    with house.work() as work:
        return work.outbox.get(key).status


def last_event(house):
    with house.work() as work:
        event = work.audit.all()[-1]
    return event.actor, event.action, json.loads(event.payload)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (MessageStatus.QUEUED, MessageStatus.IN_DOUBT),
        (MessageStatus.IN_DOUBT, MessageStatus.IN_DOUBT),
        (MessageStatus.SENT, MessageStatus.SENT),
    ],
)
def test_a_letter_that_had_not_left_may_have_left_since(before, after):
    house, _ = a_restored_house(before)
    assert status_of(house) is after


def test_no_letter_leaves_until_released_however_often_one_tries():
    house, _ = a_restored_house()
    before = house.postman.received()
    house.clock.at = house.clock.at.replace(year=house.clock.at.year + 1)
    assert deliver(house).sent == []
    assert house.postman.received() == before


def test_no_report_leaves_until_released():
    house = f.a_house()
    edition = f.a_final_edition(house)
    hold(house, PERSON, house.clock.now(), "0" * 64)
    with pytest.raises(ActionNeeded, match=r"restored\.held"):
        transmit(house, edition.id)


def test_letters_the_mail_server_has_sent_are_marked_and_never_leave_again():
    house, letter = a_restored_house()
    log = ["Dec  9 08:00:01 mx postfix/cleanup[1]: 4A: message-id=" + letter.message_id + "\n", "no mail here <a@>\n"]
    assert reconcile(house, message_ids(log), PERSON) == [KEY]
    assert status_of(house) is MessageStatus.SENT
    release(house, PERSON, 0)
    assert deliver(house).sent == []


def test_a_letter_written_again_after_the_restore_is_recognised_too():
    house = f.a_house()
    hold(house, PERSON, house.clock.now(), "0" * 64)
    letter = f.a_letter(house, MessageStatus.QUEUED)
    assert reconcile(house, {letter.message_id}, PERSON) == [KEY]
    assert status_of(house) is MessageStatus.SENT


def test_what_the_mail_server_does_not_know_leaves_after_the_release():
    house, _ = a_restored_house()
    assert reconcile(house, {"<another@x>"}, PERSON) == []
    release(house, PERSON, 1)
    house.clock.at = house.clock.at.replace(year=house.clock.at.year + 1)
    assert deliver(house).sent == [KEY]


def test_the_release_asks_for_the_number_of_letters_that_go_out():
    house, _ = a_restored_house()
    with pytest.raises(ActionNeeded, match=r"restored.confirm\(count=1\)"):
        release(house, PERSON, None)
    assert len(open_letters(house)) == 1


def test_every_step_is_on_record_in_the_persons_name():
    house, _ = a_restored_house()
    assert last_event(house)[:2] == (PERSON, "house.restored")
    release(house, f" {PERSON}\n", 1)
    assert last_event(house) == (PERSON, "house.released", {"letters": 1})
    assert verify(house).ok


def test_without_a_restore_there_is_nothing_to_release():
    house = f.a_house()
    with house.work() as work:
        check_not_held(work)
    for act in (lambda: release(house, PERSON, 0), lambda: reconcile(house, set(), PERSON)):
        with pytest.raises(ActionNeeded, match=r"restored\.not_held"):
            act()


def test_a_nameless_person_can_do_none_of_it():
    house, _ = a_restored_house()
    for act in (lambda: release(house, " ", 1), lambda: reconcile(house, set(), "\n")):
        with pytest.raises(DataProblem, match=r"outbox\.nobody_named"):
            act()
