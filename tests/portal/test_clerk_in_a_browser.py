"""The clerk's pages in a real browser: accessible on a phone and a desk, by keyboard alone, without JavaScript."""

import gzip
import shutil
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn
from clerk_world import a_clerk

from plancycle.bootstrap import open_house
from plancycle.portal.app import STATIC, create_app

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium not installed")

NOW = datetime(2025, 9, 10, 2, 0, tzinfo=UTC)
SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 900}}
WIDTHS = [["phone"], pytest.param(list(SIZES), marks=pytest.mark.slow)]
"""Every page on a phone each time; on a wide screen, too, in the long tests."""
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FIRST_LOAD = 40 * 1024
MOST_CLICKS = 4
"""From the letter to the receipt."""
FEW_TASKS = "phuong-bac-kan-01843"
"""A body with the shortest form: the check of every page takes as long as its fields are many."""
PAGES = ("", "/nhap", "/khong-phat-sinh")


@pytest.fixture(scope="module")
def chromium():
    """Debian's own browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def served(build):
    """The real portal on a free port of this machine; answers to the address it has."""
    world = build(now=NOW)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    app = create_app(lambda: open_house(world.settings, NOW), f"http://127.0.0.1:{listener.getsockname()[1]}")
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.02)
    clerk = a_clerk(world, FEW_TASKS)
    yield clerk, f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listener.close()


def violations(page):
    """What axe finds against WCAG 2.2 AA, as lines."""
    from axe_playwright_python.sync_playwright import Axe

    found = (
        Axe()
        .run(page, options={"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]})
        .response["violations"]
    )
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def every_state(page, site, clerk, folder: Path):
    """Walk through every page and state of the clerk's side; yields its name while it is shown."""
    wrong, right = folder / "sai.xlsx", folder / "dung.xlsx"
    wrong.write_bytes(clerk.workbook(inspections__value="-3"))
    right.write_bytes(clerk.workbook())
    yield from while_it_is_written(page, site, clerk, wrong)
    yield from once_it_is_handed_in(page, site, clerk, right)


def while_it_is_written(page, site, clerk, wrong):
    """From the letter to drafts, errors and a request for more time."""
    page.goto(site + clerk.link)
    yield "1-landing"
    page.get_by_role("button", name="Mở hồ sơ báo cáo").click()
    yield "2-tasks"
    page.get_by_role("button", name="Kiểm tra").click()
    yield "3-no-file"
    page.set_input_files("#tep", wrong)
    page.get_by_role("button", name="Kiểm tra").click()
    yield "4-mend"
    page.goto(f"{site}{clerk.base}/nhap")
    yield "5-form"
    other = page.context.new_page()
    other.goto(f"{site}{clerk.base}/nhap")
    other.fill("#o-figures-inspections-value", "7")
    other.get_by_role("button", name="Lưu nháp").click()
    other.close()
    page.fill("#o-figures-inspections-value", "12.5")
    page.get_by_role("button", name="Lưu nháp").click()
    yield "6-conflict"
    page.get_by_label("Dùng nội dung trong cửa sổ này").check()
    page.get_by_role("button", name="Lưu lựa chọn").click()
    yield "7-saved"
    page.get_by_role("button", name="Lưu và kiểm tra").click()
    yield "8-form-errors"
    page.goto(f"{site}{clerk.base}/gia-han")
    page.get_by_role("button", name="Gửi đề nghị").click()
    yield "9-extension-errors"
    page.fill("#ngay", "30/09/2025")
    page.fill("#ly-do", "Chờ số liệu của hai đơn vị trực thuộc")
    page.fill("#ho-ten", "Trần Thị B")
    page.get_by_role("button", name="Gửi đề nghị").click()
    yield "10-extension"


def once_it_is_handed_in(page, site, clerk, right):
    """From the check to the receipt, and out again."""
    page.goto(f"{site}{clerk.base}/khong-phat-sinh")
    yield "11-nil"
    page.goto(site + clerk.base)
    page.set_input_files("#tep", right)
    page.get_by_role("button", name="Kiểm tra").click()
    yield "12-check"
    page.get_by_role("button", name="Nộp báo cáo").click()
    yield "13-check-errors"
    page.fill("#ho-ten", "Trần Thị B")
    page.get_by_label("Tôi xác nhận").check()
    page.get_by_role("button", name="Nộp báo cáo").click()
    yield "14-receipt"
    page.goto(f"{site}{clerk.base}/lich-su")
    yield "15-history"
    page.goto(f"{site}{clerk.base}/thu-hoi")
    yield "16-withdraw"
    page.goto(f"{site}{clerk.base}?ngon-ngu=en")
    yield "17-tasks-english"
    page.get_by_role("button", name="Leave").click()
    yield "18-left"
    page.goto(site + clerk.base)
    yield "19-session-over"
    page.goto(f"{site}/dang-nhap")
    yield "20-sign-in"


@pytest.mark.parametrize("widths", WIDTHS, ids=["phone", "phone and desk"])
def test_every_page_and_state_is_accessible_and_fits_the_screen(chromium, served, tmp_path, widths):
    clerk, site = served
    context = chromium.new_context(bypass_csp=True)  # for axe's own script; the portal has none
    page = context.new_page()
    asked, found = set(), []
    page.on("request", lambda request: asked.add(request.url.split("/")[2]))
    for name in every_state(page, site, clerk, tmp_path):
        page.wait_for_load_state()  # a click waits for the answer, not for the page's style
        for size in (SIZES[name] for name in widths):
            page.set_viewport_size(size)
            found += [f"{name} at {size['width']}: {line}" for line in violations(page)]
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            found += [f"{name} is {wide} px too wide at {size['width']}"] if wide > 0 else []
            picture(page, name, size["width"])
    context.close()

    assert found == []
    assert asked == {site.removeprefix("http://")}  # nothing is fetched from anywhere else


def picture(page, name, width):
    """Leave a picture to look at, when a folder for pictures is there."""
    folder = Path(__file__).parents[2] / "plancycle-data" / "pictures"
    if folder.is_dir():
        page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)


def test_the_whole_journey_works_without_javascript_by_keyboard_alone(chromium, served, tmp_path):
    clerk, site = served
    file = tmp_path / "bao-cao.xlsx"
    file.write_bytes(clerk.workbook())
    context = chromium.new_context(viewport=SIZES["phone"], java_script_enabled=False)
    page = context.new_page()
    page.goto(site + clerk.link)
    clicks = ["the link in the letter", press(page, "Mở hồ sơ báo cáo")]
    tab_to(page, lambda: focused(page)["id"] == "tep")
    page.set_input_files("#tep", file)  # the operating system's own window is beyond the page
    clicks.append(press(page, "Kiểm tra"))
    tab_to(page, lambda: focused(page)["id"] == "ho-ten")
    page.keyboard.type("Trần Thị B")
    tab_to(page, lambda: focused(page)["id"] == "xac-nhan")
    page.keyboard.press("Space")
    clicks.append(press(page, "Nộp báo cáo"))
    (version,) = clerk.versions()

    assert len(clicks) <= MOST_CLICKS
    assert version.receipt in page.inner_text("main")
    assert "✓ ĐÃ NHẬN BÁO CÁO" in page.inner_text("main")
    context.close()


def focused(page):
    """What has the keyboard; the page's own scripts are off, the test's are not."""
    return page.evaluate("({id: document.activeElement.id, text: document.activeElement.innerText || ''})")


def tab_to(page, is_there):
    """Press Tab until something has the keyboard; fails when nothing ever has."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if is_there():
            return
    raise AssertionError("the keyboard never gets there")


def press(page, text):
    """Go to a button by Tab and press Enter; returns which."""
    tab_to(page, lambda: focused(page)["text"].strip() == text)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    return text


def test_the_first_load_is_small(build):
    clerk = a_clerk(build(now=NOW))
    styles = gzip.compress((STATIC / "portal.css").read_bytes())
    with ThreadPoolExecutor(1) as apart:  # the driver of the browser keeps this thread's event loop busy
        pages = list(apart.map(lambda path: clerk.enter().open(f"{clerk.base}{path}").page, PAGES))

    assert [len(gzip.compress(page.encode())) + len(styles) < FIRST_LOAD for page in pages] == [True] * 3
    assert not any("<script" in page or "style=" in page for page in pages)
