"""Decisions on successions and declarations, in the database and in the fake: the same contract."""

from datetime import date

import pytest
from fake_ledger import FakeDatabase
from ledgers import ledger_url
from small_programme import CYCLE, YEAR, at

from plancycle.adapters.database.unit_of_work import Database
from plancycle.domain.elsewhere import ReportedElsewhere
from plancycle.domain.succession import Decision, Verdict
from plancycle.services.repositories import Cycle


@pytest.fixture(params=["real", "fake"])
def database(request, tmp_path):
    """A ledger with one opened cycle."""
    database = FakeDatabase() if request.param == "fake" else Database(ledger_url(tmp_path))
    if request.param == "real":
        database.upgrade()
    with database.work() as work:
        work.cycles.add(Cycle(CYCLE, "ct", YEAR, "1" * 64, at(1, 1)))
    yield database
    if request.param == "real":
        database.close()


def a_decision(succession="gop", **changed):
    known = {
        "verdict": Verdict.DECIDED,
        "successors": ("so-moi", "so-y-te"),
        "effective": date(2025, 3, 1),
        "reference": "Nghị quyết 5",
        "decided_by": "Lê Thị Lan",
        "decided_at": at(2, 20),
    }
    return Decision(succession, **{**known, **changed})


def test_decisions_come_back_as_they_were_oldest_first(database):
    first, second = a_decision(), a_decision(verdict=Verdict.REJECTED, successors=(), effective=None)
    with database.work() as work:
        work.successions.decide("ct", first)
        work.successions.decide("khac", a_decision("khac"))
        work.successions.decide("ct", second)
    with database.work() as work:
        assert work.successions.decisions("ct") == [first, second]


def test_declarations_come_back_and_stand_once(database):
    declared = ReportedElsewhere(f"{CYCLE}/q1/bo-chqs", "Công văn 45", "Trần Văn Bình", at(3, 5))
    with database.work() as work:
        work.successions.declare(CYCLE, declared)
    with database.work() as work:
        assert work.successions.declared(CYCLE) == [declared]
        assert work.successions.declared("ct-2026") == []
    with pytest.raises(Exception, match="reported_elsewhere"), database.work() as work:
        work.successions.declare(CYCLE, declared)
