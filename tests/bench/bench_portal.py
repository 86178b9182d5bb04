"""How long every page takes with a whole year of the programme in the ledger, beside a page that is always the same.

    python tests/bench/bench_portal.py --rounds 40 --json
    python tests/bench/bench_portal.py --data plancycle-demo      # the ledger of a rehearsal that is there already

The floor is a route of the same application that answers one constant page: doorkeeper, routing and sending cost the
same on both sides. Pages take turns, round by round, so that whatever else the machine does falls on all of them. The
application is called as its server calls it, without a network between. Where other work shares the machine, the
processor's time says more than the clock's. The first time a page is opened stands apart: what is loaded and worked out
once is in it.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from fastapi import FastAPI
from starlette.responses import HTMLResponse

from plancycle.adapters.texts import LOCAL_TIME
from plancycle.bootstrap import Household, open_house
from plancycle.domain.messages import MessageKind
from plancycle.domain.periods import ObligationKey, Period
from plancycle.portal.app import create_app
from plancycle.services.clerk_links import link_for
from plancycle.settings import Settings

YEAR, AGENCIES = 2025, 120
NOW = datetime(YEAR, 12, 31, 8, tzinfo=LOCAL_TIME)  # a Wednesday; the year is over
GOAL = 0.1
"""Seconds that nineteen of twenty pages may take."""
FLOOR = "/bench/floor"
CONSTANT = "<!doctype html><html lang=vi><title>-</title><body>" + "<p>Trang không đổi</p>" * 400
WARM_UP = 2


@dataclass(slots=True)
class Taken:
    """What opening one page took, round by round, in seconds."""

    by_clock: list[float] = field(default_factory=list)
    by_processor: list[float] = field(default_factory=list)
    first: float = 0.0
    """Of the processor, the very first time."""
    size: int = 0


def ledger(folder: Path, agencies: int) -> Path:
    """A year through the real services, rehearsed into a folder."""
    command = [sys.executable, "-m", "plancycle", "demo", "--fast", "--agencies", str(agencies), "--out", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder


def application(settings: Settings) -> FastAPI:
    """The portal with one route more: the floor."""
    app = create_app(lambda: open_house(settings, NOW), data_dir=settings.data)
    app.add_api_route(FLOOR, lambda: HTMLResponse(CONSTANT), include_in_schema=False)
    return app


def pages(house: Household) -> dict[str, str]:
    """What to open: a name and an address for each kind of page, about what the ledger holds."""
    cycle, annual = f"{house.programme_id}-{YEAR}", Period.ANNUAL
    with house.work() as work:
        answers = work.submissions.of_period(cycle, annual)
        edition = work.editions.of_period(cycle, annual)[-1]
        letters = work.outbox.all(f"{cycle}/")
        link = link_for(house, work, ObligationKey(cycle, annual, answers[0].obligation.agency), "a@example.vn")
    asked = next(one for one in letters if one.kind is MessageKind.DATA_CALL)
    place = f"/{YEAR}/{annual}/{answers[0].obligation.agency}"
    return {
        "matrix": f"/bao-cao?nam={YEAR}",
        "matrix, filtered": f"/bao-cao?nam={YEAR}&tim=so+noi+vu&tt=late",
        "period": f"/bao-cao?nam={YEAR}&ky={annual}",
        "obligation": f"/don-vi{place}",
        "cells": f"/don-vi{place}/so-lieu/{answers[0].version}",
        "queue": f"/xet/{YEAR}/{annual}",
        "review": f"/xet{place}",
        "edition": f"/tong-hop/{YEAR}/{annual}/{edition.number}",
        "figure": f"/so-lieu/{edition.figures[0].id}",
        "charts": f"/bieu-do/{YEAR}/{annual}",
        "quarantine": "/cach-ly?het=1",
        "extensions": f"/gia-han?nam={YEAR}",
        "duties": f"/viec-khac?nam={YEAR}&loai=obstacle",
        "letters": f"/thu-di?nam={YEAR}",
        "letter": f"/thu-di/la?khoa={asked.key}",
        "addresses": "/dia-chi",
        "journal": "/nhat-ky",
        "runs": f"/luot-chay?nam={YEAR}",
        "health of the desk": "/tinh-trang",
        "health": "/suc-khoe",
        "sign in": "/dang-nhap",
        "clerk's door": link.removeprefix(house.base_url),
    }


async def measure(app: FastAPI, paths: dict[str, str], rounds: int) -> dict[str, Taken]:
    """Seconds of every round and the size of each page. Raises AssertionError for a page that does not open."""
    taken = {name: Taken() for name in paths}
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8600") as client:
        for turn in range(-WARM_UP, rounds):
            for name, path in paths.items():
                began, busy = time.perf_counter(), time.process_time()
                answer = await client.get(path, headers={"Accept": "text/html"})
                seconds, busy = time.perf_counter() - began, time.process_time() - busy
                assert answer.status_code == 200, (name, path, answer.status_code, answer.text[:500])
                one = taken[name]
                one.size, one.first = len(answer.content), one.first or busy
                if turn >= 0:
                    one.by_clock.append(seconds)
                    one.by_processor.append(busy)
    return taken


def summary(taken: dict[str, Taken]) -> dict[str, dict[str, float]]:
    """Per page: p50 and p95 in milliseconds, times the floor's p50, kilobytes."""
    floor = statistics.median(taken["floor"].by_clock)
    return {
        name: {
            "p50_ms": round(statistics.median(one.by_clock) * 1000, 1),
            "p95_ms": round(statistics.quantiles(one.by_clock, n=20)[-1] * 1000, 1),
            "cpu_p95_ms": round(statistics.quantiles(one.by_processor, n=20)[-1] * 1000, 1),
            "cpu_first_ms": round(one.first * 1000, 1),
            "times_floor": round(statistics.median(one.by_clock) / floor, 1),
            "kb": round(one.size / 1024, 1),
        }
        for name, one in taken.items()
    }


def bench(data: Path, rounds: int, profile: Callable[[str], bool] = lambda _: True) -> dict[str, dict[str, float]]:
    """Every page (that ``profile`` lets through) on the ledger of a folder."""
    settings = Settings(data=data)
    with open_house(settings, NOW) as house:
        chosen = {name: path for name, path in pages(house).items() if profile(name)}
    return summary(asyncio.run(measure(application(settings), {"floor": FLOOR} | chosen, rounds)))


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a folder of `plancycle demo`; without it one is made, three minutes")
    parser.add_argument("--agencies", type=int, default=AGENCIES)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--only", default="", help="a word of the pages to measure")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        data = asked.data or ledger(Path(folder) / "year", asked.agencies)
        found = bench(data, asked.rounds, lambda name: asked.only in name)
    if asked.json:
        say(json.dumps(found, ensure_ascii=False))
        return
    say(f"{'page':22}{'p50 ms':>9}{'p95 ms':>9}{'cpu p95':>9}{'cpu 1st':>9}{'x floor':>9}{'KB':>8}")
    for name, one in found.items():
        mark = "" if one["p95_ms"] <= GOAL * 1000 else "   over the goal"
        busy = f"{one['cpu_p95_ms']:9.1f}{one['cpu_first_ms']:9.1f}"
        say(f"{name:22}{one['p50_ms']:9.1f}{one['p95_ms']:9.1f}{busy}{one['times_floor']:9.1f}{one['kb']:8.1f}{mark}")


if __name__ == "__main__":
    main()
