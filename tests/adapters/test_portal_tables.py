"""The promises of ``services/portal_repositories.py``, kept alike by the real ledger and by the fake one."""

from dataclasses import replace
from datetime import timedelta

import factories as f
import pytest
from fakes import Clash, FakeDatabase
from ledgers import ledger_url
from small_programme import FINANCE, HEALTH, at
from sqlalchemy.exc import IntegrityError

from plancycle.adapters.database.unit_of_work import Database
from plancycle.domain.clerk_access import ClerkLink, DraftPart
from plancycle.domain.people import Account, Role, StaffSession

NOW = at(12, 9, 23, 59, 59, 999999)  # Tuesday 09/12/2025, the last microsecond that is on time
TEXT = "Nguyễn Thị Lập: 'x' \\ % _ — Ứng Hòe"
AN_ACCOUNT = Account("lap", TEXT, (Role.OPERATOR, Role.APPROVER), "hash", NOW, TEXT, recovery=("1" * 64, "2" * 64))
A_SESSION = StaffSession("3" * 64, "lap", NOW, NOW)
A_LINK = ClerkLink("4" * 16, "5" * 64, f.owed(HEALTH), "a@b.vn", 0, NOW)
A_PART = DraftPart(f.owed(HEALTH), "figures.budget", 1, {"value": "1.234,5", "explanation": TEXT}, NOW)


@pytest.fixture(params=["real", "fake"])
def database(request, tmp_path):
    """The real ledger and its stand-in."""
    real = Database(ledger_url(tmp_path))
    if request.param == "real":
        real.upgrade()
    yield real if request.param == "real" else FakeDatabase()
    real.close()


def test_an_account_comes_back_as_it_was_and_is_saved_over(database):
    changed = replace(AN_ACCOUNT, roles=(Role.AUDITOR,), recovery=(), locked_until=NOW, failures=3, subject="i|s")
    with database.work() as work:
        assert work.people.is_empty()
        work.people.add(AN_ACCOUNT)
    with database.work() as work:
        assert (work.people.get("lap"), work.people.get("x"), work.people.is_empty()) == (AN_ACCOUNT, None, False)
        assert work.people.with_subject("") is None
        work.people.save(changed)
    with database.work() as work:
        assert (work.people.all(), work.people.with_subject("i|s")) == ([changed], changed)
    with pytest.raises((Clash, IntegrityError)), database.work() as work:
        work.people.add(AN_ACCOUNT)


def test_sessions_are_seen_and_end(database):
    later = NOW + timedelta(minutes=1)
    with database.work() as work:
        work.people.add(AN_ACCOUNT)
        work.people.begin(A_SESSION)
        work.people.begin(replace(A_SESSION, id="6" * 64, is_strong=True))
        work.people.seen(A_SESSION.id, later)
    with database.work() as work:
        assert work.people.session(A_SESSION.id) == replace(A_SESSION, seen_at=later)
        work.people.end(A_SESSION.id, NOW)
        work.people.end_all("lap", later)
        ended = [work.people.session(one).ended_at for one in (A_SESSION.id, "6" * 64)]
        assert (ended, work.people.session("x")) == ([NOW, later], None)


def test_a_session_is_somebodys(database):
    with pytest.raises((Clash, IntegrityError)), database.work() as work:
        work.people.begin(A_SESSION)


def test_links_are_listed_by_obligation_and_taken_back(database):
    other = replace(A_LINK, id="7" * 16, obligation=f.owed(FINANCE))
    newer = replace(A_LINK, id="8" * 16, generation=1)
    with database.work() as work:
        for link in (newer, A_LINK, other):
            work.links.add(link)
        work.links.revoke(A_LINK.id, NOW, TEXT)
    with database.work() as work:
        taken = replace(A_LINK, revoked_at=NOW, revoked_by=TEXT)
        assert work.links.of(f.owed(HEALTH)) == [taken, newer]
        assert (work.links.get(other.id), work.links.get("x")) == (other, None)


def test_a_draft_is_stored_over_the_revision_it_was_made_from_only(database):
    second = replace(A_PART, revision=2, answers={})
    with database.work() as work:
        assert [work.drafts.save(A_PART, known) for known in (1, 0, 0)] == [False, True, False]
        assert work.drafts.of(f.owed(HEALTH)) == [A_PART]
        assert work.drafts.save(second, 1)
        assert (work.drafts.of(f.owed(HEALTH)), work.drafts.of(f.owed(FINANCE))) == ([second], [])
        work.drafts.clear(f.owed(HEALTH))
        assert work.drafts.of(f.owed(HEALTH)) == []
