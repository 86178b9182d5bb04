"""Before a clerk hands in a new version, the check page says cell by cell what it changes in the one it corrects."""

import html
import re
from datetime import UTC, datetime

import pytest
from clerk_world import ClerkBrowser, a_clerk, take_into_an_approved_edition

from plancycle.domain.periods import Period
from plancycle.services.corrections import open_correction
from plancycle.services.cycle_view import cycle_view

NOW = datetime(2025, 9, 10, 2, 0, tzinfo=UTC)  # Wednesday 10/09/2025, 09:00; the third quarter is due on 20/09
WHILE_PLANNING = datetime(2025, 1, 10, 2, 0, tzinfo=UTC)
SIGNED = {"xac_nhan": "1", "ho_ten": "Trần Thị B"}


@pytest.fixture
def clerk(build):
    """A clerk while the third quarter is open."""
    return a_clerk(build(now=NOW))


def checked(clerk, data):
    """The check page of a workbook."""
    file = {"tep": ("bao-cao.xlsx", data, "application/octet-stream")}
    return clerk.enter().open(clerk.base).submit(f"{clerk.base}/tep", {}, file)


def handed_in(clerk, **changed):
    return checked(clerk, clerk.workbook(**changed)).submit(f"{clerk.base}/nop", SIGNED)


def every_question(clerk):
    """Row and field of everything the form asks."""
    with clerk.world.house() as house:
        return [
            (row.code, one.code) for _, row, one in cycle_view(house, 2025).form(clerk.period, clerk.agency).cells()
        ]


def shown(page):
    """The rows of the comparison: question, before, after, kind of change."""
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', page.page.partition("/nop")[0], re.DOTALL)
    cells = [(label, *re.findall(r"<td[^>]*>(.*?)</td>", rest, re.DOTALL)) for label, rest in rows]
    return [tuple(" ".join(html.unescape(re.sub("<[^>]+>", " ", one)).split()) for one in row) for row in cells]


def compared(page):
    """Only what was before, is now, and what that is."""
    return [row[1:] for row in shown(page)]


def test_a_first_answer_is_beside_no_other(clerk):
    page = checked(clerk, clerk.workbook())

    assert (page.status, "Khác bản đã nộp" in page.text, shown(page)) == (200, False, [])


def test_a_correction_of_what_was_approved_shows_old_and_new_as_numbers_are_written_here(clerk):
    handed_in(clerk, **{"budget-spent__value": "1234,5"})
    take_into_an_approved_edition(clerk)
    with clerk.world.house() as house:
        open_correction(house, clerk.obligation, "Cộng trùng kinh phí của hai phòng", "may-chu")
    page = checked(clerk, clerk.workbook(**{"budget-spent__value": "9.876.543,20"}))

    assert f"So với bản số 1 (Đã chấp nhận, biên nhận {clerk.versions()[0].receipt})" in page.text
    assert compared(page) == [("1.234,5 triệu đồng", "9.876.543,2 triệu đồng", "Sửa")]
    assert shown(page)[0][0].startswith("Kinh phí đã thực hiện")
    assert len(clerk.versions()) == 1  # looked at, not handed in


def test_after_a_return_what_is_added_and_removed_is_said_too(clerk):
    handed_in(clerk, **{"N1__value": "Hai đề án", "N2__value": "Thiếu người"})
    desk, place = ClerkBrowser(clerk.world.browser), f"/don-vi/2025/{clerk.period}/{clerk.agency}"
    desk.open(place).submit(f"{place}/tra-lai", {"reason": "Số liệu chưa khớp với báo cáo tháng 8"})
    page = checked(clerk, clerk.workbook(**{"N2__value": "Thiếu <b>kinh phí</b>", "N3__value": "Giao muộn"}))

    assert "So với bản số 1 (Đã trả lại" in page.text
    assert sorted(compared(page)) == [
        ("Hai đề án", "để trống", "Bỏ"),
        ("Thiếu người", "Thiếu <b>kinh phí</b>", "Sửa"),
        ("để trống", "Giao muộn", "Thêm"),
    ]


def test_dates_are_written_as_here_on_the_check_page_and_in_the_history(build):
    clerk = a_clerk(build(now=WHILE_PLANNING), period=Period.PLAN)
    row = next(row for row, field in every_question(clerk) if field == "finish")
    handed_in(clerk, **{f"{row}__finish": "1/11/2025"})
    page = checked(clerk, clerk.workbook(**{f"{row}__finish": "5/11/2025"}))
    seen = compared(page)
    page.submit(f"{clerk.base}/nop", SIGNED)

    assert seen == [("01/11/2025", "05/11/2025", "Sửa")]
    assert compared(page.open(f"{clerk.base}/lich-su")) == seen


def test_the_web_form_is_compared_with_the_workbook_it_corrects_and_the_same_answers_differ_nowhere(clerk):
    handed_in(clerk)
    clerk.browser.open(f"{clerk.base}/nhap").submit(f"{clerk.base}/nhap", {"kiem_tra": "1"})
    same = clerk.browser.text
    clerk.browser.open(f"{clerk.base}/nhap")
    question = next(one for one in clerk.browser.form(f"{clerk.base}/nhap") if one.endswith("inspections.value"))
    clerk.browser.submit(f"{clerk.base}/nhap", {question: "12345", "kiem_tra": "1"})

    assert ", không có ô nào thay đổi." in same
    assert compared(clerk.browser) == [("1 cuộc", "12.345 cuộc", "Sửa")]
    assert compared(clerk.browser.open(f"{clerk.base}/kiem-tra?ngon-ngu=en"))[0] == ("1 cuộc", "12.345 cuộc", "Changed")


def test_the_bytes_of_an_earlier_version_are_not_said_to_change_anything(clerk):
    first = clerk.workbook()
    checked(clerk, first).submit(f"{clerk.base}/nop", SIGNED)
    handed_in(clerk, **{"budget-spent__value": "2"})
    page = checked(clerk, first)

    assert (page.status, "So với bản số" in page.text) == (200, False)
