"""A portal as its server runs it, at a moment of the year: ``uvicorn loaded_portal:app --factory``.

``LOADED_DATA`` is its folder, ``LOADED_REQUESTS`` how often a minute one key may ask, and
with ``LOADED_HELD`` what arrives is kept and not checked. Four routes more than the product
has: ``/bench/ahead`` puts its clock so many seconds ahead of the machine's; ``/bench/null`` opens a house, reads a
body behind the same doorkeeper and keeps nothing of it. ``/bench/thread`` keeps it as one would by hand, a thread and a
commit a request, in a bare SQLite table with full sync; ``/bench/alone`` keeps the product's bytes, row and event, but
a thread and a commit a request, the waiting left to the database.
"""

import hashlib
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI
from starlette.responses import JSONResponse

from plancycle.adapters.database.unit_of_work import Database
from plancycle.bootstrap import ZONE, Household, open_house
from plancycle.domain.waiting_line import Waiting
from plancycle.portal import allowances
from plancycle.portal.app import create_app
from plancycle.portal.dependencies import OpenHouse
from plancycle.portal.refreshing import refreshing
from plancycle.portal.routes.api import Holder, whole_body
from plancycle.services.answer_by_api import CHANNEL, JSON_NAME
from plancycle.services.wait_in_line import keep
from plancycle.settings import Settings

NULL, AHEAD, THREAD, ALONE = "/bench/null", "/bench/ahead", "/bench/thread", "/bench/alone"
Body = Annotated[bytes, Depends(whole_body)]
PATIENCE = 30.0
"""Seconds a thread waits for the others' commits."""


@dataclass
class AheadClock:
    """The machine's clock, so much ahead (or behind)."""

    ahead: timedelta

    def now(self) -> datetime:
        return datetime.now(ZONE) + self.ahead

    def ago(self, seconds: float) -> datetime:
        return self.now() - timedelta(seconds=seconds)


def nothing_kept(house: OpenHouse, body: Body) -> JSONResponse:
    """The floor: everything an upload goes through but its keeping."""
    return JSONResponse({"bytes": len(body)}, 201)


class Alone(Database):
    """Our ledger without our order of turns: threads wait for each other in the database."""

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        yield

    def keep(self, house: Household, agency: str, body: bytes) -> Waiting:
        """The same bytes, row and event as the product's, in a transaction of its own."""
        apart = copy(house)
        apart.rerun = self.rerun  # type: ignore[method-assign]
        ((kept, _),) = keep(apart, [arrived(house, agency, body)])
        return kept


def arrived(house: Household, agency: str, body: bytes) -> Waiting:
    """An upload whose bytes are in the file store."""
    sha256 = house.files.put(body)
    return Waiting(agency, "", CHANNEL, JSON_NAME, sha256, agency, "", "{}", house.clock.now())


class ByThread:
    """A bare table with full sync: a connection for each thread, a commit for each request."""

    def __init__(self, place: Path) -> None:
        self._place, self._mine, self._opened = place, threading.local(), list[sqlite3.Connection]()

    def keep(self, house: Household, agency: str, body: bytes) -> str:
        """Its SHA-256 and a row, on the disk when it returns."""
        ledger = self._ledger()
        sha256 = hashlib.sha256(body).hexdigest()
        ledger.execute("BEGIN IMMEDIATE")
        told = (sha256, agency, house.clock.now().isoformat(), body)
        ledger.execute("INSERT INTO uploads VALUES (?, ?, ?, ?)", told)
        ledger.execute("COMMIT")
        return sha256

    def _ledger(self) -> sqlite3.Connection:
        if not hasattr(self._mine, "ledger"):
            ledger = sqlite3.connect(self._place, PATIENCE, isolation_level=None, check_same_thread=False)
            ledger.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
            ledger.execute("CREATE TABLE IF NOT EXISTS uploads (sha256 TEXT, agency TEXT, at TEXT, body BLOB)")
            self._mine.ledger = ledger
            self._opened.append(ledger)
        found: sqlite3.Connection = self._mine.ledger
        return found

    def close(self) -> None:
        """Let go of every thread's connection."""
        for one in self._opened:
            one.close()


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
    by_thread = ByThread(settings.data / "by-thread.db")

    def kept_by_thread(house: OpenHouse, key: Holder, body: Body) -> JSONResponse:
        return JSONResponse({"sha256": by_thread.keep(house, key.agency, body)}, 201)

    def kept_alone(house: OpenHouse, key: Holder, body: Body) -> JSONResponse:
        return JSONResponse({"arrival": alone().keep(house, key.agency, body).id}, 202)

    @cache
    def alone() -> Alone:
        return Alone(settings.ledger_url)

    portal.add_api_route(THREAD, kept_by_thread, methods=["POST"], include_in_schema=False)
    portal.add_api_route(ALONE, kept_alone, methods=["POST"], include_in_schema=False)
    portal.add_api_route(AHEAD, set_ahead, include_in_schema=False)
    return portal
