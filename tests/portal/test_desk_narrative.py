"""The narrative edited in the browser, without JavaScript; and how the newest edition stands."""

import re

import pytest
from clerk_world import ClerkBrowser, a_clerk
from desk_world import AGENCY, NOW

from plancycle.services import data_calls
from plancycle.services.consolidate_period import consolidate
from plancycle.services.receive_submission import receive

PAGE, STANDING = "/thuyet-minh/2025/q3", "/doi-chieu/2025/q3"
SAID = "Kinh phí cấp chậm so với tiến độ <b>"


@pytest.fixture
def desk(build):
    """A desk with one answer in an edition."""
    clerk = a_clerk(build(now=NOW), AGENCY)
    with clerk.world.house(NOW) as house:
        data_calls.queue(house, 2025, clerk.period, AGENCY)
        receive(house, clerk.workbook(inspections__value="5", N2__value=SAID), "bao-cao.xlsx", "folder")
        consolidate(house, 2025, clerk.period)
    return clerk, ClerkBrowser(clerk.world.browser)


def edit(browser, text, base=0):
    browser.open(PAGE)
    csrf = re.search(r'name="csrf" value="([^"]+)"', browser.page)[1]
    passage = re.search(r'name="act" value="([^"]+)"', browser.page)[1]
    return browser.send("POST", PAGE, data={"csrf": csrf, "act": passage, "base": str(base), "text": text})


def test_a_passage_is_edited_with_its_sources_in_sight_and_never_over_a_version_nobody_saw(desk):
    _, browser = desk
    browser.open(PAGE)
    assert "Kinh phí cấp chậm so với tiến độ &lt;b&gt;" in browser.page
    assert f"/don-vi/2025/q3/{AGENCY}/so-lieu/1#" in browser.page

    assert edit(browser, "Kinh phí được cấp chậm").status_code in (200, 303)
    browser.open(PAGE)
    assert "Kinh phí được cấp chậm" in browser.page
    refused = edit(browser, "Lời văn của người chưa xem bản mới", base=0)
    assert 400 <= refused.status_code < 500
    assert "Lời văn của người chưa xem bản mới" in refused.text
    browser.open(PAGE)
    assert "Lời văn của người chưa xem" not in browser.page


def test_an_edition_that_no_longer_says_what_stands_is_shown_with_the_difference(desk):
    clerk, browser = desk
    browser.open(STANDING)
    assert "đúng với dữ liệu hiện có" in browser.page
    with clerk.world.house(NOW) as house:
        receive(house, clerk.workbook(inspections__value="9"), "bao-cao-2.xlsx", "folder")
        browser.open(STANDING)
        assert "không còn đúng với dữ liệu hiện có" in browser.page
        assert re.search(r'data-label="Chênh lệch">4<', browser.page)
    browser.open(STANDING)  # who changed it has folded the edition anew on leaving
    assert "không còn đúng với dữ liệu hiện có" not in browser.page
