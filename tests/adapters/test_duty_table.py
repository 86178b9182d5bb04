"""Duty records, kept alike by the real ledger and by the fake one; and the small tables migrated to both ways."""

from dataclasses import replace
from datetime import date

import pytest
from fakes import Clash, FakeDatabase
from ledgers import ledger_url
from small_programme import HEALTH, at
from sqlalchemy.exc import IntegrityError

from plancycle.adapters.database.unit_of_work import Database
from plancycle.domain.duties import DutyEvent, DutyKind, DutyRecord, DutyStatus

TEXT = 'Sở Y tế: "khẩn" \\ % _ \'; DROP TABLE — 𝟏 <b>&amp;</b>'
TOLD = DutyEvent(DutyStatus.REPORTED, at(3, 3, 8, 1, 2, 345678), date(2025, 3, 1), TEXT, TEXT, TEXT)
ANSWERED = DutyEvent(
    DutyStatus.ANSWERED, at(3, 5), date(2025, 3, 4), "A", document="CV", document_on=date(2025, 3, 4), due=date.max
)
ONE = DutyRecord("ct", 2025, DutyKind.OBSTACLE, HEALTH, "k1", {"subject": TEXT, "amount": "0.10"}, (TOLD,))


@pytest.fixture(params=["real", "fake"])
def database(request, tmp_path):
    if request.param == "fake":
        yield FakeDatabase()
        return
    ledger = Database(ledger_url(tmp_path))
    ledger.upgrade()
    yield ledger
    ledger.close()


def test_a_record_comes_back_as_it_was_with_every_event_in_order(database):
    with database.work() as work:
        work.duties.add(ONE)
    with database.work() as work:
        work.duties.append(ONE.id, ANSWERED)
    with database.work() as work:
        assert work.duties.get(ONE.id) == replace(ONE, events=(TOLD, ANSWERED))
        assert work.duties.get("ct-2025/obstacle/x/y") is None


def test_records_are_listed_by_programme_in_the_order_in_which_they_were_told(database):
    told = [replace(ONE, key="z"), replace(ONE, key="a", kind=DutyKind.BUDGET), replace(ONE, key="m", year=2024)]
    with database.work() as work:
        for record in (*told, replace(ONE, programme="other")):
            work.duties.add(record)
        work.duties.append(told[0].id, ANSWERED)
    with database.work() as work:
        assert work.duties.all("ct") == [replace(told[0], events=(TOLD, ANSWERED)), *told[1:]]
        assert work.duties.all("nobody") == []


def add_again(work):
    work.duties.add(ONE)


def add_to_nothing(work):
    work.duties.append("ct-2025/obstacle/x/y", ANSWERED)


@pytest.mark.parametrize("act", [add_again, add_to_nothing])
def test_what_would_overwrite_or_hang_in_the_air_is_refused(database, act):
    with database.work() as work:
        work.duties.add(ONE)
    with pytest.raises((Clash, IntegrityError)), database.work() as work:
        act(work)
    with database.work() as work:
        assert work.duties.all("ct") == [ONE]


def test_a_transaction_that_fails_leaves_neither_record_nor_event(database):
    def interrupted():
        with database.work() as work:
            work.duties.add(ONE)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted()
    with database.work() as work:
        assert work.duties.all("ct") == []
