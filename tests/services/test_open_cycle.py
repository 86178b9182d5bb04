"""Opening a year."""

import factories as f
import pytest
from fakes import PowerCut
from small_programme import CYCLE, DURING_ANNUAL, YEAR

from plancycle.services.open_cycle import open_cycle


def actions(house):
    with house.work() as work:
        return [event.action for event in work.audit.all()]


def test_opening_a_year_pins_the_version_of_the_programme():
    house = f.a_house(opened=False)
    cycle = open_cycle(house, YEAR)

    assert (cycle.id, cycle.programme_version, cycle.opened_at) == (CYCLE, "1" * 64, DURING_ANNUAL)


def test_opening_a_year_twice_is_opening_it_once():
    house = f.a_house(opened=False)

    assert open_cycle(house, YEAR) == open_cycle(house, YEAR)
    assert actions(house) == ["cycle.opened"]


def test_a_power_cut_leaves_neither_a_cycle_nor_an_event():
    house = f.a_house(opened=False)
    house.database.fail_at = 1
    with pytest.raises(PowerCut):
        open_cycle(house, YEAR)

    assert (house.database.tables.cycles, house.database.tables.audit) == ({}, [])
