"""A portal as its server runs it, at a moment of the year: ``uvicorn loaded_portal:app --factory``.

``LOADED_DATA`` is its folder, ``LOADED_REQUESTS`` how often a minute one key may ask, and
with ``LOADED_HELD`` what arrives is kept and not checked. Two routes more than the product
has: ``/bench/ahead`` puts its clock so many seconds ahead of the machine's, and ``/bench/null`` opens a house, reads a
body behind the same doorkeeper and keeps nothing of it.
"""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI
from starlette.responses import JSONResponse

from plancycle.bootstrap import ZONE, Household, open_house
from plancycle.portal import allowances
from plancycle.portal.app import create_app
from plancycle.portal.dependencies import OpenHouse
from plancycle.portal.refreshing import refreshing
from plancycle.portal.routes.api import whole_body
from plancycle.settings import Settings

NULL, AHEAD = "/bench/null", "/bench/ahead"


@dataclass
class AheadClock:
    """The machine's clock, so much ahead (or behind)."""

    ahead: timedelta

    def now(self) -> datetime:
        return datetime.now(ZONE) + self.ahead

    def ago(self, seconds: float) -> datetime:
        return self.now() - timedelta(seconds=seconds)


def nothing_kept(house: OpenHouse, body: Annotated[bytes, Depends(whole_body)]) -> JSONResponse:
    """The floor: everything an upload goes through but its keeping."""
    return JSONResponse({"bytes": len(body)}, 201)


def app() -> FastAPI:
    """The portal of the folder."""
    folder = Path(os.environ["LOADED_DATA"])
    allowances.REQUESTS = int(os.environ.get("LOADED_REQUESTS", allowances.REQUESTS))
    portal = portal_of(Settings(data=folder), AheadClock(timedelta(0)))
    if os.environ.get("LOADED_HELD"):
        portal.state.line.stop()
    return portal


def portal_of(settings: Settings, clock: AheadClock, **options: Any) -> FastAPI:
    """A portal that goes by a clock of ours."""

    def house() -> Household:
        opened = open_house(settings, following=following)
        opened.clock = clock
        return opened

    def set_ahead(seconds: float) -> JSONResponse:
        clock.ahead = timedelta(seconds=seconds)
        return JSONResponse({"now": clock.now().isoformat()})

    following = refreshing(house)
    portal = create_app(house, data_dir=settings.data, **options)
    portal.add_api_route(NULL, nothing_kept, methods=["POST"], include_in_schema=False)
    portal.add_api_route(AHEAD, set_ahead, include_in_schema=False)
    return portal
