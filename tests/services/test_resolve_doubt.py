"""Letters in doubt: a named person decides, once, and the decision is on record."""

import json

import factories as f
import pytest
from small_programme import CYCLE, HEALTH

from plancycle.domain.errors import ActionNeeded, DataProblem, NotFound
from plancycle.domain.messages import MessageStatus
from plancycle.services.deliver_messages import deliver
from plancycle.services.resolve_doubt import Verdict, in_doubt, letters, resolve
from plancycle.services.verify_audit import verify

KEY = f"{CYCLE}/annual/{HEALTH}/call/mail"
PERSON = "Nguyễn Thị Lập"


@pytest.fixture
def house():
    """A house with one letter in doubt."""
    house = f.a_house()
    f.a_letter(house, MessageStatus.IN_DOUBT)
    return house


def last_event(house):
    with house.work() as work:
        event = work.audit.all()[-1]
    return event.actor, event.action, event.subject, json.loads(event.payload)


def test_a_letter_in_doubt_is_listed_until_somebody_decides(house):
    assert [one.key for one in in_doubt(house)] == [KEY]
    assert in_doubt(house, "tn-nq94-1999/") == []
    resolve(house, KEY, Verdict.SENT, PERSON)
    assert in_doubt(house) == []
    assert [one.doubted_at for one in letters(house)] == [house.clock.at]


def test_treated_as_sent_it_never_leaves_again(house):
    assert resolve(house, KEY, Verdict.SENT, PERSON, "cơ quan đã nhận được").status is MessageStatus.SENT
    assert deliver(house).sent == []
    assert house.postman.received() == [KEY]


def test_sent_again_the_same_bytes_go_out_at_once(house):
    assert resolve(house, KEY, Verdict.AGAIN, PERSON).status is MessageStatus.QUEUED
    assert deliver(house).sent == [KEY]
    first, second = house.postman.delivered
    assert first == second


@pytest.mark.parametrize("verdict", Verdict)
def test_the_decision_is_on_record_in_that_persons_name(house, verdict):
    resolve(house, KEY, verdict, f"  {PERSON}\n", " đã hỏi ")
    assert last_event(house) == (PERSON, "message.resolved", KEY, {"verdict": str(verdict), "reason": "đã hỏi"})
    assert verify(house).ok


@pytest.mark.parametrize("nobody", ["", "  ", "\n"])
def test_nobody_decides_nothing(house, nobody):
    with pytest.raises(DataProblem) as refusal:
        resolve(house, KEY, Verdict.SENT, nobody)
    assert refusal.value.key == "outbox.nobody_named"
    assert [one.key for one in in_doubt(house)] == [KEY]


def test_a_letter_that_is_not_there_is_not_found(house):
    with pytest.raises(NotFound) as refusal:
        resolve(house, "khong-co", Verdict.SENT, PERSON)
    assert refusal.value.params == {"message": "khong-co"}


@pytest.mark.parametrize("status", [status for status in MessageStatus if status is not MessageStatus.IN_DOUBT])
def test_there_is_nothing_to_decide_about_a_letter_that_is_not_in_doubt(status):
    house = f.a_house()
    f.a_letter(house, status)
    with pytest.raises(ActionNeeded) as refusal:
        resolve(house, KEY, Verdict.AGAIN, PERSON)
    assert (refusal.value.key, refusal.value.params["status"]) == ("outbox.not_in_doubt", status)


def test_two_decisions_about_one_letter_are_one(house):
    resolve(house, KEY, Verdict.AGAIN, PERSON)
    with pytest.raises(ActionNeeded):
        resolve(house, KEY, Verdict.SENT, "Trần Văn Hai")
    assert last_event(house)[0] == PERSON
