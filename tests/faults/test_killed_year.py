"""An office that is killed again and again goes through its year, and the year comes out as if nothing had happened.

``make kills`` kills 50 times, ``make faults`` 500 times; a run of the suite holds a short drill.
"""

import json
import os
import sys

import pytest
from small_year import BRIEF, REACHED, Killing, SmallYear
from year_invariants import check_invariants, outcome

from plancycle.bootstrap import forget
from plancycle.domain.periods import Period

KILLS = int(os.environ.get("KILLS", "500"))


def lived(folder, periods, killing=Killing(), known=(), baseline=None):  # noqa: B008
    """A year, what came of it, and what is wrong with it."""
    year = SmallYear(folder, killing, known)
    with year.opened():
        for period in periods:
            year.live(period)
        came_to = outcome(year)
        found = check_invariants(year, baseline or came_to)
        copies = year.relay.ledger
    forget(year.data)
    year.told.arrived_twice = len(copies) - len({one.sha256 for one in copies})
    return year.told, came_to, found


def places(points):
    return {name for names in points.values() for name in names}


def none_of(found):
    return {name: [] for name in found}


def tell(**figures):
    sys.stdout.write(json.dumps(figures) + "\n")  # seen with -s


def test_killed_at_the_named_places_a_period_is_gone_through_once(tmp_path):
    year = SmallYear(tmp_path, Killing(BRIEF))
    with year.opened():
        year.live_briefly(Period.Q1)
        found = check_invariants(year, outcome(year))
    forget(year.data)

    assert found == none_of(found)
    assert {one.partition(":")[0] for one in year.told.killed_at} == places(BRIEF)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_killed_at_random_moments_the_year_comes_out_the_same(tmp_path):
    periods = [Period.Q1, Period.Q2, Period.ANNUAL]
    undisturbed, baseline, found = lived(tmp_path / "undisturbed", periods)
    assert found == none_of(found)

    kills, twice, doubted, years = 0, 0, 0, 0
    while kills < KILLS:
        years += 1
        killing = Killing(kills=KILLS - kills, seed=years)
        told, _, found = lived(tmp_path / f"year-{years}", periods, killing, undisturbed.seconds, baseline)
        assert found == none_of(found), f"seed {years}: killed at {told.killed_at}"
        kills, twice, doubted = kills + len(told.killed_at), twice + told.arrived_twice, doubted + len(told.doubted)
    tell(kills=kills, years=years, lost=0, doubled_unlisted=0, arrived_twice_and_listed=twice, in_doubt=doubted)
    assert kills >= KILLS


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_killed_three_hits_deep_at_every_named_place(tmp_path):
    periods = [Period.Q1, Period.ANNUAL]
    _, baseline, _ = lived(tmp_path / "undisturbed", periods)
    told, _, found = lived(tmp_path / "killed", periods, Killing(REACHED, depth=3), (), baseline)
    tell(killed=len(told.killed_at), in_doubt=len(told.doubted))
    assert found == none_of(found)
    assert {one.partition(":")[0] for one in told.killed_at} == places(REACHED)
