"""The clerk's whole journey in a real browser, by keyboard alone, without JavaScript; and how light its pages are."""

import gzip
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import keyboard
import pytest
from clerk_world import a_clerk
from keyboard import PHONE
from page_walk import CHROMIUM, launched

from plancycle.bootstrap import open_house
from plancycle.portal.app import STATIC, create_app

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium not installed")

NOW = datetime(2025, 9, 10, 2, 0, tzinfo=UTC)
FIRST_LOAD = 40 * 1024
MOST_CLICKS = 4
"""From the letter to the receipt."""
FEW_TASKS = "phuong-bac-kan-01843"
"""A body with the shortest form."""
PAGES = ("", "/nhap", "/khong-phat-sinh")


@pytest.fixture(scope="module")
def chromium():
    """Debian's own browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = launched(driver)
        yield browser
        browser.close()


@pytest.fixture
def served(build):
    """The real portal on a free port of this machine; answers to the address it has."""
    world = build(now=NOW)
    opened = lambda: open_house(world.settings, NOW)  # noqa: E731
    with keyboard.served(lambda address: create_app(opened, address, patience=60)) as address:
        yield a_clerk(world, FEW_TASKS), address


def test_the_whole_journey_works_without_javascript_by_keyboard_alone(chromium, served, tmp_path):
    clerk, site = served
    file = tmp_path / "bao-cao.xlsx"
    file.write_bytes(clerk.workbook())
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(site + clerk.link)
    clicks = ["the link in the letter", press(page, "Mở hồ sơ báo cáo")]
    keyboard.tab_to(page, "tep")
    page.set_input_files("#tep", file)  # the operating system's own window is beyond the page
    clicks.append(press(page, "Kiểm tra"))
    keyboard.tab_to(page, "ho-ten")
    page.keyboard.type("Trần Thị B")
    keyboard.tab_to(page, "xac-nhan")
    page.keyboard.press("Space")
    clicks.append(press(page, "Nộp báo cáo"))
    (version,) = clerk.versions()

    assert len(clicks) <= MOST_CLICKS
    assert version.receipt in page.inner_text("main")
    assert "✓ ĐÃ NHẬN BÁO CÁO" in page.inner_text("main")
    context.close()


def press(page, text):
    """Go to a button by Tab and press Enter; returns which."""
    keyboard.press(page, text)
    return text


def test_the_first_load_is_small(build):
    clerk = a_clerk(build(now=NOW))
    styles = gzip.compress((STATIC / "portal.css").read_bytes())
    with ThreadPoolExecutor(1) as apart:  # the driver of the browser keeps this thread's event loop busy
        pages = list(apart.map(lambda path: clerk.enter().open(f"{clerk.base}{path}").page, PAGES))

    assert [len(gzip.compress(page.encode())) + len(styles) < FIRST_LOAD for page in pages] == [True] * 3
    assert not any("<script" in page or "style=" in page for page in pages)
