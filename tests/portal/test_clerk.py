"""The clerk's journey over HTTP, without JavaScript: from the mailed link to the receipt, and every way beside it."""

import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from clerk_world import a_clerk, good_answers

from plancycle.bootstrap import open_house
from plancycle.domain.openings import VisitKind
from plancycle.domain.periods import ObligationKey, Period
from plancycle.portal.allowances import WRONG_LINKS
from plancycle.portal.app import create_app
from plancycle.services import clerk_links, data_calls, drafts

NOW = datetime(2025, 9, 10, 2, 0, tzinfo=UTC)  # Wednesday 10/09/2025, 09:00; the third quarter is due on 20/09


@pytest.fixture
def clerk(build):
    """A clerk while the third quarter is open."""
    return a_clerk(build(now=NOW))


def sent(data, name="bao-cao.xlsx"):
    return {"tep": (name, data, "application/octet-stream")}


def hand_in(clerk, data, name="bao-cao.xlsx"):
    """Check a workbook and confirm it."""
    page = clerk.browser.open(clerk.base).submit(f"{clerk.base}/tep", {}, sent(data, name))
    assert page.status == 200, page.text
    return page.submit(f"{clerk.base}/nop", {"xac_nhan": "1", "ho_ten": "Trần Thị B"})


def type_answers(clerk, browser, answers, button="kiem_tra"):
    """Fill in the web form and press a button."""
    browser.open(f"{clerk.base}/nhap")
    fields = {}
    for name in browser.form(f"{clerk.base}/nhap"):
        if name.startswith("o:"):
            row, _, field = name.partition(".")[2].rpartition(".")
            if (row, field) in answers:
                fields[name] = answers[row, field]
    return browser.submit(f"{clerk.base}/nhap", fields | {button: "1"})


def test_a_mark_of_a_state_secret_typed_into_the_form_is_held_and_not_stored_as_a_draft(clerk):
    page = type_answers(clerk, clerk.enter(clerk.browser), {("TT", "preparer"): "TUYỆT MẬT"}, "luu")

    assert (page.status, "bí mật nhà nước" in page.text) == (422, True)
    with clerk.world.house() as house:
        assert drafts.kept(house, clerk.obligation) == {}
        with house.work() as work:
            assert [one.reason for one in work.quarantine.all()] == ["file.state_secret"]


def test_from_the_mail_to_the_receipt_in_four_clicks(clerk):
    page = clerk.browser.open(clerk.link)  # 1: the link in the letter
    page.submit(clerk.link, {})  # 2: the landing page's button
    assert page.here == clerk.base
    page.submit(f"{clerk.base}/tep", {}, sent(clerk.workbook()))  # 3: check (a file was chosen)
    assert "Kiểm tra trước khi nộp" in page.text
    page.submit(f"{clerk.base}/nop", {"xac_nhan": "1", "ho_ten": "Trần Thị B"})  # 4: submit
    (version,) = clerk.versions()

    assert page.here == f"{clerk.base}/bien-nhan/{version.receipt}"
    assert "✓ ĐÃ NHẬN BÁO CÁO" in page.text
    assert "09:00:00 ngày 10/09/2025 · đúng hạn" in page.text
    assert (version.status, version.is_late) == ("accepted", False)


def test_nothing_to_report_takes_four_clicks(clerk):
    page = clerk.enter().open(f"{clerk.base}/khong-phat-sinh")
    page.submit(f"{clerk.base}/nop", {"ho_ten": "Trần Thị B"})
    (version,) = clerk.versions()

    assert "✓ ĐÃ NHẬN BÁO CÁO" in page.text
    assert version.is_nil


def test_fetching_the_link_changes_nothing_and_shows_no_figure(clerk):
    hand_in_before = clerk.enter()
    hand_in(clerk, clerk.workbook())
    scanner = clerk.another_browser()
    pages = {scanner.send("GET", clerk.link, headers={"User-Agent": "Mimecast scan"}).text for _ in range(50)} | {
        scanner.send("HEAD", clerk.link).text
    }
    with clerk.world.house() as house, house.work() as work:
        visits = work.addresses.visits(str(clerk.obligation))
        made = [one.action for one in work.audit.all() if one.action.startswith("link.")]

    assert len(pages) == 2  # the page, and nothing for HEAD
    assert not any(clerk.versions()[0].receipt in page for page in pages)
    assert scanner.cookies == {}
    assert {one.agent: one.times for one in visits if one.kind is VisitKind.FETCHED}["scanner"] == 50
    assert made.count("link.fetched") == 2  # one line for each class of visitor
    assert clerk.enter(scanner).here == clerk.base
    assert hand_in_before.open(clerk.link).here == clerk.base  # an opened browser goes straight on


def test_the_token_never_stands_in_a_page_or_a_cookie_after_the_button(clerk):
    token = clerk.link.removeprefix("/n/")
    page = clerk.enter()

    assert re.fullmatch(r"[0-9a-f]{32}", token)  # 128 bits
    assert token not in page.page
    assert token not in str(page.cookies)
    assert list(page.cookies) == ["__Host-ho-so"]
    with clerk.world.house() as house, house.work() as work:
        assert token not in str(work.links.of(clerk.obligation))


def test_the_session_cookie_is_for_this_host_only(clerk):
    browser = clerk.browser.open(clerk.link)
    answer = browser.send("POST", clerk.link, data=browser.form(clerk.link))
    cookie = answer.headers["set-cookie"]

    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


@pytest.mark.parametrize("path", ["", "/nhap", "/kiem-tra", "/lich-su", "/bieu-mau", "/gia-han", "/khong-phat-sinh"])
def test_no_page_opens_without_the_link_of_that_very_obligation(clerk, path):
    other = a_clerk(clerk.world, "so-y-te")
    other.enter()
    answer = other.browser.send("GET", f"{clerk.base}{path}")

    assert answer.status_code == 404
    assert "Hãy mở lại liên kết trong thư" not in answer.text
    assert clerk.enter().send("GET", f"{clerk.base}{path}").status_code in (200, 422)


def test_one_browser_keeps_the_links_of_two_obligations_apart(clerk):
    other = a_clerk(clerk.world, "so-y-te")
    clerk.enter()
    other.enter(clerk.browser)

    assert clerk.browser.open(clerk.base).status == 200
    assert clerk.browser.open(other.base).status == 200


def test_a_link_that_was_taken_back_opens_nothing_and_the_next_letter_has_a_new_one(clerk):
    clerk.enter().open(f"{clerk.base}/nhap")
    question = next(one for one in clerk.browser.form(f"{clerk.base}/nhap") if one.endswith("inspections.value"))
    clerk.browser.submit(f"{clerk.base}/nhap", {question: "4321", "luu": "1"})
    with clerk.world.house() as house:
        clerk_links.revoke(house, clerk.obligation, "nguyen-thi-lap")
        with house.work() as work:
            new = clerk_links.link_for(house, work, clerk.obligation, "van-thu@so.example")

    assert [clerk.browser.open(path).status for path in (clerk.link, clerk.base)] == [403, 403]
    assert "đã được cơ quan đầu mối thu hồi" in clerk.browser.text
    clerk.link = new.removeprefix("http://127.0.0.1:8600")
    assert clerk.enter().status == 200
    assert 'value="4321"' in clerk.browser.open(f"{clerk.base}/nhap").page  # the draft is the agency's, not the link's


def test_a_link_opens_until_thirty_days_after_the_period_is_frozen(build):
    world = build(now=NOW)
    clerk = a_clerk(world)
    with world.house(NOW) as house:
        closes = clerk_links.open_token(house, clerk.link.removeprefix("/n/")).locked_at
    late, after = (
        replace(world.browser, app=create_app(lambda at=at: open_house(world.settings, at)))
        for at in (closes - timedelta(seconds=1), closes)
    )

    assert late.get(clerk.link).status_code == 200
    answer = after.get(clerk.link)
    assert answer.status_code == 403
    assert "đã khóa sổ" in answer.text


def test_a_token_that_is_none_looks_like_no_page_and_guessing_is_stopped(clerk):
    statuses = [clerk.browser.send("GET", f"/n/{number:032x}").status_code for number in range(WRONG_LINKS + 1)]

    elsewhere = replace(clerk.world.browser, client=("203.0.113.9", 40000))

    assert statuses == [404] * WRONG_LINKS + [429]
    assert elsewhere.get(clerk.link).status_code == 200  # who guesses shuts nobody else out
    assert clerk.browser.send("GET", clerk.link).status_code == 200  # not even behind the same address


def test_a_form_that_is_not_ours_is_refused(clerk):
    clerk.enter()
    form = clerk.browser.form(f"{clerk.base}/thoat")
    for content in ({"data": {}}, {"data": {"csrf": "x"}}, {"data": form, "headers": {"Sec-Fetch-Site": "cross-site"}}):
        assert clerk.browser.send("POST", f"{clerk.base}/gia-han", **content).status_code == 403


def test_the_same_file_twice_is_one_receipt(clerk):
    clerk.enter()
    data = clerk.workbook()
    first, second = hand_in(clerk, data).here, hand_in(clerk, data)

    assert second.here == f"{first}?lan=lai"
    assert "Báo cáo này đã được nhận lúc 10/09/2025 09:00" in second.text
    assert len(clerk.versions()) == 1


def test_a_file_with_errors_names_every_cell_and_is_not_handed_in(clerk):
    page = clerk.enter().submit(
        f"{clerk.base}/tep", {}, sent(clerk.workbook(inspections__value="-3", **{"budget-spent__value": "khoảng 30"}))
    )
    marked = re.search(r'href="([^"]+/danh-dau/[^"]+)"', page.page)[1]
    file = page.send("GET", marked)

    assert (page.status, clerk.versions()) == (422, [])
    assert "Có 2 chỗ cần sửa" in page.text
    assert "Báo cáo CHƯA được nộp" in page.text
    assert "khoảng 30" in page.text
    assert file.content.startswith(b"PK")
    assert "attachment" in file.headers["content-disposition"]


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "", "Chưa chọn tệp"),
        (b"", "bc.xlsx", "Tệp không có nội dung (0 byte)"),
        (b"%PDF-1.7", "bc.pdf", "Tệp chưa được nhận"),
        (b"x" * 100, "../../bc.xlsx", "Tệp chưa được nhận"),
        (b"x" * 100, "bc\u202exslx.exe", "Tệp chưa được nhận"),
    ],
)
def test_what_is_no_workbook_of_ours_is_refused_with_a_reason(clerk, data, name, words):
    page = clerk.enter().submit(f"{clerk.base}/tep", {}, sent(data, name) if name else None)

    assert page.status == 422
    assert words in page.text
    assert clerk.versions() == []
    with clerk.world.house() as house, house.work() as work:
        kept = work.quarantine.all()
    assert [one.file_name for one in kept] == ([name.rpartition("/")[2].replace("\u202e", "")] if name else [])


def test_another_agencys_workbook_is_not_taken(clerk):
    other = a_clerk(clerk.world, "so-y-te")
    page = clerk.enter().submit(f"{clerk.base}/tep", {}, sent(other.workbook()))

    assert page.status == 422
    assert other.versions() == clerk.versions() == []


def test_the_web_form_goes_the_same_way_and_drafts_are_kept(clerk):
    answers = good_answers(clerk)
    clerk.enter()
    page = type_answers(clerk, clerk.browser, {("TT", "preparer"): "Trần Thị B"}, "luu")
    assert "✓ Đã lưu nháp" in page.text
    later = clerk.enter(clerk.another_browser())
    assert 'value="Trần Thị B"' in later.open(f"{clerk.base}/nhap").page
    page = type_answers(clerk, later, answers)
    assert page.here == f"{clerk.base}/kiem-tra"
    page.submit(f"{clerk.base}/nop", {"xac_nhan": "1", "ho_ten": "Trần Thị B"})
    (version,) = clerk.versions()

    assert "✓ ĐÃ NHẬN BÁO CÁO" in page.text
    assert version.status == "accepted"
    with clerk.world.house() as house, house.work() as work:
        assert work.drafts.of(clerk.obligation) == []
        read = {(one.row, one.field): one.raw for one in work.submissions.entries(version.id) if one.raw}
    assert read == answers


def test_errors_of_the_web_form_stand_in_a_summary_and_at_the_field_in_the_same_words(clerk):
    clerk.enter()
    answers = good_answers(clerk) | {("inspections", "value"): "12.5"}
    page = type_answers(clerk, clerk.browser, answers)

    assert page.status == 422
    target, words = re.search(r'<li><a href="#([^"]+)">([^<]+)</a></li>', page.page).groups()
    assert f'id="{target}"' in page.page
    assert f'aria-describedby="{target}-goi-y {target}-loi {target}-sua"' in page.page
    said = re.search(rf'id="{target}-loi"><span aria-hidden="true">✗</span> ([^<]+)</p>', page.page)[1]
    assert words.endswith(said)
    assert 'value="12.5"' in page.page  # what was typed stays
    assert "<title>Lỗi: " in page.page


def test_two_windows_that_change_different_rows_both_keep_their_work(clerk):
    first, second = clerk.enter(), clerk.enter(clerk.another_browser())
    for browser in (first, second):
        browser.open(f"{clerk.base}/nhap")
    first.submit(f"{clerk.base}/nhap", {"o:info.TT.preparer": "Trần Thị B", "luu": "1"})
    page = second.submit(f"{clerk.base}/nhap", {"o:figures.inspections.value": "7", "luu": "1"})

    assert "✓ Đã lưu nháp" in page.text
    assert 'value="Trần Thị B"' in page.page
    assert 'value="7"' in page.page


@pytest.mark.parametrize(("choice", "kept"), [("cu", "7"), ("moi", "9")])
def test_two_windows_that_change_one_row_are_shown_both_answers(clerk, choice, kept):
    first, second = clerk.enter(), clerk.enter(clerk.another_browser())
    for browser in (first, second):
        browser.open(f"{clerk.base}/nhap")
    first.submit(f"{clerk.base}/nhap", {"o:figures.inspections.value": "7", "luu": "1"})
    page = second.submit(
        f"{clerk.base}/nhap", {"o:figures.inspections.value": "9", "o:info.TT.preparer": "Lê C", "luu": "1"}
    )
    assert page.status == 409
    assert "Có nội dung đã được sửa ở cửa sổ khác" in page.text
    asked = page.submit(f"{clerk.base}/chon", {})
    assert asked.status == 409  # nothing was chosen, nothing is lost
    page.submit(f"{clerk.base}/chon", {"chon:figures.inspections": choice})

    assert 'value="Lê C"' in page.page
    assert re.search(r'name="o:figures.inspections.value" value="(\d*)"', page.page)[1] == kept


def test_what_another_window_changed_after_the_check_is_looked_at_again(clerk):
    clerk.enter()
    page = type_answers(clerk, clerk.browser, good_answers(clerk))
    other = clerk.enter(clerk.another_browser()).open(f"{clerk.base}/nhap")
    other.submit(f"{clerk.base}/nhap", {"o:figures.inspections.value": "8", "luu": "1"})
    page.submit(f"{clerk.base}/nop", {"xac_nhan": "1", "ho_ten": "B"})

    assert page.status == 422
    assert "đã thay đổi ở cửa sổ khác" in page.text
    assert clerk.versions() == []


def test_a_name_and_a_tick_are_asked_for_and_what_was_typed_stays(clerk):
    page = clerk.enter().submit(f"{clerk.base}/tep", {}, sent(clerk.workbook()))
    page.submit(f"{clerk.base}/nop", {"ho_ten": " "})

    assert page.status == 422
    assert "Có 2 chỗ cần sửa" in page.text
    page.submit(f"{clerk.base}/nop", {"ho_ten": "Trần Thị B", "xac_nhan": "1"})
    assert "✓ ĐÃ NHẬN BÁO CÁO" in page.text


def test_history_shows_what_changed_and_hands_out_every_file(clerk):
    clerk.enter()
    first = clerk.workbook()
    hand_in(clerk, first)
    hand_in(clerk, clerk.workbook(**{"budget-spent__value": "1234,5"}))
    page = clerk.browser.open(f"{clerk.base}/lich-su")

    assert "Khác bản trước ở 1 chỗ" in page.text
    assert "1.234,5" in page.text
    assert page.send("GET", f"{clerk.base}/ban/1/tep").content == first
    assert page.send("GET", f"{clerk.base}/ban/9/tep").status_code == 404
    receipt = clerk.versions()[1].receipt
    kinds = [page.send("GET", f"{clerk.base}/bien-nhan/{receipt}/tep/{kind}").content[:5] for kind in ("pdf", "json")]
    assert kinds == [b"%PDF-", b'{\n  "']
    assert page.send("GET", f"{clerk.base}/bien-nhan/XXXX").status_code == 404


def test_a_report_can_be_taken_back_with_a_reason_and_handed_in_anew(clerk):
    clerk.enter()
    hand_in(clerk, clerk.workbook())
    page = clerk.browser.open(f"{clerk.base}/thu-hoi").submit(f"{clerk.base}/thu-hoi", {"ly_do": "sai"})
    assert page.status == 422
    page.submit(f"{clerk.base}/thu-hoi", {"ly_do": "Nộp nhầm số liệu của quý trước", "ho_ten": "Trần Thị B"})
    assert page.here == clerk.base
    assert [one.status for one in clerk.versions()] == ["withdrawn"]
    hand_in(clerk, clerk.workbook(**{"budget-spent__value": "2"}))
    assert [one.status for one in clerk.versions()][-1] == "accepted"


def test_more_time_is_asked_for_and_the_request_can_be_taken_back(clerk):
    page = clerk.enter().open(f"{clerk.base}/gia-han").submit(f"{clerk.base}/gia-han", {"ngay": "31/2/2025"})
    assert (page.status, "Có 3 chỗ cần sửa" in page.text) == (422, True)
    page.submit(f"{clerk.base}/gia-han", {"ngay": "30/09/2025", "ly_do": "Chờ số liệu của hai đơn vị", "ho_ten": "B"})
    assert "Đang chờ trả lời" in page.text
    with clerk.world.house() as house, house.work() as work:
        (request,) = work.extension_requests.of(clerk.obligation)
    assert request.wanted.isoformat() == "2025-10-01T00:00:00+07:00"  # the end of 30/09
    page.submit(f"{clerk.base}/gia-han/rut", {})
    assert "Đang chờ trả lời" not in page.text


def test_leaving_ends_the_session_and_the_link_opens_again(clerk):
    page = clerk.enter().submit(f"{clerk.base}/thoat", {})
    assert ("Đã thoát" in page.text, page.cookies) == (True, {})
    assert page.open(clerk.base).status == 403
    assert clerk.enter().status == 200


def test_pages_are_english_on_request_and_stay_so(clerk):
    page = clerk.enter().open(f"{clerk.base}?ngon-ngu=en")
    assert '<html lang="en">' in page.page
    assert "Submit the report" in page.text
    page.open(clerk.base).submit("/ngon-ngu", {"ngon_ngu": "en"})
    assert (page.here, "Submit the report" in page.text) == (clerk.base, True)
    wrong = page.submit(f"{clerk.base}/tep", {}, sent(clerk.workbook(inspections__value="-3")))
    assert "There is 1 thing to fix" in wrong.text
    page.submit(f"{clerk.base}/tep", {}, sent(clerk.workbook()))
    page.submit(f"{clerk.base}/nop", {"xac_nhan": "1", "ho_ten": "Trần Thị B"})
    assert "09:00:00 on 10/09/2025 · on time" in page.text


def test_a_letter_carries_the_link_and_the_ledger_does_not(build):
    world = build(now=NOW)
    with world.house(NOW) as house:
        letter = data_calls.queue(house, 2025, Period.Q3, "so-y-te")
        with house.work() as work:
            message = work.outbox.get(letter.key)
            links = work.links.of(ObligationKey("tn-nq94-2025", Period.Q3, "so-y-te"))
        mail = message_from_bytes(house.files.get(message.sha256), policy=default)
    token = re.search("/n/([0-9a-f]{32})", mail.get_body(("plain",)).get_content())[1]

    assert [(one.recipient, one.token_sha256) for one in links] == [
        (letter.to_address, hashlib.sha256(token.encode()).hexdigest())
    ]
    assert token not in str(message)
