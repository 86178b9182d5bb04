"""The portal's stage of ``plancycle bench``: the desk's matrix beside a page that is always the same."""

import asyncio
from typing import TYPE_CHECKING

import httpx
from starlette.responses import HTMLResponse

from plancycle.bootstrap import open_house
from plancycle.portal.app import create_app
from plancycle.rehearsal.bench.measuring import Side, Stage, Stopwatch
from plancycle.rehearsal.bench.world import YEAR, World

if TYPE_CHECKING:
    from fastapi import FastAPI

REQUESTS = 10
FLOOR = "/bench/floor"
CONSTANT = "<!doctype html><html lang=vi><title>-</title><body>" + "<p>Trang không đổi</p>" * 400


def portal_stage(world: World) -> Stage:
    """The application is called as its server calls it: doorkeeper and routing cost the same on both sides."""
    at = world.house.clock.now()
    settings = world.house.settings
    app = create_app(lambda: open_house(settings, at), data_dir=settings.data)
    app.add_api_route(FLOOR, lambda: HTMLResponse(CONSTANT), include_in_schema=False)
    return Stage("portal", REQUESTS, _asking(app, f"/bao-cao?nam={YEAR}"), _asking(app, FLOOR))


def _asking(app: "FastAPI", path: str) -> Side:
    def side(watch: Stopwatch) -> None:
        asyncio.run(_ask(app, path, watch))

    return side


async def _ask(app: "FastAPI", path: str, watch: Stopwatch) -> None:
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8600") as client:
        with watch:
            for _ in range(REQUESTS):
                answer = await client.get(path, headers={"Accept": "text/html"})
                answer.raise_for_status()
