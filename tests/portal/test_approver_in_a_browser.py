"""The approver in a real browser, on a phone: four taps after the letter, by keyboard alone, without JavaScript."""

import pytest
from approving import approver, code_of
from keyboard import PHONE, press, served, tab_to
from page_walk import CHROMIUM, launched

from plancycle.bootstrap import open_house
from plancycle.domain.approvals import ApprovalStatus
from plancycle.portal.app import create_app

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium not installed")
SMALLEST = 44
"""Pixels of what a thumb can hit."""


@pytest.fixture(scope="module")
def chromium():
    """Debian's own browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = launched(driver)
        yield browser
        browser.close()


@pytest.fixture
def site(world):
    """The portal with the world's request."""
    with (
        world.house() as house,
        served(lambda address: create_app(lambda: open_house(world.settings, house.clock.now()), address)) as address,
    ):
        yield address


def test_reading_and_approving_takes_four_taps_by_keyboard_alone_without_javascript(chromium, site, world):
    app = approver(world)
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(site + world.page)  # 1: the link in the letter
    tab_to(page, "Phê duyệt")
    page.keyboard.press("Enter")  # 2: approve
    tab_to(page, "ma-duyet")
    page.keyboard.type("000000")  # 3: the code
    press(page, "Xác nhận phê duyệt")  # 4: confirm; a wrong code is said so at the field
    assert "Mã chưa đúng" in page.inner_text("#ma-duyet-loi")
    assert world.now_stands().status is ApprovalStatus.REQUESTED
    tab_to(page, "ma-duyet")
    page.keyboard.type(code_of(world, app))
    press(page, "Xác nhận phê duyệt")

    assert "✓ Đã phê duyệt" in page.inner_text("main")
    assert world.now_stands().status is ApprovalStatus.APPROVED
    context.close()


def test_what_is_pressed_on_a_phone_can_be_hit_by_a_thumb(chromium, site, world):
    approver(world)
    page = chromium.new_page(viewport=PHONE)
    page.goto(site + world.page)
    low = [box["height"] for one in page.query_selector_all("summary, .files a") if (box := one.bounding_box())]
    page.close()

    assert min(low) >= SMALLEST


def test_no_other_site_can_show_the_page_in_a_frame(chromium, site, world):
    context = chromium.new_context()
    page = context.new_page()
    page.set_content(f'<h1>Other</h1><iframe src="{site}{world.page}" width="300" height="300"></iframe>')
    page.wait_for_timeout(300)
    (frame,) = [one for one in page.frames if one is not page.main_frame]

    assert "Phê duyệt" not in frame.content()
    context.close()
