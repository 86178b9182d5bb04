"""What the sweep freezes, puts up for approval and sends."""

import json
from dataclasses import replace

import factories as f
import pytest
from proving import decide
from small_programme import (
    ANNUAL,
    CYCLE,
    DISTRICT,
    DUE,
    FINANCE,
    FREEZE,
    HEALTH,
    HOME,
    LAST_GOOD,
    YEAR,
    an_address_book,
    at,
)

from plancycle.domain.approvals import ApprovalStatus
from plancycle.domain.consolidation import EditionKind
from plancycle.services.grant_extension import grant
from plancycle.services.receive_submission import receive
from plancycle.services.return_submission import return_submission
from plancycle.services.sweep import perform
from plancycle.services.transmit_edition import transmit


def kinds(actions):
    return [(action.kind, action.agency or action.key.rpartition("/")[2]) for action in actions]


def sweep(house, now):
    house.clock.at = now
    return kinds(perform(house, YEAR))


def send(house, agency, sent_at=None, **changed):
    receive(house, f.a_workbook(house, agency, **changed), f"{agency}.xlsx", "folder", sent_at)


def finals(house):
    with house.work() as work:
        editions = work.editions.of_period(CYCLE, ANNUAL)
    return [edition for edition in editions if edition.kind is EditionKind.FINAL]


def approve(house):
    with house.work() as work:
        approval = work.editions.approvals(finals_ids(house, work)[-1])[-1]
    return decide(house, f.link_to(house, approval), True, "")


def finals_ids(house, work):
    return [one.id for one in work.editions.of_period(CYCLE, ANNUAL) if one.kind is EditionKind.FINAL]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(12, 9, 16, 59), 0),  # Tuesday 09/12/2025, a minute before the freeze
        (FREEZE, 1),  # Tuesday 09/12/2025, 17:00
        (at(12, 16), 1),  # Tuesday 16/12/2025, after a week of downtime
    ],
)
def test_the_final_edition_is_frozen_at_its_moment_with_who_is_missing(now, expected):
    house = f.a_house()
    send(house, HEALTH)
    sweep(house, now)

    assert len(finals(house)) == expected
    assert [one.coverage.missing for one in finals(house)] == [(HOME, FINANCE, DISTRICT)] * expected


def test_it_is_frozen_early_when_everybody_is_in():
    house = f.a_house()
    f.all_answer(house)
    sweep(house, house.clock.at)

    assert len(finals(house)) == 1


def test_nothing_is_frozen_when_nobody_answered():
    house = f.a_house()
    sweep(house, at(12, 16))  # Tuesday 16/12/2025

    assert finals(house) == []


@pytest.mark.parametrize(
    ("sent_at", "swept_at", "editions"),
    [
        (LAST_GOOD, LAST_GOOD, 2),  # Tuesday 09/12/2025, on time, after the freeze
        (LAST_GOOD, at(12, 10, 6), 2),  # sent on time, found by the sweep of Wednesday morning
        (LAST_GOOD, at(12, 16), 2),  # and after a week of downtime
        (DUE, DUE, 1),  # Wednesday 10/12/2025, 00:00: late
        (DUE, at(12, 16), 1),
    ],
)
def test_what_comes_on_time_after_the_freeze_makes_the_next_final_edition_and_what_is_late_does_not(
    sent_at, swept_at, editions
):
    house = f.a_house()
    send(house, HEALTH)
    sweep(house, FREEZE)
    house.clock.at = sent_at
    send(house, FINANCE)
    sweep(house, swept_at)
    sweep(house, swept_at)

    assert len(finals(house)) == editions


def test_an_answer_within_its_extension_makes_the_next_final_edition():
    house = f.a_house()
    # until Friday 12/12 ends
    grant(house, f.owed(FINANCE), at(12, 13, 0), f.REASON, "so-tai-chinh", "giam-doc", f.DECISION)
    send(house, HEALTH)
    sweep(house, FREEZE)
    house.clock.at = at(12, 12)
    send(house, FINANCE)
    sweep(house, at(12, 12))

    assert [one.coverage.included for one in finals(house)] == [(HEALTH,), (HEALTH, FINANCE)]


def test_a_late_answer_is_shown_by_the_provisional_edition():
    house = f.a_house()
    send(house, HEALTH)
    sweep(house, FREEZE)
    house.clock.at = DUE
    send(house, FINANCE)
    done = sweep(house, DUE)
    with house.work() as work:
        newest = work.editions.of_period(CYCLE, ANNUAL)[-1]

    assert ("provisional", "annual") in done
    assert (newest.kind, newest.coverage.late) == (EditionKind.PROVISIONAL, (FINANCE,))


def test_when_the_only_answer_was_returned_the_sweep_still_comes_to_rest():
    house = f.a_house()
    send(house, HEALTH)
    sweep(house, house.clock.at)
    return_submission(house, f.owed(HEALTH), f.REASON, "nguyen-thi-lap")
    sweep(house, house.clock.at)

    assert sweep(house, house.clock.at) == []


def test_a_new_version_with_the_same_answers_refreshes_the_provisional_edition():
    house = f.a_house()
    send(house, HEALTH)
    sweep(house, house.clock.at)
    content = json.loads(f.a_workbook(house, HEALTH))
    receive(house, json.dumps({**content, "typed": "again"}).encode(), "lan-2.xlsx", "folder")

    assert ("provisional", "annual") in sweep(house, house.clock.at)


def test_a_period_that_has_been_sent_is_not_put_up_for_approval_again():
    house = f.a_house()
    f.all_answer(house, agencies=(HEALTH,))
    sweep(house, FREEZE)
    approve(house)
    sweep(house, FREEZE)
    house.clock.at = LAST_GOOD
    send(house, FINANCE)

    assert sweep(house, LAST_GOOD) == [("provisional", "annual"), ("freeze", "annual"), ("deliver", FINANCE)]
    assert len(finals(house)) == 2


@pytest.mark.parametrize("what", ["down", "lost"])
def test_an_edition_that_has_reached_one_addressee_goes_on_to_the_others_whatever_is_frozen_meanwhile(what):
    house = f.a_house()
    send(house, HEALTH)
    sweep(house, FREEZE)
    issued = approve(house).edition
    house.gateways["http"].script.append(what)
    transmit(house, issued)
    house.clock.at = LAST_GOOD
    send(house, FINANCE)
    done = sweep(house, LAST_GOOD)
    with house.work() as work:
        edition_of = {one.addressee: one.edition for one in work.transmittals.of_cycle(CYCLE)}

    assert ("transmit", issued.rpartition("/")[2]) in done
    assert edition_of == {"ubnd-tinh": issued, "bo-noi-vu": issued}
    assert len(house.gateways["http"].taken) == 1


def test_without_named_people_nothing_is_prepared():
    house = f.a_house()
    f.all_answer(house)
    house.programmes.book = replace(an_address_book(), approver=None)

    assert "prepare" not in [kind for kind, _ in sweep(house, house.clock.at)]


@pytest.mark.parametrize("status", [ApprovalStatus.REQUESTED, ApprovalStatus.RETURNED])
def test_nothing_is_transmitted_without_an_approval(status):
    house = f.a_house()
    f.an_approval(house, status)

    assert "transmit" not in [kind for kind, _ in sweep(house, house.clock.at)]
    assert house.gateways["http"].taken == {}
