"""Leading a consolidated figure back to its cells."""

from decimal import Decimal

import factories as f
import pytest
from small_programme import ANNUAL, CYCLE, DISTRICT, DOING, DONE, FINANCE, HEALTH, HOME, YEAR

from plancycle.domain.errors import NotFound
from plancycle.services.consolidate_period import consolidate
from plancycle.services.receive_submission import receive
from plancycle.services.trace_figure import trace


def folded():
    house = f.a_house()
    for agency, budget in ((HOME, "1.000,5"), (HEALTH, "0,1"), (FINANCE, " 2 ")):
        receive(house, f.a_workbook(house, agency, budget__value=budget), f"{agency}.xlsx", "folder")
    receive(house, f.a_workbook(house, DISTRICT, n1__status=DONE), f"{DISTRICT}.xlsx", "folder")
    consolidate(house, YEAR, ANNUAL)
    return house


def test_every_cell_of_a_sum_is_shown_with_its_raw_text_and_what_it_was_read_as():
    house = folded()
    found = trace(house, f"{CYCLE}/annual/budget.value")

    assert [(one.agency, one.raw, one.value) for one in found.sources] == [
        (HOME, "1.000,5", "1000.5"),
        (HEALTH, "0,1", "0.1"),
        (FINANCE, " 2 ", "2"),
        (DISTRICT, "12,5", "12.5"),
    ]
    assert sum(Decimal(one.value) for one in found.sources) == Decimal(found.value)
    first = found.sources[0]
    assert (first.sheet, first.cell, first.submission) == ("Số liệu", "D7", f"{CYCLE}/annual/{HOME}/v1")
    assert first.sha256 == f.versions(house, HOME)[0].sha256


@pytest.mark.parametrize(
    ("figure", "value", "agencies", "raw"),
    [
        ("par-index.value", "88.25", [HOME], {"88,25"}),
        ("works.status.2", "1", [DISTRICT], {DONE}),
        ("works.status.1", "4", [HOME, HEALTH, HEALTH, FINANCE], {DOING}),
        ("works.progress", "60", [HOME, HEALTH, HEALTH, FINANCE, DISTRICT], {"60"}),
    ],
)
def test_counts_means_and_owned_figures_lead_back_too(figure, value, agencies, raw):
    found = trace(folded(), f"{CYCLE}/annual/{figure}")

    assert (found.value, [one.agency for one in found.sources]) == (value, agencies)
    assert {one.raw for one in found.sources} == raw


def test_the_versions_of_the_edition_are_traced_not_newer_ones():
    house = folded()
    receive(house, f.a_workbook(house, HOME, budget__value="7"), "lan-2.xlsx", "folder")

    assert trace(house, f"{CYCLE}/annual/budget.value").sources[0].raw == "1.000,5"
    consolidate(house, YEAR, ANNUAL)
    found = trace(house, f"{CYCLE}/annual/budget.value")
    assert (found.edition, found.sources[0].raw) == (f"{CYCLE}/annual/e2", "7")


@pytest.mark.parametrize(
    "figure",
    [
        "ct-2025/annual/khong-co.value",
        "ct-2025/q1/budget.value",
        "ct-2024/annual/budget.value",
        "ct-0/annual/budget.value",
        "tinh-khac-2025/annual/budget.value",
        "ct-2025/q9/budget.value",
        "budget.value",
        "",
        "ct/annual/budget.value",
    ],
)
def test_a_figure_nobody_knows_is_not_found(figure):
    with pytest.raises(NotFound):
        trace(folded(), figure)
