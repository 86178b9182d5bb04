"""The promises of ``services/waiting_repository.py``, kept alike by the real ledger and by the fake one."""

from dataclasses import replace
from datetime import timedelta

import pytest
from fakes import FakeDatabase
from ledgers import ledger_url
from small_programme import FINANCE, HEALTH, at

from plancycle.adapters.database.unit_of_work import Database
from plancycle.domain.waiting_line import Waiting

FIRST = Waiting(HEALTH, "", "api", "a.json", "a" * 64, HEALTH, "", "{}", at(12, 1))
OTHER = replace(FIRST, agency=FINANCE, json_of=None)
SECOND = timedelta(seconds=1)


@pytest.fixture(params=["real", "fake"])
def database(request, tmp_path):
    """The real ledger and its stand-in."""
    if request.param == "fake":
        yield FakeDatabase()
        return
    real = Database(ledger_url(tmp_path))
    real.upgrade()
    yield real
    real.close()


def test_arrivals_are_numbered_in_their_order_and_the_same_bytes_wait_once(database):
    later = replace(FIRST, arrived_at=at(12, 2))
    with database.work() as work:
        kept, new = work.arrivals.add_all([FIRST, OTHER, later])
    with database.work() as work:
        again, none = work.arrivals.add_all([later])
        stored = [work.arrivals.get(one.id) for one in new]
        unknown, waiting = work.arrivals.get("0" * 16), work.arrivals.waiting()

    assert [one.number for one in kept] == [1, 2, 1]
    assert (again, none, unknown, waiting) == ([kept[0]], [], None, 2)
    assert stored == new == kept[:2]
    assert len({one.id for one in new}) == 2


def test_what_is_checked_has_a_result_and_its_bytes_may_come_again(database):
    with database.work() as work:
        (first, other), _ = work.arrivals.add_all([replace(FIRST, name="Trần Thị B", reasons='{"a":"b"}'), OTHER])
        behind = work.arrivals.ahead_of(other.number)
        work.arrivals.begin(first.id, at(12, 1))
        work.arrivals.settle(first.id, at(12, 1) + SECOND, 640, '{"outcome":"accepted"}')
    with database.work() as work:
        done = work.arrivals.get(first.id)
        (again,), new = work.arrivals.add_all([FIRST])
        ahead, recent = work.arrivals.ahead_of(again.number), work.arrivals.recent_ms(5)

    assert (done.checked_at, done.took_ms, done.result) == (at(12, 1) + SECOND, 640, '{"outcome":"accepted"}')
    assert (done.name, done.reasons) == ("", "{}")
    assert (again.number, new, again.id != first.id) == (3, [again], True)
    assert (behind, ahead, recent) == (1, 1, [640])


def test_the_next_one_is_the_first_that_nobody_has_begun_lately(database):
    now, lately = at(12, 1) + 60 * SECOND, at(12, 1) + 30 * SECOND
    with database.work() as work:
        (first, other), _ = work.arrivals.add_all([FIRST, OTHER])
        seen = [work.arrivals.next(lately)]
        work.arrivals.begin(first.id, now)
        seen.append(work.arrivals.next(lately))
        work.arrivals.begin(other.id, now)
        seen.append(work.arrivals.next(lately))
        seen.append(work.arrivals.next(now + SECOND))  # that was long ago: whoever began is gone

    assert [one.id if one else None for one in seen] == [first.id, other.id, None, first.id]


def test_the_newest_checks_say_how_long_one_takes(database):
    with database.work() as work:
        arrived = [replace(FIRST, sha256=f"{number:064d}") for number in range(4)]
        kept, _ = work.arrivals.add_all(arrived)
        for number, one in enumerate(kept[:3]):
            work.arrivals.settle(one.id, at(12, 1) + number * SECOND, 100 * number, "{}")
        newest = work.arrivals.recent_ms(2)

    assert newest == [200, 100]
