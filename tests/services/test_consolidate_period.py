"""Folding accepted submissions into editions."""

import json
from decimal import Decimal

import factories as f
import pytest
from fakes import PowerCut
from small_programme import ANNUAL, CYCLE, DISTRICT, DUE, DURING_Q1, EVERYBODY, FINANCE, HEALTH, HOME, NOTHING, Q1, YEAR

from plancycle.domain.consolidation import EditionKind, digest
from plancycle.domain.errors import ActionNeeded
from plancycle.domain.submissions import SubmissionStatus
from plancycle.services.consolidate_period import consolidate
from plancycle.services.receive_submission import receive
from plancycle.services.return_submission import return_submission


def send(house, agency, sent_at=None, **changed):
    receive(house, f.a_workbook(house, agency, **changed), f"{agency}.xlsx", "folder", sent_at)


def fold(house, final=False):
    return consolidate(house, YEAR, ANNUAL, final)


def figures(edition):
    return {figure.id.rpartition("/")[2]: figure.value for figure in edition.figures}


def test_figures_are_added_up_exactly():
    house = f.a_house()
    for agency, budget in ((HEALTH, "0,1"), (FINANCE, "0,2"), (DISTRICT, "999.999.999.999,9")):
        send(house, agency, budget__value=budget)
    send(house, HOME, TT__nil=NOTHING, budget__value="", inspections__value="", n1__progress="61")

    assert figures(fold(house).edition) == {
        "works.status.1": Decimal(5),  # five works under way: one of each agency and the one of so-y-te
        "works.progress": Decimal(60),  # (60 · 4 + 61) / 5 = 60,2
        "inspections.value": Decimal(12),
        "budget.value": Decimal("1000000000000.2"),
        "par-index.value": Decimal("88.25"),  # its owner's own value
    }


def test_an_edition_lists_who_is_in_who_is_late_and_who_is_missing():
    house = f.a_house(DUE)
    send(house, HEALTH, sent_at=f.DURING_ANNUAL)
    send(house, FINANCE)
    edition = fold(house).edition

    assert [(member.agency, member.late) for member in edition.members] == [(HEALTH, False), (FINANCE, True)]
    assert (edition.coverage.expected, edition.coverage.included) == (EVERYBODY, (HEALTH, FINANCE))
    assert (edition.coverage.late, edition.coverage.missing) == ((FINANCE,), (HOME, DISTRICT))


def test_the_same_content_is_the_same_edition_whoever_was_first_and_whenever_it_is_made():
    editions = []
    for agencies in (EVERYBODY, EVERYBODY[::-1]):
        house = f.a_house()
        f.all_answer(house, agencies=agencies)
        house.clock.at = f.at(12, 2, 9, len(editions))  # Tuesday 02/12/2025
        editions.append(fold(house).edition)

    assert editions[0].sha256 == editions[1].sha256
    assert editions[0].dataset_sha256 == editions[1].dataset_sha256


def test_folding_twice_makes_one_edition_and_a_change_makes_the_next():
    house = f.a_house()
    send(house, HEALTH)
    first, again = fold(house), fold(house)
    send(house, HEALTH, inspections__value="5")
    second = fold(house)

    assert [one.is_new for one in (first, again, second)] == [True, False, True]
    assert (first.edition, again.edition.id, second.edition.id) == (
        again.edition,
        f"{CYCLE}/annual/e1",
        f"{CYCLE}/annual/e2",
    )


def test_a_returned_submission_is_no_longer_in_the_next_edition():
    house = f.a_house()
    f.all_answer(house, agencies=(HEALTH, FINANCE))
    fold(house)
    return_submission(house, f.owed(HEALTH), f.REASON, "nguyen-thi-lap")

    assert fold(house).edition.coverage.included == (FINANCE,)


@pytest.mark.parametrize("status", [None, SubmissionStatus.RETURNED, SubmissionStatus.RECEIVED])
def test_without_an_accepted_answer_there_is_nothing_to_fold(status):
    house = f.a_house()
    if status:
        f.a_submission(house, HEALTH, ANNUAL, status)

    assert fold(house).edition is None
    with pytest.raises(ActionNeeded):
        fold(house, final=True)


def test_a_final_edition_counts_on_after_the_provisional_ones():
    house = f.a_house()
    f.all_answer(house)
    kinds = [(fold(house, final).edition.number, fold(house, final).edition.kind) for final in (False, True, False)]

    assert kinds == [(1, EditionKind.PROVISIONAL), (2, EditionKind.FINAL), (1, EditionKind.PROVISIONAL)]


def test_the_manifest_is_left_for_people_and_its_hash_is_the_editions():
    house = f.a_house()
    send(house, HEALTH)
    edition = fold(house).edition
    text = house.left[f"editions/annual/{CYCLE}_annual_e1.json"].decode()

    assert digest(text) == edition.sha256
    assert json.loads(text)["members"][0]["submission"] == f"{CYCLE}/annual/{HEALTH}/v1"


def test_periods_do_not_mix():
    house = f.a_house(DURING_Q1)
    f.all_answer(house, Q1)
    house.clock.at = f.DURING_ANNUAL
    send(house, HEALTH)

    assert fold(house).edition.coverage.included == (HEALTH,)
    assert consolidate(house, YEAR, Q1).edition.coverage.included == EVERYBODY


@pytest.mark.parametrize("moment", ["before the commit", "while the copy is written"])
def test_a_power_cut_leaves_no_half_edition_and_the_next_try_leaves_it_whole(moment):
    house = f.a_house()
    send(house, HEALTH)
    before, leave = house.database.tables, house.leave_file
    if moment == "before the commit":
        house.database.fail_at = house.database.commits + 1
    else:
        house.leave_file = lambda *_: (_ for _ in ()).throw(PowerCut(moment))
    with pytest.raises(PowerCut):
        fold(house)

    assert house.database.tables == before
    house.leave_file = leave
    assert fold(house).is_new
    assert f"editions/annual/{CYCLE}_annual_e1.json" in house.left
