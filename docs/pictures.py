"""Takes the pictures that the guides show, from the ledger of a rehearsal; needs Chromium and pdftoppm.

    plancycle demo --fast --agencies 120 --out plancycle-demo
    python docs/pictures.py --data plancycle-demo
    python docs/pictures.py --data plancycle-demo --only bao-cao bien-nhan

The three of Prefect (a run's page, what it leaves, a form) need the folder of a demo with Prefect, without ``--fast``;
they are taken from a copy of its server's records, in which the deployments are registered first.

Same ledger, same pictures but for the fonts of the machine. Each is a WebP of at most 120 KB in ``docs/pictures``.
"""

import argparse
import base64
import json
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import uvicorn
from playwright.sync_api import Browser, sync_playwright

from plancycle.adapters.prefect_server import PrefectServer, worker_command
from plancycle.adapters.processes import Child
from plancycle.adapters.texts import LOCAL_TIME
from plancycle.bootstrap import Household, open_house
from plancycle.cli.up import register
from plancycle.domain.periods import ObligationKey, Period
from plancycle.portal.app import create_app
from plancycle.services.clerk_links import link_for
from plancycle.settings import Settings

FOLDER = Path(__file__).resolve().parent / "pictures"
YEAR, NOW = 2025, datetime(2025, 12, 11, 8, tzinfo=LOCAL_TIME)  # a Thursday, the day after the year's report was due
SCREEN, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}
SETTLED = 300
"""Milliseconds until a page of ours has drawn itself."""
LOADED = 15 * 1000
"""Milliseconds until a page of Prefect has loaded itself, then its data."""
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


PAPERS = {"bao-cao": "reports/annual/bao-cao-tong-hop_*.pdf", "bien-nhan": "receipts/annual/so-*.pdf"}
"""Pictures of a paper's first page: the newest consolidated report, an agency's receipt."""
PAPER = {"width": 800, "height": 1131}
WHOLE_FORM, WHOLE_RUN = {"width": 1000, "height": 1010}, {"width": 1280, "height": 1240}
RUN, LEFT, FORM = IN_PREFECT = ("prefect-tung-co-quan", "prefect-luot-chay", "prefect-bieu-mau")
PREFECT_SEEN = {RUN: (SCREEN, ""), LEFT: (WHOLE_RUN, "role=tab[name='Artifacts']"), FORM: (WHOLE_FORM, "")}
FILLED_IN = {"parameters": json.dumps({"quarter": "Quý I", "year": YEAR}, ensure_ascii=False)}
"""As the desk fills a form in; what sends starts as a dry run."""
RUN_SEEN = (
    "select id from flow_run where name like 'Quý III/%' and state_name = 'Completed' order by start_time limit 1"
)


def show_paper(data: Path, name: str, scratch: Path) -> str:
    """The address of a page that shows nothing but the paper's first page."""
    paper = sorted(data.glob(PAPERS[name]))[-1]
    subprocess.run(["pdftoppm", "-r", "110", "-f", "1", "-singlefile", "-png", paper, scratch / name], check=True)
    page = scratch / f"{name}.html"
    page.write_text(f'<body style="margin:0"><img src="{name}.png" style="width:100%">', "utf-8")
    return page.as_uri()


@contextmanager
def prefect_pages(data: Path, scratch: Path) -> Iterator[dict[str, str]]:
    """The addresses of the three pages, on a copy of the demo's own Prefect server."""
    home = shutil.copytree(data / "prefect", scratch / "prefect")
    with PrefectServer(home, scratch / "server.log") as server:
        server.wait_healthy()
        register(server, server.env)
        with sqlite3.connect(home / "prefect.db") as records:
            (run,) = records.execute(RUN_SEEN).fetchone()
            (form,) = records.execute("select id from deployment where name = 'quarterly_checkin'").fetchone()
        run_page = f"{server.ui_url}/v2/runs/flow-run/{run}"
        form_page = f"{server.ui_url}/v2/deployments/deployment/{form}/run?{urlencode(FILLED_IN)}"
        env = {**server.env, "PLANCYCLE_DATA": str(scratch / "data")}
        worker = Child("worker", worker_command(1), env, scratch / "worker.log", cwd=server.root)
        worker.start()
        try:
            yield {RUN: run_page, LEFT: run_page, FORM: form_page}
        finally:
            worker.stop()


def take(browser: Browser, address: str, size: dict[str, int], press: str = "", settled: int = SETTLED) -> bytes:
    """One picture, as good as fits; ``press`` finds what is pressed first: a mailed link's button, a tab."""
    page = browser.new_page(viewport=size)
    page.goto(address)
    page.wait_for_timeout(settled)
    if press:
        page.locator(press).first.click()
        page.wait_for_timeout(settled)
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
    parser.add_argument("--only", nargs="+", default=(), help="names of pictures; left out, every one")
    asked = parser.parse_args()
    with sync_playwright() as driver:
        program = shutil.which("chromium") or shutil.which("google-chrome")
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        for name, data in pictures(browser, asked.data, set(asked.only)):
            asked.out.mkdir(parents=True, exist_ok=True)
            (asked.out / f"{name}.webp").write_bytes(data)
            sys.stdout.write(f"{name}.webp {len(data) // 1024} KB\n")
        browser.close()


def pictures(browser: Browser, data: Path, only: set[str]) -> Iterator[tuple[str, bytes]]:
    """Every picture that is asked for, with its name."""
    settings = Settings(data=data)
    with open_house(settings, NOW) as house:
        wanted = {name: one for name, one in places(house).items() if not only or name in only}
    if wanted:
        with portal(settings) as base:
            for name, (place, size) in wanted.items():
                yield name, take(browser, base + place, size, "main button" if name == "co-quan" else "")
    with TemporaryDirectory() as scratch:
        for name in PAPERS.keys() & (only or PAPERS):
            yield name, take(browser, show_paper(data, name, Path(scratch)), PAPER)
    asked = [name for name in IN_PREFECT if name in only or not only]
    if asked and (only or (data / "prefect").is_dir()):
        with TemporaryDirectory() as scratch, prefect_pages(data, Path(scratch)) as pages:
            for name in asked:
                size, press = PREFECT_SEEN[name]
                yield name, take(browser, pages[name], size, press, LOADED)


if __name__ == "__main__":
    main()
