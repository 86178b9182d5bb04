"""What only follows a pattern is applied when a named person has confirmed it; reports may go by another channel."""

from dataclasses import replace
from datetime import date

import factories as f
import pytest
from fakes import FakeClock, FakeHouse, FakeProgrammes
from small_programme import CYCLE, FINANCE, HEALTH, HOME, Q1, YEAR, a_programme, an_address_book, at

from plancycle.domain.errors import ActionNeeded, DataProblem, NotAllowed, NotFound
from plancycle.domain.obligations import ObligationStatus
from plancycle.domain.succession import Confidence, Succession, Verdict
from plancycle.services import chase_agencies, data_calls, settle_succession
from plancycle.services.consolidate_period import consolidate, is_all_in, members_now
from plancycle.services.cycle_view import cycle_view
from plancycle.services.matrix import matrix
from plancycle.services.open_cycle import open_cycle
from plancycle.services.receive_submission import receive
from plancycle.services.report_elsewhere import declare_elsewhere

IN_FEBRUARY = at(2, 20)  # Thursday
IN_MARCH = at(3, 5)  # Wednesday
FIRST_OF_MARCH = date(2025, 3, 1)  # Saturday
RESOLUTION = "Nghị quyết 12/NQ-HĐND"
PERSON = "Lê Thị Lan"


def a_house(now=IN_FEBRUARY):
    """Health is said to go to Home by pattern; Finance's fate is unknown; Health may report by another channel."""
    pattern = Succession("y-te", (HEALTH,), (HOME,), FIRST_OF_MARCH, Confidence.PATTERN, reference="NĐ 45")
    unknown = Succession("tai-chinh", (FINANCE,), (), None, Confidence.UNVERIFIED, reference="NĐ 45")
    plan = a_programme()
    agencies = tuple(replace(one, other_channel=one.id == HEALTH) for one in plan.agencies)
    plan = replace(plan, agencies=agencies, successions=(pattern, unknown))
    house = FakeHouse(FakeProgrammes(plan, an_address_book()), FakeClock(at(1, 1)))
    open_cycle(house, YEAR)
    house.clock.at = now
    return house


def reporters(house, on):
    house.clock.at = on
    return cycle_view(house, YEAR).reporters(Q1)


def test_without_a_persons_word_the_bodies_go_on_and_the_list_says_check_locally():
    house = a_house()

    assert [one.is_waiting for one in settle_succession.successions(house)] == [True, True]
    assert HEALTH in reporters(house, at(3, 5))


def test_a_confirmed_succession_is_applied_and_on_record():
    house = a_house()
    settle_succession.confirm(house, "y-te", RESOLUTION, PERSON)
    with house.work() as work:
        event = work.audit.all()[-1]

    assert (event.action, event.actor, event.subject) == ("succession.confirmed", PERSON, "ct/y-te")
    assert HEALTH not in reporters(house, at(3, 5))


def test_confirming_twice_is_confirming_once():
    house = a_house()
    first = settle_succession.confirm(house, "y-te", RESOLUTION, PERSON)
    house.clock.at = at(2, 21)

    assert settle_succession.confirm(house, "y-te", RESOLUTION, PERSON) == first
    with house.work() as work:
        assert len(work.successions.decisions("ct")) == 1


def test_what_was_filed_before_a_late_confirmation_stays():
    house = a_house()
    house.clock.at = at(3, 5)
    receive(house, f.a_workbook(house, HEALTH, Q1), "y-te.xlsx", "folder")
    house.clock.at = at(3, 12)
    settle_succession.confirm(house, "y-te", RESOLUTION, PERSON)

    assert HEALTH in reporters(house, at(3, 14))


def test_an_unknown_fate_is_decided_not_confirmed():
    house = a_house()
    with pytest.raises(DataProblem) as refusal:
        settle_succession.confirm(house, "tai-chinh", RESOLUTION, PERSON)
    settle_succession.decide(house, "tai-chinh", (HOME,), FIRST_OF_MARCH, RESOLUTION, PERSON)

    assert refusal.value.key == "succession.nothing_to_confirm"
    assert FINANCE not in reporters(house, at(3, 5))


def test_a_rejected_succession_is_neither_applied_nor_waiting():
    house = a_house()
    settle_succession.reject(house, "y-te", RESOLUTION, PERSON)
    line = settle_succession.successions(house)[0]

    assert (line.is_waiting, line.applied_from, line.decision.verdict) == (False, None, Verdict.REJECTED)
    assert HEALTH in reporters(house, at(3, 5))


@pytest.mark.parametrize(
    ("act", "kind", "key"),
    [
        (lambda h: settle_succession.confirm(h, "khac", RESOLUTION, PERSON), NotFound, "not_found.succession"),
        (lambda h: settle_succession.confirm(h, "y-te", " ", PERSON), ActionNeeded, "succession.document_needed"),
        (lambda h: settle_succession.confirm(h, "y-te", RESOLUTION, ""), ActionNeeded, "succession.person_needed"),
        (
            lambda h: settle_succession.decide(h, "y-te", ("bo-noi-vu",), FIRST_OF_MARCH, RESOLUTION, PERSON),
            DataProblem,
            "succession.cannot_owe",
        ),
        (
            lambda h: settle_succession.decide(h, "y-te", (HEALTH,), FIRST_OF_MARCH, RESOLUTION, PERSON),
            ActionNeeded,
            "succession.successor_has_ended",
        ),
    ],
)
def test_a_decision_without_ground_is_refused_and_changes_nothing(act, kind, key):
    house = a_house()
    with pytest.raises(kind) as refusal:
        act(house)
    with house.work() as work:
        kept = work.successions.decisions("ct")

    assert (refusal.value.key, kept) == (key, [])


def declared(house, agency=HEALTH, reference="Công văn 45/BCH-TM", person="Trần Văn Bình"):
    return declare_elsewhere(house, f.owed(agency, Q1), reference, person)


def test_a_report_by_another_channel_is_neither_missing_nor_urged():
    house = a_house(now=at(3, 5))
    declared(house)
    house.clock.at = at(3, 22)
    seen = matrix(house, YEAR, Q1)
    standing = {row.agency: row.status for row in seen.rows}

    assert standing[HEALTH] is ObligationStatus.ELSEWHERE
    assert (seen.timeliness.missing, seen.timeliness.elsewhere) == (3, 1)
    assert HEALTH not in {one.agency for one in chase_agencies.due(house, YEAR)}
    assert HEALTH not in data_calls.recipients(house, YEAR, Q1)


def test_the_coverage_counts_it_apart_and_nobody_waits_for_it():
    house = a_house(now=at(3, 5))
    declared(house)
    for agency in (HOME, FINANCE, "huyen-dai-tu"):
        receive(house, f.a_workbook(house, agency, Q1), f"{agency}.xlsx", "folder")
    coverage = consolidate(house, YEAR, Q1).edition.coverage
    with house.work() as work:
        view = cycle_view(house, YEAR, work)
        is_complete = is_all_in(work, view, Q1, members_now(work, view, Q1))

    assert (coverage.elsewhere, coverage.missing, len(coverage.included)) == ((HEALTH,), (), 3)
    assert is_complete


def test_a_declaration_is_on_record_with_its_document_and_person():
    house = a_house(now=at(3, 5))
    first = declared(house)
    with house.work() as work:
        event = work.audit.all()[-1]

    assert (event.action, event.actor, event.subject) == (
        "obligation.elsewhere",
        "Trần Văn Bình",
        f"{CYCLE}/q1/{HEALTH}",
    )
    assert declared(house, reference="Công văn 46") == first


@pytest.mark.parametrize(
    ("changed", "kind", "key"),
    [
        ({"agency": FINANCE}, NotAllowed, "elsewhere.not_allowed"),
        ({"agency": "so-la"}, NotFound, "not_found.reporter"),
        ({"reference": " "}, ActionNeeded, "elsewhere.document_needed"),
        ({"person": ""}, ActionNeeded, "elsewhere.document_needed"),
    ],
)
def test_a_declaration_that_cannot_be_is_refused(changed, kind, key):
    with pytest.raises(kind) as refusal:
        declared(a_house(now=at(3, 5)), **changed)

    assert refusal.value.key == key


def test_what_has_been_accepted_here_needs_no_declaration():
    house = a_house(now=at(3, 5))
    receive(house, f.a_workbook(house, HEALTH, Q1), "y-te.xlsx", "folder")
    with pytest.raises(ActionNeeded) as refusal:
        declared(house)

    assert refusal.value.key == "elsewhere.already_filed"
