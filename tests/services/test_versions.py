"""Versions of an answer: what changed, taking one back, and correcting what was approved."""

import json
from datetime import datetime

import factories as f
import pytest
from small_programme import ANNUAL, EVERYBODY, FINANCE, HEALTH, YEAR

from plancycle.domain.approvals import ApprovalStatus
from plancycle.domain.clerk_access import LINK_LIFE
from plancycle.domain.errors import ActionNeeded, DataProblem, MoveNotAllowed, NotAllowed, NotFound
from plancycle.domain.obligations import ObligationStatus
from plancycle.domain.receipts import Verdict
from plancycle.domain.retention import Rules
from plancycle.domain.submissions import Entry, Outcome, SubmissionStatus
from plancycle.services import clerk_links, sweep
from plancycle.services.changes_between import Change, changes_between
from plancycle.services.corrections import open_correction
from plancycle.services.cycle_view import cycle_view
from plancycle.services.explanations import review
from plancycle.services.let_go import planned
from plancycle.services.matrix import matrix
from plancycle.services.receive_submission import receive
from plancycle.services.report_facts import report_facts
from plancycle.services.return_submission import return_submission
from plancycle.services.verify_audit import verify
from plancycle.services.withdraw_submission import withdraw

BY = "van-thu@so-y-te.example"


@pytest.fixture
def house():
    return f.a_house()


def send(house, agency=HEALTH, **changed):
    return receive(house, f.a_workbook(house, agency, **changed), "tra-loi.xlsx", "folder")


def statuses(house, agency=HEALTH):
    return [str(one.status) for one in f.versions(house, agency)]


def standing(house, agency=HEALTH):
    return next(row for row in matrix(house, YEAR, ANNUAL).rows if row.agency == agency)


def test_what_changed_is_told_cell_by_cell_in_the_order_of_the_form(house):
    old = send(house, n1__evidence="Kế hoạch 5").submission_id
    new = send(house, n1__progress="75", budget__value="13,0", inspections__value="4,0").submission_id
    found = changes_between(house, old, new)

    assert [(c.row, c.field, c.before, c.after) for c in found] == [
        ("n1", "progress", "60", "75"),
        ("n1", "evidence", "Kế hoạch 5", ""),
        ("budget", "value", "12.5", "13"),
    ]
    assert isinstance(found[0], Change)
    assert found[0].label == "Tuyên truyền, quán triệt · Tiến độ (%)"
    assert found[0].cell.startswith("Nhiệm vụ!")
    assert [(c.before, c.after) for c in changes_between(house, new, old)] == [(c.after, c.before) for c in found]
    assert changes_between(house, old, old) == []


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("D6", "Số liệu!D6"),
        ("AB120", "Số liệu!AB120"),
        ("/answers/55", "Số liệu · budget.value"),  # where it stood in what an agency's system sent
        ("", "Số liệu · budget.value"),
    ],
)
def test_a_place_is_named_as_people_find_it_whatever_the_answer_came_in(cell, expected):
    assert Entry("Số liệu", cell, "budget", "value", "12.5").place == expected


def test_what_could_not_be_read_is_compared_as_it_was_typed(house):
    old, new = send(house, budget__value="mười hai").submission_id, send(house).submission_id

    assert [(c.row, c.before, c.after) for c in changes_between(house, old, new)] == [("budget", "mười hai", "12.5")]


def test_only_versions_of_one_obligation_are_compared(house):
    mine, other = send(house).submission_id, send(house, FINANCE).submission_id
    with pytest.raises(DataProblem, match="other_obligation"):
        changes_between(house, mine, other)
    with pytest.raises(NotFound):
        changes_between(house, mine, f"{mine}9")


def test_a_withdrawn_answer_opens_the_obligation_and_no_earlier_version_comes_back(house):
    send(house)
    second = send(house, budget__value="13").submission_id
    withdrawn = withdraw(house, second, f.REASON, BY)
    row = standing(house)

    assert withdrawn.status is SubmissionStatus.WITHDRAWN
    assert statuses(house) == ["superseded", "withdrawn"]
    assert row.status in (ObligationStatus.OPEN, ObligationStatus.DUE_SOON)
    assert withdraw(house, second, f.REASON, BY) == withdrawn
    assert verify(house).ok


def test_after_a_withdrawal_the_same_bytes_make_a_new_version_with_a_receipt_that_cites_the_old(house):
    data = f.a_workbook(house, HEALTH)
    first = receive(house, data, "lan-1.xlsx", "folder")
    twice = receive(house, data, "lan-1.xlsx", "folder")
    withdraw(house, first.submission_id, f.REASON, BY)
    again = receive(house, data, "lan-1.xlsx", "folder")
    once_more = receive(house, data, "lan-1.xlsx", "folder")

    assert (twice.receipt, twice.replay) == (first.receipt, True)
    assert (again.outcome, again.replay, statuses(house)) == (Outcome.ACCEPTED, False, ["withdrawn", "accepted"])
    assert again.receipt != first.receipt
    with house.work() as work:
        assert f'"cites":"{first.receipt}"' in work.receipts.of_submission(again.submission_id).statement
    assert (once_more.receipt, once_more.replay) == (again.receipt, True)


def test_what_does_not_stand_or_has_no_reason_is_not_withdrawn(house):
    first = send(house, budget__value="12.5").submission_id
    with pytest.raises(MoveNotAllowed):
        withdraw(house, first, f.REASON, BY)
    second = send(house).submission_id
    with pytest.raises(ActionNeeded, match="reason_needed"):
        withdraw(house, second, "nhầm", BY)
    with pytest.raises(NotFound):
        withdraw(house, f"{second}9", f.REASON, BY)
    assert statuses(house) == ["superseded", "accepted"]


def test_nothing_is_withdrawn_once_its_review_has_begun(house):
    reviewed = send(house, n1__status="Hoàn thành", n1__explanation="Văn bản đang trình ký")
    review(house, 1, True, "nguyen-thi-lap")
    frozen = send(house, FINANCE)
    f.a_final_edition(house)
    for version in (reviewed, frozen):
        with pytest.raises(ActionNeeded, match=r"withdrawal\.reviewed"):
            withdraw(house, version.submission_id, f.REASON, BY)


def test_an_approved_answer_is_replaced_only_by_a_correction_with_a_reason(house):
    f.an_approved_edition(house)
    locked = send(house, budget__value="13")
    opened = open_correction(house, f.owed(HEALTH), f.REASON, BY)
    taken = send(house, budget__value="13")
    with house.work() as work:
        (kept,) = work.corrections.under(str(f.owed(HEALTH)))
        cited = work.receipts.of_submission(taken.submission_id).statement

    assert (locked.outcome, locked.reason) == (Outcome.QUARANTINED, "file.approved")
    assert (taken.outcome, statuses(house)) == (Outcome.ACCEPTED, ["superseded", "accepted"])
    assert (kept.corrects, kept.submission, kept.reason) == (opened.corrects, taken.submission_id, f.REASON)
    assert f'"cites":"{opened.receipt}"' in cited


def test_a_correction_opens_the_clerks_link_of_a_closed_period_again(house):
    f.an_approved_edition(house)
    with house.work() as work:
        token = clerk_links.link_for(house, work, f.owed(HEALTH), BY).rpartition("/")[2]
    house.clock.at = clerk_links.open_token(house, token).locked_at
    with pytest.raises(NotAllowed, match=r"link\.locked"):
        clerk_links.open_token(house, token)
    open_correction(house, f.owed(HEALTH), f.REASON, BY)

    opened = clerk_links.open_token(house, token)

    assert opened.locked_at == house.clock.at + LINK_LIFE
    assert opened.link.id not in planned(house, Rules()).links


def test_a_returned_attempt_keeps_the_correction_open(house):
    f.an_approved_edition(house)
    opened = open_correction(house, f.owed(HEALTH), f.REASON, BY)
    send(house, budget__value="12.5x")
    taken = send(house, budget__value="13")
    with house.work() as work:
        cited = work.receipts.of_submission(taken.submission_id).statement

    assert f'"cites":"{opened.receipt}"' in cited


def test_a_correction_makes_the_edition_stale_and_the_sweep_makes_a_newer_one(house):
    edition = f.an_approved_edition(house)
    house.clock.at = f.at(12, 20)  # Saturday 20/12/2025: what comes now corrects, and makes nobody late
    open_correction(house, f.owed(HEALTH), f.REASON, BY)
    taken = send(house, budget__value="13")
    due = [one.kind for one in sweep.due_actions(house, YEAR) if one.kind == "freeze"]
    sweep.perform(house, YEAR)
    with house.work() as work:
        old = work.editions.get(edition.id)
        finals = [one for one in work.editions.of_period("ct-2025", ANNUAL) if one.kind == "final"]

    assert (due, old) == (["freeze"], edition)
    assert [len(one.members) for one in finals] == [len(EVERYBODY)] * 2
    assert taken.submission_id in {member.submission for member in finals[-1].members}
    assert "freeze" not in [one.kind for one in sweep.due_actions(house, YEAR)]


def test_a_correction_is_for_what_was_approved_and_is_opened_once(house):
    with pytest.raises(NotFound):
        open_correction(house, f.owed(HEALTH), f.REASON, BY)
    send(house)
    with pytest.raises(ActionNeeded, match="not_approved"):
        open_correction(house, f.owed(HEALTH), f.REASON, BY)
    f.an_approval(house, ApprovalStatus.APPROVED)
    with pytest.raises(ActionNeeded, match="reason_needed"):
        open_correction(house, f.owed(HEALTH), "sai", BY)
    opened = open_correction(house, f.owed(HEALTH), f.REASON, BY)

    assert open_correction(house, f.owed(HEALTH), f"  {f.REASON} ", BY) == opened


def test_another_reason_for_a_correction_that_is_open_is_refused_aloud_and_kept_once(house):
    f.an_approved_edition(house)
    opened = open_correction(house, f.owed(HEALTH), f.REASON, BY)
    for _ in range(2):
        with pytest.raises(ActionNeeded, match=r"correction\.open_already") as refused:
            open_correction(house, f.owed(HEALTH), "Một lý do khác hẳn nữa", "ke-toan")
    with house.work() as work:
        (kept,) = work.corrections.under(str(f.owed(HEALTH)))
        (told,) = work.audit.find(["correction.other_reason"], str(f.owed(HEALTH)))

    assert (refused.value.params["reason"], refused.value.exit_code) == (f.REASON, 4)
    assert (kept, told.actor, "khác hẳn" in told.payload) == (opened, "ke-toan", True)


def test_a_correction_after_the_due_date_leaves_a_report_on_time_everywhere():
    house = f.a_house()
    f.an_approved_edition(house)
    first = standing(house)
    house.clock.at = f.at(12, 20)  # Saturday 20/12/2025, after Tuesday 09/12
    open_correction(house, f.owed(HEALTH), f.REASON, BY)
    taken = send(house, budget__value="13")
    row = standing(house)
    sweep.perform(house, YEAR)
    with house.work() as work:
        newest = work.editions.of_period("ct-2025", ANNUAL)[-1]
        receipt = json.loads(work.receipts.of_submission(taken.submission_id).statement)
        line = next(
            one
            for one in report_facts(house, work, cycle_view(house, YEAR, work), newest).submissions
            if one.corrected_at
        )

    assert (taken.outcome, row.status, row.verdict) == (Outcome.ACCEPTED, ObligationStatus.SUBMITTED, Verdict.ON_TIME)
    assert (row.sent_at, row.late_days, row.corrected_at) == (first.sent_at, 0, house.clock.at)
    assert (newest.coverage.late, [one.agency for one in newest.members if one.late]) == ((), [])
    assert (receipt["verdict"], datetime.fromisoformat(receipt["first_sent_at"])) == ("on_time", first.sent_at)
    assert (line.status, line.sent_at, line.late_days) == ("submitted", first.sent_at, 0)


def test_what_replaces_a_report_after_the_due_date_unasked_makes_nobody_late_and_no_new_final_edition():
    house = f.a_house()
    send(house)
    f.a_final_edition(house)
    house.clock.at = f.at(12, 20)  # Saturday 20/12/2025
    taken = send(house, budget__value="13")

    assert (taken.outcome, standing(house).verdict) == (Outcome.ACCEPTED, Verdict.ON_TIME)
    assert "freeze" not in [one.kind for one in sweep.due_actions(house, YEAR)]


def test_what_a_reviewer_sent_back_does_not_make_the_mended_one_on_time():
    house = f.a_house()
    send(house)
    return_submission(house, f.owed(HEALTH), f.REASON, BY)
    house.clock.at = f.at(12, 11)  # Thursday 11/12/2025
    taken = send(house, budget__value="13")

    assert (taken.outcome, standing(house).verdict) == (Outcome.ACCEPTED_LATE, Verdict.LATE)
