"""The promises of ``services/acknowledgement_repository.py``, kept alike by the real ledger and by the fake one."""

from dataclasses import replace

import pytest
from fakes import FakeDatabase
from ledgers import ledger_url
from small_programme import CYCLE, at

from plancycle.adapters.database.unit_of_work import Database
from plancycle.domain.acknowledgements import Acknowledgement, Hearing

KEY = f"{CYCLE}/annual/bo-noi-vu/5%_5"
ARRIVED = Acknowledgement(KEY, 0, "01", "đã đến", at(12, 1), at(12, 2), "a" * 64, Hearing.FOLLOWED, "edxml")


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


def test_answers_are_numbered_in_the_order_of_arrival_and_the_same_one_is_kept_once(database):
    registered = replace(ARRIVED, code="03", sha256="b" * 64, said_at=None)
    unknown = replace(ARRIVED, code="77", hearing=Hearing.UNKNOWN_CODE)
    stray = replace(ARRIVED, transmittal="", hearing=Hearing.STRAY)
    with database.work() as work:
        added = [work.acknowledgements.add(one) for one in (ARRIVED, registered, ARRIVED, unknown, stray)]
    with database.work() as work:
        mine, strays = work.acknowledgements.of(KEY), work.acknowledgements.of("")
        under = work.acknowledgements.under(f"{CYCLE}/annual/bo-noi-vu/5%")
        other = work.acknowledgements.under(f"{CYCLE}/annual/bo-noi-vu/5x")

    assert added == [True, True, False, True, True]
    assert mine == [replace(ARRIVED, number=1), replace(registered, number=2), replace(unknown, number=3)]
    assert (strays, under, other) == ([replace(stray, number=1)], mine, [])
