"""Shown first, done later: what an act would send, the count that must come back, the second person for all."""

import json
from dataclasses import replace

import factories as f
import pytest
from small_programme import ANNUAL, CYCLE, EVERYBODY, FINANCE, HEALTH, YEAR, at

from plancycle.domain.errors import ActionNeeded, NotAllowed
from plancycle.domain.messages import MessageKind, MessageStatus
from plancycle.services.deliver_messages import deliver
from plancycle.services.extension_requests import ask
from plancycle.services.grant_extension import grant
from plancycle.services.prepare_submission import prepare
from plancycle.services.preview_letters import check_count, compare, leave_preview, letters_of, waiting_letters
from plancycle.services.receive_submission import receive
from plancycle.services.sending_acts import Resending, ask_all, ladder_letters, remind_all, resend

MONDAY = at(12, 8)  # Monday 08/12/2025, one day before the soft due date
ORDER = Resending(ANNUAL, "Máy chủ thư của tỉnh hỏng", "Lan", "Hoa")


def calling(house):
    return ask_all(house, YEAR, ANNUAL)


def reminding(house):
    return remind_all(house, YEAR, ANNUAL)


def resending(order=ORDER):
    return lambda house: resend(house, YEAR, order)


def postponing(house):
    return grant(house, f.owed(HEALTH), at(12, 13, 0), f.REASON, "Lan", "giam-doc", f.DECISION)


def asked_house(now=f.DURING_ANNUAL):
    house = f.a_house(now)
    calling(house)
    deliver(house)
    return house


def keys(house):
    with house.work() as work:
        return [one.key for one in work.outbox.all()]


def about_to_ask():
    return f.a_house()


def about_to_remind():
    house = asked_house()
    house.clock.at = MONDAY
    return house


def about_to_prepare():
    house = f.a_house()
    f.a_final_edition(house)
    return house


def preparing(house):
    return prepare(house, f"{CYCLE}/annual/e1")


ACTS = {
    "data calls": (about_to_ask, calling),
    "reminders": (about_to_remind, reminding),
    "all that is due": (about_to_remind, lambda house: ladder_letters(house, YEAR)),
    "an approval request": (about_to_prepare, preparing),
    "an extension": (about_to_ask, postponing),
    "a resending": (asked_house, resending()),
}


@pytest.mark.parametrize("name", ACTS)
def test_a_preview_shows_exactly_the_letters_the_act_then_queues_and_changes_nothing(name):
    made, act = ACTS[name]
    house = made()
    before, stored, left = house.database.tables, dict(house.files.stored), dict(house.left)
    shown = letters_of(house, act)

    assert (house.database.tables, house.files.stored, house.left) == (before, stored, left)
    known = set(keys(house))
    act(house)
    assert [one.message.key for one in shown] == [key for key in keys(house) if key not in known]
    assert shown
    assert [house.files.get(one.message.sha256) for one in shown] == [one.data for one in shown]


@pytest.mark.parametrize(("confirmed", "is_right"), [(len(EVERYBODY), True), (0, False), (len(EVERYBODY) - 1, False)])
def test_the_act_needs_the_very_count(confirmed, is_right):
    house = f.a_house()
    if is_right:
        assert check_count(house, calling, confirmed) == len(EVERYBODY)
    else:
        with pytest.raises(ActionNeeded, match="count_differs"):
            check_count(house, calling, confirmed)
    assert keys(house) == []


def test_an_answer_that_came_in_meanwhile_changes_the_count():
    house = about_to_remind()
    seen = len(letters_of(house, reminding))
    receive(house, f.a_workbook(house, HEALTH), "a.xlsx", "folder")
    with pytest.raises(ActionNeeded, match="count_differs"):
        check_count(house, reminding, seen)


def test_nobody_confirming_is_enough_only_where_nothing_would_be_sent():
    assert compare(0, None) == 0
    with pytest.raises(ActionNeeded, match="count_needed"):
        compare(3, None)


def test_a_preview_leaves_a_list_and_each_letter_as_a_file():
    house = f.a_house()
    letters = letters_of(house, calling)
    folder = leave_preview(house, "annual-yeu-cau", letters)
    left = [name for name in house.left if name.startswith(folder)]

    assert folder.startswith("preview/")
    assert len(left) == len(EVERYBODY) + 1
    assert leave_preview(house, "annual-yeu-cau", letters) == folder


def test_letters_that_wait_are_shown_as_they_are():
    house = f.a_house()
    calling(house)
    waiting = waiting_letters(house)

    assert [one.message.status for one in waiting] == [MessageStatus.QUEUED] * len(EVERYBODY)
    assert {json.loads(one.data)["kind"] for one in waiting} == {"data_call"}


@pytest.mark.parametrize(
    ("order", "problem"),
    [
        (replace(ORDER, seconded_by=""), ActionNeeded),
        (replace(ORDER, seconded_by=" LAN "), NotAllowed),
        (replace(ORDER, ordered_by="Nguyễn Thị Lập", seconded_by="chuyen-vien"), NotAllowed),
        (replace(ORDER, ordered_by=" "), ActionNeeded),
        (replace(ORDER, reason=""), ActionNeeded),
        (replace(ORDER, agencies=(HEALTH, FINANCE), seconded_by=""), ActionNeeded),
    ],
)
def test_resending_to_more_than_one_needs_two_people_and_a_reason(order, problem):
    house = asked_house()
    before = house.database.tables
    with pytest.raises(problem):
        resend(house, YEAR, order)

    assert house.database.tables == before


def test_resending_goes_to_those_who_still_owe_once_a_day_and_both_names_are_kept():
    house = asked_house()
    receive(house, f.a_workbook(house, HEALTH), "a.xlsx", "folder")
    first = resend(house, YEAR, ORDER)
    again = resend(house, YEAR, ORDER)
    house.clock.at = at(12, 4)  # Thursday 04/12/2025
    next_day = resend(house, YEAR, ORDER)
    with house.work() as work:
        kinds = {work.outbox.get(key).kind for key in first}
        events = [one for one in work.audit.all() if one.action == "letters.resent"]

    assert len(first) == len(next_day) == len(EVERYBODY) - 1
    assert again == []
    assert kinds == {MessageKind.DATA_CALL}
    assert [(one.actor, json.loads(one.payload)["seconded_by"]) for one in events] == [("Lan", "Hoa")] * 2


def test_one_agency_needs_no_second_person_and_one_that_was_never_asked_cannot_be_asked_again():
    house = asked_house()
    assert len(resend(house, YEAR, replace(ORDER, agencies=(HEALTH,), seconded_by=""))) == 1
    with pytest.raises(ActionNeeded, match=r"resend\.nothing"):
        resend(f.a_house(), YEAR, ORDER)


def test_a_request_for_more_time_writes_to_nobody():
    house = f.a_house()

    assert letters_of(house, lambda dry: ask(dry, f.owed(HEALTH), at(12, 13, 0), f.REASON, "Lan")) == ()
