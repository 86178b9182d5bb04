"""The desk in a real browser: accessible on a phone and a screen, by keyboard alone, without JavaScript, on paper."""

import gzip
import shutil
import socket
import threading
import time
from pathlib import Path

import axe_playwright_python
import pytest
import uvicorn
from desk_world import FORMS, NOW, PLACES, a_busy_desk

from plancycle.bootstrap import open_house
from plancycle.portal.app import STATIC, create_app

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium not installed")

SIZES = ({"width": 390, "height": 844}, {"width": 1280, "height": 900})
WIDTHS = [SIZES[:1], pytest.param(SIZES, marks=pytest.mark.slow)]
"""Every page on a phone each time; on a wide screen, too, in the long tests."""
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FIRST_LOAD = 40 * 1024
SEND = """([action, sent]) => {
  const form = Object.assign(document.createElement("form"), {method: "post", action: action});
  for (const [name, value] of Object.entries(sent))
    form.append(Object.assign(document.createElement("input"), {name: name, value: value}));
  document.body.append(form);
  form.submit();
}"""
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")


@pytest.fixture
def site(build):
    """The real portal with something on every page of the desk, on a free port of this machine."""
    world = a_busy_desk(build(now=NOW)).world
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
    for path in PLACES:
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


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_every_form_is_accessible_after_a_mistake(site, chromium):
    wrong = []
    page = chromium.new_page(bypass_csp=True)
    for form in FORMS:
        page.goto(site + form.page)
        sent = {"csrf": page.locator('input[name="csrf"]').first.input_value(), "act": form.act} | form.sent
        with page.expect_navigation(wait_until="load"):
            page.evaluate(SEND, [form.action, sent])
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert page.get_by_role("alert").is_visible(), form
        for size in SIZES:
            page.set_viewport_size(size)
            wrong += [(str(form), size["width"], *one) for one in broken_rules(page)]

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
    page.get_by_role("button", name="Gửi 1 thư").focus()
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
