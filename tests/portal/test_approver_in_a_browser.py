"""The approver in a real browser, on a phone: four taps after the letter, by keyboard alone, without JavaScript."""

import shutil
from pathlib import Path

import pytest
from approving import approver, code_of
from keyboard import PHONE, press, served, tab_to, violations

from plancycle.bootstrap import open_house
from plancycle.domain.approvals import ApprovalStatus
from plancycle.portal.app import create_app

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium not installed")
SMALLEST = 44
"""Pixels of what a thumb can hit."""


@pytest.fixture(scope="module")
def chromium():
    """Debian's own browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
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


def picture(page, name):
    """Leave a picture to look at, when a folder for pictures is there."""
    folder = Path(__file__).parents[2] / "plancycle-data" / "pictures"
    if folder.is_dir():
        page.screenshot(path=folder / f"{name}.png", full_page=True)


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


def test_every_state_is_accessible_fits_a_phone_and_can_be_hit_by_a_thumb(chromium, site, world):
    context = chromium.new_context(viewport=PHONE, bypass_csp=True)
    page, found = context.new_page(), []

    def judge(name):
        page.wait_for_load_state()
        found.extend(f"{name}: {line}" for line in violations(page))
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found.extend([f"{name} is {wide} px too wide"] if wide > 0 else [])
        picture(page, f"approval-{name}")

    page.goto(site + world.page)
    judge("no account")
    app = approver(world)
    page.goto(site + world.page)
    judge("read")
    low = [box["height"] for one in page.query_selector_all("summary, .files a") if (box := one.bounding_box())]
    page.get_by_text("Trả lại…").click()
    page.get_by_role("button", name="Xác nhận trả lại").click()
    judge("errors")
    page.fill("#ly-do", "Thiếu thuyết minh chỉ tiêu số 3")
    page.fill("#ma-tra", code_of(world, app))
    page.get_by_role("button", name="Xác nhận trả lại").click()
    judge("returned")
    context.close()

    assert found == []
    assert min(low) >= SMALLEST
    assert world.now_stands().status is ApprovalStatus.RETURNED


def test_no_other_site_can_show_the_page_in_a_frame(chromium, site, world):
    context = chromium.new_context()
    page = context.new_page()
    page.set_content(f'<h1>Other</h1><iframe src="{site}{world.page}" width="300" height="300"></iframe>')
    page.wait_for_timeout(300)
    (frame,) = [one for one in page.frames if one is not page.main_frame]

    assert "Phê duyệt" not in frame.content()
    context.close()
