"""Asking agencies for their reports."""

import json
from contextlib import contextmanager

import factories as f
import pytest
from fakes import PowerCut
from small_programme import (
    ANNUAL,
    ANNUAL_OPENS,
    CYCLE,
    DISTRICT,
    DURING_Q2,
    EVERYBODY,
    HEALTH,
    HOME,
    Q1,
    Q2,
    YEAR,
    an_address_book,
)

from plancycle.domain.agencies import Contact
from plancycle.domain.errors import NotFound, OutsideFailure
from plancycle.domain.messages import MessageStatus
from plancycle.services import data_calls
from plancycle.services.cycle_view import cycle_view
from plancycle.services.data_calls import queue, queue_all, recipients, unwritten
from plancycle.services.deliver_messages import deliver


def an_agency_name(house, agency):
    return cycle_view(house, YEAR).name(agency)


def letters(house):
    with house.work() as work:
        return work.outbox.all()


def test_nobody_is_asked_before_the_period_opens_and_everybody_when_it_does():
    house = f.a_house(ANNUAL_OPENS.replace(hour=7, minute=59))
    before = recipients(house, YEAR, ANNUAL)
    house.clock.at = ANNUAL_OPENS

    assert (before, recipients(house, YEAR, ANNUAL)) == ([], list(EVERYBODY))


def test_a_call_goes_to_the_contact_with_the_agencys_own_workbook_attached_and_left_for_people():
    house = f.a_house()
    letter = queue(house, YEAR, ANNUAL, HEALTH)
    (message,) = letters(house)
    workbook = house.left[f"workbooks/annual/{CYCLE}_annual_{HEALTH}.xlsx"]

    assert (letter.outcome, letter.key) == ("queued", f"{CYCLE}/annual/{HEALTH}/call/mail")
    assert (message.to_address, message.status) == ("bao-cao@so-y-te.example", MessageStatus.QUEUED)
    attached = json.loads(house.files.get(message.sha256))["attached"]
    assert attached == [[f"{CYCLE}_annual_{HEALTH}.xlsx", house.files.put(workbook)]]
    assert json.loads(workbook)["stamp"]["agency"] == HEALTH


def test_asking_twice_is_asking_once():
    house = f.a_house()
    outcomes = [queue(house, YEAR, ANNUAL, HEALTH).outcome for _ in range(2)]

    assert outcomes == ["queued", "already"]
    assert len(letters(house)) == 1
    assert HEALTH not in recipients(house, YEAR, ANNUAL)


def test_an_agency_without_an_address_is_named_and_stays_without_a_call():
    house = f.a_house()
    house.programmes.book = an_address_book(contacts=())

    assert queue(house, YEAR, ANNUAL, HEALTH).outcome == "no_address"
    assert len(unwritten(house, YEAR, [ANNUAL])) == len(EVERYBODY)
    assert "Sở Y tế" in unwritten(house, YEAR)


def test_nobody_is_named_who_has_an_address_or_whose_period_is_not_open_yet():
    house = f.a_house(ANNUAL_OPENS)
    before = unwritten(f.a_house(ANNUAL_OPENS.replace(hour=7, minute=59)), YEAR, [ANNUAL])
    house.programmes.book = an_address_book(contacts=an_address_book().contacts[1:])

    assert (before, unwritten(house, YEAR, [ANNUAL])) == ([], [an_agency_name(house, EVERYBODY[0])])
    assert (letters(house), recipients(house, YEAR, ANNUAL)) == ([], list(EVERYBODY))


def test_a_refused_call_goes_to_the_alternate_address_at_once_and_once():
    house = f.a_house()
    f.a_letter(house, MessageStatus.REFUSED, HEALTH)
    deliver(house)
    deliver(house)

    assert [letter.key.split("/")[-2] for letter in letters(house)] == ["call", "call-alternate"]
    assert [address for address, _ in house.postman.delivered] == ["van-thu@so-y-te.example"]
    assert HEALTH not in recipients(house, YEAR, ANNUAL)


def test_a_refused_call_goes_to_the_address_that_is_entered_later_once():
    house = f.a_house()
    f.a_letter(house, MessageStatus.REFUSED, DISTRICT)
    house.programmes.book = an_address_book(contacts=(Contact(DISTRICT, "Bà Hoa", "moi@huyen-dai-tu.example"),))
    is_asked_again = DISTRICT in recipients(house, YEAR, ANNUAL)
    again = queue(house, YEAR, ANNUAL, DISTRICT)
    deliver(house)

    assert (is_asked_again, again.key.split("/")[-2]) == (True, "call-alternate")
    assert house.postman.delivered[-1][0] == "moi@huyen-dai-tu.example"
    assert DISTRICT not in recipients(house, YEAR, ANNUAL)


def test_a_refused_call_without_an_alternate_address_is_not_tried_for_ever():
    house = f.a_house()
    f.a_letter(house, MessageStatus.REFUSED, DISTRICT)

    assert DISTRICT not in recipients(house, YEAR, ANNUAL)


def test_the_workbook_shows_what_was_reported_last_period():
    house = f.a_house()
    house.clock.at = f.moment_in(Q1)
    f.all_answer(house, Q1, (HOME,))
    house.clock.at = DURING_Q2

    previous = json.loads(f.a_template(house, HOME, Q2))["previous"]
    assert (previous["inspections.value"], previous["budget.value"]) == ("4", "12.5")


def test_a_body_that_owes_nothing_is_not_asked():
    house = f.a_house()
    with pytest.raises(NotFound):
        queue(house, YEAR, ANNUAL, "bo-noi-vu")
    assert letters(house) == []


def test_a_power_cut_before_the_commit_leaves_no_letter_and_the_next_try_queues_it():
    house = f.a_house()
    house.database.fail_at = house.database.commits + 1
    with pytest.raises(PowerCut):
        queue(house, YEAR, ANNUAL, HEALTH)

    assert letters(house) == []
    assert queue(house, YEAR, ANNUAL, HEALTH).outcome == "queued"


def test_a_power_cut_in_the_middle_of_many_calls_leaves_whole_commits_and_the_next_try_queues_the_rest(monkeypatch):
    monkeypatch.setattr(data_calls, "WINDOW", 2)
    house = f.a_house()
    house.database.fail_at = house.database.commits + 2
    with pytest.raises(PowerCut):
        queue_all(house, YEAR, ANNUAL, EVERYBODY)
    left = [one.agency for one in letters(house)]
    queue_all(house, YEAR, ANNUAL, recipients(house, YEAR, ANNUAL))

    assert left == list(EVERYBODY[:2])
    assert [one.agency for one in letters(house)] == list(EVERYBODY)


def test_no_letter_is_queued_when_a_file_of_its_commit_does_not_reach_the_disk(monkeypatch):
    @contextmanager
    def full_at_the_end():
        yield
        raise OutsideFailure("files.not_stored", name="x", reason="No space left on device")

    house = f.a_house()
    with monkeypatch.context() as patched:
        patched.setattr(house.files, "together", full_at_the_end)
        with pytest.raises(OutsideFailure):
            queue_all(house, YEAR, ANNUAL, EVERYBODY)
    left = letters(house)
    queue_all(house, YEAR, ANNUAL, recipients(house, YEAR, ANNUAL))

    assert left == []
    assert [one.agency for one in letters(house)] == list(EVERYBODY)


def test_a_queued_call_always_has_its_copy_for_people_even_when_the_machine_dies_right_after():
    house = f.a_house()
    house.leave_file = lambda *_: (_ for _ in ()).throw(PowerCut("while copying"))
    with pytest.raises(PowerCut):
        queue(house, YEAR, ANNUAL, HEALTH)

    assert letters(house) == []
