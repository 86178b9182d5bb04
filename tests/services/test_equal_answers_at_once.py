"""Equal answers that come in at the same moment are one version with one receipt, on either kind of ledger."""

import threading
from dataclasses import replace

import factories as f
import ledgers
import pytest
from postgres_server import WITH_SERVER
from small_programme import HEALTH

from plancycle.adapters.database.unit_of_work import Database
from plancycle.domain.events import first_broken
from plancycle.services.open_cycle import open_cycle
from plancycle.services.receive_submission import receive

AT_ONCE = 4


@pytest.fixture(params=["as chosen", pytest.param("postgresql", marks=WITH_SERVER)])
def database(request, tmp_path):
    url = ledgers.ledger_url(tmp_path) if request.param == "as chosen" else ledgers.postgres_url(tmp_path)
    opened = Database(url)
    opened.upgrade()
    yield opened
    opened.close()


def test_equal_answers_at_the_same_moment_are_one_version_with_one_receipt(database):
    house = replace(f.a_house(opened=False), database=database)
    open_cycle(house, 2025)
    data, results, start = f.a_workbook(house, HEALTH), [], threading.Barrier(AT_ONCE)

    def send():
        start.wait(10)
        results.append(receive(house, data, "tra-loi.xlsx", "folder"))

    threads = [threading.Thread(target=send) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with house.work() as work:
        (kept,) = work.submissions.versions(f.owed(HEALTH))
        events, receipt = work.audit.all(), work.receipts.of_submission(kept.id)

    assert sorted(one.replay for one in results) == [False, True, True, True]
    assert {(one.submission_id, one.receipt) for one in results} == {(kept.id, kept.receipt)}
    assert receipt is not None
    assert [one.action for one in events].count("submission.received") == 1
    assert first_broken(events) is None
