"""A period of any size: what a call has returned is in the ledger and the journal, and nothing of it is missing."""

import pytest
from recorded_period import furnished, lost, play
from small_programme import ANNUAL, YEAR

from plancycle.services import data_calls


@pytest.mark.parametrize(
    "agencies",
    [
        12,
        pytest.param(4000, marks=[pytest.mark.slow, pytest.mark.timeout(1800)]),
        pytest.param(40_000, marks=[pytest.mark.slow, pytest.mark.timeout(14_400)]),
    ],
)
def test_nothing_is_lost_of_a_period(tmp_path, agencies):
    told = play(tmp_path, agencies, 5)

    assert set(told["missing"].values()) == {0}
    assert told["agencies"] == agencies


def test_the_count_says_what_is_missing(tmp_path):
    house = furnished(tmp_path, 6, 2)
    for agency in data_calls.recipients(house, YEAR, ANNUAL)[:4]:
        data_calls.queue(house, YEAR, ANNUAL, agency)

    assert lost(house, 6, 0, 0) == {
        **{"sent letters told": 6, "sent letters in the ledger": 6, "sent letters in the journal": 6},
        **{"answers in the ledger": 6, "answers in the journal": 6, "answers in the matrix": 6},
        **{"answers in the edition": 6, "chain": 0},
    }
    house.database.close()
