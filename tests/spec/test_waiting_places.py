"""Who waits where, and how long: an estimate from recent checks, or nothing at all."""

import pytest

from plancycle.domain.waiting_line import Place, place_after


@pytest.mark.parametrize(
    ("ahead", "took_ms", "place"),
    [
        (0, [], Place(0, None)),
        (7, [900, 1100], Place(7, None)),  # two checks say too little
        (0, [900, 1000, 1100], Place(0, 1)),
        (9, [900, 1000, 60_000], Place(9, 10)),  # one slow check does not frighten everybody
        (99, [250, 250, 250], Place(99, 25)),
        (2, [10, 10, 10], Place(2, 1)),  # rounded up: never "in 0 seconds"
    ],
)
def test_the_wait_is_the_median_of_recent_checks_times_those_who_come_first(ahead, took_ms, place):
    assert place_after(ahead, took_ms) == place
