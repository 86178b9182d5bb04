"""An edition goes up step by step; each decision is signed, and only the right person can make it."""

import itertools
import json
from dataclasses import replace
from datetime import date

import factories as f
import pytest
from approval_world import (
    CHAIR,
    DEPUTY,
    DIRECTOR,
    OFFICE,
    PREPARER,
    STEPS,
    a_chain_house,
    approve_all,
    newest,
    put_up,
    records,
)
from proving import decide_as
from small_programme import CYCLE, HOME, at

from plancycle.domain.approval_chain import ApprovalRules, ApprovalStep, is_complete
from plancycle.domain.approvals import ApprovalStatus
from plancycle.domain.delegations import Authority
from plancycle.domain.errors import ActionNeeded, DataProblem, NotAllowed, NotFound, PlancycleError
from plancycle.services.approval_proof import can_leave
from plancycle.services.approval_view import chain_view
from plancycle.services.consolidate_period import consolidate
from plancycle.services.corrections import open_correction
from plancycle.services.delegations import delegate, listed, revoke
from plancycle.services.journal import record
from plancycle.services.prepare_submission import prepare
from plancycle.services.receive_submission import receive
from plancycle.services.renew_approval import renew
from plancycle.services.sweep import due_actions, perform
from plancycle.services.transmit_edition import transmit

DAYS = (date(2025, 12, 1), date(2025, 12, 5))  # Monday to Friday
PAPER = "12/GUQ-SNV ngày 28/11/2025"


def letters(house):
    with house.work() as work:
        found = [one for one in work.outbox.all() if one.kind == "approval_request"]
    return [(one.to_address.partition("@")[0], json.loads(house.files.get(one.sha256))["facts"]) for one in found]


def may_leave(house, edition):
    with house.work() as work:
        return can_leave(house, work, work.editions.get(edition))


def test_each_step_asks_the_next_by_mail_with_a_date_after_the_one_before():
    house = a_chain_house()
    first = put_up(house)
    house.clock.at = at(12, 2, 14)  # Tuesday
    decide_as(house, first.id, DIRECTOR, True, "")
    second = newest(house, first.edition)

    assert (first.approver, first.due_at) == (DIRECTOR, at(12, 2, 17))  # one working day: Tuesday
    assert (second.approver, second.due_at) == (CHAIR, at(12, 4, 17))  # two working days after Tuesday: Thursday
    assert [(who, facts["step"]) for who, facts in letters(house)] == [("giam-doc", 1), ("phe-duyet", 2)]
    sent_up = [letters(house)[0][1][name] for name in ("receivers", "receivers_en")]
    assert [text.split("transmittal_part")[0] for text in sent_up] == ["vi:", "en:"]
    assert not may_leave(house, first.edition)
    with pytest.raises(NotAllowed, match="chain_incomplete"):
        transmit(house, first.edition)


def test_short_of_the_deadline_the_time_that_is_left_is_shared_out():
    house = a_chain_house()
    first_answers = put_up  # frozen in the afternoon of the last day
    house.clock.at = at(12, 9, 18)  # Tuesday 18:00; the report is due before Wednesday 00:00
    first = first_answers(house)
    house.clock.at = at(12, 9, 19)
    decide_as(house, first.id, DIRECTOR, True, "")

    assert (first.due_at, newest(house, first.edition).due_at) == (at(12, 9, 21), at(12, 10, 0))


def test_after_the_last_step_it_leaves_and_every_record_proves_itself():
    house = a_chain_house()
    last = approve_all(house)
    first = records(house, last.edition)[0]

    assert (last.previous, last.steps, last.status) == (first.sha256, 2, ApprovalStatus.APPROVED)
    assert may_leave(house, last.edition)
    assert {str(one.status) for one in transmit(house, last.edition)} == {"sent"}
    kept = json.loads(house.left[f"approvals/annual/{last.id.replace('/', '_')}.json"])
    assert house.approver_keys.is_signed(CHAIR, kept["key"], kept["text"].encode(), kept["signature"])


@pytest.mark.parametrize(
    ("step", "person", "problem"),
    [
        (1, PREPARER, "approval.preparer_cannot_approve"),
        (1, CHAIR, "approval.not_the_approver"),
        (1, DEPUTY, "approval.not_the_approver"),
        (2, PREPARER, "approval.preparer_cannot_approve"),
        (2, DIRECTOR, "approval.not_the_approver"),
        (2, "ai-do", "approval.not_the_approver"),
    ],
)
def test_nobody_else_decides_a_step(step, person, problem):
    house = a_chain_house()
    first = put_up(house)
    asked = first
    if step == 2:
        decide_as(house, first.id, DIRECTOR, True, "")
        asked = newest(house, first.edition)
    before = house.database.tables
    with pytest.raises(PlancycleError) as refused:
        decide_as(house, asked.id, person, True, "")

    assert (refused.value.key, house.database.tables) == (problem, before)


@pytest.mark.parametrize(
    ("return_to", "asked", "standing"),
    [(None, None, []), (0, None, []), (1, DIRECTOR, ["requested"])],
)
def test_a_return_goes_to_the_right_step(return_to, asked, standing):
    house = a_chain_house()
    first = put_up(house)
    decide_as(house, first.id, DIRECTOR, True, "")
    second = decide_as(house, newest(house, first.edition).id, CHAIR, False, f.REASON, return_to=return_to)
    found = records(house, first.edition)

    assert (second.status, second.returned_to) == (ApprovalStatus.RETURNED, return_to or 0)
    assert found[0].status is ApprovalStatus.VOID  # the step it goes back to, and those after it, no longer stand
    assert [str(one.status) for one in found[2:]] == standing
    if asked:
        assert (found[2].approver, found[2].step, found[2].number) == (asked, 1, 3)
        assert letters(house)[-1][1]["returned_reason"] == f.REASON
        decide_as(house, found[2].id, DIRECTOR, True, "")
        decide_as(house, newest(house, first.edition).id, CHAIR, True, "")
        assert may_leave(house, first.edition)


@pytest.mark.parametrize("return_to", [1, 2, -1])
def test_a_return_goes_to_no_step_that_is_not_before(return_to):
    house = a_chain_house()
    with pytest.raises(NotAllowed, match="return_where"):
        decide_as(house, put_up(house).id, DIRECTOR, False, f.REASON, return_to=return_to)


def test_reopening_voids_the_approvals_of_changed_bytes_and_no_others():
    house = a_chain_house()
    last = approve_all(house)
    open_correction(house, f.owed(HOME), f.REASON, "so-noi-vu")
    same = consolidate(house, 2025, last_period(last), final=True)
    still = [one.status for one in records(house, last.edition)]
    receive(house, f.a_workbook(house, HOME, inspections__value="5"), "lan-2.xlsx", "folder")
    newer = prepare(house, f.a_final_edition(house).id)

    assert (same.is_new, still) == (False, [ApprovalStatus.APPROVED] * 2)
    assert [one.status for one in records(house, last.edition)] == [ApprovalStatus.VOID] * 2
    assert newer.approval.status is ApprovalStatus.REQUESTED
    with pytest.raises(PlancycleError):
        transmit(house, last.edition)


def last_period(approval):
    from small_programme import ANNUAL

    assert approval.edition.startswith(f"{CYCLE}/annual/")
    return ANNUAL


def test_what_has_left_keeps_its_approvals_when_a_newer_edition_is_put_up():
    house = a_chain_house()
    last = approve_all(house)
    transmit(house, last.edition)
    open_correction(house, f.owed(HOME), f.REASON, "so-noi-vu")
    receive(house, f.a_workbook(house, HOME, inspections__value="5"), "lan-2.xlsx", "folder")
    prepare(house, f.a_final_edition(house).id)

    assert [one.status for one in records(house, last.edition)] == [ApprovalStatus.APPROVED] * 2


@pytest.mark.parametrize(
    ("form", "line"), [(Authority.KT, "KT. GIÁM ĐỐC"), (Authority.TUQ, "TUQ. GIÁM ĐỐC"), (Authority.TL, "TL. GIÁM ĐỐC")]
)
def test_a_delegate_is_asked_decides_and_signs_with_the_authority(form, line):
    house = a_chain_house()
    given = delegate(house, DIRECTOR, DEPUTY, form, DAYS, PAPER)
    first = put_up(house)
    decided = decide_as(house, first.id, DEPUTY, True, "")
    decide_as(house, newest(house, first.edition).id, CHAIR, True, "")
    view = chain_view(house, first.edition)

    assert (first.approver, first.principal, decided.authority, decided.delegation) == (
        DEPUTY,
        DIRECTOR,
        line,
        given.id,
    )
    assert (view.steps[0].in_place_of, view.steps[0].document, view.is_complete) == ("Trần Văn Ký", PAPER, True)
    with house.work() as work:
        assert work.register.of_year(HOME, 2025)[0].signatory == "Đỗ Văn Phó"
    assert may_leave(house, first.edition)


def test_a_body_that_decides_together_stays_the_first_line():
    house = a_chain_house()
    chair = replace(house.programmes.book.approver, authority_line="TM. ỦY BAN NHÂN DÂN / KT. CHỦ TỊCH")
    house.programmes.book = replace(house.programmes.book, approver=chair)
    delegate(house, CHAIR, OFFICE, Authority.TUQ, DAYS, PAPER)
    first = put_up(house)
    decide_as(house, first.id, DIRECTOR, True, "")
    decided = decide_as(house, newest(house, first.edition).id, OFFICE, True, "")

    assert decided.authority == "TM. ỦY BAN NHÂN DÂN / TUQ. PHÓ CHỦ TỊCH"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"days": (date(2025, 11, 3), date(2025, 11, 28))}, "approval.not_the_approver"),  # over on Friday 28/11
        ({"days": (date(2025, 12, 2), date(2025, 12, 5))}, "approval.not_the_approver"),  # from tomorrow
        ({"periods": ("q1",)}, "approval.not_the_approver"),
        ({"revoked": True}, "approval.not_the_approver"),
        ({"handed_on": True}, "approval.not_the_approver"),
        ({}, None),
    ],
)
def test_a_delegation_counts_in_its_scope_and_days_until_taken_back_and_is_not_handed_on(change, problem):
    house = a_chain_house()
    first = put_up(house)
    decide_as(house, first.id, DIRECTOR, True, "")
    asked = newest(house, first.edition)
    taker = DEPUTY if change.get("handed_on") else OFFICE
    given = delegate(house, CHAIR, taker, Authority.TUQ, change.get("days", DAYS), PAPER, change.get("periods", ()))
    if change.get("handed_on"):
        delegate(house, DEPUTY, OFFICE, Authority.TUQ, DAYS, PAPER)
    if change.get("revoked"):
        revoke(house, given.id, CHAIR)
    if problem is None:
        assert decide_as(house, asked.id, OFFICE, True, "").status is ApprovalStatus.APPROVED
        return
    with pytest.raises(NotAllowed) as refused:
        decide_as(house, asked.id, OFFICE, True, "")
    assert refused.value.key == problem


@pytest.mark.parametrize(
    ("giver", "taker", "days", "document", "problem", "kind"),
    [
        (CHAIR, PREPARER, DAYS, PAPER, "delegation.with_preparer", NotAllowed),
        (PREPARER, CHAIR, DAYS, PAPER, "delegation.with_preparer", NotAllowed),
        (CHAIR, CHAIR, DAYS, PAPER, "delegation.to_oneself", NotAllowed),
        (CHAIR, OFFICE, DAYS[::-1], PAPER, "delegation.days_reversed", DataProblem),
        (CHAIR, OFFICE, DAYS, "  ", "delegation.no_document", DataProblem),
        (CHAIR, "ai-do", DAYS, PAPER, "not_found.official", NotFound),
    ],
)
def test_a_delegation_that_cannot_be_is_refused(giver, taker, days, document, problem, kind):
    house = a_chain_house()
    with pytest.raises(kind) as refused:
        delegate(house, giver, taker, Authority.TUQ, days, document)

    assert (refused.value.key, listed(house)) == (problem, [])


def test_own_input_is_approved_neither_by_a_deputy_nor_under_another_id_nor_twice_in_one_chain():
    house = a_chain_house()
    book = house.programmes.book
    same_mailbox = replace(book.officials[0], id="nguoi-lap-khac", email=book.preparer.email.upper())
    house.programmes.book = replace(book, officials=(*book.officials, same_mailbox))
    delegate(house, CHAIR, DIRECTOR, Authority.TUQ, DAYS, PAPER)
    with pytest.raises(PlancycleError, match="with_preparer"):
        delegate(house, CHAIR, "nguoi-lap-khac", Authority.TUQ, DAYS, PAPER)
    first = put_up(house)
    decide_as(house, first.id, DIRECTOR, True, "")
    with pytest.raises(NotAllowed, match="own_input"):  # the director decided the step before
        decide_as(house, newest(house, first.edition).id, DIRECTOR, True, "")


def test_whoever_put_figures_in_does_not_decide():
    house = a_chain_house()
    first = put_up(house)
    with house.work() as work:
        record(house, work, "submission.confirmed", f"{CYCLE}/annual/{HOME}/v1", DIRECTOR)
    with pytest.raises(NotAllowed, match="own_input"):
        decide_as(house, first.id, DIRECTOR, True, "")


def test_a_signatory_who_changed_after_the_documents_were_made_needs_them_made_anew():
    house = a_chain_house()
    first = put_up(house)
    house.clock.at = at(12, 2)  # Tuesday
    delegate(house, DIRECTOR, DEPUTY, Authority.KT, DAYS, PAPER)
    with pytest.raises(ActionNeeded, match="document_names_another"):
        decide_as(house, first.id, DEPUTY, True, "")
    again = renew(house, first.edition, "Giám đốc đi công tác", "van-hanh").approval

    assert (records(house, first.edition)[0].status, again.approver) == (ApprovalStatus.VOID, DEPUTY)
    assert decide_as(house, again.id, DEPUTY, True, "").authority == "KT. GIÁM ĐỐC"
    assert [who for who, _ in letters(house)] == ["giam-doc", "pho", "phe-duyet"]


def test_what_is_on_its_way_is_not_put_up_anew():
    house = a_chain_house()
    last = approve_all(house)
    transmit(house, last.edition)
    with pytest.raises(ActionNeeded, match="nothing_to_renew"):
        renew(house, last.edition, f.REASON, "van-hanh")


def test_a_chain_that_changed_meanwhile_is_asked_anew():
    house = a_chain_house()
    first = put_up(house)
    longer = ApprovalRules((*STEPS, ApprovalStep("van-phong", OFFICE, 1)))
    house.programmes.programme = replace(house.programmes.programme, approval=longer, version="2" * 64)
    house.programmes.packed.clear()
    house.programmes.kept = lambda *_: house.programmes.programme
    with pytest.raises(ActionNeeded, match="chain_changed"):
        decide_as(house, first.id, DIRECTOR, True, "")


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        ((ApprovalStep("a", "nobody", 1), STEPS[1]), "approval.step_without_person"),
        ((STEPS[0], ApprovalStep("b", DIRECTOR, 1)), "approval.same_person"),
        ((ApprovalStep("a", PREPARER, 1), STEPS[1]), "approval.same_person"),
    ],
)
def test_a_chain_without_different_people_is_not_begun(steps, problem):
    house = a_chain_house(steps)
    with pytest.raises(ActionNeeded) as refused:
        put_up(house)
    assert refused.value.key == problem


def test_the_view_tells_whose_turn_it_is_and_until_when():
    house = a_chain_house()
    first = put_up(house)
    house.clock.at = at(12, 3)  # Wednesday, a day after it was due
    view = chain_view(house, first.edition)

    assert [str(step.state) for step in view.steps] == ["overdue", "waiting"]
    assert view.current is not None
    assert (view.current.name, view.current.due_at, view.steps[1].name) == (
        "Trần Văn Ký",
        at(12, 2, 17),
        "Lê Thị Duyệt",
    )


ALL = list(itertools.product(ApprovalStatus, repeat=2))


@pytest.mark.parametrize(("first", "second"), ALL, ids=[f"{one}-{two}" for one, two in ALL])
def test_complete_means_both_steps_stand_approved(first, second):
    house = a_chain_house()
    approve_all(house)
    one, two = records(house, f"{CYCLE}/annual/e1")
    found = [replace(one, status=first), replace(two, status=second)]

    assert is_complete(found, 2) == (first == second == ApprovalStatus.APPROVED)
    assert not is_complete([found[0], replace(found[1], bundle_sha256="0" * 64)], 2)
    assert not is_complete(found, 3)


def test_whoever_lets_the_date_pass_gets_one_reminder_besides_the_operators_letter():
    house = a_chain_house()
    asked = put_up(house)
    house.clock.at = at(12, 2, 16)  # Tuesday; the director's step is due at 17:00
    before = [one.kind for one in due_actions(house, 2025)]
    house.clock.at = at(12, 3, 8)  # Wednesday
    due = [one.key for one in due_actions(house, 2025) if one.kind == "remind_approver"]
    perform(house, 2025)
    with house.work() as work:
        letters_out = [work.outbox.get(key) for key in due]
    decide_as(house, asked.id, DIRECTOR, True, "")
    house.clock.at = at(12, 3, 9)

    assert "remind_approver" not in before
    assert [(str(one.kind), one.to_address) for one in letters_out] == [
        ("approval_request", "giam-doc@so-noi-vu.example")
    ]
    assert [one.kind for one in due_actions(house, 2025) if one.kind == "remind_approver"] == []
