"""The desk over HTTP, without JavaScript: looking for a body, its timeline, reviewing, tracing, and the lists."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from clerk_world import ClerkBrowser, a_clerk
from prefect_stand_in import a_prefect_server

from plancycle.domain.messages import Lease, MessageStatus
from plancycle.domain.people import Role
from plancycle.domain.submissions import SubmissionStatus
from plancycle.portal import desk_matrix, desk_pages
from plancycle.portal.desk_matrix import LINES
from plancycle.portal.framing import Frame
from plancycle.portal.pages import PeriodColumn
from plancycle.portal.remembered import Remembered
from plancycle.portal.rendering import render
from plancycle.services import data_calls, staff_accounts
from plancycle.services.consolidate_period import consolidate
from plancycle.services.receive_submission import receive
from plancycle.services.sign_in import with_password

NOW = datetime(2025, 9, 10, 2, 0, tzinfo=UTC)  # Wednesday 10/09/2025, 09:00; the third quarter is due on 20/09
LINES_OF_Q3 = 111
"""Bodies that owe the third quarter."""
REASON = "Số liệu chưa khớp với báo cáo tháng 8"


@pytest.fixture
def clerk(build):
    """One agency's clerk while the third quarter is open."""
    return a_clerk(build(now=NOW), "so-y-te")


@pytest.fixture
def desk(clerk):
    """The desk's browser, on the server itself."""
    return ClerkBrowser(clerk.world.browser)


@pytest.fixture
def path(clerk):
    """The obligation's place in the desk's addresses."""
    return f"/2025/{clerk.period}/{clerk.agency}"


def hand_in(clerk, **changed):
    with clerk.world.house(NOW) as house:
        return receive(house, clerk.workbook(**changed), "bao-cao.xlsx", "folder")


def signed_in(clerk, role):
    """A browser in which somebody with one role has signed in."""
    with clerk.world.house(NOW) as house:
        staff_accounts.add(house, f"nguoi-{role}", f"Người {role}", [role], "mật khẩu đủ dài 123", "may-chu")
        _, cookie = with_password(house, f"nguoi-{role}", "mật khẩu đủ dài 123")
    return ClerkBrowser(clerk.world.browser, {"__Host-nhan-vien": cookie})


def pressed_twice(browser, place, form):
    """The status after the letters were shown and sent; of the refusal, where nothing was shown."""
    first = browser.send("POST", place, data=form)
    seen = re.search(r'name="da_xem" value="([^"]+)"', first.text)
    return browser.send("POST", place, data=form | {"da_xem": seen[1]}).status_code if seen else first.status_code


def test_a_body_is_found_without_diacritics_in_any_case_and_form_and_by_standing(clerk, desk):
    hand_in(clerk)
    table = {
        "tim=so noi vu": 1,
        "tim=Sở Nội vụ": 1,
        "tim=SO+NOI+VU": 1,
        "tim=vu++noi so": 1,
        "tim=xyz": 0,
        "tt=submitted&trong=q3": 1,
        "tt=submitted&trong=q3&tim=noi+vu": 0,
        "tt=missing&trong=q3": 0,
        "tt=late&trong=q3": 0,
        "loai=invited": 0,
    }

    found = {query: desk.open(f"/bao-cao?nam=2025&{query}").text for query in table}
    assert {
        query: f"{count} trong 120 cơ quan, đơn vị." in found[query] for query, count in table.items()
    } == dict.fromkeys(table, True)
    assert "Sở Nội vụ" in found["tim=so noi vu"]


def test_the_matrix_shows_bodies_of_every_period_in_the_programmes_order(clerk, desk):
    """Rosters differ from period to period; a line is one body in all of them, an empty cell where nothing is owed."""
    with clerk.world.house(NOW) as house:
        programme = house.programmes.load(house.programme_id)
    page = desk.open("/bao-cao?nam=2025").page
    lines = re.findall(r'<th scope="row">([^<]+)</th>(.*?)</tr>', page)
    names = {one.name: place for place, one in reversed(list(enumerate(programme.agencies)))}
    places = [names[name] for name, _ in lines]

    assert {cells.count("<td ") for _, cells in lines} == {5}
    assert places == sorted(places)
    assert len({name for name, _ in lines}) == len(lines) == 120


def test_a_full_page_of_the_matrix_stays_under_a_hundred_kilobytes():
    mark = desk_pages.MatrixMark(
        "▲ Đã nộp, trễ hạn (muộn 12 ngày)", "submitted_late", "don-vi/2025/annual/phuong-a-01234"
    )
    columns = tuple(PeriodColumn(f"Quý {n}/2025", f"/bao-cao?ky=q{n}", NOW.date(), 1, 2, "5%", "4%") for n in range(5))
    page = desk_pages.MatrixPage(
        programme_title="Kế hoạch",
        year=2025,
        years=(2025,),
        now=NOW,
        columns=columns,
        lines=tuple(desk_pages.MatrixLine(f"UBND phường Phan Đình Phùng {n}", (mark,) * 5) for n in range(LINES)),
        wanted=desk_pages.MatrixFilter(),
        found=4000,
        total=4000,
        paging=desk_pages.Paging(1, 27, "", "/bao-cao?trang=2"),
        statuses=(),
        kinds=(),
        periods=(),
        reminders=(),
        sheet_href="/bao-cao/excel",
    )

    assert len(render("desk/matrix.html", page, frame=Frame()).body) <= 100 * 1024


def test_the_timeline_tells_letters_answers_and_decisions_in_order(clerk, desk, path):
    with clerk.world.house(NOW) as house:
        data_calls.queue(house, 2025, clerk.period, clerk.agency)
    hand_in(clerk)
    desk.open(f"/don-vi{path}")
    desk.press(f"/don-vi{path}/tra-lai", {"reason": REASON})
    order = ["Yêu cầu báo cáo: ", "Nộp lần 1, đúng hạn", "Trả lại bản nộp (may-chu)", REASON]

    assert "✓ Đã trả lại bản nộp" in desk.text
    assert [desk.text.index(words) for words in order] == sorted(desk.text.index(words) for words in order)


def test_an_act_that_writes_shows_its_letter_and_address_first_and_does_nothing_until_pressed_again(clerk, desk, path):
    hand_in(clerk)
    desk.open(f"/don-vi{path}").submit(f"/don-vi{path}/tra-lai", {"reason": REASON})
    first, before = desk.text, clerk.versions()[0].status
    desk.submit(f"/don-vi{path}/tra-lai", {"sua": "1"})
    back = desk.page
    desk.open(f"/don-vi{path}").press(f"/don-vi{path}/tra-lai", {"reason": REASON})

    assert all(
        words in first
        for words in ("] Trả lại: Quý III/2025", REASON, "bao-cao@so-y-te.example", "Gửi 1 thư", "Chưa có gì được gửi")
    )
    assert "/n/" not in first
    assert before is SubmissionStatus.ACCEPTED
    assert f"{REASON}</textarea>" in back
    assert "Có 1 chỗ cần sửa" not in back
    assert clerk.versions()[0].status is SubmissionStatus.RETURNED


def test_letters_that_changed_since_they_were_seen_are_shown_again(clerk, desk, path):
    hand_in(clerk)
    form = desk.open(f"/don-vi{path}").form(f"/don-vi{path}/tra-lai") | {"reason": REASON, "da_xem": "khác"}
    answer = desk.send("POST", f"/don-vi{path}/tra-lai", data=form)

    assert "Danh sách thư đã thay đổi" in answer.text
    assert clerk.versions()[0].status is SubmissionStatus.ACCEPTED


def test_a_refused_form_says_why_at_its_field_and_keeps_what_was_typed(clerk, desk, path):
    hand_in(clerk)
    desk.open(f"/don-vi{path}").submit(f"/don-vi{path}/tra-lai", {"reason": "sai <b>"})

    assert (desk.status, "Có 1 chỗ cần sửa" in desk.text) == (409, True)
    assert 'href="#reason-return"' in desk.page
    assert 'id="reason-return-loi"' in desk.page
    assert "sai &lt;b&gt;</textarea>" in desk.page


def test_cells_are_returned_one_by_one_with_the_reason(clerk, desk, path):
    hand_in(clerk)
    desk.open(f"/xet{path}")
    [cell] = re.findall(r'name="cells" value="(inspections\|value)"', desk.page)
    desk.press(f"/xet{path}", {"verdict": "return", "cells": cell, "reason": REASON})
    with clerk.world.house(NOW) as house, house.work() as work:
        [event] = work.audit.find(["submission.returned"], str(clerk.obligation))
        [letter] = [one for one in work.outbox.all(f"{clerk.obligation}/") if "/returned-" in one.key]
        body = house.files.get(letter.sha256).decode()

    assert clerk.versions()[-1].status is SubmissionStatus.RETURNED
    assert '"cells":["Số liệu · ' in event.payload
    assert event.actor == "may-chu"
    assert "Tra-lai_" in body


def test_nothing_is_returned_when_no_cell_is_ticked(clerk, desk, path):
    hand_in(clerk)
    desk.open(f"/xet{path}").submit(f"/xet{path}", {"verdict": "return", "reason": REASON})

    assert "Chưa chọn ô nào" in desk.text
    assert clerk.versions()[-1].status is SubmissionStatus.ACCEPTED


def test_a_changed_cell_is_marked_beside_what_was_sent_before(clerk, desk, path):
    hand_in(clerk, inspections__value="5")
    hand_in(clerk, inspections__value="7")
    row = re.search(
        r'<tr class="changed[^"]*">(?:(?!</tr>).)*inspections.*?</tr>', desk.open(f"/xet{path}").page, re.DOTALL
    )

    assert row is not None
    assert re.findall(r'<td class="number" data-label="[^"]+">\s*([57])', row[0]) == ["7", "5"]


def test_what_needs_no_look_is_taken_together_and_only_as_it_was_shown(clerk, desk):
    hand_in(clerk)
    queue = f"/xet/2025/{clerk.period}"
    desk.open(queue)
    hand_in(clerk, inspections__value="9")
    stale = desk.submit(queue, {"sure": "1"}).text
    again = desk.open(queue).submit(queue, {"sure": "1"}).text

    assert "Danh sách đã thay đổi" in stale
    assert "Đã xét (1)" in again
    with clerk.world.house(NOW) as house, house.work() as work:
        events = work.audit.find(["submission.reviewed"], str(clerk.obligation))
    assert [(one.subject, one.actor) for one in events] == [(f"{clerk.obligation}/v2", "may-chu")]


def test_a_figure_leads_to_its_cells_and_a_cell_to_its_figures(clerk, desk):
    hand_in(clerk, inspections__value="41")
    with clerk.world.house(NOW) as house:
        made = consolidate(house, 2025, clerk.period)
    edition = desk.open(f"/tong-hop/2025/{clerk.period}/1").page
    [figure] = re.findall(r'href="(/so-lieu/[^"]+/inspections\.value)"', edition)
    source = desk.open(figure)
    assert "41" in source.text
    [cells] = re.findall(r'href="(/don-vi/[^"#]+/so-lieu/1)#', source.page)
    back = desk.open(cells).page

    assert made.edition is not None
    assert f'href="{figure}"' in back


def test_more_time_is_granted_by_somebody_else_than_who_asked(clerk, desk, path):
    form = {
        "last_day": "30/09/2025",
        "reason": "Sáp nhập đơn vị",
        "document": "Công văn 12",
        "position": "Trưởng phòng",
    }
    mine = desk.open(f"/don-vi{path}").submit(f"/don-vi{path}/gia-han", form | {"requested_by": "may-chu"})
    assert (mine.status, "30/09/2025" in mine.page) == (403, True)
    granted = desk.open(f"/don-vi{path}").press(f"/don-vi{path}/gia-han", form | {"requested_by": "Trần Thị B"})

    assert "Hạn cuối 24 giờ ngày 30/09/2025" in granted.text
    assert "Trần Thị B" not in desk.open("/gia-han?nam=2024").text
    assert "30/09/2025" in desk.open("/gia-han?nam=2025").text


def test_a_form_that_is_not_ours_changes_nothing(clerk, desk, path):
    hand_in(clerk)
    paths = [f"/don-vi{path}/{act}" for act in ("tra-lai", "gia-han", "giai-trinh", "gui-lai", "thu-hoi")]
    paths += [f"/xet{path}", f"/xet/2025/{clerk.period}", "/gia-han", "/thu-di", "/dia-chi", "/cach-ly/1", "/viec-khac"]
    paths += ["/luot-chay/daily_sweep"]
    form = {"reason": REASON, "version": "1", "cells": "inspections|value", "csrf": "x"}

    assert {one: desk.send("POST", one, data=form).status_code for one in paths} == dict.fromkeys(paths, 403)
    assert clerk.versions()[-1].status is SubmissionStatus.ACCEPTED


def test_each_role_does_what_it_may_and_acts_under_its_own_name(clerk, path):
    hand_in(clerk)
    table = [(Role.AUDITOR, 403, 403), (Role.REVIEWER, 403, 303), (Role.OPERATOR, 303, 409)]  # after the second press
    done = []
    for role, _, _ in table:
        browser = signed_in(clerk, role)
        token = re.search(r'name="csrf" value="([^"]+)"', browser.open(f"/don-vi{path}").page)
        form = {"csrf": token[1] if token else "", "reason": REASON, "last_day": "30/09/2025"}
        form |= {"requested_by": "Trần Thị B", "document": "Công văn 12", "position": "Trưởng phòng"}
        done.append((role, *(pressed_twice(browser, f"/don-vi{path}/{act}", form) for act in ("gia-han", "tra-lai"))))

    assert done[:2] == table[:2]
    assert done[2][:2] == table[2][:2]
    assert f"(nguoi-{Role.REVIEWER})" in browser.open(f"/don-vi{path}").text


def test_an_answer_is_withdrawn_on_the_agencys_behalf(clerk, desk, path):
    hand_in(clerk)
    desk.open(f"/don-vi{path}").submit(f"/don-vi{path}/thu-hoi", {"reason": "Bà Trần Thị B đề nghị qua điện thoại"})

    assert "✓ Đã thu hồi bản nộp" in desk.text
    assert clerk.versions()[-1].status is SubmissionStatus.WITHDRAWN


def test_refused_bytes_are_saved_and_never_opened(clerk, desk):
    with clerk.world.house(NOW) as house:
        receive(house, b"<html><script>alert(1)</script>", 'x"><script>.html', "folder")
    listed = desk.open("/cach-ly").page
    answer = desk.send("GET", "/cach-ly/1/tep")

    assert "<script>" not in listed
    assert "<script>" not in desk.open("/cach-ly/1").page
    assert answer.content == b"<html><script>alert(1)</script>"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_letter_in_doubt_is_settled_by_a_named_person(clerk, desk):
    with clerk.world.house(NOW) as house:
        key = data_calls.queue(house, 2025, clerk.period, clerk.agency).key
        with house.work() as work:
            lease = Lease("gone", NOW + timedelta(minutes=15))
            work.outbox.claim(key, at=NOW, lease=lease, limit=1)
            work.outbox.move(key, MessageStatus.TRANSMITTING, at=NOW, lease=lease)
            work.outbox.move(key, MessageStatus.IN_DOUBT, at=NOW)
    desk.open("/thu-di?nam=2025")
    assert "Không rõ đã đến hay chưa (1)" in desk.text
    desk.submit("/thu-di?nam=2025", {"verdict": "sent", "reason": "Văn thư báo đã nhận"})
    with clerk.world.house(NOW) as house, house.work() as work:
        [event] = work.audit.find(["message.resolved"], key)
        assert (work.outbox.get(key).status, event.actor) == (MessageStatus.SENT, "may-chu")
    assert "Không rõ đã đến hay chưa" not in desk.open("/thu-di?nam=2025").text


def test_a_letter_is_shown_without_the_links_of_its_addressee(clerk, desk):
    with clerk.world.house(NOW) as house:
        key = data_calls.queue(house, 2025, clerk.period, clerk.agency).key
    page = desk.open(f"/thu-di/la?khoa={key}").page

    assert "[liên kết riêng của nơi nhận]" in page
    assert "http" not in re.sub(r"<[^>]+>", "", page)


JOURNAL = {
    "viec=submission.returned": True,
    "viec=submission.": True,
    "viec=cycle.opened": False,
    "nguoi=MAY-chu": True,
    "nguoi=ai-do": False,
    "ve=tn-nq94-2025/q3/": True,
    "ve=tn-nq94-2025/q1/": False,
    "tu=10/09/2025&toi=10/09/2025": True,
    "tu=11/09/2025": False,
    "toi=2025-09-09": False,
    "ve=%25": False,
}


def test_the_journal_is_searched_by_who_what_about_what_and_when(clerk, desk, path):
    hand_in(clerk)
    desk.open(f"/don-vi{path}").press(f"/don-vi{path}/tra-lai", {"reason": REASON})
    found = {query: ">submission.returned " in desk.open(f"/nhat-ky?{query}").page for query in JOURNAL}

    assert found == JOURNAL
    assert "✓ Chuỗi nhật ký nguyên vẹn" in desk.text
    assert f'<a href="/don-vi{path}">Sở Y tế · Quý III/2025</a>' in desk.open("/nhat-ky").page


def test_a_day_that_is_none_is_said_so(desk):
    assert (desk.open("/nhat-ky?tu=31/02/2025").status, "không phải là một ngày" in desk.text) == (422, True)


def test_the_journals_file_never_calculates(clerk, desk):
    with clerk.world.house(NOW) as house, house.work() as work:
        from plancycle.services.journal import record

        record(house, work, "=1+1", "@subject", actor="+bad")
    lines = desk.send("GET", "/nhat-ky/csv").content.decode("utf-8-sig").splitlines()

    assert lines[1].split(",")[2:5] == [" +bad", " =1+1", " @subject"]


def test_an_obstacle_is_told_once_and_moved_on(desk):
    desk.open("/viec-khac?nam=2025&loai=obstacle")
    form = desk.form("/viec-khac?nam=2025&amp;loai=obstacle") | {"body": "so-y-te", "subject": "Thiếu máy quét"}
    first = desk.send("POST", "/viec-khac?nam=2025&loai=obstacle", data=form)
    second = desk.send("POST", "/viec-khac?nam=2025&loai=obstacle", data=form)
    record = first.headers["location"].partition("?")[0]
    assert first.headers["location"] == second.headers["location"]
    desk.open(record).submit(record, {"status": "closed"})
    assert (desk.status, 'href="#note"' in desk.page) == (422, True)
    desk.open(record).submit(record, {"status": "closed", "note": "Đã mua"})

    assert "Việc này đã kết thúc." in desk.text


def test_the_desk_speaks_english_on_request(clerk, desk, path):
    hand_in(clerk)
    for page in ("/bao-cao?nam=2025", f"/don-vi{path}", f"/xet{path}", "/nhat-ky", "/tinh-trang", "/viec-khac"):
        answer = desk.open(page + ("&" if "?" in page else "?") + "ngon-ngu=en").page
        assert '<html lang="en">' in answer
        assert "Nhật ký" not in answer


def test_charts_show_the_same_numbers_as_their_tables(clerk, desk):
    hand_in(clerk, inspections__value="41")
    with clerk.world.house(NOW) as house:
        consolidate(house, 2025, clerk.period)
    [timeliness, *_] = re.findall(
        r'<section class="chart">.*?</section>', desk.open("/bieu-do/2025/q3").page, re.DOTALL
    )
    drawn = re.findall(r"<text [^>]*>(\d+)</text>", timeliness)
    listed = re.findall(r'<th scope="row">[^<]+</th><td class="number">(\d+)</td>', timeliness)

    assert drawn == listed == ["1", "0", str(LINES_OF_Q3 - 1)]
    assert "Chưa có bản tổng hợp nào" in desk.open("/bieu-do/2025/q1").text


@pytest.fixture
def prefect():
    """A Prefect server that knows one run of the third quarter."""
    with a_prefect_server() as made:
        yield made


def test_the_timeline_tells_prefects_runs_and_goes_on_without_prefect(build, prefect):
    clerk = a_clerk(build(now=NOW, prefect_api_url=prefect.url), "so-y-te")
    desk = ClerkBrowser(clerk.world.browser)
    told = desk.open("/don-vi/2025/q3/so-y-te").page
    prefect.stop()
    silent = desk.open("/don-vi/2025/q3/so-y-te")

    assert "Lượt chạy «Quý III/2025 · nhắc hạn»" in told
    assert f'href="{prefect.url.removesuffix("/api")}/v2/runs/flow-run/r-2"' in told
    assert (silent.status, "Chưa xem được các lượt chạy" in silent.text) == (200, True)


def test_what_was_worked_out_is_kept_until_the_ledger_changes_or_the_minute_is_over():
    kept, count = Remembered(most=2), iter(range(9))

    def ask(head, minute, about):
        return kept.get((head, minute), (about,), lambda: next(count))

    asked = [("a", "1", "x"), ("a", "1", "x"), ("b", "1", "x"), ("b", "2", "x"), ("b", "2", "y"), ("b", "2", "z")]
    assert [ask(*one) for one in asked] == [0, 0, 1, 2, 3, 4]
    assert ask("b", "2", "x") == 5


def test_an_answer_is_on_the_matrix_at_once_although_the_matrix_is_remembered(clerk, desk):
    before = desk.open("/bao-cao?nam=2025&tt=submitted&trong=q3").text
    hand_in(clerk)
    after = desk.open("/bao-cao?nam=2025&tt=submitted&trong=q3").text

    assert ("0 trong 120" in before, "1 trong 120" in after) == (True, True)


def test_one_page_of_the_matrix_is_enough_for_the_shipped_programme(desk):
    assert desk.open("/bao-cao?nam=2025").page.count('<th scope="row">') <= desk_matrix.LINES


def test_the_page_of_runs_tells_the_journal_too_and_goes_on_without_prefect(build, prefect):
    clerk = a_clerk(build(now=NOW, prefect_api_url=prefect.url), "so-y-te")
    hand_in(clerk)
    desk = ClerkBrowser(clerk.world.browser)
    told = desk.open("/luot-chay?nam=2025&ky=q3").page
    prefect.stop()
    silent = desk.open("/luot-chay?nam=2025&ky=q3")
    done = re.findall(r'href="(/nhat-ky\?[^"]+)"', silent.page)

    assert ("Quý III/2025 · nhắc hạn" in told, "Quý III/2025 · nhắc hạn" in silent.page) == (True, False)
    assert (silent.status, "Việc đã làm theo nhật ký" in silent.text, len(done) > 0) == (200, True, True)
    assert desk.open(html.unescape(done[0])).status == 200
