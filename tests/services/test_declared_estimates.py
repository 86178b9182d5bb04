"""Values that agencies call estimates: flagged in every figure they stand in, and held against what they become."""

from dataclasses import replace

import factories as f
import pytest
from fakes import FakeClock, FakeHouse, FakeProgrammes
from small_programme import (
    ANNUAL,
    BEFORE_YEAR,
    DURING_ANNUAL,
    FINANCE,
    HEALTH,
    HOME,
    YEAR,
    a_programme,
    an_address_book,
)

from plancycle.adapters.documents.annex_figures import contributors_of
from plancycle.adapters.documents.compose import compose
from plancycle.adapters.texts import Catalogue
from plancycle.domain.forms import FieldKind, FormField
from plancycle.domain.reconciliation import Settled
from plancycle.services.consolidate_period import consolidate
from plancycle.services.cycle_view import cycle_view
from plancycle.services.edition_standing import between, standing_of
from plancycle.services.open_cycle import open_cycle
from plancycle.services.receive_submission import receive
from plancycle.services.report_facts import report_facts

ACTUAL, ESTIMATE = "Thực hiện", "Ước thực hiện"


@pytest.fixture
def house():
    plain = a_programme()
    field = FormField("estimate", "Thực hiện hay ước", FieldKind.CHOICE, (ANNUAL,), choices=(ACTUAL, ESTIMATE))
    sheets = tuple(
        replace(one, fields=(*one.fields, field)) if one.code == "figures" else one for one in plain.form.sheets
    )
    programme = replace(plain, form=replace(plain.form, sheets=sheets, estimated_choice=ESTIMATE))
    house = FakeHouse(FakeProgrammes(programme, an_address_book()), FakeClock(BEFORE_YEAR))
    house.texts = Catalogue()
    open_cycle(house, YEAR)
    house.clock.at = DURING_ANNUAL
    return house


def send(house, agency, value, choice):
    changed = {"inspections__value": value, "inspections__estimate": choice}
    receive(house, f.a_workbook(house, agency, **changed), f"{agency}-{value}.xlsx", "folder")


def facts_of(house, edition):
    with house.work() as work:
        return report_facts(house, work, cycle_view(house, YEAR, work), edition)


def test_a_figure_says_how_many_agencies_estimated_their_part(house):
    send(house, HOME, "4", ACTUAL)
    send(house, HEALTH, "5", ESTIMATE)
    send(house, FINANCE, "6", ESTIMATE)
    facts = facts_of(house, consolidate(house, YEAR, ANNUAL).edition)
    shown = {figure.label: contributors_of(facts, house.texts, figure) for figure in facts.figures}

    assert dict(facts.declared_estimates) == {"inspections.value": (HEALTH, FINANCE)}
    assert (shown["Số inspections"], shown["Số budget"]) == ("3/4; 2 ước thực hiện", "3/4")
    assert any("(3/4 đơn vị có số liệu; 2 ước thực hiện)" in one.text for one in compose(facts, house.texts).blocks)


def test_an_estimate_is_held_against_the_value_that_follows_it(house):
    send(house, HOME, "4", ESTIMATE)
    send(house, HEALTH, "5", ESTIMATE)
    first = consolidate(house, YEAR, ANNUAL, final=True).edition
    send(house, HEALTH, "7", ACTUAL)
    now = standing_of(house, first.id)
    second = consolidate(house, YEAR, ANNUAL, final=True).edition

    expected = (Settled(HOME, "Số inspections", "cuộc", "4", ""), Settled(HEALTH, "Số inspections", "cuộc", "5", "7"))
    assert (now.estimates, between(house, first.id, second.id).estimates) == (expected, expected)
    assert [str(one.delta) for one in now.figures] == ["2"]


def test_a_programme_that_asks_for_no_estimates_has_none():
    house = f.a_house()
    f.all_answer(house, ANNUAL, (HOME,))
    edition = consolidate(house, YEAR, ANNUAL).edition

    assert (facts_of(house, edition).declared_estimates, standing_of(house, edition.id).estimates) == ({}, ())
