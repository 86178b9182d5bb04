"""Many clients of a real portal at once: a small raw HTTP client whose own work hardly counts, and what it saw."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from plancycle.adapters.processes import LOOPBACK, free_port
from plancycle.bootstrap import forget
from plancycle.domain.forms import Form
from plancycle.rehearsal import stage
from plancycle.rehearsal.bench.world import MAIL, PERIOD, YEAR, opened
from plancycle.rehearsal.year import PROGRAMME
from plancycle.services import api_keys
from plancycle.services.cycle_view import cycle_view
from plancycle.services.open_cycle import open_cycle

SUPPORT = Path(__file__).resolve().parent
ANY_PORT = 8650
EARLY = 1.0
"""Seconds before its moment a client connects."""


@dataclass(frozen=True)
class Office:
    """An agency with its key, and a good answer of its own."""

    agency: str
    token: str
    body: bytes


@dataclass(frozen=True)
class Ready:
    """A folder in which a period is open, and everybody who is to hand in before ``due_at``."""

    folder: Path
    due_at: datetime
    offices: tuple[Office, ...]


def prepare(folder: Path, agencies: int) -> Ready:
    """Furnish one: keys and answers of every reporter."""
    stage.clear(folder)
    stage.furnish(folder, PROGRAMME, agencies, 94)
    with opened(folder, MAIL) as house:
        open_cycle(house, YEAR)
        view = cycle_view(house, YEAR)
        offices = []
        for number, agency in enumerate(view.reporters(PERIOD)):
            _, token = api_keys.create(house, agency, f"{number:043d}", "Nguyễn Thị Lập")
            offices.append(Office(agency, token, answer_of(view.form(PERIOD, agency), number)))
        ready = Ready(folder, view.dates(PERIOD).due_at, tuple(offices))
    forget(folder)
    return ready


def answer_of(form: Form, number: int) -> bytes:
    """Every required question answered, as its kind asks."""
    values: dict[str, Any] = {"number": number % 90 + 1, "text": "Đã thực hiện xong", "date": "10/03/2025"}
    answers = [
        {"row": row.code, "field": one.code, "value": one.choices[0] if one.choices else values[str(one.kind)]}
        for _, row, one in form.cells()
        if one.required
    ]
    return json.dumps({"year": YEAR, "period": str(PERIOD), "version": form.version, "answers": answers}).encode()


@contextmanager
def serving(ready: Ready, patience: float = 90, **settings: str) -> Iterator[int]:
    """A uvicorn process of its own, at its port."""
    port = free_port(ANY_PORT)
    mine = {
        "LOADED_DATA": str(ready.folder),
        "PYTHONPATH": os.pathsep.join([str(SUPPORT), *sys.path]),
        "PLANCYCLE_MAIL_URL": MAIL,
        "PLANCYCLE_PROGRAMME": PROGRAMME,
        **settings,
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PLANCYCLE_")}
    command = [sys.executable, "-m", "uvicorn", "loaded_portal:app", "--factory", "--port", str(port)]
    with (ready.folder / "portal.log").open("wb") as log:
        child = subprocess.Popen([*command, "--no-access-log"], env=kept | mine, stdout=log, stderr=log)
        try:
            wait_until_open(port, patience)
            yield port
        finally:
            child.terminate()
            child.wait(20)


def due_in(port: int, ready: Ready, seconds: float) -> float:
    """Put the portal's clock so that the period is due in so many seconds; that moment by the machine's clock."""
    due = time.time() + seconds
    head = f"GET /bench/ahead?seconds={ready.due_at.timestamp() - due} HTTP/1.1\r\nhost: localhost\r\n"
    assert asyncio.run(ask(port, Sending(f"{head}connection: close\r\n\r\n".encode()))).status == 200
    return due


def wait_until_open(port: int, patience: float) -> None:
    """Until somebody answers at a port. Raises TimeoutError."""
    until = time.monotonic() + patience
    while True:
        try:
            asyncio.run(ask(port, Sending(b"GET /suc-khoe HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")))
            return
        except OSError:
            if time.monotonic() > until:
                raise TimeoutError(f"nobody answers at {port}") from None
            time.sleep(0.05)


@dataclass(frozen=True)
class Sending:
    """A request as it goes out, and when (seconds of the epoch; 0: at once)."""

    content: bytes
    at: float = 0.0


@dataclass(frozen=True)
class Answered:
    """When the last byte had gone out, how long until the answer's last byte was there, and the answer."""

    sent: float
    seconds: float
    status: int
    head: str
    body: bytes

    @property
    def facts(self) -> dict[str, Any]:
        """The answer as JSON."""
        facts: dict[str, Any] = json.loads(self.body)
        return facts


def upload(office: Office, path: str = "/api/submissions", at: float = 0.0, prefer: str = "") -> Sending:
    """An answer handed in by an agency's own system."""
    head = (
        f"POST {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {office.token}\r\n"
        f"content-type: application/json\r\nprefer: {prefer}\r\n"
        f"content-length: {len(office.body)}\r\nconnection: close\r\n\r\n"
    )
    return Sending(head.encode() + office.body, at)


def look(port: int, office: Office, path: str) -> Answered:
    """GET with the agency's key."""
    head = (
        f"GET {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {office.token}\r\nconnection: close\r\n\r\n"
    )
    return asyncio.run(ask(port, Sending(head.encode())))


async def ask(port: int, sending: Sending) -> Answered:
    """Connect, wait for the moment, send everything, read everything."""
    await asyncio.sleep(max(0.0, sending.at - EARLY - time.time()))
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    await asyncio.sleep(max(0.0, sending.at - time.time()))
    writer.write(sending.content)
    await writer.drain()
    sent = time.time()
    came = await reader.read()
    seconds = time.time() - sent
    writer.close()
    head, _, body = came.partition(b"\r\n\r\n")
    return Answered(sent, seconds, int(head.split(b" ", 2)[1]), head.decode(), body)


def send_all(port: int, sendings: Sequence[Sending]) -> list[Answered]:
    """Everybody at once, each at its moment."""

    async def everybody() -> list[Answered]:
        return list(await asyncio.gather(*(ask(port, one) for one in sendings)))

    return asyncio.run(everybody())


def send_by(port: int, sendings: Sequence[Sending], clients: int) -> tuple[float, list[Answered]]:
    """So many clients, one request after the other each; seconds for all, and the answers."""

    async def one_client(mine: Sequence[Sending]) -> list[Answered]:
        return [await ask(port, one) for one in mine]

    async def everybody() -> list[Answered]:
        parts = [sendings[number::clients] for number in range(clients)]
        return [one for answers in await asyncio.gather(*map(one_client, parts)) for one in answers]

    began = time.perf_counter()
    answers = asyncio.run(everybody())
    return time.perf_counter() - began, answers


def share(values: Sequence[float], part: float) -> float:
    """The value below which that part of all lies (0.99: the 99th percentile)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]
