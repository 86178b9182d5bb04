"""A portal as its server runs it, at a moment of the year: ``uvicorn loaded_portal:app --factory``.

``LOADED_DATA`` is its folder, ``LOADED_AHEAD`` how many seconds its clock is ahead of the machine's. One route more
than the product has: ``/bench/null`` opens a house, reads a body behind the same doorkeeper and keeps nothing of it.
"""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI
from starlette.responses import JSONResponse

from plancycle.bootstrap import ZONE, Household, open_house
from plancycle.portal import allowances
from plancycle.portal.app import create_app
from plancycle.portal.dependencies import OpenHouse
from plancycle.portal.refreshing import refreshing
from plancycle.portal.routes.api import whole_body
from plancycle.settings import Settings

NULL = "/bench/null"


@dataclass(frozen=True)
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
    folder, ahead = Path(os.environ["LOADED_DATA"]), timedelta(seconds=float(os.environ["LOADED_AHEAD"]))
    settings = Settings(data=folder)
    allowances.REQUESTS = int(os.environ.get("LOADED_REQUESTS", allowances.REQUESTS))

    def house() -> Household:
        opened = open_house(settings, following=following)
        opened.clock = AheadClock(ahead)
        return opened

    following = refreshing(house)
    portal = create_app(house, data_dir=folder)
    portal.add_api_route(NULL, nothing_kept, methods=["POST"], include_in_schema=False)
    return portal
