"""The promises of ``services/approval_repository.py``, kept alike by the real ledger and by the fake one."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from fake_ledger import Clash
from fakes import FakeDatabase
from ledgers import ledger_url
from small_programme import ANNUAL, CYCLE, Q1, at
from sqlalchemy.exc import IntegrityError

from plancycle.adapters.database.unit_of_work import Database
from plancycle.domain.consolidation import Coverage, Edition, EditionKind
from plancycle.domain.delegations import Authority, Delegation
from plancycle.domain.signed_copies import Origin, SignedCopy
from plancycle.services.repositories import Cycle

GIVEN = Delegation(
    "ct/uq1",
    "ct",
    "pho-chu-tich",
    "van-phong",
    Authority.TUQ,
    date(2025, 12, 1),
    date(2025, 12, 5),
    "12/GUQ-UBND ngày 28/11/2025",
    at(11, 28),
    (Q1, ANNUAL),
    "0123456789abcdef",
    "c2lnbmVk",
)
EDITION = f"{CYCLE}/annual/e1"
COPY = SignedCopy(
    EDITION, "a" * 64, 1, "b" * 64, 1234, "bao-cao.pdf", Origin.HERE, "Trần Văn Mẫu", at(12, 2), "plancycle"
)
THE_CYCLE = Cycle(CYCLE, "ct", 2025, "1" * 64, at(1, 2))
THE_EDITION = Edition(
    cycle=CYCLE,
    period=ANNUAL,
    number=1,
    kind=EditionKind.FINAL,
    frozen_at=at(12, 1),
    members=(),
    coverage=Coverage((), (), (), ()),
    figures=(),
    dataset_sha256="2" * 64,
    sha256="d" * 64,
)


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


def test_delegations_come_back_as_they_were_oldest_first_and_only_their_end_changes(database):
    later = replace(GIVEN, id="ct/uq2", made_at=at(11, 29), periods=())
    other = replace(GIVEN, id="xx/uq1", programme="xx")
    with database.work() as work:
        for one in (later, GIVEN, other):
            work.delegations.add(one)
    with database.work() as work:
        work.delegations.revoke("ct/uq1", at(12, 3), "pho-chu-tich")
        work.delegations.revoke("ct/uq9", at(12, 3), "pho-chu-tich")
    with database.work() as work:
        found, one, none = work.delegations.of("ct"), work.delegations.get("ct/uq2"), work.delegations.get("ct/uq9")

    assert found == [replace(GIVEN, revoked_at=at(12, 3), revoked_by="pho-chu-tich"), later]
    assert (one, none) == (later, None)


def test_signed_copies_are_listed_by_document_and_number(database):
    again = replace(COPY, number=2, sha256="c" * 64, origin=Origin.ELSEWHERE, added_at=COPY.added_at + timedelta(1))
    extract = replace(COPY, approved_sha256="0" * 64, file_name="bo-noi-vu.pdf")
    with database.work() as work:
        work.cycles.add(THE_CYCLE)
        work.editions.add(THE_EDITION)
        for one in (again, COPY, extract):
            work.signed_copies.add(one)
    with database.work() as work:
        found, none = work.signed_copies.of(EDITION), work.signed_copies.of(f"{CYCLE}/annual/e2")

    assert (found, none) == ([extract, COPY, again], [])


def write(database, name, given):
    with database.work() as work:
        work.delegations.add(replace(GIVEN, id="ct/uq7"))
        getattr(work, name).add(given)


@pytest.mark.parametrize("name", ["delegations", "signed_copies"])
def test_the_same_one_twice_is_refused_and_nothing_of_the_transaction_stays(database, name):
    given = {"delegations": GIVEN, "signed_copies": COPY}[name]
    with database.work() as work:
        work.cycles.add(THE_CYCLE)
        work.editions.add(THE_EDITION)
        getattr(work, name).add(given)
    with pytest.raises((Clash, IntegrityError)):
        write(database, name, given)
    with database.work() as work:
        assert work.delegations.get("ct/uq7") is None
