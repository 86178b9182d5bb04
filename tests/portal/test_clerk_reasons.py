"""A clerk gives reasons for unusual values, follows their review, and corrects what was approved."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from clerk_world import a_clerk, take_into_an_approved_edition
from doubted_answer import WHY, doubted_workbook

from plancycle.services.explanations import review

NOW = datetime(2025, 9, 10, 2, 0, tzinfo=UTC)  # Wednesday 10/09/2025, 09:00; the third quarter is due on 20/09
SIGNED = {"xac_nhan": "1", "ho_ten": "Trần Thị B"}


@pytest.fixture
def clerk(build: Any) -> Any:
    """A clerk while the third quarter is open."""
    return a_clerk(build(now=NOW))


def sent(data: bytes) -> dict[str, Any]:
    return {"tep": ("bao-cao.xlsx", data, "application/octet-stream")}


def checked(clerk: Any, data: bytes) -> Any:
    """The check page of a workbook."""
    return clerk.enter().open(clerk.base).submit(f"{clerk.base}/tep", {}, sent(data))


def question(page: Any) -> str:
    """The name of the first field that asks for a reason."""
    return re.findall(r'<textarea[^>]* name="(gt:[^"]+)"', page.page)[0]


def explained(clerk: Any) -> Any:
    newest = clerk.versions()[-1].id
    with clerk.world.house() as house, house.work() as work:
        return work.explanations.under(newest)


def test_a_reason_is_given_on_the_check_page_and_one_that_is_too_short_is_asked_for_again(clerk: Any) -> None:
    page = checked(clerk, doubted_workbook(clerk))
    name = question(page)
    page.submit(f"{clerk.base}/nop", SIGNED | {name: "đúng"})
    assert page.status == 422
    assert 'href="#cho-0"' in page.page
    assert 'id="cho-0-loi"' in page.page
    assert clerk.versions() == []
    page.submit(f"{clerk.base}/nop", SIGNED | {name: WHY})

    assert "✓ ĐÃ NHẬN BÁO CÁO" in page.text
    assert f"Giải trình: {WHY}" in page.text
    assert [one.text for one in explained(clerk)] == [WHY]


def test_whoever_gives_no_reason_is_told_before_handing_in_that_the_report_is_not_consolidated(clerk: Any) -> None:
    page = checked(clerk, doubted_workbook(clerk))

    assert "Còn thiếu lý do thì báo cáo vẫn được nhận, nhưng chưa được đưa vào bản tổng hợp." in page.text


def test_a_reason_is_given_later_on_the_receipt_and_its_review_is_seen(clerk: Any) -> None:
    page = checked(clerk, doubted_workbook(clerk)).submit(f"{clerk.base}/nop", SIGNED)
    assert "Còn 1 chỗ khác thường chưa có giải trình: báo cáo đã được nhận, nhưng chưa được đưa vào" in page.text
    receipt, action, name = page.here, f"{page.here}/giai-trinh", question(page)
    short = page.submit(action, {name: "đúng"})
    assert (short.status, "đúng</textarea>" in short.page) == (422, True)
    page.submit(action, {name: WHY})
    assert (page.here, "<textarea" in page.page) == (receipt, False)
    (given,) = explained(clerk)
    with clerk.world.house() as house:
        review(house, given.number, True, "nguyen-thi-lap")
    assert f"Giải trình: {WHY} – " in page.open(receipt).text
    assert "chấp nhận" in page.text


def test_a_refused_reason_shows_the_answer_of_the_office(clerk: Any) -> None:
    page = checked(clerk, doubted_workbook(clerk))
    page.submit(f"{clerk.base}/nop", SIGNED | {question(page): WHY})
    (given,) = explained(clerk)
    with clerk.world.house() as house:
        review(house, given.number, False, "nguyen-thi-lap", "Cần gửi kèm bản dự thảo")
    page.open(page.here)

    assert "Cơ quan đầu mối trả lời: Cần gửi kèm bản dự thảo" in page.text
    assert "trả lại" in page.open(clerk.base).text.lower()


def test_an_approved_report_is_corrected_with_a_reason_and_the_new_version_takes_its_place(clerk: Any) -> None:
    checked(clerk, clerk.workbook()).submit(f"{clerk.base}/nop", SIGNED)
    browser = clerk.browser
    assert browser.open(f"{clerk.base}/dinh-chinh").here == clerk.base  # nothing was approved yet
    take_into_an_approved_edition(clerk)
    assert "trước hết hãy nêu lý do đính chính" in browser.open(clerk.base).text
    page = browser.open(f"{clerk.base}/dinh-chinh").submit(f"{clerk.base}/dinh-chinh", {"ly_do": "sai"})
    assert page.status == 422
    page.submit(f"{clerk.base}/dinh-chinh", {"ly_do": "Cộng trùng kinh phí của hai phòng", "ho_ten": "Trần Thị B"})
    assert (page.here, "Đã mở đính chính" in page.text) == (clerk.base, True)
    checked(clerk, clerk.workbook(**{"budget-spent__value": "7"})).submit(f"{clerk.base}/nop", SIGNED)

    assert [one.status for one in clerk.versions()] == ["superseded", "accepted"]
    with clerk.world.house() as house, house.work() as work:
        (made,) = work.corrections.under(str(clerk.obligation))
    assert (made.opened_by, made.submission) == (f"Trần Thị B ({clerk.agency})", clerk.versions()[-1].id)
