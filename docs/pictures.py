"""Takes the pictures of the portal that the guides show, from the ledger of a rehearsal; needs Chromium.

    plancycle demo --fast --agencies 120 --out plancycle-demo
    python docs/pictures.py --data plancycle-demo

Same ledger, same pictures but for the fonts of the machine. Each is a WebP of at most 120 KB in ``docs/pictures``.
"""

import argparse
import base64
import shutil
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, sync_playwright

from plancycle.adapters.texts import LOCAL_TIME
from plancycle.bootstrap import Household, open_house
from plancycle.domain.periods import ObligationKey, Period
from plancycle.portal.app import create_app
from plancycle.services.clerk_links import link_for
from plancycle.settings import Settings

FOLDER = Path(__file__).resolve().parent / "pictures"
YEAR, NOW = 2025, datetime(2025, 12, 11, 8, tzinfo=LOCAL_TIME)  # a Thursday, the day after the year's report was due
SCREEN, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}
FIGURE = "inspections.value"
MOST = 120 * 1024
"""Bytes of a picture."""
QUALITIES = (80, 65, 50, 35)


def places(house: Household) -> dict[str, tuple[str, dict[str, int]]]:
    """Name of each picture: the page it shows and how wide."""
    cycle = f"{house.programme_id}-{YEAR}"
    with house.work() as work:
        answers = work.submissions.of_period(cycle, Period.ANNUAL)
        returned = next((one for one in answers if one.version > 1), answers[0])
        figures = work.editions.of_period(cycle, Period.ANNUAL)[-1].figures
        counted = next((one for one in figures if one.id.endswith(FIGURE)), figures[0])
        link = link_for(
            house, work, ObligationKey(cycle, Period.ANNUAL, returned.obligation.agency), "van-thu@so.example"
        )
    place = f"/{YEAR}/annual/{returned.obligation.agency}"
    return {
        "ma-tran": (f"/bao-cao?nam={YEAR}", SCREEN),
        "ky-bao-cao": (f"/bao-cao?nam={YEAR}&ky=annual", SCREEN),
        "ho-so": (f"/don-vi{place}", SCREEN),
        "xet-duyet": (f"/xet{place}", SCREEN),
        "bieu-do": (f"/bieu-do/{YEAR}/annual", SCREEN),
        "truy-nguon": (f"/so-lieu/{counted.id}", SCREEN),
        "tinh-trang": ("/tinh-trang", SCREEN),
        "co-quan": (link.removeprefix(house.base_url), PHONE),
    }


@contextmanager
def portal(settings: Settings) -> Iterator[str]:
    """The real portal on a free port of this machine."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    app = create_app(lambda: open_house(settings, NOW), address, settings.data)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield address
    server.should_exit = True
    thread.join(10)
    listener.close()


def take(browser: Browser, address: str, size: dict[str, int], enter: bool) -> bytes:
    """One picture, as good as fits; ``enter`` presses the button of a mailed link first."""
    page = browser.new_page(viewport=size)
    page.goto(address)
    if enter:
        page.locator("main button").first.click()
    lens = page.context.new_cdp_session(page)
    for quality in QUALITIES:
        shot = lens.send("Page.captureScreenshot", {"format": "webp", "quality": quality})
        data = base64.b64decode(shot["data"])
        if len(data) <= MOST:
            break
    page.close()
    return data


def main() -> None:
    """Take every picture of the list."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder of `plancycle demo`")
    parser.add_argument("--out", type=Path, default=FOLDER)
    asked = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    settings = Settings(data=asked.data)
    with open_house(settings, NOW) as house:
        wanted = places(house)
    asked.out.mkdir(parents=True, exist_ok=True)
    with portal(settings) as base, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name, (place, size) in wanted.items():
            data = take(browser, base + place, size, name == "co-quan")
            (asked.out / f"{name}.webp").write_bytes(data)
            sys.stdout.write(f"{name}.webp {len(data) // 1024} KB\n")
        browser.close()


if __name__ == "__main__":
    main()
