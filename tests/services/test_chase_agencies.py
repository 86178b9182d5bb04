"""Reminding those who have not sent yet."""

import json
from dataclasses import replace

import factories as f
import pytest
from small_programme import ANNUAL, CYCLE, DISTRICT, EVERYBODY, FINANCE, HEALTH, Q1, YEAR, an_address_book, at

from plancycle.domain.messages import MessageKind
from plancycle.domain.submissions import SubmissionStatus
from plancycle.services.chase_agencies import due, queue
from plancycle.services.grant_extension import grant


def rungs(house, agency=DISTRICT):
    return [(str(one.kind), one.rung) for one in due(house, YEAR) if one.agency == agency]


def remind_all(house):
    return [queue(house, YEAR, reminder) for reminder in due(house, YEAR)]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(11, 28), []),  # Friday 28/11/2025, 11 days before the soft due of Tuesday 09/12
        (at(11, 29), [("reminder", -10)]),  # Saturday 29/11/2025
        (at(12, 3), [("reminder", -10)]),  # Wednesday 03/12/2025, after an outage: the current rung
        (at(12, 4), [("reminder", -5)]),  # Thursday 04/12/2025
        (at(12, 8), [("reminder", -1)]),  # Monday 08/12/2025
        (at(12, 9, 23, 59), [("reminder", 0)]),  # Tuesday 09/12/2025, one minute before it is late
        (at(12, 10, 0), [("overdue", 1)]),  # Wednesday 10/12/2025
        (at(12, 12), [("overdue", 3)]),  # Friday 12/12/2025
        (at(12, 19, 16, 59), [("overdue", 3)]),  # Friday 19/12/2025: the last day anybody is chased
        (at(12, 19, 17), []),  # ten days after the freeze
    ],
)
def test_one_rung_is_due_however_many_were_missed(now, expected):
    assert rungs(f.a_house(now)) == expected


def test_each_rung_is_one_letter():
    house = f.a_house(at(12, 4))  # Thursday 04/12/2025
    first = remind_all(house)
    second = remind_all(house)
    house.clock.at = at(12, 8)  # Monday 08/12/2025

    assert [letter.key for letter in first] == [f"{CYCLE}/annual/{agency}/remind-5/mail" for agency in EVERYBODY]
    assert second == []
    assert rungs(house) == [("reminder", -1)]


def test_queueing_the_same_reminder_twice_is_queueing_it_once():
    house = f.a_house(at(12, 4))
    reminder = due(house, YEAR)[0]

    assert [queue(house, YEAR, reminder).outcome for _ in range(2)] == ["queued", "already"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (SubmissionStatus.ACCEPTED, []),
        (SubmissionStatus.RETURNED, [("reminder", -5)]),
        (SubmissionStatus.RECEIVED, [("reminder", -5)]),
    ],
)
def test_nobody_is_reminded_after_an_accepted_answer(status, expected):
    house = f.a_house(at(12, 4))
    f.a_submission(house, DISTRICT, ANNUAL, status)

    assert rungs(house) == expected


def test_the_last_rung_goes_to_the_leader():
    house = f.a_house(at(12, 12))  # Friday 12/12/2025, three days over
    addresses = {letter.agency: letter.to_address for letter in remind_all(house)}

    assert addresses[HEALTH] == "ld@so-y-te.example"
    assert addresses[FINANCE] == "bao-cao@so-tai-chinh.example"  # no leader known: the contact again


def test_earlier_rungs_go_to_the_contact():
    house = f.a_house(at(12, 10))  # Wednesday 10/12/2025
    overdue = next(letter for letter in remind_all(house) if letter.agency == HEALTH)

    assert (overdue.kind, overdue.to_address) == (MessageKind.OVERDUE, "bao-cao@so-y-te.example")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(12, 10), [("reminder", -1)]),  # Wednesday 10/12/2025: its own last day is Thursday
        (at(12, 11), [("reminder", 0)]),  # Thursday 11/12/2025
        (at(12, 12), [("overdue", 1)]),  # Friday 12/12/2025
    ],
)
def test_an_extension_moves_the_ladder_of_that_agency(now, expected):
    house = f.a_house(at(11, 10))  # Monday 10/11/2025, before the first rung
    grant(house, f.owed(DISTRICT), at(12, 12, 0), f.REASON, "huyen-dai-tu", "giam-doc")  # until Thursday 11/12 ends
    house.clock.at = now

    assert rungs(house) == expected


def test_a_closed_quarter_is_not_chased_any_longer():
    house = f.a_house(at(4, 4, 17))  # Friday 04/04/2025: ten days after q1 was frozen on Tuesday 25/03

    assert [reminder for reminder in due(house, YEAR) if reminder.period is Q1] == []


def test_a_letter_says_which_rung_it_is():
    house = f.a_house(at(12, 4))
    letter = queue(house, YEAR, due(house, YEAR)[0])
    with house.work() as work:
        content = json.loads(house.files.get(work.outbox.get(letter.key).sha256))

    assert content["facts"]["rung"] == -5


def test_an_agency_without_an_address_is_named_and_gets_no_letter():
    house = f.a_house(at(12, 4))
    house.programmes.book = replace(an_address_book(), contacts=())

    assert {letter.outcome for letter in remind_all(house)} == {"no_address"}
