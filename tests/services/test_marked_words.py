"""Words that people at the desk type are searched for marks of state secrets: nothing of marked ones is kept."""

from datetime import date

import duty_samples as d
import factories as f
import pytest
from small_programme import ANNUAL, HEALTH, at

from plancycle.domain.errors import DataProblem, SeveralProblems
from plancycle.domain.extensions import Ruling
from plancycle.services import enter_date, extension_requests, grant_extension, mend_address, record_offline
from plancycle.services.amend_cycle import amend_cycle
from plancycle.services.corrections import open_correction
from plancycle.services.document_register import order_replacement
from plancycle.services.explanations import review
from plancycle.services.narrative import Change, edit
from plancycle.services.renew_approval import renew
from plancycle.services.resolve_doubt import Verdict, resolve
from plancycle.services.return_cells import Remark, return_cells
from plancycle.services.return_submission import return_submission
from plancycle.services.review_answers import confirm
from plancycle.services.sending_acts import Resending, resend

MARKED, PLAIN, BY = "Theo văn bản kèm theo\nTỐI MẬT", "Số liệu chưa khớp với biểu 02", "Nguyễn Thị Lập"
OWED = f.owed(HEALTH)
PAPER = {"document": "Công văn số 7/UBND", "document_on": "10/03/2025"}
RULING = Ruling(BY, MARKED, "12/QĐ-SNV")
ACTS = {
    "return": lambda house: return_submission(house, OWED, MARKED, BY),
    "return cells": lambda house: return_cells(house, OWED, 1, [Remark("n1", "status", MARKED)], PLAIN, BY),
    "let warnings pass": lambda house: confirm(house, f"{OWED}/v1", BY, MARKED),
    "refuse an explanation": lambda house: review(house, 1, False, BY, MARKED),
    "correct": lambda house: open_correction(house, OWED, MARKED, BY),
    "edit the narrative": lambda house: edit(house, f.YEAR, ANNUAL, [Change("p", 0, MARKED)], BY),
    "grant": lambda house: grant_extension.grant_request(house, f"{OWED}/x1", RULING),
    "take back": lambda house: extension_requests.revoke(house, f"{OWED}/x1", BY, MARKED),
    "send again": lambda house: resend(house, f.YEAR, Resending(ANNUAL, MARKED, BY)),
    "mend an address": lambda house: mend_address.restore(house, "a@x.example", MARKED, BY),
    "replace a document": lambda house: order_replacement(house, f.YEAR, "5", MARKED, BY),
    "ask for approval anew": lambda house: renew(house, "e", MARKED, BY),
    "settle a doubt": lambda house: resolve(house, "k", Verdict.SENT, BY, MARKED),
    "hand over": lambda house: record_offline.enter(house, "x.xlsx", at(3, 3), BY, MARKED),
    "enter a date": lambda house: enter_date.enter(house, "review", date(2025, 12, 1), MARKED, BY),
    "amend": lambda house: amend_cycle(house, f.YEAR, date(2025, 12, 5), "12/QĐ-SNV", MARKED, BY),
}


@pytest.fixture
def house():
    """One agency has answered and asked for more time."""
    opened = f.a_house()
    f.all_answer(opened, agencies=(HEALTH,))
    extension_requests.ask(opened, OWED, at(12, 20), PLAIN, "Trần B")
    return opened


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_marked_words_of_a_reviewer_are_refused_and_change_nothing(act, house):
    before = house.database.tables
    with pytest.raises(DataProblem) as refusal:
        act(house)

    assert (refusal.value.key, refusal.value.params) == ("text.state_secret", {"mark": "TỐI MẬT"})
    assert house.database.tables == before


@pytest.mark.parametrize("name", ["subject", "cause", "proposal", "note", "document", "by"])
def test_a_mark_in_any_text_of_an_obstacle_is_refused(name):
    house = d.a_house()
    before = house.database.tables
    with pytest.raises(SeveralProblems) as refusal:
        d.added(house, "obstacle", **{name: "MẬT\nThiếu kinh phí"})

    assert [problem.key for problem in refusal.value.problems] == ["text.state_secret"]
    assert house.database.tables == before


def test_a_mark_in_what_became_of_an_obstacle_is_refused():
    house = d.a_house()
    record = d.added(house, "obstacle")
    with pytest.raises(SeveralProblems) as refusal:
        d.moved(house, record, "answered", **PAPER, note="Trả lời\n(TUYỆT MẬT)")

    assert [problem.key for problem in refusal.value.problems] == ["text.state_secret"]
    assert d.moved(house, record, "answered", **PAPER).status == "answered"


def test_ordinary_words_about_secrecy_are_kept():
    record = d.added(d.a_house(), "obstacle", subject="Bảo mật hệ thống, mật độ cán bộ, 03 văn bản mật")

    assert record.facts["subject"] == "Bảo mật hệ thống, mật độ cán bộ, 03 văn bản mật"
