"""The desk in a real browser: accessible on a phone and a screen, by keyboard alone, without JavaScript, on paper."""

import gzip
import shutil
import socket
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import axe_playwright_python
import pytest
import uvicorn
from clerk_world import a_clerk

from plancycle.bootstrap import open_house
from plancycle.portal.app import STATIC, create_app
from plancycle.services import data_calls
from plancycle.services.consolidate_period import consolidate
from plancycle.services.receive_submission import receive

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium not installed")

NOW = datetime(2025, 9, 10, 2, 0, tzinfo=UTC)
SIZES = ({"width": 390, "height": 844}, {"width": 1280, "height": 900})
WIDTHS = [SIZES[:1], pytest.param(SIZES, marks=pytest.mark.slow)]
"""Every page on a phone each time; on a wide screen, too, in the long tests."""
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FIRST_LOAD = 40 * 1024
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
PAGES = (
    "/bao-cao?nam=2025&tim=so+y",
    "/bao-cao?nam=2025&ky=q3",
    "/bao-cao?nam=2025&ngon-ngu=en&tim=xyz",
    "/don-vi/2025/q3/so-y-te",
    "/don-vi/2025/q3/so-y-te/so-lieu/1",
    "/xet/2025/q3",
    "/xet/2025/q3/so-y-te",
    "/tong-hop/2025/q3/1",
    "/so-lieu/tn-nq94-2025/q3/inspections.value",
    "/cach-ly",
    "/cach-ly/1",
    "/gia-han?nam=2025",
    "/viec-khac?nam=2025&loai=commendation",
    "/thu-di?nam=2025",
    "/thu-di/la?khoa=tn-nq94-2025/q3/so-y-te/call/mail",
    "/dia-chi",
    "/nhat-ky?viec=submission.",
    "/nhat-ky?tu=x",
    "/luot-chay?nam=2025&ky=q3",
    "/tinh-trang",
)


@pytest.fixture
def site(build):
    """The real portal with one answer, one refused file and one edition, on a free port of this machine."""
    world = build(now=NOW)
    clerk = a_clerk(world, "so-y-te")
    with world.house(NOW) as house:
        data_calls.queue(house, 2025, clerk.period, clerk.agency)
        receive(house, clerk.workbook(inspections__value="5"), "bao-cao.xlsx", "folder")
        receive(house, clerk.workbook(inspections__value="7"), "bao-cao.xlsx", "folder")
        receive(house, b"not a workbook", "anh-chup.pdf", "folder")
        consolidate(house, 2025, clerk.period)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(lambda: open_house(world.settings, NOW), address, world.settings.data),
            log_level="error",
            lifespan="off",
        )
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield address
    server.should_exit = True
    thread.join(10)
    listener.close()


@pytest.fixture
def chromium():
    """Debian's own browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def broken_rules(page):
    """What axe finds against WCAG 2.2 AA; its script is loaded once per page."""
    options = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(content=AXE)
    found = page.evaluate("options => axe.run(document, options).then(it => it.violations)", options)
    return [(one["id"], one["nodes"][0]["html"][:120]) for one in found]


@pytest.mark.parametrize("sizes", WIDTHS, ids=["phone", "phone and desk"])
def test_every_page_is_accessible_light_and_never_scrolls_sideways(site, chromium, sizes):
    wrong = []
    page = chromium.new_page(bypass_csp=True)
    styles = sum(len(gzip.compress(one.read_bytes())) for one in STATIC.glob("*"))
    for path in PAGES:
        answer = page.goto(site + path)
        if len(gzip.compress(answer.body())) + styles > FIRST_LOAD:
            wrong.append((path, "heavy"))
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        page.wait_for_load_state()
        for size in sizes:
            page.set_viewport_size(size)
            wrong += [(path, size["width"], *one) for one in broken_rules(page)]
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                wrong.append((path, size["width"], "sideways"))

    assert wrong == []


def test_the_check_of_accessibility_catches_a_planted_fault(chromium):
    page = chromium.new_page()
    page.set_content("<html><body><input><img src='data:,'></body></html>")

    assert {"label", "image-alt", "html-has-lang"} <= {one for one, _ in broken_rules(page)}


def test_from_the_matrix_to_a_return_by_keyboard_alone_without_javascript(site, chromium):
    page = chromium.new_context(java_script_enabled=False, viewport=SIZES[1]).new_page()
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

    assert page.get_by_role("status").inner_text() == "✓ Đã trả lại bản nộp; thư kèm tệp đánh dấu đã vào hàng chờ gửi."


def test_the_matrix_prints_on_its_side_with_its_heading_on_every_sheet_and_no_buttons(site, chromium):
    page = chromium.new_page(viewport=SIZES[1])
    page.goto(site + "/bao-cao?nam=2025")
    page.emulate_media(media="print")

    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") in range(1, 12)
    assert not page.locator("form.filter").is_visible()
    assert not page.locator(".desk-nav").is_visible()
    assert page.locator(".grid thead").evaluate("it => getComputedStyle(it).display") == "table-header-group"
    assert page.locator(".grid").evaluate("it => it.scrollWidth <= document.documentElement.clientWidth")
