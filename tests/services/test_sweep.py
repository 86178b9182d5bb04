"""Doing what is due: asked of the rows, not of a timer."""

from dataclasses import replace

import factories as f
import pytest
from fake_ledger import FakeSubmissions
from fakes import PowerCut
from proving import decide
from small_programme import (
    ANNUAL,
    ANNUAL_OPENS,
    BEFORE_YEAR,
    CYCLE,
    DISTRICT,
    EVERYBODY,
    FINANCE,
    HEALTH,
    HOME,
    YEAR,
    an_address_book,
    at,
)

from plancycle.domain.consolidation import EditionKind
from plancycle.services.receive_submission import receive
from plancycle.services.resolve_doubt import Verdict, in_doubt, resolve
from plancycle.services.sweep import due_actions, perform
from plancycle.services.verify_audit import verify


def kinds(actions):
    """What was due, without the operator's letter of the day (tests/services/test_daily_digest.py)."""
    others = [action for action in actions if action.kind != "digest" and action.agency != "operator"]
    return [(action.kind, action.agency or action.key.rpartition("/")[2]) for action in others]


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


def test_nothing_is_due_before_the_first_period_opens():
    assert due_actions(f.a_house(BEFORE_YEAR), YEAR) == []


def test_the_first_day_asks_everybody_and_delivers_in_one_sweep():
    house = f.a_house(ANNUAL_OPENS)
    announced = kinds(due_actions(house, YEAR))

    assert announced == [("call", agency) for agency in EVERYBODY]
    assert sweep(house, ANNUAL_OPENS) == announced + [("deliver", agency) for agency in EVERYBODY]
    arrived = [key for key in house.postman.received() if "/digest/" not in key]
    assert arrived == [f"{CYCLE}/annual/{agency}/call/mail" for agency in EVERYBODY]


def test_listing_what_is_due_changes_nothing():
    house = f.a_house(at(12, 4))  # Thursday 04/12/2025
    f.all_answer(house, agencies=(HEALTH,))
    before = house.database.tables
    due_actions(house, YEAR)

    assert (house.database.tables, house.postman.delivered) == (before, [])


def test_a_sweep_looks_once_at_what_no_stage_has_to_change(monkeypatch):
    house = f.a_house(ANNUAL_OPENS)
    sweep(house, ANNUAL_OPENS)
    house.clock.at = at(11, 4)  # Tuesday 04/11/2025: nothing is due
    opened, work = [], house.work
    monkeypatch.setattr(house, "work", lambda: opened.append(1) or work())

    assert (perform(house, YEAR), len(opened)) == ([], 2)  # the folder beside what was adopted, and the look


def test_a_whole_period_runs_by_sweeps_and_one_decision():
    house = f.a_house()
    opened = sweep(house, ANNUAL_OPENS)  # Monday 03/11/2025
    send(house, HEALTH)
    collected = sweep(house, at(11, 4))  # Tuesday 04/11/2025
    for agency in (HOME, FINANCE, DISTRICT):
        send(house, agency)
    frozen = sweep(house, at(11, 5))  # Wednesday 05/11/2025: all are in
    approve(house)
    sent = sweep(house, at(11, 6))  # Thursday 06/11/2025

    assert len(opened) == 8
    assert collected == [("provisional", "annual"), ("deliver", HEALTH)]
    assert frozen[:3] == [("provisional", "annual"), ("freeze", "annual"), ("prepare", "e3")]
    assert frozen[3:] == [("deliver", one) for one in (HOME, FINANCE, DISTRICT, "pho-chu-tich")]
    assert sent == [("transmit", "e3"), ("ask", "bo-noi-vu"), ("ask", "ubnd-tinh")]
    assert sweep(house, at(11, 7)) == []  # Friday 07/11/2025
    assert verify(house).ok


def test_a_week_of_downtime_is_caught_up_by_one_sweep_that_sends_only_what_is_still_needed():
    house = f.a_house()
    sweep(house, ANNUAL_OPENS)
    for agency in (HOME, HEALTH):
        send(house, agency)
    house.postman.delivered.clear()
    caught_up = sweep(house, at(12, 8))  # Monday 08/12/2025; rungs -10, -5 and -1 have been missed

    assert caught_up == [
        ("remind", FINANCE),
        ("remind", DISTRICT),
        ("provisional", "annual"),
        *(("deliver", agency) for agency in (HOME, HEALTH, FINANCE, DISTRICT)),
    ]
    arrived = [key.split("/")[-2] for key in house.postman.received() if "/digest/" not in key]
    assert arrived == ["received-v1"] * 2 + ["remind-1"] * 2
    assert sweep(house, at(12, 8, 10)) == []


def test_calls_that_were_missed_altogether_are_not_made_after_the_freeze():
    house = f.a_house()

    assert not [one for one in sweep(house, at(12, 11)) if one[0] == "call"]  # Thursday 11/12/2025


def test_agencies_without_an_address_do_not_keep_the_sweep_busy():
    house = f.a_house()
    house.programmes.book = replace(an_address_book(), contacts=())

    assert sweep(house, at(12, 4)) == []  # Thursday 04/12/2025


def test_a_refused_address_is_followed_by_one_letter_to_the_alternate_in_the_same_sweep():
    house = f.a_house()
    house.postman.refuses = {"bao-cao@so-y-te.example", "bao-cao@huyen-dai-tu.example"}
    sweep(house, ANNUAL_OPENS)

    assert [address for address, _ in house.postman.delivered if HEALTH in address] == ["van-thu@so-y-te.example"]
    assert sweep(house, ANNUAL_OPENS) == []


def test_a_relay_out_of_reach_is_tried_once_a_sweep_not_once_a_letter():
    house = f.a_house()
    tries = []
    deliver = house.postman.deliver
    house.postman.deliver = lambda address, *rest: tries.append(address) or deliver(address, *rest)
    house.postman.script.extend(["down"])
    sweep(house, ANNUAL_OPENS)

    assert len(tries) == 1
    assert [kind for kind, _ in sweep(house, ANNUAL_OPENS)] == ["deliver"] * 4


@pytest.mark.parametrize("owing", [1, 4])
def test_the_rows_of_a_period_are_read_as_often_for_many_reminders_as_for_one(owing, monkeypatch):
    house = f.a_house()
    f.all_answer(house, agencies=EVERYBODY[owing:])
    sweep(house, ANNUAL_OPENS)
    reads, of_period = [], FakeSubmissions.of_period
    monkeypatch.setattr(FakeSubmissions, "of_period", lambda *asked: reads.append(asked) or of_period(*asked))
    reminded = [kind for kind, _ in sweep(house, at(12, 4)) if kind == "remind"]  # Thursday 04/12/2025

    assert len(reminded) == owing
    assert len(reads) <= 4 * 5  # four stages look at each of the five open periods


def a_frozen_house():
    house = f.a_house()
    f.all_answer(house)
    house.clock.at = at(12, 8)  # Monday 08/12/2025
    return house


def what_was_done(house):
    with house.work() as work:
        statuses = {letter.key: str(letter.status) for letter in work.outbox.all()}
    return statuses, sorted(house.left), [one.sha256 for one in finals(house)]


@pytest.mark.parametrize("commit", [*range(1, 40, 3)])
def test_wherever_the_machine_dies_the_next_sweep_ends_in_the_same_place(commit):
    expected = a_frozen_house()
    perform(expected, YEAR)
    house = a_frozen_house()
    house.database.fail_at = house.database.commits + commit
    try:
        perform(house, YEAR)
    except PowerCut:
        perform(house, YEAR)
    house.database.fail_at = None
    for doubted in in_doubt(house):
        resolve(house, doubted.key, Verdict.AGAIN, "nguyen-thi-lap")
    perform(house, YEAR)

    assert what_was_done(house) == what_was_done(expected)
    assert verify(house).ok
    assert kinds(perform(house, YEAR)) == []
