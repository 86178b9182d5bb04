"""Entered dates and the search of the journal, kept alike by the real ledger and by the fake one."""

from dataclasses import replace
from datetime import date

import pytest
from fakes import FakeDatabase
from ledgers import ledger_url
from small_programme import at

from plancycle.adapters.database.unit_of_work import Database
from plancycle.domain.due_dates import Wording
from plancycle.domain.events import Event
from plancycle.domain.plan_dates import EnteredDate

TEXT = 'Quyết định 12/QĐ-UBND: "khẩn" \\ % _ \'; DROP TABLE — 𝟏 <b>&amp;</b>'
ONE = EnteredDate(
    "ct", 2025, "D6", date(2025, 6, 30), Wording.BEFORE, TEXT, "Nguyễn Thị Lập", at(3, 3, 8, 1, 2, 345678)
)


@pytest.fixture(params=["real", "fake"])
def database(request, tmp_path):
    if request.param == "fake":
        yield FakeDatabase()
        return
    ledger = Database(ledger_url(tmp_path))
    ledger.upgrade()
    yield ledger
    ledger.close()


def test_entered_dates_come_back_as_they_were_oldest_first_by_programme_and_year(database):
    kept = [ONE, replace(ONE, day=date(2025, 6, 1)), replace(ONE, wording=Wording.BY), ONE]
    others = [replace(ONE, programme="other"), replace(ONE, year=2026)]
    with database.work() as work:
        for one in (*kept, *others):
            work.entered_dates.add(one)
    with database.work() as work:
        assert work.entered_dates.of_year("ct", 2025) == kept
        assert work.entered_dates.of_year("ct", 2024) == []


def add_and_fail(database):
    with database.work() as work:
        work.entered_dates.add(ONE)
        raise ZeroDivisionError


def test_an_error_takes_an_entered_date_back(database):
    with pytest.raises(ZeroDivisionError):
        add_and_fail(database)
    with database.work() as work:
        assert work.entered_dates.of_year("ct", 2025) == []


def test_the_journal_is_searched_by_kind_and_by_the_beginning_of_the_subject(database):
    told = [
        ("cycle.opened", "ct_2025"),
        ("cycle.opened", "ct-2025"),
        ("calendar.moved", "ct-2025/q1"),
        ("deadline.entered", "ct-2025/D6"),
        ("calendar.moved", "ct-2025/annual"),
    ]
    with database.work() as work:
        sealed = [work.audit.record(Event(at(3, 3), "plancycle", action, subject, {})) for action, subject in told]
    with database.work() as work:
        assert work.audit.find(("cycle.opened", "calendar.moved"), "ct-2025") == [sealed[1], sealed[2], sealed[4]]
        assert work.audit.find(("calendar.moved",), "ct_2025") == []
        assert work.audit.find((), "ct-2025") == []
