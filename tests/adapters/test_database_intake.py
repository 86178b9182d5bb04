"""The promises of ``services/intake_repositories.py``, kept alike by the real ledger and by the fake one."""

from dataclasses import replace
from datetime import timedelta

import factories as f
import pytest
from fakes import Clash, FakeDatabase
from ledgers import ledger_url
from small_programme import ANNUAL, CYCLE, FINANCE, HEALTH, at
from sqlalchemy.exc import IntegrityError

from plancycle.adapters.database.unit_of_work import Database
from plancycle.domain.api_access import ApiKey, ApiRequest
from plancycle.domain.errors import MoveNotAllowed
from plancycle.domain.quarantine import Quarantined, QuarantineStatus
from plancycle.domain.receipts import SignedReceipt
from plancycle.domain.submissions import Submission, SubmissionStatus
from plancycle.services.intake_repositories import MailOutcome, MailRecord
from plancycle.services.repositories import Cycle

NOW = at(12, 9, 23, 59, 59, 999999)  # Tuesday 09/12/2025, the last microsecond that is on time
TEXT = 'Sở Y tế: "đúng hạn" \\ % _ \'; DROP TABLE — Ứng Hòe'
A_SUBMISSION = Submission(f.owed(HEALTH), 1, "1" * 64, TEXT, NOW, NOW, False, False, SubmissionStatus.ACCEPTED, "ABC")
A_RECEIPT = SignedReceipt("KM7PD4XR5WHC", A_SUBMISSION.id, NOW, '{"ô":1}', "2" * 64, "3" * 16, "chữ ký")
REFUSED = Quarantined(0, "4" * 64, 5, TEXT, "mailbox", TEXT, "file.not_ours", "{}", NOW, NOW)
A_KEY = ApiKey("0a1b2c3d4e5f", HEALTH, "5" * 64, NOW, TEXT)
A_REQUEST = ApiRequest(HEALTH, "k-1", "6" * 64, NOW)
A_MAIL = MailRecord(2**32 - 1, 2**32 - 1, TEXT, "7" * 64, TEXT, NOW, MailOutcome.TAKEN, None, 2)


@pytest.fixture(params=["real", "fake"])
def database(request, tmp_path):
    """The real ledger and its stand-in, both with one submission."""
    real = Database(ledger_url(tmp_path))
    if request.param == "real":
        real.upgrade()
    database = real if request.param == "real" else FakeDatabase()
    with database.work() as work:
        work.cycles.add(Cycle(CYCLE, "ct", 2025, "1" * 64, at(1, 2)))
        work.submissions.add(A_SUBMISSION, [], [])
    yield database
    real.close()


def test_a_receipt_comes_back_as_it_was(database):
    with database.work() as work:
        work.receipts.add(A_RECEIPT)
    with database.work() as work:
        assert work.receipts.get(A_RECEIPT.number) == A_RECEIPT
        assert work.receipts.of_submission(A_SUBMISSION.id) == A_RECEIPT
        assert (work.receipts.get("X"), work.receipts.of_submission("x")) == (None, None)


@pytest.mark.parametrize("changed", [{}, {"number": "X"}, {"submission": "nobody's", "number": "X"}])
def test_a_submission_has_one_receipt_and_a_receipt_its_submission(database, changed):
    with database.work() as work:
        work.receipts.add(A_RECEIPT)
    with pytest.raises((Clash, IntegrityError)), database.work() as work:
        work.receipts.add(replace(A_RECEIPT, **changed))


def test_a_refused_file_gets_a_number_and_is_kept_once_for_one_reason(database):
    with database.work() as work:
        first, again = work.quarantine.add(REFUSED), work.quarantine.add(replace(REFUSED, received_at=NOW))
        other = work.quarantine.add(replace(REFUSED, reason="file.pdf"))
    with database.work() as work:
        assert (first, again, other.id) == (replace(REFUSED, id=1), first, 2)
        assert work.quarantine.all() == [first, other]
        assert (work.quarantine.get(1), work.quarantine.get(9)) == (first, None)
        assert work.quarantine.known(replace(REFUSED, sender="x")) is None


def test_a_settled_file_stays_settled_and_the_same_one_can_come_again(database):
    with database.work() as work:
        work.quarantine.add(REFUSED)
        work.quarantine.settle(1, QuarantineStatus.PURGED, NOW, TEXT)
        found = work.quarantine.get(1)
        again = work.quarantine.add(REFUSED)

    assert (found.status, found.settled_at, found.settled_by, again.id) == (QuarantineStatus.PURGED, NOW, TEXT, 2)
    with pytest.raises(MoveNotAllowed), database.work() as work:
        work.quarantine.settle(1, QuarantineStatus.RELEASED, NOW, TEXT)


@pytest.mark.parametrize(
    ("sha256", "needed"), [(REFUSED.sha256, False), (A_SUBMISSION.sha256, True), (A_RECEIPT.pdf_sha256, True)]
)
def test_bytes_are_needed_when_any_other_row_stands_on_them(database, sha256, needed):
    with database.work() as work:
        work.receipts.add(A_RECEIPT)
        kept = work.quarantine.add(replace(REFUSED, sha256=sha256))
        assert work.quarantine.is_needed_elsewhere(sha256, kept.id) is needed
        work.quarantine.add(replace(REFUSED, sha256=sha256, sender="x"))
        assert work.quarantine.is_needed_elsewhere(sha256, kept.id) is True


def test_keys_come_back_oldest_first_and_can_be_taken_back(database):
    newer = replace(A_KEY, id="ff", agency=FINANCE, created_at=NOW + timedelta(days=1))
    with database.work() as work:
        work.api.add_key(newer)
        work.api.add_key(A_KEY)
        work.api.revoke("ff", NOW)
    with database.work() as work:
        assert work.api.keys() == [A_KEY, replace(newer, revoked_at=NOW)]
        assert (work.api.key(A_KEY.id), work.api.key("x")) == (A_KEY, None)
    with pytest.raises((Clash, IntegrityError)), database.work() as work:
        work.api.add_key(A_KEY)


def test_an_idempotency_key_is_known_per_agency_until_it_is_forgotten(database):
    answered = replace(A_REQUEST, answer='{"ô":1}')
    old = replace(A_REQUEST, key="k-0", started_at=NOW - timedelta(days=8))
    with database.work() as work:
        for request in (A_REQUEST, answered, old, replace(A_REQUEST, agency=FINANCE)):
            work.api.save_request(request)
        assert work.api.request(HEALTH, "k-1") == answered
        assert work.api.forget_requests_before(NOW) == 1
        work.api.forget_request(FINANCE, "k-1")
        found = [work.api.request(HEALTH, "k-0"), work.api.request(FINANCE, "k-1"), work.api.request(HEALTH, "k-1")]

    assert found == [None, None, answered]


def test_a_mail_has_one_row_by_its_place_in_the_mailbox(database):
    other = replace(A_MAIL, uid=5, message_id=f"<{'b' * 10_000}>")  # as long as its sender likes
    with database.work() as work:
        work.mails.add(A_MAIL)
        work.mails.add(other)
    with database.work() as work:
        assert work.mails.get(A_MAIL.uidvalidity, A_MAIL.uid) == A_MAIL
        assert work.mails.get(1, A_MAIL.uid) is None
        assert list(work.mails.with_message_id(other.message_id)) == [other]
    with pytest.raises((Clash, IntegrityError)), database.work() as work:
        work.mails.add(replace(A_MAIL, sender="x"))


def test_a_periods_answers_are_not_touched_by_any_of_it(database):
    with database.work() as work:
        assert work.submissions.of_period(CYCLE, ANNUAL) == [A_SUBMISSION]
