"""An office that is killed again and again goes through its year, and the year comes out as if nothing had happened.

``make kills`` kills 50 times, ``make faults`` 500 times; a run of the suite holds a short drill.
"""

import json
import os
import sys
import time

import pytest
from ledgers import ledger_url, postgres_url
from postgres_server import WITH_SERVER
from small_year import BRIEF, REACHED, Killing, SmallYear
from year_invariants import check_invariants, outcome

from plancycle.bootstrap import forget
from plancycle.domain.periods import Period

KILLS = int(os.environ.get("KILLS", "500"))


def lived(folder, periods, killing=Killing(), known=(), baseline=None, kept_at=ledger_url):  # noqa: B008
    """A year, what came of it, and what is wrong with it."""
    year = SmallYear(folder, killing, known, kept_at)
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


WAYS = [
    pytest.param(ledger_url, False, id="killed"),
    pytest.param(postgres_url, False, id="killed on PostgreSQL", marks=WITH_SERVER),
    pytest.param(postgres_url, True, id="cut off from PostgreSQL", marks=WITH_SERVER),
]


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("kept_at", "is_cut"), WAYS)
def test_disturbed_at_random_moments_the_year_comes_out_the_same(kept_at, is_cut, tmp_path):
    periods = [Period.Q1, Period.ANNUAL] if KILLS < 100 else [Period.Q1, Period.Q2, Period.ANNUAL]
    began = time.monotonic()
    undisturbed, baseline, found = lived(tmp_path / "undisturbed", periods, kept_at=kept_at)
    assert found == none_of(found)

    kills, twice, doubted, years = 0, 0, 0, 0
    while kills < KILLS:
        years += 1
        killing = Killing(kills=KILLS - kills, seed=years, is_cut=is_cut)
        folder = tmp_path / f"year-{years}"
        told, _, found = lived(folder, periods, killing, undisturbed.seconds, baseline, kept_at)
        assert found == none_of(found), f"seed {years}: disturbed at {told.killed_at}"
        kills, twice, doubted = kills + len(told.killed_at), twice + told.arrived_twice, doubted + len(told.doubted)
    seconds = round(time.monotonic() - began)
    listed = {"lost": 0, "doubled_unlisted": 0, "arrived_twice_and_listed": twice, "in_doubt": doubted}
    tell(**{"cuts" if is_cut else "kills": kills}, years=years, seconds=seconds, **listed)
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
