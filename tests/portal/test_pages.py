"""What people see and can do on the portal, through the real application on a real ledger."""

import html
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from plancycle import bootstrap
from plancycle.domain.periods import Period
from plancycle.domain.submissions import SubmissionStatus

Build = Callable[..., Any]


def shown(page: str) -> str:
    """The words of a page, without its marks."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def test_the_front_door_leads_to_the_matrix(world: Any) -> None:
    answer = world.browser.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/bao-cao")


def test_the_year_shows_every_agency_in_every_period_with_words(world: Any) -> None:
    page = world.browser.get("/bao-cao").text
    with world.house() as house:
        programme = house.programmes.load(house.programme_id)
    assert page.count('<th scope="row">') == len(programme.reporters) + 92
    assert page.count("<td ") == 120 * 5
    words = shown(page)
    assert "✓ Đã nộp đúng hạn" in words
    assert "▲ Đã nộp, trễ hạn (muộn 1 ngày)" in words
    assert "✗ Quá hạn, chưa nộp" in words
    assert "Đánh giá năm 2025 3/111 đã nộp (2,7%) đúng hạn 1,8% hạn cuối: 24 giờ ngày 09/12/2025" in words


def test_before_the_deadline_nobody_is_overdue(build: Build) -> None:
    world = build(now=datetime(2025, 12, 9, 16, 59, 59, tzinfo=UTC))
    words = shown(world.browser.get("/bao-cao?nam=2025&ky=annual").text)
    assert "↩ Trả lại, chờ sửa" in words
    assert "◐ Sắp đến hạn" in words
    assert "✗" not in words
    later = build(now=datetime(2025, 12, 9, 17, 0, 0, tzinfo=UTC), empty=True)
    assert "✗ Quá hạn, chưa nộp" in shown(later.browser.get("/bao-cao?nam=2025&ky=annual").text)


def test_a_period_shows_its_editions_and_their_documents(world: Any) -> None:
    page = world.browser.get("/bao-cao?nam=2025&ky=annual").text
    words = shown(page)
    assert "Bản số 1 · Chính thức" in words
    assert "3/28 cơ quan, đơn vị · 1 nộp muộn · Đang chờ phê duyệt" in words
    pdf_first = sorted(world.files, key=lambda file: not file.kind.endswith("pdf"))
    assert [f"/tai-lieu/{file.sha256}" for file in pdf_first] == re.findall(r'href="(/tai-lieu/\w+)"', page)


def test_without_an_opened_year_the_page_says_what_to_do(build: Build) -> None:
    assert "Chưa mở năm báo cáo nào" in build(empty=True).browser.get("/bao-cao").text


@pytest.mark.parametrize("query", ["nam=2031", "nam=x", "nam=2025&ky=q9", "nam=%3Cscript%3E"])
def test_a_year_or_period_that_is_not_there_is_said_so_in_both_languages(world: Any, query: str) -> None:
    answer = world.browser.get(f"/bao-cao?{query}")
    assert answer.status_code == 404
    assert "Không thực hiện được" in answer.text
    assert 'lang="en"' in answer.text
    assert "<script>" not in answer.text


def test_documents_of_editions_open_and_no_other_file_does(world: Any) -> None:
    word, pdf, _ = world.files
    answer = world.browser.get(f"/tai-lieu/{pdf.sha256}")
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, b"pdf", "application/pdf")
    assert answer.headers["content-disposition"] == (
        "inline; filename=\"Bao-cao-nam-2025.pdf\"; filename*=UTF-8''B%C3%A1o%20c%C3%A1o%20n%C4%83m%202025.pdf"
    )
    assert world.browser.get(f"/tai-lieu/{word.sha256}").headers["content-disposition"].startswith("attachment;")
    with world.house() as house:
        kept_secret = house.files.put(b"a workbook")
    for sha256 in (kept_secret, "0" * 64, "..%2f..%2fsecret.key"):
        assert world.browser.get(f"/tai-lieu/{sha256}").status_code == 404


def test_health_is_a_page_for_people_and_facts_for_monitors(world: Any) -> None:
    assert "✓ Hệ thống hoạt động bình thường" in world.browser.get("/suc-khoe").text
    answer = world.browser.get("/suc-khoe", Accept="*/*")
    facts = answer.json()
    assert (answer.status_code, facts["ok"]) == (200, True)
    assert [check["code"] for check in facts["checks"]] == ["database", "disk", "programme"]


def test_health_says_what_is_broken_and_how_to_mend_it(world: Any) -> None:
    for path in world.settings.programmes_dir.rglob("calendar.yaml"):
        path.write_text("periods: [", encoding="utf-8")
    bootstrap.forget(world.settings.data)
    answer = world.browser.get("/suc-khoe", Accept="application/json")
    assert (answer.status_code, answer.json()["ok"]) == (503, False)
    [broken] = [check for check in answer.json()["checks"] if not check["is_ok"]]
    assert (broken["code"], "plancycle programme check" in broken["detail_vi"]) == ("programme", True)


def test_programs_get_problems_as_json(world: Any) -> None:
    answer = world.browser.get("/phe-duyet/x", Accept="application/json")
    assert answer.headers["content-type"] == "application/problem+json"
    problem = json.loads(answer.content)
    assert (problem["status"], problem["code"]) == (404, "link.invalid")
    assert problem["message_vi"] != problem["message_en"]


def test_a_returned_answer_shows_as_returned_until_the_deadline(build: Build) -> None:
    world = build(now=datetime(2025, 12, 8, 3, 0, tzinfo=UTC))
    with world.house() as house, house.work() as work:
        statuses = {
            one.obligation.agency: one.status for one in work.submissions.of_period("tn-nq94-2025", Period.ANNUAL)
        }
    assert list(statuses.values()).count(SubmissionStatus.RETURNED) == 1
    assert world.browser.get("/bao-cao").text.count('class="returned"') == 1
