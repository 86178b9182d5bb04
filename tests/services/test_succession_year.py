"""A year in which bodies merge: what was filed stays, what was owed moves, nothing is counted twice."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import factories as f
import pytest
from merging_bodies import EARLY, IN_Q1, MERGED, MID_YEAR, XA_1, XA_2, a_house, a_succession
from small_programme import (
    ANNUAL,
    CYCLE,
    DISTRICT,
    FINANCE,
    HEALTH,
    HOME,
    Q1,
    Q2,
    YEAR,
    at,
)

from plancycle.domain.agencies import Agency, AgencyKind, DatedName
from plancycle.domain.errors import NotFound
from plancycle.domain.obligations import ObligationStatus
from plancycle.domain.periods import Period
from plancycle.domain.programme import Addressee
from plancycle.domain.submissions import Outcome
from plancycle.services import chase_agencies, data_calls
from plancycle.services.agency_totals import agency_totals
from plancycle.services.consolidate_period import consolidate
from plancycle.services.cycle_view import cycle_view
from plancycle.services.figures_by import Cut, figures_by
from plancycle.services.matrix import matrix
from plancycle.services.obligation_list import obligation_list
from plancycle.services.previous_values import previous_values, values_by_body
from plancycle.services.receive_submission import receive
from plancycle.services.return_submission import return_submission
from plancycle.services.trace_figure import trace

COUNTED = "inspections.value"


def merged_in_q1(now=EARLY):
    return a_house(a_succession((HEALTH, FINANCE), (MERGED,), IN_Q1), now=now)


def send(house, agency, period=Q1, sent_at=None, **changed):
    return receive(house, f.a_workbook(house, agency, period, **changed), f"{agency}.xlsx", "folder", sent_at)


def statuses(house, period=Q1):
    return {row.agency: row.status for row in matrix(house, YEAR, period).rows}


def test_what_is_not_filed_moves_and_what_is_filed_stays():
    house = merged_in_q1()
    send(house, HEALTH)
    house.clock.at = at(3, 11)

    assert statuses(house) == {
        HOME: ObligationStatus.OPEN,
        HEALTH: ObligationStatus.SUBMITTED,
        MERGED: ObligationStatus.OPEN,
        DISTRICT: ObligationStatus.OPEN,
    }


def test_only_those_who_owe_are_called_and_urged():
    house = merged_in_q1()
    send(house, HEALTH)
    house.clock.at = at(3, 19, 9)

    assert data_calls.recipients(house, YEAR, Q1) == [HOME, MERGED, DISTRICT]
    assert {one.agency for one in chase_agencies.due(house, YEAR)} == {HOME, MERGED, DISTRICT}


def test_a_successor_of_two_owes_one_report_with_both_lists():
    house = merged_in_q1(now=at(3, 11))
    form = cycle_view(house, YEAR).form(Q1, MERGED)

    assert [row.code for row in form.sheet("works").rows] == ["n2", "n1"]
    assert list(statuses(house)) == [HOME, MERGED, DISTRICT]


def test_an_old_workbook_that_left_in_time_is_accepted_for_its_own_body():
    house = merged_in_q1()
    data = f.a_workbook(house, HEALTH, Q1)
    house.clock.at = at(3, 11)
    result = receive(house, data, "y-te.xlsx", "folder", sent_at=at(3, 7))

    assert (result.outcome, result.agency) == (Outcome.ACCEPTED, HEALTH)
    assert statuses(house)[HEALTH] is ObligationStatus.SUBMITTED


def test_an_old_workbook_that_left_too_late_is_answered_with_who_reports_now():
    house = merged_in_q1()
    data = f.a_workbook(house, HEALTH, Q1)
    house.clock.at = at(3, 12)
    result = receive(house, data, "y-te.xlsx", "folder")
    with house.work() as work:
        letters = [one.key for one in work.outbox.all(f"{CYCLE}/q1/{HEALTH}/")]
        handed_on = [one.key for one in work.outbox.all(f"{CYCLE}/q1/{MERGED}/") if "wrong-workbook" in one.key]

    assert (result.outcome, result.reason) == (Outcome.QUARANTINED, "file.moved_on")
    assert (len(letters), len(handed_on)) == (1, 1)
    assert HEALTH not in statuses(house)


def test_a_report_sent_back_after_the_merger_is_the_successors():
    house = merged_in_q1()
    send(house, HEALTH)
    house.clock.at = at(3, 11)
    return_submission(house, f.owed(HEALTH, Q1), f.REASON, "nguyen-thi-lap")

    assert statuses(house)[MERGED] is ObligationStatus.OPEN
    assert HEALTH not in statuses(house)


def test_a_survivor_that_had_filed_is_called_again_with_both_lists():
    house = a_house(a_succession((HEALTH,), (HOME,), IN_Q1))
    for agency in data_calls.recipients(house, YEAR, Q1):
        data_calls.queue(house, YEAR, Q1, agency)
    send(house, HOME)
    house.clock.at = at(3, 11)

    assert statuses(house)[HOME] is ObligationStatus.OPEN
    assert data_calls.recipients(house, YEAR, Q1) == [HOME]
    data_calls.queue(house, YEAR, Q1, HOME)
    assert data_calls.recipients(house, YEAR, Q1) == []
    send(house, HOME)
    assert statuses(house)[HOME] is ObligationStatus.SUBMITTED


def test_coverage_has_everybody_once():
    house = merged_in_q1()
    send(house, HEALTH)
    house.clock.at = at(3, 11)
    send(house, MERGED)
    coverage = consolidate(house, YEAR, Q1).edition.coverage

    assert coverage.expected == (HOME, HEALTH, MERGED, DISTRICT)
    assert coverage.included == (HEALTH, MERGED)
    assert sorted((*coverage.included, *coverage.missing)) == sorted(coverage.expected)


def test_the_successors_form_shows_what_both_predecessors_said_last():
    house = a_house(a_succession((HEALTH, FINANCE), (MERGED,), date(2025, 5, 5)))
    send(house, HEALTH, inspections__value="4", n2__progress="40")
    send(house, FINANCE, inspections__value="7")
    house.clock.at = at(6, 3)
    with house.work() as work:
        seen = previous_values(work, cycle_view(house, YEAR, work), Q2, MERGED)

    assert (seen["inspections", "value"], seen["n2", "progress"]) == ("11", "40")


def test_the_year_of_a_successor_is_compared_with_the_quarters_of_all():
    house = a_house(a_succession((HEALTH, FINANCE), (MERGED,), date(2025, 5, 5)))
    send(house, HEALTH, inspections__value="4")
    send(house, FINANCE, inspections__value="7")
    house.clock.at = at(6, 3)
    send(house, MERGED, Q2, inspections__value="5")
    house.clock.at = at(12, 1)
    with house.work() as work:
        seen = previous_values(work, cycle_view(house, YEAR, work), ANNUAL, MERGED)

    assert seen["inspections", "value"] == "16"


def split_in_july():
    house = a_house(a_succession((DISTRICT,), (XA_1, XA_2), MID_YEAR))
    send(house, DISTRICT, inspections__value="9")
    house.clock.at = at(12, 1)
    for agency in (HOME, HEALTH, FINANCE, XA_1, XA_2):
        send(house, agency, ANNUAL, inspections__value="2")
    return house


def figure(edition, suffix):
    return next(one for one in edition.figures if one.id.endswith(suffix))


def test_the_half_year_of_a_body_that_was_split_counts_once_in_the_years_total():
    house = split_in_july()
    edition = consolidate(house, YEAR, ANNUAL).edition
    inspections = figure(edition, "inspections.value")

    assert (inspections.value, inspections.contributors) == (Decimal(19), 5)
    assert edition.coverage.carried == (f"{CYCLE}/q1/{DISTRICT}/v1",)
    assert DISTRICT not in edition.coverage.expected


def test_a_carried_figure_leads_back_to_the_cell_of_the_old_body():
    house = split_in_july()
    consolidate(house, YEAR, ANNUAL)
    sources = trace(house, f"{CYCLE}/annual/inspections.value").sources

    assert [one.agency for one in sources if one.agency == DISTRICT] == [DISTRICT]
    assert sum(Decimal(one.value) for one in sources) == Decimal(19)


def test_totals_as_then_and_as_now_have_the_same_sum():
    house = a_house(
        a_succession((HEALTH, FINANCE), (MERGED,), date(2025, 5, 5)), a_succession((DISTRICT,), (XA_1, XA_2), MID_YEAR)
    )
    for agency, value in ((HEALTH, "4"), (FINANCE, "7"), (DISTRICT, "9")):
        send(house, agency, inspections__value=value)
    house.clock.at = at(6, 3)
    send(house, MERGED, Q2, inspections__value="5")
    house.clock.at = at(12, 1)
    then, now = (
        {one.agency: (int(one.value), one.reported_by) for one in agency_totals(house, YEAR, COUNTED, as_now=as_now)}
        for as_now in (False, True)
    )

    assert then == {
        HEALTH: (4, (HEALTH,)),
        FINANCE: (7, (FINANCE,)),
        DISTRICT: (9, (DISTRICT,)),
        MERGED: (5, (MERGED,)),
    }
    assert now == {MERGED: (16, (HEALTH, FINANCE, MERGED)), DISTRICT: (9, (DISTRICT,))}


def cut(house, edition, by):
    return {one.key: one.value for one in figures_by(house, edition.id, by) if one.figure == COUNTED}


def test_an_editions_figures_as_then_and_as_now_add_up_to_the_same():
    house = a_house(a_succession((HEALTH, FINANCE), (MERGED,), date(2025, 5, 5)))
    for agency, value in ((HEALTH, "4"), (FINANCE, "7"), (HOME, "1")):
        send(house, agency, inspections__value=value)
    edition = consolidate(house, YEAR, Q1).edition
    house.clock.at = at(6, 3)

    assert cut(house, edition, Cut.AGENCY) == {HOME: 1, HEALTH: 4, FINANCE: 7}
    assert cut(house, edition, Cut.AGENCY_NOW) == {HOME: 1, MERGED: 11}
    assert cut(house, edition, Cut.WHOLE) == {"": 12}


def test_parts_hold_what_a_body_that_was_split_had_sent_and_add_up_to_the_year():
    house = split_in_july()
    edition = consolidate(house, YEAR, ANNUAL).edition

    assert cut(house, edition, Cut.AGENCY)[DISTRICT] == 9
    assert cut(house, edition, Cut.WHOLE) == {"": figure(edition, COUNTED).value}


def test_only_counted_figures_have_totals():
    with pytest.raises(NotFound):
        agency_totals(a_house(), YEAR, "par-index.value")


def test_a_single_successor_gives_the_whole_year_itself():
    house = a_house(a_succession((DISTRICT,), (XA_1,), MID_YEAR))
    send(house, DISTRICT, inspections__value="9")
    house.clock.at = at(12, 1)
    send(house, XA_1, ANNUAL, inspections__value="12")
    edition = consolidate(house, YEAR, ANNUAL).edition

    assert figure(edition, "inspections.value").value == Decimal(12)
    assert edition.coverage.carried == ()


def test_history_keeps_the_old_bodies_and_the_list_says_who_is_new():
    house = a_house(a_succession((DISTRICT,), (XA_1, XA_2), MID_YEAR), now=at(9, 2))
    lines = [one for one in obligation_list(house, YEAR) if one.kind == "obligation"]
    by_period = {period: [one.agency for one in lines if one.period is period] for period in Period}

    assert by_period[Q1] == [HOME, HEALTH, FINANCE, DISTRICT]
    assert by_period[Period.Q3] == [HOME, HEALTH, FINANCE, XA_1, XA_2]
    assert {one.joined_on for one in lines if one.agency == XA_1} == {MID_YEAR}
    assert {one.predecessors for one in lines if one.agency == XA_1} == {(DISTRICT,)}


def test_invited_bodies_are_listed_without_a_due_date_and_never_called():
    house = a_house(now=at(12, 15))
    invited = [one for one in obligation_list(house, YEAR) if one.kind == "invitation"]

    assert {(one.agency, one.due, one.status) for one in invited} == {("tinh-doan", None, "invitation")}
    assert "tinh-doan" not in {one.agency for one in chase_agencies.due(house, YEAR)}
    assert "tinh-doan" not in data_calls.recipients(house, YEAR, ANNUAL)


def test_a_body_without_successor_is_not_required_and_says_why():
    house = a_house(a_succession((DISTRICT,), (), MID_YEAR, note="kết thúc hoạt động"), now=at(9, 2))
    (line,) = [one for one in obligation_list(house, YEAR) if one.kind == "not_required" and one.period is Period.Q3]

    assert (line.agency, line.reason, line.reference) == (DISTRICT, "kết thúc hoạt động", "NQ 1")
    assert DISTRICT not in statuses(house, Period.Q3)


@pytest.mark.parametrize(("day", "addressee"), [(date(2025, 2, 28), "bo-noi-vu"), (date(2025, 3, 1), "bo-moi")])
def test_reports_go_to_the_ministry_of_the_day_they_are_signed(day, addressee):
    house = a_house(a_succession(("bo-noi-vu",), ("bo-moi",), date(2025, 3, 1)))
    plan = house.programmes.programme
    house.programmes.programme = replace(
        plan,
        agencies=(*plan.agencies, Agency("bo-moi", "Bộ mới", AgencyKind.MINISTRY)),
        addressees=(Addressee("bo-noi-vu", "http", (Q1,)),),
        version="2" * 64,
    )
    view = replace(cycle_view(house, YEAR), programme=house.programmes.programme)

    assert [one.agency for one in view.addressees(Q1, day)] == [addressee]


def test_the_matrix_shows_the_name_of_the_day_on_which_it_was_filed():
    house = a_house()
    renamed = DatedName("Sở Y tế và Dân số", valid_from=MID_YEAR)
    plan = house.programmes.programme
    agencies = tuple(replace(one, names=(renamed,)) if one.id == HEALTH else one for one in plan.agencies)
    house.programmes.packed = {key: replace(plan, agencies=agencies) for key in house.programmes.packed}
    send(house, HEALTH)
    house.clock.at = at(9, 2)
    names = {period: {row.agency: row.agency_name for row in matrix(house, YEAR, period).rows} for period in (Q1, Q2)}

    assert (names[Q1][HEALTH], names[Q2][HEALTH]) == ("Sở Y tế", "Sở Y tế và Dân số")


def test_a_successor_sees_what_each_of_the_two_it_took_over_had_reported():
    house = merged_in_q1()
    send(house, HEALTH, inspections__value="4")
    send(house, FINANCE, inspections__value="9")
    house.clock.at = at(6, 3)
    with house.work() as work:
        view = cycle_view(house, YEAR, work)
        shown = {name: values["inspections", "value"] for name, values in values_by_body(work, view, Q2, MERGED)}
        together = previous_values(work, view, Q2, MERGED)["inspections", "value"]

    assert shown == {"Sở Y tế": "4", "Sở Tài chính": "9"}
    assert together == "13"
