"""The ways through the portal on which every page is looked at, in the states that people meet."""

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import factories
import pyotp
from approving import code_of
from clerk_world import ClerkWorld, take_into_an_approved_edition
from desk_world import ANSWER, FORMS, PLACES, REVIEW
from doubted_answer import WHY, doubted_workbook
from loopback_upward import a_house_before
from page_walk import Walk
from small_programme import DURING_ANNUAL

from plancycle.adapters.texts import Catalogue
from plancycle.domain.waiting_line import Waiting
from plancycle.rehearsal.exchange import Exchange
from plancycle.services.transmit_edition import transmit
from plancycle.services.wait_in_line import keep

PASSWORD = "hoa ban nở trắng sườn đồi"
SEND = """([action, sent]) => {
  const form = Object.assign(document.createElement("form"), {method: "post", action: action});
  for (const [name, value] of Object.entries(sent))
    form.append(Object.assign(document.createElement("input"), {name: name, value: value}));
  document.body.append(form);
  form.submit();
}"""


def send(walk: Walk, page: str, action: str, sent: dict[str, str]) -> None:
    """Send a form of a page with fields as given, whatever the page would let somebody type."""
    walk.page.goto(walk.site + page)
    csrf = walk.page.locator('input[name="csrf"]').first.input_value()
    with walk.page.expect_navigation(wait_until="load"):
        walk.page.evaluate(SEND, [action, {"csrf": csrf} | sent])


def press(walk: Walk, name: str) -> None:
    """Press a button and wait for the page it leads to."""
    with walk.page.expect_navigation(wait_until="load"):
        walk.page.get_by_role("button", name=name).first.click()


def at_the_desk(walk: Walk) -> None:
    """Every page of the desk in its usual states, and the letters shown before an act sends them."""
    for place in PLACES:
        walk.go(place)
    returned = {"version": "2", "verdict": "return", "cells": "inspections|value", "reason": "Số liệu chưa khớp"}
    send(walk, REVIEW, REVIEW, returned)
    walk.look("letters first")
    send(walk, REVIEW, f"/don-vi{ANSWER}/lien-ket", {"csrf": "cũ", "reason": "Số liệu chưa khớp"})
    walk.look("form that came too late")
    walk.go("/luot-chay/daily_sweep?nam=2025", "Prefect away")


def corrects_upward(walk: Walk) -> None:
    """What went up to the ministry, the form of a correction, after a mistake, and what it would do."""
    busy = walk.app.state.open_house
    with Exchange(lambda: DURING_ANNUAL) as exchange:
        house: Any = a_house_before(exchange)
        house.texts = Catalogue()
        transmit(house, factories.an_approved_edition(house).id)
        walk.app.state.open_house = lambda: nullcontext(house)
        walk.go("/gui-len/2025/annual", "upward 1 a delivery")
        with walk.page.expect_navigation(wait_until="load"):
            walk.page.locator('a[href*="viec=recall"]').first.click()
        walk.look("upward 2 a correction")
        walk.page.locator("form.one button").first.click()
        walk.look("upward 3 without a reason")
        walk.page.get_by_label("Lý do").fill("Sai số liệu của Sở Nội vụ")
        walk.page.get_by_label("Văn bản").fill("Công văn số 15/SNV-CCHC")
        walk.page.locator("form.one button").first.click()
        walk.look("upward 4 what would be done")
    walk.app.state.open_house = busy


def after_mistakes(walk: Walk) -> None:
    """Every form of the desk that was refused: each says so where eyes and screen readers look first."""
    for form in FORMS:
        send(walk, form.page, form.action, {"act": form.act} | form.sent)
        assert walk.page.get_by_role("alert").first.is_visible(), form
        walk.look(f"mistake {form}")
    waiting = "/thuyet-minh/2025/q3"
    walk.page.goto(walk.site + waiting)
    passage = walk.page.locator('input[name="act"]').first.input_value()
    send(walk, waiting, waiting, {"act": passage, "base": "7", "text": "Lời văn của người chưa xem bản mới"})
    walk.look("mistake: somebody else has changed the passage")
    walk.page.goto(f"{walk.site}/gia-han?nam=2025")
    request = walk.page.locator('input[name="act"]').first.input_value()
    send(walk, "/gia-han?nam=2025", "/gia-han?nam=2025", {"act": request, "request": request, "verdict": "grant"})
    walk.look("mistake: extension granted without a reason")
    send(walk, "/luot-chay?nam=2025", "/luot-chay/daily_sweep", {"nam": "2025"})
    walk.look("mistake: Prefect away")
    send(walk, "/cach-ly/1", "/cach-ly/1", {})
    walk.look("quarantined file taken in, refused again")
    send(walk, "/cach-ly/1", "/cach-ly/999", {})
    walk.look("mistake: no such file")


def writes_and_checks(walk: Walk, clerk: ClerkWorld, folder: Path) -> None:
    """A clerk from the letter to drafts, errors and a request for more time."""
    wrong = folder / "sai.xlsx"
    wrong.write_bytes(clerk.workbook(inspections__value="-3"))
    page = walk.page
    walk.app.state.confirm_recipient = True
    walk.go(clerk.link, "clerk 1 landing")
    page.fill("#dia-chi", "nguoi-khac@so.example")
    press(walk, "Mở hồ sơ báo cáo")
    walk.look("clerk 2 not the recipient")
    walk.app.state.confirm_recipient = False
    page.goto(walk.site + clerk.link)
    press(walk, "Mở hồ sơ báo cáo")
    walk.look("clerk 3 tasks")
    press(walk, "Kiểm tra")
    walk.look("clerk 4 no file")
    page.set_input_files("#tep", wrong)
    press(walk, "Kiểm tra")
    walk.look("clerk 5 mend")
    page.goto(f"{walk.site}{clerk.base}/nhap")
    walk.look("clerk 6 form")
    other = page.context.new_page()
    other.goto(f"{walk.site}{clerk.base}/nhap")
    other.fill("#o-figures-inspections-value", "7")
    other.get_by_role("button", name="Lưu nháp").click()
    other.close()
    page.fill("#o-figures-inspections-value", "12.5")
    press(walk, "Lưu nháp")
    walk.look("clerk 7 two windows")
    press(walk, "Lưu lựa chọn")
    walk.look("clerk 8 nothing chosen")
    page.get_by_label("Dùng nội dung trong cửa sổ này").check()
    press(walk, "Lưu lựa chọn")
    walk.look("clerk 9 saved")
    press(walk, "Lưu và kiểm tra")
    walk.look("clerk 10 form errors")
    page.goto(f"{walk.site}{clerk.base}/gia-han")
    press(walk, "Gửi đề nghị")
    walk.look("clerk 11 extension errors")
    page.fill("#ngay", "30/09/2025")
    page.fill("#ly-do", "Chờ số liệu của hai đơn vị trực thuộc")
    page.fill("#ho-ten", "Trần Thị B")
    press(walk, "Gửi đề nghị")
    walk.look("clerk 12 extension asked")


def hands_in_and_corrects(walk: Walk, clerk: ClerkWorld, folder: Path) -> None:
    """From the check to the receipt, reasons given later, a correction, taking back, and out."""
    right, page = folder / "dung.xlsx", walk.page
    right.write_bytes(doubted_workbook(clerk))
    walk.go(f"{clerk.base}/khong-phat-sinh", "clerk 13 nothing to report")
    page.goto(walk.site + clerk.base)
    page.set_input_files("#tep", right)
    press(walk, "Kiểm tra")
    walk.look("clerk 14 check")
    page.fill("#ho-ten", "")
    press(walk, "Nộp báo cáo")
    walk.look("clerk 15 check errors")
    page.fill("#ho-ten", "Trần Thị B")
    page.get_by_label("Tôi xác nhận").check()
    press(walk, "Nộp báo cáo")
    walk.look("clerk 16 receipt with a question")
    page.locator("textarea").first.fill("đúng")
    press(walk, "Gửi giải trình")
    walk.look("clerk 17 reason too short")
    page.locator("textarea").first.fill(WHY)
    press(walk, "Gửi giải trình")
    walk.look("clerk 18 receipt")
    walk.go(f"{clerk.base}/lich", "clerk 18a calendar")
    press(walk, "Hiện địa chỉ lịch")
    walk.look("clerk 18b the calendar's address")
    walk.go(f"{clerk.base}/lich-su", "clerk 19 history")
    waits(walk, clerk)
    walk.go(f"{clerk.base}/thu-hoi", "clerk 20 take back")
    page.fill("#ly-do", "sai")
    press(walk, "Thu hồi")
    walk.look("clerk 21 take back errors")
    take_into_an_approved_edition(clerk)
    walk.go(clerk.base, "clerk 22 approved")
    walk.go(f"{clerk.base}/dinh-chinh", "clerk 23 correction")
    page.fill("#ly-do", "sai")
    press(walk, "Mở đính chính")
    walk.look("clerk 24 correction errors")
    walk.go(f"{clerk.base}?ngon-ngu=en", "clerk 25 tasks in English")
    press(walk, "Leave")
    walk.look("clerk 26 left")
    walk.go(clerk.base, "clerk 27 session over")


def waits(walk: Walk, clerk: ClerkWorld) -> None:
    """The place in the line of an answer whose check is held back; the portal checks nothing from here on."""
    walk.app.state.line.until_idle(20)
    walk.app.state.line.stop()
    with clerk.world.house() as house:
        sha256, at = house.files.put(b"later"), house.clock.now()
        one = Waiting(clerk.agency, str(clerk.obligation), "web", "bao-cao.xlsx", sha256, None, "", "{}", at)
        kept, _ = keep(house, [one])[0]
    walk.go(f"{clerk.base}/cho/{kept.id}", "clerk 19a waits for its check")


def decides(walk: Walk, path: str, make_approver: Callable[[], pyotp.TOTP], world: Any) -> None:
    """The approver, without and with an account, after mistakes, and after the decision."""
    page = walk.page
    walk.go(path, "approval 1 without an account")
    app = make_approver()
    walk.go(path, "approval 2")
    press(walk, "Xác nhận trả lại")
    walk.look("approval 3 errors")
    page.fill("#ly-do", "Thiếu thuyết minh chỉ tiêu số 3")
    page.fill("#ma-tra", code_of(world, app))
    press(walk, "Xác nhận trả lại")
    walk.look("approval 4 returned")


def signs_in(walk: Walk, name: str, now: Any) -> None:
    """Somebody whose account is new: a wrong password, the authenticator app, its codes, and the code the next time."""
    page = walk.page

    def password(text: str) -> None:
        page.fill("#ten", name)
        page.fill("#mat-khau", text)
        press(walk, "Đăng nhập")

    walk.go("/dang-nhap", "sign in 1")
    password("sai")
    walk.look("sign in 2 wrong")
    password(PASSWORD)
    walk.look("sign in 3 new app")
    key = page.locator("code.key").inner_text().replace(" ", "")
    page.fill("#ma", "000000")
    press(walk, "Bật xác thực hai bước")
    walk.look("sign in 4 wrong code of the new app")
    page.fill("#ma", pyotp.TOTP(key).at(now))
    press(walk, "Bật xác thực hai bước")
    walk.look("sign in 5 recovery codes")
    code = page.locator("li code").first.inner_text()
    page.context.clear_cookies()
    page.goto(f"{walk.site}/dang-nhap")
    password(PASSWORD)
    walk.look("sign in 6 code")
    page.fill("#ma", "000000")
    press(walk, "Xác nhận")
    walk.look("sign in 7 wrong code")
    page.fill("#ma", code)
    press(walk, "Xác nhận")
    walk.look("sign in 8 at the desk as somebody")
