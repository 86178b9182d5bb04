"""A form that comes too late loses nothing: after a fresh token or a new session its values are there to be sent."""

import html
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from clerk_world import ClerkBrowser, a_clerk
from desk_world import ANSWER, BAD_ADDRESS, DUTY, LETTER, NOW, a_busy_desk

from plancycle.bootstrap import open_house
from plancycle.domain.clerk_access import SESSION_LIFE as CLERK_LIFE
from plancycle.domain.people import SESSION_LIFE
from plancycle.portal.app import create_app
from plancycle.services import staff_accounts

TEXT = "Số liệu chưa khớp với báo cáo tháng 8 <b>"
NAME, PASSWORD = "nguyen-thi-lap", "hoa ban nở trắng sườn đồi"
DESK = (
    (f"/don-vi{ANSWER}/tra-lai", {"reason": TEXT, "act": "return"}),
    (f"/don-vi{ANSWER}/gia-han", {"reason": TEXT, "requested_by": "Trần Thị B", "act": "extend"}),
    (f"/don-vi{ANSWER}/thu-hoi", {"reason": TEXT, "version": "2", "act": "withdraw"}),
    (f"/don-vi{ANSWER}/dinh-chinh", {"reason": TEXT, "act": "correct"}),
    (f"/don-vi{ANSWER}/giai-trinh", {"reason": TEXT, "number": "1", "verdict": "refuse"}),
    (f"/xet{ANSWER}", {"reason": TEXT, "cells": "inspections|value", "version": "2", "verdict": "return"}),
    ("/gia-han?nam=2025", {"reason": TEXT, "document": "Công văn 12", "verdict": "grant"}),
    ("/thuyet-minh/2025/q3", {"text": TEXT, "base": "0", "act": "x"}),
    ("/thu-di?nam=2025", {"reason": TEXT, "key": LETTER, "verdict": "sent"}),
    ("/dia-chi", {"reason": TEXT, "address": BAD_ADDRESS}),
    ("/viec-khac?nam=2025&loai=obstacle", {"subject": TEXT, "body": "so-y-te", "key": "bd-1"}),
    (DUTY, {"note": TEXT, "status": "closed"}),
)
CLERK = (
    ("gia-han", {"ly_do": TEXT, "ngay": "30/09/2025", "ho_ten": "Trần Thị B"}),
    ("thu-hoi", {"ly_do": TEXT, "ho_ten": "Trần Thị B"}),
    ("dinh-chinh", {"ly_do": TEXT, "ho_ten": "Trần Thị B"}),
    ("nop", {"ho_ten": "Trần Thị B", "gt:jump|works|value": TEXT, "niem": "x"}),
    ("chon", {"o:works.n1.result": TEXT, "tiep": "luu"}),
    ("bien-nhan/RM3MJ5YK9TW3/giai-trinh", {"gt:jump|works|value": TEXT}),
)


def kept(page):
    """The fields of the form that would be sent again."""
    names = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {html.unescape(name): html.unescape(value) for name, value in names}


def left_out(sent, page):
    """What was typed and is not there any more."""
    return {name: value for name, value in sent.items() if kept(page).get(name) != value}


def at(world, moment):
    """The same portal at another moment."""
    return replace(world.browser, app=create_app(lambda: open_house(world.settings, moment)))


def test_every_form_of_the_desk_comes_back_after_a_stale_token_and_after_the_session_has_ended(build):
    clerk = a_busy_desk(build(now=NOW))
    wrong = []
    stale = ClerkBrowser(clerk.world.browser)
    for action, sent in DESK:
        answer = stale.send("POST", action, data=sent | {"csrf": "cũ"})
        if answer.status_code != 403 or left_out(sent, answer.text) or not kept(answer.text)["csrf"]:
            wrong.append(("stale", action, answer.status_code))
    with clerk.world.house(NOW) as house:
        staff_accounts.add(house, NAME, "Nguyễn Thị Lập", ["operator"], PASSWORD, "quan-tri")
    somebody = ClerkBrowser(clerk.world.browser)
    somebody.open("/dang-nhap").submit("/dang-nhap", {"ten": NAME, "mat_khau": PASSWORD})
    token = re.search(r'name="csrf" value="([^"]+)"', somebody.open("/gia-han?nam=2025").page)[1]
    somebody.browser = at(clerk.world, NOW + SESSION_LIFE)
    for action, sent in DESK:
        answer = somebody.send("POST", action, data=sent | {"csrf": token})
        if answer.status_code != 401 or left_out(sent, answer.text) or 'href="/dang-nhap"' not in answer.text:
            wrong.append(("over", action, answer.status_code))

    assert wrong == []


def test_after_signing_in_again_what_was_typed_is_sent_with_two_presses(build):
    clerk = a_busy_desk(build(now=NOW))
    with clerk.world.house(NOW) as house:
        staff_accounts.add(house, NAME, "Nguyễn Thị Lập", ["operator"], PASSWORD, "quan-tri")
    action, sent = DESK[0]
    browser = ClerkBrowser(clerk.world.browser)
    waiting = browser.send("POST", action, data=sent).text
    browser.open("/dang-nhap").submit("/dang-nhap", {"ten": NAME, "mat_khau": PASSWORD})
    browser.page = waiting
    browser.submit(action, {})  # the token is still the old one: the same page with a fresh one
    browser.submit(action, {})

    assert "Xem thư trước khi gửi" in browser.text
    assert TEXT in html.unescape(browser.page)


def test_every_form_of_a_clerk_comes_back_after_a_stale_token_and_after_the_session_has_ended(build):
    clerk = a_clerk(build(now=NOW))
    browser = clerk.enter()
    wrong = []
    for moment in (NOW, NOW + CLERK_LIFE + timedelta(seconds=1)):
        browser.browser = at(clerk.world, moment)
        for place, sent in CLERK:
            answer = browser.send("POST", f"{clerk.base}/{place}", data=sent | {"csrf": "cũ"})
            has_token = bool(kept(answer.text).get("csrf"))
            if answer.status_code != 403 or left_out(sent, answer.text) or has_token != (moment == NOW):
                wrong.append((str(moment), place, answer.status_code))

    assert wrong == []


@pytest.mark.parametrize("sender", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "none"}])
def test_what_another_site_sends_gets_nothing_to_press(build, sender):
    world = build(now=NOW)
    answer = world.browser.ask("POST", f"/don-vi{ANSWER}/tra-lai", sender, data={"reason": TEXT, "csrf": "x"})

    assert (answer.status_code, "<form" in answer.text.split("<main")[1]) == (403, False)


def test_passwords_and_codes_never_come_back(build):
    clerk = a_clerk(build(now=NOW))
    sent = {"ly_do": TEXT, "ma": "123456", "mat_khau": PASSWORD, "csrf": "cũ"}
    answer = clerk.enter().send("POST", f"{clerk.base}/gia-han", data=sent)

    assert (answer.status_code, "123456" in answer.text, PASSWORD in answer.text) == (403, False, False)
