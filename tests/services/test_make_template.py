"""What stands in a workbook beside its questions: the plan's words, the last values, the year so far."""

from decimal import Decimal

import pytest
from factories import a_house, a_workbook, moment_in
from fakes import FakeHouse
from small_programme import ANNUAL, HEALTH, HOME, PLAN, Q1, Q2, YEAR

from plancycle.domain.periods import Period
from plancycle.services.cycle_view import cycle_view
from plancycle.services.make_template import planned_fields
from plancycle.services.previous_values import earlier_values, planned_values, previous_values, values_by_body
from plancycle.services.receive_submission import receive

Q3 = Period.Q3


def answered(*periods: Period) -> FakeHouse:
    """A house in which so-y-te has answered: 3 inspections in the first period, 4 in the next, and so on."""
    house = a_house(moment_in(periods[0]))
    for number, period in enumerate(periods, start=3):
        house.clock.at = moment_in(period)
        receive(house, a_workbook(house, HEALTH, period, inspections__value=str(number)), f"{period}.xlsx", "folder")
    return house


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        (PLAN, (None, None, None)),
        (Q1, (None, None, "4")),
        (Q2, ("4", "4", "4")),
        (Q3, ("5", "9", "4")),
        (ANNUAL, ("15", None, "4")),
    ],
)
def test_a_figure_stands_beside_its_last_value_the_year_so_far_and_the_plan(
    period: Period, expected: tuple[str | None, ...]
) -> None:
    house = answered(PLAN, Q1, Q2, Q3)
    with house.work() as work:
        view = cycle_view(house, YEAR, work)
        found = (
            previous_values(work, view, period, HEALTH).get(("inspections", "value")),
            earlier_values(work, view, period, HEALTH).get(("inspections", "value")),
            planned_values(work, view, period, HEALTH).get(("inspections", "goal")),
        )
    assert found == expected


def test_the_plans_first_required_question_of_a_sheet_is_what_is_shown() -> None:
    view = cycle_view(a_house(), YEAR)
    fields = planned_fields(view, view.form(Q1, HOME))
    assert {sheet: field.code for sheet, field in fields.items()} == {"works": "target", "figures": "goal"}
    assert planned_fields(view, view.form(PLAN, HOME)) == {}


def test_a_body_that_took_nobody_over_has_no_sheet_of_others() -> None:
    house = answered(Q1)
    with house.work() as work:
        assert values_by_body(work, cycle_view(house, YEAR, work), Q2, HEALTH) == []


def test_figures_are_added_exactly() -> None:
    house = a_house(moment_in(Q1))
    for period, budget in ((Q1, "0,1"), (Q2, "0,2")):
        house.clock.at = moment_in(period)
        receive(house, a_workbook(house, HEALTH, period, budget__value=budget), f"{period}.xlsx", "folder")
    with house.work() as work:
        total = earlier_values(work, cycle_view(house, YEAR, work), Q3, HEALTH)["budget", "value"]
    assert Decimal(total) == Decimal("0.3")
