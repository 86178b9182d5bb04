"""What letters, extracts and lists state: whom they name, what they leave empty, who stands in for whom."""

from datetime import datetime
from decimal import Decimal

import duty_samples as duties
import factories as f
import pytest
from fakes import FakeClock, FakeHouse, FakeProgrammes
from sample_report import programme as shipped
from small_programme import ANNUAL, CYCLE, DOING, FINANCE, HEALTH, HOME, PLAN, YEAR, ZONE, at

from plancycle.domain.document_register import DocumentKind
from plancycle.domain.errors import ActionNeeded, NotFound
from plancycle.services.cycle_view import cycle_view
from plancycle.services.document_letters import Desk
from plancycle.services.official_documents import GATHER
from plancycle.services.receive_submission import receive

K = DocumentKind


def drafts(house, kind, period=ANNUAL, agency=""):
    with house.work() as work:
        return GATHER[kind](Desk(house, work, cycle_view(house, YEAR, work)), period, agency)


def rows(draft, name):
    return next(table.rows for table in draft.facts.tables if table.name == name)


def test_the_data_call_goes_to_everybody_who_owes_the_period_and_says_until_when():
    (draft,) = drafts(f.a_house(), K.CALL)

    assert draft.facts.addressees == ("Sở Nội vụ", "Sở Y tế", "Sở Tài chính", "UBND huyện Đại Từ")
    assert (draft.facts.values["due"], draft.facts.values["soft_due"]) == (at(12, 10, 0), at(12, 9, 17))
    assert draft.base == f"{CYCLE}/annual/call"


def test_an_urging_letter_names_only_those_who_have_not_reported():
    house = f.a_house()
    f.all_answer(house, agencies=(HOME, HEALTH))
    house.clock.at = at(12, 11)  # Thursday 11/12/2025, a day and a half after the due instant
    (draft,) = drafts(house, K.URGE)

    assert draft.facts.addressees == ("Sở Tài chính", "UBND huyện Đại Từ")
    assert [row[1:4] for row in rows(draft, "waiting")] == [
        ("Sở Tài chính", at(12, 10, 0), 2),
        ("UBND huyện Đại Từ", at(12, 10, 0), 2),
    ]
    assert (draft.facts.values["reported"], draft.facts.values["expected"]) == (2, 4)
    assert drafts(house, K.URGE, agency=FINANCE)[0].facts.addressees == ("Sở Tài chính",)


def test_nobody_is_urged_when_everybody_has_reported():
    house = f.a_house()
    f.all_answer(house)
    for agency in ("", HOME):
        with pytest.raises(ActionNeeded, match="nobody_to_urge"):
            drafts(house, K.URGE, agency=agency)


def test_a_reply_tells_what_became_of_the_report_and_of_every_obstacle_of_the_year():
    house = duties.a_house(now=at(12, 1))
    record = duties.added(house, "obstacle")
    duties.moved(house, record, "answered", document="Công văn số 12/UBND-NC", document_on="03/03/2025")
    receive(house, f.a_workbook(house, HEALTH), "a.xlsx", "folder")
    (draft,) = drafts(house, K.REPLY, agency=HEALTH)

    assert draft.facts.addressees == ("Sở Y tế",)
    assert (draft.facts.values["is_returned"], draft.facts.values["is_late"]) == (False, False)
    assert [(one["subject"], one["document"]) for one in draft.facts.values["obstacles"]] == [
        ("Thiếu kinh phí khám", "Công văn số 12/UBND-NC")
    ]


@pytest.mark.parametrize(
    ("agency", "error", "key"),
    [("", ActionNeeded, "agency_needed"), (HEALTH, ActionNeeded, "nothing_received"), ("so-la", NotFound, "reporter")],
)
def test_there_is_nothing_to_reply_to(agency, error, key):
    with pytest.raises(error, match=key):
        drafts(f.a_house(), K.REPLY, agency=agency)


def test_a_digest_sets_what_was_planned_beside_what_was_reported_and_leaves_the_rest_empty():
    house = f.a_house(at(1, 10))  # Friday 10/01/2025
    f.all_answer(house, PLAN, (HEALTH,))
    f.a_final_edition(house, PLAN)
    house.clock.at = at(12, 1)  # Monday 01/12/2025
    f.all_answer(house, ANNUAL, (HEALTH, HOME))
    f.a_final_edition(house)
    by_base = {draft.base: draft for draft in drafts(house, K.DIGEST)}
    told = {row[1]: row[4:] for row in rows(by_base[f"{CYCLE}/annual/digest/so-y-te/2025-12-01"], "agency_works")}
    silent = rows(by_base[f"{CYCLE}/annual/digest/huyen-dai-tu/2025-12-01"], "agency_works")

    assert len(by_base) == 4
    assert set(told.values()) == {("100% cơ sở", "", None, DOING, Decimal(60))}
    assert {row[4:] for row in silent} == {("", "", None, "", None)}


@pytest.mark.parametrize(
    ("now", "ministries"),
    [
        (
            datetime(2025, 2, 28, 9, tzinfo=ZONE),  # Friday 28/02/2025
            {
                "Bộ Nội vụ": ["E02.18"],
                "Bộ Nông nghiệp và Phát triển nông thôn": ["E04.7"],
                "Bộ Ngoại giao": ["E06.3"],
                "Bộ Kế hoạch và Đầu tư": ["E08.4"],
            },
        ),
        (
            datetime(2025, 3, 1, 9, tzinfo=ZONE),  # Saturday 01/03/2025: the reorganisation takes effect
            {
                "Bộ Nội vụ": ["E02.18"],
                "Bộ Nông nghiệp và Môi trường": ["E04.7"],
                "Bộ Ngoại giao": ["E06.3"],
                "Bộ Tài chính": ["E08.4"],
            },
        ),
    ],
)
def test_each_ministry_gets_the_work_that_follows_its_timetable_and_its_successor_stands_in(now, ministries):
    house = FakeHouse(FakeProgrammes(shipped(), duties.an_address_book()), FakeClock(now))
    titles = {work.title: work.id for work in shipped().works}
    found = {
        draft.facts.addressees[0]: [titles[row[1]] for row in rows(draft, "ministry_works")]
        for draft in drafts(house, K.MINISTRY)
    }

    assert found == ministries


def test_an_extract_quotes_the_answer_of_whoever_does_the_work_now():
    house = FakeHouse(
        FakeProgrammes(shipped(), duties.an_address_book()), FakeClock(datetime(2025, 2, 28, tzinfo=ZONE))
    )
    (draft,) = drafts(house, K.MINISTRY, agency="bo-nnptnt")

    assert rows(draft, "ministry_works") == (
        (
            1,
            "Triển khai Đề án nâng cao hiệu quả mô hình liên kết chuỗi giá trị nông sản",
            "Sở Nông nghiệp và Phát triển nông thôn",
            "theo tiến độ của Bộ",
            "",
            None,
            "",
            "",
            "",
        ),
    )


def test_budget_proposals_are_added_up_exactly_and_who_is_missing_is_named():
    house = duties.a_house(now=at(3, 10))
    duties.added(house, "budget", year=YEAR)
    duties.added(house, "budget", body=HOME, amount="0,1", year=YEAR)
    (draft,) = drafts(house, K.BUDGET)

    assert [row[1:4:2] for row in rows(draft, "budget")][:2] == [
        ("Sở Nội vụ", Decimal("0.1")),
        ("Sở Y tế", Decimal("1250.5")),
    ]
    assert (draft.facts.values["total"], draft.facts.values["missing"]) == (
        Decimal("1250.6"),
        ("Sở Tài chính", "UBND huyện Đại Từ"),
    )


def test_the_list_of_commendations_holds_what_is_not_decided_yet():
    house = duties.a_house()
    duties.added(house, "commendation")
    decided = duties.added(house, "commendation", key="k2", subject="Ông A", who="person")
    duties.moved(house, decided, "cancelled", note="Rút đề nghị")
    (draft,) = drafts(house, K.COMMENDATION)

    assert [(row[1], row[3]) for row in rows(draft, "commendations")] == [("Trạm Y tế xã A", "Sở Y tế")]
    assert (draft.facts.values["collectives"], draft.facts.values["persons"]) == (1, 0)


@pytest.mark.parametrize(("kind", "key"), [(K.BUDGET, "nothing_proposed"), (K.COMMENDATION, "nobody_to_commend")])
def test_a_list_of_nothing_is_not_written(kind, key):
    with pytest.raises(ActionNeeded, match=key):
        drafts(duties.a_house(), kind)


def test_documents_of_every_kind_but_the_report_and_the_correction_are_gathered():
    assert set(GATHER) == set(K) - {K.REPORT, K.CORRECTION}
