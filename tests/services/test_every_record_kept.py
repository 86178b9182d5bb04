"""A period of any size: what a call has returned is in the ledger and the journal, and nothing of it is missing."""

import pytest
from recorded_period import answers, furnished, lost, play
from small_programme import ANNUAL, YEAR

from plancycle.services import consolidate_period, data_calls
from plancycle.services.cycle_view import cycle_view


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


def test_an_edition_is_the_same_whether_its_cells_are_read_at_once_or_by_pieces(tmp_path, monkeypatch):
    house = furnished(tmp_path, 7, 3)
    for version, entries in answers(house, 3):
        with house.work() as work:
            work.submissions.add(version, entries, [])
    found = []
    for piece in (500, 2, 1):
        monkeypatch.setattr(consolidate_period, "PIECE", piece)
        with house.work() as work:
            content = consolidate_period.content_now(house, work, cycle_view(house, YEAR, work), ANNUAL)
            cells = work.submissions.entries_of([f"ct-{YEAR}/{ANNUAL}/{one.agency}/v1" for one in content.members])
        found.append((content.dataset_sha256, content.figures))

    assert len(set(found)) == 1
    assert sum(map(len, cells.values())) == 7 * (3 + 3)
    house.database.close()
