"""The desk in a real browser: by keyboard alone, without JavaScript, on paper."""

import pytest
from desk_world import NOW, a_busy_desk
from keyboard import served
from page_walk import CHROMIUM, DESK, launched

from plancycle.bootstrap import open_house
from plancycle.portal.app import create_app

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium not installed")


@pytest.fixture
def site(build):
    """The real portal with something on every page of the desk, on a free port of this machine."""
    world = a_busy_desk(build(now=NOW)).world
    with served(
        lambda address: create_app(lambda: open_house(world.settings, NOW), address, world.settings.data)
    ) as address:
        yield address


@pytest.fixture
def chromium():
    """Debian's own browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = launched(driver)
        yield browser
        browser.close()


def test_from_the_matrix_to_a_return_by_keyboard_alone_without_javascript(site, chromium):
    page = chromium.new_context(java_script_enabled=False, viewport=DESK).new_page()
    page.goto(site + "/bao-cao?nam=2025")
    page.focus("#tim")
    page.keyboard.type("so y te")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="✓ Đã nộp đúng hạn").last.focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Xét và trả lại theo từng ô…").focus()
    page.keyboard.press("Enter")
    page.locator('input[name="cells"][value="inspections|value"]').focus()
    page.keyboard.press("Space")
    page.focus("#reason")
    page.keyboard.type("Số liệu chưa khớp với báo cáo tháng 8")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Gửi 1 thư").focus()
    page.keyboard.press("Enter")

    assert page.get_by_role("status").inner_text() == "✓ Đã trả lại bản nộp; thư kèm tệp đánh dấu đã vào hàng chờ gửi."


def test_the_matrix_prints_on_its_side_with_its_heading_on_every_sheet_and_no_buttons(site, chromium):
    page = chromium.new_page(viewport=DESK)
    page.goto(site + "/bao-cao?nam=2025")
    page.emulate_media(media="print")

    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") in range(1, 12)
    assert not page.locator("form.filter").is_visible()
    assert not page.locator(".desk-nav").is_visible()
    assert page.locator(".grid thead").evaluate("it => getComputedStyle(it).display") == "table-header-group"
    assert page.locator(".grid").evaluate("it => it.scrollWidth <= document.documentElement.clientWidth")
