"""The operator's letter of the day: only what is new, once a working day, with whom to telephone."""

import json
from dataclasses import replace

import factories as f
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_programme import ANNUAL, CYCLE, DISTRICT, FINANCE, HEALTH, HOME, YEAR, an_address_book, at

from plancycle.domain.approvals import ApprovalStatus
from plancycle.domain.messages import MessageStatus
from plancycle.domain.periods import Period
from plancycle.services import daily_digest, data_calls
from plancycle.services.chase_agencies import due as reminders_due
from plancycle.services.chase_agencies import queue_all
from plancycle.services.cycle_view import cycle_view
from plancycle.services.deliver_messages import deliver
from plancycle.services.digest_foresight import warnings
from plancycle.services.open_cycle import open_cycle
from plancycle.services.return_submission import return_submission
from plancycle.services.sweep import perform


def written(house):
    """The sections of the letter that is due now, after it was queued; None when none is."""
    key = daily_digest.queue(house, YEAR)
    if not key:
        return None
    with house.work() as work:
        letter = work.outbox.get(key)
    content = json.loads(house.files.get(letter.sha256))
    assert content["to"] == letter.to_address == "van-hanh@so-noi-vu.example"
    return content["facts"]["sections"]


def names(lines):
    return [one["name"] for one in lines]


def digests(house):
    with house.work() as work:
        return sorted(work.outbox.keys(f"{CYCLE}/digest/"))


def due_letter(house):
    with house.work() as work:
        return daily_digest.due(house, work, cycle_view(house, YEAR, work))


def quiet_house(now):
    """Everybody has answered the annual evaluation; the earlier periods are long over."""
    house = f.a_house(at(12, 1))
    f.all_answer(house)
    house.clock.at = now
    return house


@pytest.mark.parametrize(
    ("now", "is_written"),
    [
        (at(12, 10, 6, 59), False),  # Wednesday 10/12/2025, before people are at work
        (at(12, 10, 7), True),
        (at(12, 13, 9), False),  # Saturday
        (at(12, 15, 9), True),  # Monday
    ],
)
def test_it_is_written_on_working_days_from_seven_on(now, is_written):
    assert bool(due_letter(f.a_house(now))) is is_written


def test_nothing_to_say_is_no_letter():
    assert due_letter(quiet_house(at(12, 4))) == ""


def test_without_an_address_of_the_operator_there_is_no_letter():
    house = f.a_house(at(12, 10))
    house.programmes.book = an_address_book(operator_email=None)

    assert due_letter(house) == ""


def test_the_day_before_the_aim_it_names_who_has_not_sent():
    house = f.a_house(at(12, 8))  # Monday 08/12/2025
    f.all_answer(house, agencies=(HOME, HEALTH, FINANCE))
    said = written(house)

    assert [(one["period"], one["names"]) for one in said["tomorrow"]] == [("Đánh giá năm 2025", ["UBND huyện Đại Từ"])]
    assert {name: lines for name, lines in said.items() if lines and name != "tomorrow"} == {}


def test_from_the_due_date_on_it_lists_the_late_and_after_the_leader_whom_to_telephone():
    house = f.a_house(at(12, 10))  # Wednesday 10/12/2025
    house.programmes.book = an_address_book(
        contacts=tuple(replace(one, phone=f"0208 {one.agency}") for one in an_address_book().contacts)
    )
    f.all_answer(house, agencies=(HOME, FINANCE))
    first, house.clock.at = written(house), at(12, 15)  # Monday 15/12/2025: the leader's letter was on Friday
    second = written(house)

    assert (names(first["late"]), names(first["phone"])) == (["Sở Y tế", "UBND huyện Đại Từ"], [])
    assert [(one["name"], one["phone"], one["days_late"]) for one in second["phone"]] == [
        ("Sở Y tế", "0208 so-y-te", 6),
        ("UBND huyện Đại Từ", "0208 huyen-dai-tu", 6),
    ]
    assert second["late"] == []


def test_who_can_be_reached_by_no_letter_is_telephoned_as_soon_as_it_is_late():
    house = f.a_house(at(12, 10))
    f.all_answer(house, agencies=(HOME, HEALTH, FINANCE))
    house.programmes.book = an_address_book(contacts=an_address_book().contacts[:3])
    said = written(house)

    assert (names(said["phone"]), names(said["unreachable"])) == (["UBND huyện Đại Từ"], ["UBND huyện Đại Từ"])


def test_what_was_returned_and_stayed_silent_is_listed_from_the_next_day_on():
    house = quiet_house(at(12, 2))  # Tuesday 02/12/2025
    return_submission(house, f.owed(DISTRICT), f.REASON, "nguyen-thi-lap")
    same_day, house.clock.at = written(house), at(12, 3)
    said = written(house)

    assert same_day is None
    assert [(one["name"], one["returned_on"]) for one in said["returned"]] == [("UBND huyện Đại Từ", "2025-12-02")]


def test_letters_in_doubt_and_approvals_that_wait_are_listed():
    house = quiet_house(at(12, 1))
    f.a_letter(house, MessageStatus.IN_DOUBT)
    f.an_approval(house, ApprovalStatus.REQUESTED)
    same_day, house.clock.at = written(house), at(12, 2)
    said = written(house)

    assert (len(same_day["doubt"]), same_day["approvals"]) == (1, [])
    assert [one["key"] for one in said["doubt"]] == [f"{CYCLE}/annual/{HEALTH}/call/mail"]
    assert [(one["period"], one["approver"]) for one in said["approvals"]] == [("Đánh giá năm 2025", "Lê Thị Duyệt")]


def test_a_letter_sent_again_after_four_hours_is_listed_before_and_after_for_a_week():
    house = quiet_house(at(12, 1))  # Monday
    key = f.a_letter(house, MessageStatus.IN_DOUBT).key
    seen = {}
    for day in (1, 2, 9):
        house.clock.at = at(12, day)
        said = written(house)
        seen[day] = [(one["key"], bool(one["again_at"])) for one in said["doubt"]] if said else []
        house.clock.at = at(12, day, 15)
        deliver(house)

    assert seen == {1: [(key, False)], 2: [(key, True)], 9: []}


def test_the_same_list_is_not_written_again_for_a_week_and_a_new_one_is():
    house = f.a_house(at(12, 15))  # Monday 15/12/2025
    f.all_answer(house, agencies=(HOME, FINANCE))
    seen = []
    for day in (15, 16, 17):
        house.clock.at = at(12, day)
        seen.append(written(house) is not None)
    f.all_answer(house, agencies=(HEALTH,))
    house.clock.at = at(12, 18)

    assert seen == [True, False, False]
    assert names(written(house)["phone"]) == ["UBND huyện Đại Từ"]


def test_the_sweep_writes_it_once_a_day_and_sends_it_at_once():
    house = f.a_house(at(12, 10))
    kinds = [one.kind for one in perform(house, YEAR)]
    house.clock.at = at(12, 10, 15)

    assert kinds.count("digest") == 1
    assert [key for key in house.postman.received() if "/digest/" in key] == digests(house)
    assert "digest" not in [one.kind for one in perform(house, YEAR)]


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(min_value=-12, max_value=20), min_size=1, max_size=10))
def test_however_the_clock_jumps_there_is_one_letter_a_day_and_none_for_a_day_gone_by(jumps):
    house = f.a_house(at(12, 1))
    f.all_answer(house, agencies=(HOME,))
    days = []
    for jump in jumps:
        house.clock.at = at(12, 9) + jump * (at(12, 10) - at(12, 9))
        if written(house) is not None:
            days.append(house.clock.at.date())

    assert days == sorted(set(days))
    assert len(digests(house)) == len(days)


def test_a_period_without_anybody_silent_is_not_in_it():
    house = f.a_house(at(12, 10))
    f.all_answer(house, ANNUAL)

    assert due_letter(house) == ""


def test_after_an_outage_the_leaders_letter_has_a_day_before_the_telephone_is_picked_up():
    house = f.a_house(at(12, 1))
    f.all_answer(house, agencies=(HOME, HEALTH, FINANCE))
    house.clock.at = at(12, 16)  # Tuesday 16/12/2025: nobody looked since the first
    queue_all(house, YEAR, [one.key for one in reminders_due(house, YEAR)])
    first, house.clock.at = written(house), at(12, 17)
    second = written(house)

    assert (names(first["phone"]), names(first["late"])) == ([], ["UBND huyện Đại Từ"])
    assert (names(second["phone"]), names(second["late"])) == (["UBND huyện Đại Từ"], [])


def unasked(house):
    """Who was never asked, by period, as the letter of the day says it."""
    return {one["period"]: one["names"] for one in (written(house) or {}).get("unasked", ())}


def test_a_period_that_passed_while_the_machine_stood_still_names_who_was_never_asked():
    house = f.a_house(at(2, 3))  # Monday: nobody was ever asked for a plan
    house.clock.at = at(4, 1)  # Tuesday; it stood still over the first quarter's check-in
    told = unasked(house)
    for agency in (HOME, HEALTH):
        data_calls.queue(house, YEAR, Period.Q1, agency)
    f.all_answer(house, Period.Q1, (FINANCE,))
    house.clock.at = at(4, 2)

    assert told["Quý I/2025"] == ["Sở Nội vụ", "Sở Y tế", "Sở Tài chính", "UBND huyện Đại Từ"]
    assert unasked(house)["Quý I/2025"] == ["UBND huyện Đại Từ"]


def test_periods_from_before_the_year_was_opened_here_are_not_told_as_unasked():
    house = f.a_house(at(4, 1), opened=False)  # an office that begins to use the system in April
    open_cycle(house, YEAR)

    assert unasked(house) == {}


def a_year_in_which_one_never_answers(now):
    """Everybody was asked each quarter; all but the health department answered."""
    house = f.a_house(at(2, 3))
    for period, month in ((Period.Q1, 3), (Period.Q2, 6), (Period.Q3, 9)):
        house.clock.at = at(month, 16)
        for agency in (HOME, HEALTH, FINANCE, DISTRICT):
            data_calls.queue(house, YEAR, period, agency)
        f.all_answer(house, period, (HOME, FINANCE, DISTRICT))
    house.clock.at = now
    return house


@pytest.mark.parametrize(
    ("now", "is_told"),
    [
        (at(11, 28), False),  # Friday 28/11/2025, twelve days before
        (at(12, 1), True),  # Monday, nine days before
        (at(12, 10), False),  # Wednesday: too late to warn
    ],
)
def test_in_the_last_ten_days_it_warns_first_of_who_was_never_in_time_and_says_why(now, is_told):
    said = written(a_year_in_which_one_never_answers(now))
    told = said["foreseen"] if said else []

    assert ([one["name"] for one in told][:1]) == (["Sở Y tế"] if is_told else [])
    assert ['vi:forecast.why.own{"good":0,"of":3}' in one["why"] for one in told[:1]] == [True] * is_told


def test_the_warning_comes_with_the_headline_and_the_brier_score_in_both_languages():
    house = a_year_in_which_one_never_answers(at(12, 1))
    with house.work() as work:
        said = warnings(house, work, cycle_view(house, YEAR, work)).said

    assert sorted(said) == ["en", "vi"]
    assert '"done":0' in said["vi"]["headline"]
    assert [said[one]["calibration"].partition("{")[0] for one in said] == [
        f"{one}:forecast.calibration" for one in said
    ]
    assert '"counted":"0,' in said["vi"]["calibration"]
