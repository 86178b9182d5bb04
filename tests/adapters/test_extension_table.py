"""Requests for more time and what became of extensions, kept alike by the real ledger and by the fake one."""

from dataclasses import replace

import pytest
from fakes import FakeDatabase
from ledgers import ledger_url
from small_programme import at

from plancycle.adapters.database.unit_of_work import Database
from plancycle.domain.deadlines import Extension
from plancycle.domain.extensions import ExtensionRequest, RequestStatus
from plancycle.domain.periods import ObligationKey, Period

TEXT = 'Bão số 3: "khẩn" \\ % _ \'; DROP TABLE — 𝟏 <b>&amp;</b>'
OWED = ObligationKey("ct-2025", Period.ANNUAL, "so-y-te")
ASKED = ExtensionRequest(f"{OWED}/x1", OWED, at(12, 13, 0), TEXT, "Lan", at(12, 5, 8, 1, 2), at(12, 10, 0))
DECIDED = replace(
    ASKED,
    status=RequestStatus.GRANTED,
    decided_by="giam-doc",
    decided_as="GIÁM ĐỐC",
    decided_at=at(12, 8, 9),
    answer=TEXT,
    document="CV 1",
    due_at=at(12, 12, 0),
)
EXTENSION = Extension(str(OWED), at(12, 13, 0), TEXT, "Lan", "giam-doc", at(12, 8), "CV 1")


@pytest.fixture(params=["real", "fake"])
def database(request, tmp_path):
    if request.param == "fake":
        yield FakeDatabase()
        return
    ledger = Database(ledger_url(tmp_path))
    ledger.upgrade()
    yield ledger
    ledger.close()


def test_a_request_comes_back_as_it_was_and_as_it_was_decided(database):
    other = replace(
        ASKED, id="ct_2025/x", obligation=ObligationKey("ct_2025", Period.Q1, "so-y-te"), asked_at=at(12, 4)
    )
    with database.work() as work:
        work.extension_requests.add(ASKED)
        work.extension_requests.add(other)
    with database.work() as work:
        assert work.extension_requests.waiting() == [other, ASKED]
        work.extension_requests.save(DECIDED)
    with database.work() as work:
        requests = work.extension_requests
        assert (requests.get(ASKED.id), requests.get("x")) == (DECIDED, None)
        assert (requests.of(OWED), requests.of_cycle("ct-2025"), requests.waiting()) == ([DECIDED], [DECIDED], [other])


def add_twice(database):
    with database.work() as work:
        work.extension_requests.add(ASKED)
        work.extension_requests.add(ASKED)


def test_the_same_request_twice_is_refused_and_nothing_of_it_stays(database):
    with pytest.raises(Exception, match=r"UNIQUE|x1"):
        add_twice(database)
    with database.work() as work:
        assert work.extension_requests.waiting() == []


def test_an_extension_that_was_taken_back_ends_then_and_makes_room_for_one_to_the_same_date(database):
    with database.work() as work:
        work.submissions.add_extension(replace(EXTENSION, due_at=at(12, 11, 0)))
        work.submissions.add_extension(EXTENSION)
        work.submissions.revoke_extension(str(OWED), at(12, 9, 10))
    with database.work() as work:
        standing = work.submissions.extensions("ct-2025")[str(OWED)]
        assert (standing.due_at, standing.revoked_at) == (at(12, 9, 10), at(12, 9, 10))
        work.submissions.add_extension(EXTENSION)
        assert work.submissions.extensions("ct-2025") == {str(OWED): EXTENSION}
