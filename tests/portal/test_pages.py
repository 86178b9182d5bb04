"""What people see and can do on the portal, through the real application on a real ledger."""

import html
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from plancycle import bootstrap
from plancycle.domain.approvals import ApprovalStatus
from plancycle.domain.periods import Period
from plancycle.domain.submissions import SubmissionStatus

Build = Callable[..., Any]
REASON = "Cần bổ sung thuyết minh <b>chỉ tiêu</b> & số liệu"


def shown(page: str) -> str:
    """The words of a page, without its marks."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the page's last form."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


def ledger(world: Any) -> list[str]:
    """Every row of every table, to see that nothing has changed."""
    with bootstrap.database(world.settings.ledger_url).engine.connect() as connection:
        tables = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"))
        return [
            repr(row) for (name,) in tables.all() for row in connection.execute(text(f'SELECT * FROM "{name}"')).all()
        ]


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
    assert [f"/tai-lieu/{file.sha256}" for file in world.files] == re.findall(r'href="(/tai-lieu/\w+)"', page)


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


def test_the_approver_reads_the_figures_the_coverage_the_files_and_the_hash(world: Any) -> None:
    page = world.browser.get(world.page).text
    words = shown(page)
    assert "Nguyễn Thị Mẫu trình Lê Thị Mẫu, Phó Chủ tịch UBND tỉnh, lúc 09/12/2025 17:05." in words
    assert "3/28 cơ quan, đơn vị đã báo cáo" in words
    assert "Chưa báo cáo (25)" in words
    assert "Số cuộc kiểm tra, giám sát 1.234 cuộc 3" in words
    assert "Kinh phí đã thực hiện 98.765,5 triệu đồng 3" in words
    assert world.approval.bundle_sha256 in words
    links = re.findall(rf'href="({re.escape(world.page)}/tep/\w+)"', page)
    assert [world.browser.get(link).content for link in links] == [b"pdf", b"docx", b"xlsx"]


def test_reading_the_link_changes_nothing_however_often(world: Any) -> None:
    before = ledger(world)
    for _ in range(10):
        assert world.browser.get(world.page).status_code == 200
        assert world.browser.ask("HEAD", world.page).content == b""
    assert ledger(world) == before


def test_a_confirmed_approval_is_recorded_with_who_when_and_which_bytes(world: Any) -> None:
    form = hidden(world.browser.get(world.page).text) | {"decision": "approve"}
    answer = world.browser.post(world.page, form)
    assert (answer.status_code, answer.headers["location"]) == (303, world.page)
    approval = world.now_stands()
    assert (approval.status, approval.decided_by, approval.bundle_sha256) == (
        ApprovalStatus.APPROVED,
        "pho-chu-tich",
        world.approval.bundle_sha256,
    )
    page = world.browser.get(world.page).text
    assert "✓ Đã phê duyệt Lê Thị Mẫu quyết định lúc 15:30:00 ngày 10/12/2025." in shown(page)
    assert "<form" not in page


def test_a_second_decision_is_harmless(world: Any) -> None:
    form = hidden(world.browser.get(world.page).text)
    world.browser.post(world.page, form | {"decision": "return", "reason": REASON})
    first = world.now_stands()
    assert world.browser.post(world.page, form | {"decision": "approve"}).status_code == 303
    assert world.now_stands() == first
    assert first.status is ApprovalStatus.RETURNED


def test_a_return_needs_a_reason_and_keeps_what_was_typed(world: Any) -> None:
    form = hidden(world.browser.get(world.page).text) | {"decision": "return"}
    answer = world.browser.post(world.page, form | {"reason": "  sai <x> "})
    assert answer.status_code == 422
    assert "Khi trả lại phải nêu lý do, ít nhất 10 ký tự" in shown(answer.text)
    assert "sai &lt;x&gt;" in answer.text
    assert answer.text.count("<title>Lỗi: ") == 1
    assert world.now_stands().status is ApprovalStatus.REQUESTED
    assert world.browser.post(world.page, form | {"reason": REASON}).status_code == 303
    assert html.escape(REASON, quote=False) in world.browser.get(world.page).text


@pytest.mark.parametrize(
    ("headers", "form"),
    [
        ({}, {"csrf": ""}),
        ({}, {"csrf": "0" * 32}),
        ({}, {"shown_sha256": "0" * 64}),
        ({"Sec_Fetch_Site": "cross-site"}, {}),
        ({"Sec_Fetch_Site": "same-site"}, {}),
    ],
)
def test_a_form_that_is_not_ours_is_refused_and_keeps_the_text(
    world: Any, headers: dict[str, str], form: dict[str, str]
) -> None:
    sent = hidden(world.browser.get(world.page).text) | {"decision": "return", "reason": REASON} | form
    answer = world.browser.post(world.page, sent, **headers)
    assert answer.status_code == 403
    assert html.escape(REASON, quote=False) in answer.text
    assert world.now_stands().status is ApprovalStatus.REQUESTED


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://127.0.0.1:8600", 303),
        ("null", 303),
        ("http://evil.vn", 403),
        ("http://127.0.0.1:9999", 403),
        ("", 403),
    ],
)
def test_an_older_browser_is_judged_by_its_origin(world: Any, origin: str, status: int) -> None:
    form = hidden(world.browser.get(world.page).text) | {"decision": "approve"}
    headers = {"Origin": origin} if origin else {}
    assert world.browser.ask("POST", world.page, headers, data=form).status_code == status


def test_changed_bytes_must_be_looked_at_again(world: Any) -> None:
    form = hidden(world.browser.get(world.page).text) | {"decision": "approve"}
    with bootstrap.database(world.settings.ledger_url).engine.begin() as connection:
        connection.execute(text("UPDATE documents SET sha256 = :sha256 WHERE kind = 'pdf'"), {"sha256": "f" * 64})
    answer = world.browser.post(world.page, form)
    assert answer.status_code == 409
    page = world.browser.get(world.page).text
    assert "Tài liệu đã thay đổi" in page
    assert "<form" not in page
    assert world.now_stands().status is ApprovalStatus.REQUESTED


def test_a_replaced_request_offers_no_decision(world: Any) -> None:
    form = hidden(world.browser.get(world.page).text) | {"decision": "approve"}
    with world.house() as house, house.work() as work:
        work.editions.save_approval(replace(world.approval, status=ApprovalStatus.VOID))
    page = world.browser.get(world.page).text
    assert "Bản này đã được thay thế" in page
    assert "<form" not in page
    world.browser.post(world.page, form)
    assert world.now_stands().status is ApprovalStatus.VOID


def test_only_the_named_approver_decides_not_even_the_preparer(world: Any) -> None:
    for person in ("chuyen-vien-tong-hop", "giam-doc"):
        with world.house() as house:
            token = house.seals.sign_link({"approval": world.approval.id, "approver": person})
        page = f"/phe-duyet/{token}"
        form = hidden(world.browser.get(page).text) | {"decision": "approve"}
        assert world.browser.post(page, form).status_code == 403
    assert world.now_stands().status is ApprovalStatus.REQUESTED


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_that_is_not_ours_does_not_exist(world: Any, method: str) -> None:
    for token in ("x", world.token[:-1], f"{world.token}x"):
        answer = world.browser.ask(method, f"/phe-duyet/{token}", {"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 404
        assert world.approval.bundle_sha256 not in answer.text


def test_a_token_opens_its_own_files_only(world: Any) -> None:
    with world.house() as house:
        other = house.files.put(b"another file")
    assert world.browser.get(f"{world.page}/tep/{other}").status_code == 404


def test_what_an_agency_or_official_wrote_is_never_markup(world: Any) -> None:
    with world.house() as house, house.work() as work:
        work.editions.save_approval(
            replace(
                world.approval,
                status=ApprovalStatus.RETURNED,
                decided_at=world.approval.requested_at,
                decided_by="<img src=x onerror=alert(1)>",
                reason="{{ 7*7 }} <script>alert(1)</script>",
            )
        )
    page = world.browser.get(world.page).text
    assert "<script" not in page
    assert "<img" not in page
    assert "{{ 7*7 }} &lt;script&gt;" in page


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
