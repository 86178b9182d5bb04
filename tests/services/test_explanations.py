"""Reasons for warnings: bound to check, cell and value, carried while the value stands, reviewed by a person."""

import json
from dataclasses import replace

import factories as f
import pytest
from fakes import FakeClock, FakeHouse, FakeProgrammes
from small_programme import DURING_ANNUAL, DURING_Q1, DURING_Q2, HEALTH, Q1, Q2

from plancycle.adapters.documents.annexes import annexes
from plancycle.adapters.texts import Catalogue
from plancycle.domain.errors import ActionNeeded, DataProblem, MoveNotAllowed, NotFound
from plancycle.domain.explanations import ExplanationStatus
from plancycle.domain.forms import Inclusion
from plancycle.domain.submissions import Outcome, SubmissionStatus
from plancycle.services.consolidate_period import consolidate
from plancycle.services.cycle_view import cycle_view
from plancycle.services.explanations import explain, review, to_review
from plancycle.services.matrix import matrix
from plancycle.services.open_cycle import open_cycle
from plancycle.services.receive_submission import receive
from plancycle.services.report_facts import report_facts
from plancycle.services.review_answers import REVIEWED, confirm

DONE = "Hoàn thành"
WHY = "Văn bản đang trình ký, sẽ gửi sau"
CLAIM = ("done", "n1", "status")


def send(house, **changed):
    return receive(house, f.a_workbook(house, HEALTH, **changed), "tra-loi.xlsx", "folder")


def given(house):
    """Every explanation as (version, row, status, carried from, text)."""
    with house.work() as work:
        found = work.explanations.under(f"{f.owed(HEALTH)}/v")
    return [(e.submission[-2:], e.row, str(e.status), e.carried_from and e.carried_from[-2:], e.text) for e in found]


def codes(result):
    return [finding.code for finding in result.findings]


@pytest.fixture
def house():
    return f.a_house()


def test_a_reason_typed_in_the_row_is_stored_and_nothing_is_asked(house):
    result = send(house, n1__status=DONE, n1__explanation=WHY)
    with house.work() as work:
        (kept,) = work.explanations.under(result.submission_id)

    assert (result.outcome, codes(result)) == (Outcome.ACCEPTED, [])
    assert (kept.question, kept.value, kept.text, kept.given_by) == (CLAIM, DONE, WHY, HEALTH)
    assert (kept.code, kept.status) == ("done_without_evidence", "given")


def test_a_reason_given_later_closes_the_warning_without_touching_the_finding(house):
    result = send(house, n1__status=DONE)
    before = matrix(house, 2025, f.ANNUAL).rows[1]
    explain(house, result.submission_id, *CLAIM, WHY, "van-thu@so-y-te.example")
    after = matrix(house, 2025, f.ANNUAL).rows[1]
    with house.work() as work:
        found = work.submissions.findings(result.submission_id)

    assert [(row.warnings, row.to_review) for row in (before, after)] == [(1, 0), (0, 1)]
    assert [one.code for one in found] == ["done_without_evidence"]


def test_the_same_words_twice_are_once_and_others_are_refused(house):
    version = send(house, n1__status=DONE).submission_id
    first = explain(house, version, *CLAIM, WHY, HEALTH)

    assert explain(house, version, *CLAIM, f" {WHY} ", HEALTH) == first
    with pytest.raises(ActionNeeded, match="given_already"):
        explain(house, version, *CLAIM, "Một lý do khác hẳn", HEALTH)


@pytest.mark.parametrize(
    ("place", "text", "kind", "key"),
    [
        (CLAIM, "đúng", DataProblem, "explanation.too_short"),
        (CLAIM, "   ", DataProblem, "explanation.too_short"),
        (CLAIM, "x" * 2001, DataProblem, "finding.too_long"),
        (CLAIM, "Đang trình\u202e ký duyệt", DataProblem, "finding.forbidden_character"),
        (("jump", "n1", "status"), WHY, NotFound, "not_found.warning"),
        (("done", "n2", "status"), WHY, NotFound, "not_found.warning"),
    ],
)
def test_what_explains_nothing_is_refused(house, place, text, kind, key):
    version = send(house, n1__status=DONE).submission_id
    with pytest.raises(kind) as refused:
        explain(house, version, *place, text, HEALTH)

    assert (refused.value.key, given(house)) == (key, [])


def test_only_the_version_that_stands_is_explained(house):
    first = send(house, n1__status=DONE).submission_id
    send(house, n1__status=DONE, budget__value="13")
    with pytest.raises(ActionNeeded, match="not_standing"):
        explain(house, first, *CLAIM, WHY, HEALTH)
    with pytest.raises(NotFound):
        explain(house, "ct-2025/annual/so-y-te/v9", *CLAIM, WHY, HEALTH)


def test_a_reason_and_its_review_go_along_until_the_value_moves():
    house = f.a_house(DURING_Q1)
    receive(house, f.a_workbook(house, HEALTH, Q1), "q1.xlsx", "folder")
    house.clock.at = DURING_Q2
    jump = {"inspections__value": "40"}

    def answer(**changed):
        return receive(house, f.a_workbook(house, HEALTH, Q2, **changed), "q2.xlsx", "folder")

    first = answer(**jump)
    review(house, explain(house, first.submission_id, "jump", "inspections", "value", WHY, HEALTH).number, True, "lap")
    second = answer(**jump, budget__value="12,6")
    third = answer(inspections__value="41")
    with house.work() as work:
        kept = [
            (e.submission[-2:], e.value, str(e.status), e.carried_from) for e in work.explanations.under("ct-2025/q2")
        ]

    assert [codes(one) for one in (first, second, third)] == [["value_jumped"], [], ["value_jumped"]]
    assert kept == [("v1", "40", "accepted", None), ("v2", "40", "accepted", first.submission_id)]


def test_the_same_typed_words_for_the_same_value_keep_their_review(house):
    send(house, n1__status=DONE, n1__explanation=WHY)
    review(house, 1, True, "nguyen-thi-lap")
    send(house, n1__status=DONE, n1__explanation=WHY, budget__value="13")

    assert given(house) == [("v1", "n1", "accepted", None, WHY), ("v2", "n1", "accepted", "v1", WHY)]
    assert to_review(house, "ct-2025/") == []


def test_a_refused_reason_sends_the_answer_back_and_does_not_count_again(house):
    first = send(house, n1__status=DONE, n1__explanation=WHY)
    refused = review(house, 1, False, "nguyen-thi-lap", "Phải có số, ngày văn bản")
    (returned,) = f.versions(house, HEALTH)
    same = send(house, n1__status=DONE, n1__explanation=WHY, budget__value="13")
    other = send(house, n1__status=DONE, n1__explanation="Có Báo cáo 12/BC-SYT", budget__value="13")

    assert (refused.status, refused.reviewed_by, refused.reviewed_at) == ("refused", "nguyen-thi-lap", DURING_ANNUAL)
    assert (returned.id, returned.status) == (first.submission_id, SubmissionStatus.RETURNED)
    assert "Phải có số, ngày văn bản" in returned.return_reason
    assert (codes(same), codes(other)) == (["done_without_evidence"], [])


def test_a_refusal_needs_a_reason_and_happens_once(house):
    send(house, n1__status=DONE, n1__explanation=WHY)
    with pytest.raises(ActionNeeded, match="reason_needed"):
        review(house, 1, False, "lap", "chưa rõ")
    refused = review(house, 1, False, "lap", f.REASON)

    assert review(house, 1, False, "lap", f.REASON).reason == refused.reason
    with pytest.raises(MoveNotAllowed):
        review(house, 1, True, "lap")
    with pytest.raises(NotFound):
        review(house, 2, True, "lap")


def test_what_waits_for_review_is_that_of_standing_versions(house):
    send(house, n1__status=DONE, n1__explanation=WHY)
    send(house, n1__status=DONE, n1__explanation="Đã có văn bản mới", budget__value="13")
    (waiting,) = to_review(house, "ct-2025/annual/")

    assert (waiting.submission[-2:], waiting.status) == ("v2", ExplanationStatus.GIVEN)


def test_the_reasons_in_a_returned_version_wait_for_the_next_one(house):
    send(house, n1__status=DONE, n1__explanation=WHY, budget__value="12.5")

    assert given(house) == [("v1", "n1", "given", None, WHY)]
    assert to_review(house, "ct-2025/") == []  # the version went back: there is nothing to review


@pytest.mark.parametrize("is_shown", [False, True])
def test_the_report_lists_explanations_where_the_programme_says_so(is_shown):
    programme = f.a_programme()
    shown = replace(programme, form=replace(programme.form, shows_explanations=is_shown))
    house = FakeHouse(FakeProgrammes(shown, f.an_address_book()), FakeClock(f.BEFORE_YEAR))
    open_cycle(house, 2025)
    house.clock.at = DURING_ANNUAL
    send(house, n1__status=DONE, n1__explanation=WHY)
    edition = f.a_final_edition(house)
    with house.work() as work:
        facts = report_facts(house, work, cycle_view(house, 2025, work), edition)

    lines = [(one.agency, one.typed, one.text) for one in facts.explanations]
    assert lines == ([("Sở Y tế", DONE, WHY)] if is_shown else [])
    named = [annex.title for annex in annexes(facts, Catalogue(), "", "")]
    assert ("GIẢI TRÌNH CỦA CÁC CƠ QUAN, ĐƠN VỊ" in " ".join(named)) is is_shown


@pytest.fixture
def strict():
    """A programme that lets no unexplained warning into an edition."""
    programme = f.a_programme()
    form = replace(programme.form, inclusion=Inclusion(unexplained=False))
    house = FakeHouse(FakeProgrammes(replace(programme, form=form), f.an_address_book()), FakeClock(f.BEFORE_YEAR))
    open_cycle(house, 2025)
    house.clock.at = DURING_ANNUAL
    return house


def held(house):
    """(Who is in the edition of now, who is held out of it, who is missing)."""
    edition = consolidate(house, 2025, f.ANNUAL).edition
    if edition is None:
        return None
    return edition.coverage.included, edition.coverage.held, HEALTH in edition.coverage.missing


def test_an_unexplained_answer_is_received_on_time_and_waits_outside_the_edition_for_its_reason(strict):
    f.all_answer(strict, agencies=(f.HOME,))
    result = send(strict, n1__status=DONE)
    waiting = held(strict)
    row = matrix(strict, 2025, f.ANNUAL).rows[1]
    explain(strict, result.submission_id, *CLAIM, WHY, HEALTH)

    assert (result.outcome, str(row.status), row.warnings) == (Outcome.ACCEPTED, "submitted", 1)
    assert waiting == ((f.HOME,), (HEALTH,), False)
    assert held(strict) == ((f.HOME, HEALTH), (), False)


def test_the_receipts_letter_asks_for_the_reason_and_brings_the_file_marked(strict):
    send(strict, n1__status=DONE)
    with strict.work() as work:
        letter = json.loads(strict.files.get(work.outbox.all()[-1].sha256))

    assert (letter["kind"], letter["facts"]["must_explain"]) == ("received", True)
    assert [name.partition("_")[0] for name, _ in letter["attached"]] == ["Bien-nhan", "Bien-nhan", "Giai-trinh"]


def test_a_reviewer_lets_an_unexplained_answer_in_with_a_reason_only(strict):
    version = send(strict, n1__status=DONE).submission_id
    with pytest.raises(ActionNeeded, match=r"review\.unexplained"):
        confirm(strict, version, "lap")
    nothing_yet = held(strict)
    confirm(strict, version, "lap", "Đã đối chiếu sổ theo dõi")
    with strict.work() as work:
        (event,) = work.audit.find([REVIEWED], version)

    assert (nothing_yet, held(strict)) == (None, ((HEALTH,), (), False))
    assert {"reason": "Đã đối chiếu sổ theo dõi", "unexplained": 1}.items() <= json.loads(event.payload).items()


def test_a_programme_that_only_counts_lets_warnings_in(house):
    version = send(house, n1__status=DONE).submission_id
    confirm(house, version, "lap")

    assert held(house) == ((HEALTH,), (), False)
