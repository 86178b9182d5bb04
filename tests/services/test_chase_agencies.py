"""Reminding those who have not sent yet."""

import json
from dataclasses import replace
from datetime import timedelta

import factories as f
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_programme import ANNUAL, CYCLE, DISTRICT, EVERYBODY, FINANCE, HEALTH, Q1, YEAR, an_address_book, at

from plancycle.domain.bounces import MailStanding
from plancycle.domain.messages import MessageKind, MessageStatus
from plancycle.domain.periods import Period
from plancycle.domain.submissions import SubmissionStatus
from plancycle.services import chase_agencies
from plancycle.services.chase_agencies import due, queue, queue_all
from plancycle.services.cycle_view import CycleView
from plancycle.services.data_calls import queue as call
from plancycle.services.grant_extension import grant
from plancycle.services.matrix import matrix
from plancycle.services.return_submission import return_submission
from plancycle.services.sweep import perform


def rungs(house, agency=DISTRICT):
    return [(str(one.kind), one.rung) for one in due(house, YEAR) if one.agency == agency]


def content(house, key):
    with house.work() as work:
        return json.loads(house.files.get(work.outbox.get(key).sha256))


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
        (at(12, 12), [("escalation", 3)]),  # Friday 12/12/2025
        (at(12, 19, 16, 59), [("escalation", 3)]),  # Friday 19/12/2025: the last day anybody is chased
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


def test_a_few_looked_at_one_by_one_are_reminded_as_all_are(monkeypatch):
    at_once, one_by_one = f.a_house(at(12, 4)), f.a_house(at(12, 4))  # Thursday 04/12/2025
    keys = {reminder.key for reminder in due(at_once, YEAR)}
    few = {f"{CYCLE}/annual/{agency}/remind-5/mail" for agency in (HEALTH, DISTRICT)}

    assert {one.key for one in queue_all(one_by_one, YEAR, few)} == few
    queue_all(one_by_one, YEAR, keys)
    monkeypatch.setattr(chase_agencies, "FEW", 0)
    queue_all(at_once, YEAR, keys)
    assert {key: content(one_by_one, key) for key in keys} == {key: content(at_once, key) for key in keys}


def test_queueing_the_same_reminder_twice_is_queueing_it_once():
    house = f.a_house(at(12, 4))
    reminder = due(house, YEAR)[0]

    assert [queue(house, YEAR, reminder).outcome for _ in range(2)] == ["queued", "already"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (SubmissionStatus.ACCEPTED, []),
        (SubmissionStatus.RETURNED, []),  # told today; reminded from the next rung on
        (SubmissionStatus.RECEIVED, []),  # somebody is looking at it
    ],
)
def test_nobody_is_reminded_after_an_answer_or_on_the_day_it_came_back(status, expected):
    house = f.a_house(at(12, 4))
    f.a_submission(house, DISTRICT, ANNUAL, status)

    assert rungs(house) == expected


def test_the_last_rung_is_a_letter_of_its_own_to_the_leader():
    house = f.a_house(at(12, 12))  # Friday 12/12/2025, three days over
    letters = {letter.agency: letter for letter in remind_all(house)}
    health, finance = (content(house, letters[agency].key) for agency in (HEALTH, FINANCE))

    assert {letter.kind for letter in letters.values()} == {MessageKind.ESCALATION}
    assert (health["to"], health["facts"]["is_leader"], health["attached"]) == ("ld@so-y-te.example", True, [])
    assert finance["to"] == "bao-cao@so-tai-chinh.example"  # no leader known: the contact is asked to pass it on
    assert (finance["facts"]["is_leader"], len(finance["attached"])) == (False, 1)


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
    grant(
        house, f.owed(DISTRICT), at(12, 12, 0), f.REASON, "huyen-dai-tu", "giam-doc", f.DECISION
    )  # until Thursday 11/12 ends
    house.clock.at = now

    assert rungs(house) == expected


def test_a_closed_quarter_is_not_chased_any_longer():
    house = f.a_house(at(4, 4, 17))  # Friday 04/04/2025: ten days after q1 was frozen on Tuesday 25/03

    assert [reminder for reminder in due(house, YEAR) if reminder.period is Q1] == []


def test_a_letter_says_which_rung_it_is():
    house = f.a_house(at(12, 4))
    letter = queue(house, YEAR, due(house, YEAR)[0])

    assert content(house, letter.key)["facts"]["rung"] == -5


def test_an_agency_without_an_address_is_named_and_gets_no_letter():
    house = f.a_house(at(12, 4))
    house.programmes.book = replace(an_address_book(), contacts=())

    assert {letter.outcome for letter in remind_all(house)} == {"no_address"}


def test_a_reminder_brings_the_workbook_and_follows_the_data_call():
    house = f.a_house(at(11, 3, 8))  # Monday 03/11/2025
    called = call(house, YEAR, ANNUAL, HEALTH)
    house.clock.at = at(12, 4)
    reminder = next(one for one in due(house, YEAR) if one.agency == HEALTH)
    written = content(house, queue(house, YEAR, reminder).key)

    assert written["attached"] == content(house, called.key)["attached"]
    assert written["answers"] == called.key


def test_nobody_is_reminded_on_the_day_of_the_data_call():
    house = f.a_house(at(12, 4))  # Thursday 04/12/2025: the call is late
    call(house, YEAR, ANNUAL, DISTRICT)
    same_day, house.clock.at = rungs(house), at(12, 8)  # Monday 08/12/2025

    assert (same_day, rungs(house)) == ([], [("reminder", -1)])


RETURNED = [
    (at(12, 5), []),  # Friday 05/12/2025: no rung since the return on Thursday
    (at(12, 8), [("correction", -1)]),  # Monday 08/12/2025
    (at(12, 9), [("correction", 0)]),  # Tuesday 09/12/2025
    (at(12, 10), [("correction", 1)]),  # Wednesday 10/12/2025
    (at(12, 12), [("escalation", 3)]),  # Friday 12/12/2025
]


@pytest.mark.parametrize(("now", "expected"), RETURNED)
def test_a_returned_answer_is_asked_for_again_in_its_own_words(now, expected):
    house = f.a_house(at(12, 1))  # Monday 01/12/2025
    f.all_answer(house, agencies=(DISTRICT,))
    house.clock.at = at(12, 4)
    return_submission(house, f.owed(DISTRICT), f.REASON, "nguyen-thi-lap")
    house.clock.at = now

    assert rungs(house) == expected


def test_what_was_returned_after_the_freeze_is_asked_for_within_three_working_days():
    house = f.a_house(at(12, 4))
    f.all_answer(house, agencies=(DISTRICT,))
    house.clock.at = at(12, 15)  # Monday 15/12/2025
    return_submission(house, f.owed(DISTRICT), f.REASON, "nguyen-thi-lap")
    seen = {}
    for day in (15, 17, 18, 19, 21, 29):
        house.clock.at = at(12, day, 9)
        seen[day] = rungs(house)

    assert seen == {
        15: [],
        17: [("correction", -1)],  # Wednesday
        18: [("correction", 0)],  # Thursday 18/12/2025: three working days after the return
        19: [("correction", 1)],
        21: [("escalation", 3)],
        29: [],  # Monday 29/12/2025: more than ten days later
    }


def test_a_letter_about_a_returned_answer_brings_the_marked_file_again():
    house = f.a_house(at(12, 4))
    f.all_answer(house, agencies=(DISTRICT,))
    house.clock.at = at(12, 5)
    return_submission(house, f.owed(DISTRICT), f.REASON, "nguyen-thi-lap")
    house.clock.at = at(12, 9)
    reminder = next(one for one in due(house, YEAR) if one.agency == DISTRICT)
    written = content(house, queue(house, YEAR, reminder).key)
    returned = content(house, f"{CYCLE}/annual/{DISTRICT}/returned-v1/mail")

    assert (written["kind"], written["facts"]["returned_on"]) == ("correction", "2025-12-05")
    assert written["attached"] == returned["attached"]


def test_after_an_extension_the_rungs_are_counted_and_sent_anew():
    house = f.a_house(at(12, 8))  # Monday 08/12/2025
    remind_all(house)
    grant(
        house, f.owed(DISTRICT), at(12, 16, 0), f.REASON, "huyen-dai-tu", "giam-doc", f.DECISION
    )  # until Monday 15/12 ends
    seen = {}
    for day in (8, 9, 10, 14, 15, 16):
        house.clock.at = at(12, day)
        seen[day] = [one.key.split("/")[-2] for one in due(house, YEAR) if one.agency == DISTRICT]

    assert seen == {
        8: [],
        9: [],
        10: ["remind-5-x20251216"],  # Wednesday 10/12/2025
        14: ["remind-1-x20251216"],
        15: ["remind+0-x20251216"],
        16: ["remind+1-x20251216"],
    }


def owing_two_periods():
    """Late with the annual evaluation and with q3, which was extended until Sunday 14/12/2025 ends."""
    house = f.a_house(at(12, 1))
    grant(house, f.owed(DISTRICT, Period.Q3), at(12, 15, 0), f.REASON, "huyen-dai-tu", "giam-doc", f.DECISION)
    house.clock.at = at(12, 11)  # Thursday 11/12/2025; the extension's aim is Friday
    return house


def test_an_agency_that_owes_several_reports_gets_one_letter_about_all():
    house = owing_two_periods()
    keys = {one.key for one in due(house, YEAR) if one.agency == DISTRICT}
    letters = queue_all(house, YEAR, {max(keys)})
    first, other = f"{CYCLE}/q3/{DISTRICT}/remind-1-x20251215/mail", f"{CYCLE}/annual/{DISTRICT}/remind+1/mail"
    written = content(house, first)
    with house.work() as work:
        covered = work.outbox.get(other)

    assert keys == {first, other}
    assert [(one.key, one.kind, one.outcome) for one in letters] == [
        (first, MessageKind.COMBINED, "queued"),
        (other, MessageKind.OVERDUE, "covered"),
    ]
    assert [(one["period_title"], one["due_at"][:10]) for one in written["facts"]["items"]] == [
        ("Quý III/2025", "2025-12-15"),
        ("Đánh giá năm 2025", "2025-12-10"),
    ]
    assert len(written["attached"]) == 2
    assert (covered.status, covered.reply) == (MessageStatus.COVERED, first)


def test_what_a_combined_letter_said_is_neither_sent_nor_said_again():
    house = owing_two_periods()
    perform(house, YEAR)
    mine = [key for key in house.postman.received() if f"/{DISTRICT}/remind" in key]

    assert mine == [f"{CYCLE}/q3/{DISTRICT}/remind-1-x20251215/mail"]
    assert [one for one in due(house, YEAR) if one.agency == DISTRICT] == []
    perform(house, YEAR)
    assert [key for key in house.postman.received() if f"/{DISTRICT}/remind" in key] == mine
    assert matrix(house, YEAR, ANNUAL).rows[3].mail is MailStanding.NOT_SENT


def test_a_body_whose_reports_others_send_now_is_not_chased(monkeypatch):
    house = f.a_house(at(12, 4))
    monkeypatch.setattr(CycleView, "reports_now", lambda view, agency: () if agency == DISTRICT else (agency,))

    assert {one.agency for one in due(house, YEAR)} == set(EVERYBODY) - {DISTRICT}


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(min_value=-15, max_value=12), min_size=1, max_size=8))
def test_whatever_the_clock_does_no_rung_goes_out_twice_and_never_two_at_one_moment(jumps):
    house = f.a_house(at(11, 3, 8))
    queued = []
    for jump in jumps:
        house.clock.at = at(12, 9) + timedelta(days=jump)
        keys = [one.key for one in due(house, YEAR)]
        assert len({key.split("/")[2] for key in keys}) == len(keys)
        queued += [one.key for one in queue_all(house, YEAR, keys) if one.outcome == "queued"]

    assert len(queued) == len(set(queued))
