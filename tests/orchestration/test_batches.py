"""How many task runs a step of a very large period takes."""

import pytest

from tasks._house import batches


@pytest.mark.parametrize(
    ("count", "pieces", "longest"),
    [(0, 0, 0), (1, 1, 1), (26, 2, 25), (1000, 40, 25), (1001, 39, 26), (4000, 40, 100), (40_000, 40, 1000)],
)
def test_a_step_is_cut_into_forty_task_runs_at_most_and_loses_nobody(count, pieces, longest):
    items = [str(number) for number in range(count)]

    cut = batches(items)

    assert (len(cut), max(map(len, cut), default=0)) == (pieces, longest)
    assert [one for piece in cut for one in piece] == items
