"""The named approver reads and decides."""

import json

import factories as f
import pytest
from fakes import PowerCut
from proving import decide
from small_programme import CYCLE, at

from plancycle.domain.approvals import ApprovalStatus
from plancycle.domain.errors import ActionNeeded, MoveNotAllowed, NotAllowed, NotFound
from plancycle.services.decide_approval import look


def stored(house, approval):
    with house.work() as work:
        return work.editions.approval(approval.id)


def decisions(house):
    with house.work() as work:
        return [event for event in work.audit.all() if event.action in ("approval.approved", "approval.returned")]


def test_looking_shows_the_files_whose_hash_is_approved_and_changes_nothing():
    house = f.a_house()
    approval = f.an_approval(house, ApprovalStatus.REQUESTED)
    before = house.database.tables
    page = look(house, f.link_to(house, approval))

    assert (page.approval, page.edition.id, page.already_decided) == (approval, f"{CYCLE}/annual/e1", False)
    assert [file.kind for file in page.files] == ["docx", "pdf", "xlsx"]
    assert (page.title, page.bundle_sha256) == ("Đánh giá năm 2025", approval.bundle_sha256)
    assert house.database.tables == before


@pytest.mark.parametrize(
    ("approve", "reason", "status"),
    [
        (True, "", ApprovalStatus.APPROVED),
        (True, " Đồng ý ", ApprovalStatus.APPROVED),
        (False, f.REASON, ApprovalStatus.RETURNED),
    ],
)
def test_a_decision_is_stored_with_who_when_and_why(approve, reason, status):
    house = f.a_house()
    approval = f.an_approval(house, ApprovalStatus.REQUESTED)
    house.clock.at = at(12, 2, 14)  # Tuesday 02/12/2025, 14:00
    decided = decide(house, f.link_to(house, approval), approve, reason, approval.bundle_sha256)
    (event,) = decisions(house)

    assert stored(house, approval) == decided
    assert (decided.status, decided.decided_by, decided.decided_at) == (status, "pho-chu-tich", at(12, 2, 14))
    assert decided.reason == (reason.strip() or None)
    logged = {"bundle": approval.bundle_sha256, "key": decided.key_id, "signature": decided.signature, "proved": "code"}
    returned = {} if approve else {"returned_to": 0}
    assert (event.actor, json.loads(event.payload)) == ("pho-chu-tich", {**logged, **returned})
    assert house.approver_keys.is_signed("pho-chu-tich", decided.key_id, decided.text().encode(), decided.signature)


@pytest.mark.parametrize(
    ("person", "shown", "approve", "reason", "problem"),
    [
        ("chuyen-vien", "", True, "", "approval.preparer_cannot_approve"),
        ("giam-doc", "", True, "", "approval.not_the_approver"),
        ("pho-chu-tich", "0" * 64, True, "", "approval.bytes_changed"),
        ("pho-chu-tich", "0" * 64, False, f.REASON, "approval.bytes_changed"),
        ("pho-chu-tich", "", False, "", "approval.reason_needed"),
        ("pho-chu-tich", "", False, "   chưa ổn   ", "approval.reason_needed"),
    ],
)
def test_a_decision_that_may_not_be_made_is_refused(person, shown, approve, reason, problem):
    house = f.a_house()
    approval = f.an_approval(house, ApprovalStatus.REQUESTED)
    before = house.database.tables
    with pytest.raises(ActionNeeded) as refused:
        decide(house, f.link_to(house, approval, person), approve, reason, shown)

    assert refused.value.key == problem
    assert house.database.tables == before


@pytest.mark.parametrize("status", [ApprovalStatus.APPROVED, ApprovalStatus.RETURNED])
@pytest.mark.parametrize("approve", [True, False])
def test_a_second_decision_is_harmless_and_answers_with_the_first(status, approve):
    house = f.a_house()
    approval = f.an_approval(house, status)
    before = house.database.tables

    assert decide(house, f.link_to(house, approval), approve, "Đổi ý sau khi đã quyết định") == approval
    assert look(house, f.link_to(house, approval)).already_decided
    assert house.database.tables == before


def test_a_request_that_was_taken_back_cannot_be_decided():
    house = f.a_house()
    approval = f.an_approval(house, ApprovalStatus.VOID)
    with pytest.raises(MoveNotAllowed):
        decide(house, f.link_to(house, approval), True, "")


@pytest.mark.parametrize("act", [look, lambda house, token: decide(house, token, True, "")])
def test_only_our_own_links_open_anything(act):
    house = f.a_house()
    approval = f.an_approval(house, ApprovalStatus.REQUESTED)
    with pytest.raises(NotAllowed):
        act(house, f.link_to(house, approval)[:-1])
    with pytest.raises(NotFound):
        act(house, house.seals.sign_link({"approval": "ct-2025/annual/e9@0", "approver": "pho-chu-tich"}))


def test_a_power_cut_leaves_the_request_open_and_the_approver_can_decide_again():
    house = f.a_house()
    approval = f.an_approval(house, ApprovalStatus.REQUESTED)
    house.database.fail_at = house.database.commits + 1
    with pytest.raises(PowerCut):
        decide(house, f.link_to(house, approval), True, "")

    assert (stored(house, approval).status, decisions(house)) == (ApprovalStatus.REQUESTED, [])
    assert decide(house, f.link_to(house, approval), True, "").status is ApprovalStatus.APPROVED
