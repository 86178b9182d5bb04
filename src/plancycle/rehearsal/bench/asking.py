"""Stages on the way out: the workbook, the data call, and the letters through the relay."""

import os
import smtplib
import sqlite3
import subprocess
import sys
import zipfile
import zlib
from base64 import encodebytes
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO

from plancycle.adapters.workbooks import writing
from plancycle.adapters.workbooks.splicing import FIRST_SHEET
from plancycle.bootstrap import Household
from plancycle.domain.forms import Form
from plancycle.rehearsal.bench.by_openpyxl import replay
from plancycle.rehearsal.bench.measuring import Peer, Stage, Stopwatch, plainly
from plancycle.rehearsal.bench.world import PERIOD, YEAR, World
from plancycle.services import data_calls
from plancycle.services.deliver_messages import deliver
from plancycle.services.ports import WorkbookContext

PACKED = 6
"""How hard the archive's parts are packed, as in the product."""
SENDER = "bench@plancycle.example"
SINK = """
import asyncio, socket, sys
from aiosmtpd.smtp import SMTP

class Sink:
    async def handle_DATA(self, server, session, envelope):
        return "250 taken"

async def main():
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Sink(), hostname="localhost", loop=loop), sock=listening)
    print(listening.getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)

asyncio.run(main())
"""
"""A relay that takes everything, in a process of its own."""


def templates(world: World) -> Stage:
    """The workbook of each agency. Floor: packing the parts that differ and joining it all. Peers: the libraries."""
    jobs = [(world.form(agency), _context(world, agency)) for agency in world.agencies]
    texts = world.house.texts
    some = jobs[:: max(1, len(jobs) // 20)]
    few = [replay(writing.write(*job, texts)) for job in jobs[:: max(1, len(jobs) // 3)]]
    peers = {
        "xlsxwriter": Peer(plainly(lambda: [writing.write_directly(*job, texts) for job in some]), len(some), 10.0),
        "openpyxl": Peer(plainly(lambda: [write() for write in few]), len(few), 30.0),
    }
    ours = plainly(lambda: [writing.write(*job, texts) for job in jobs])
    return Stage("templates", len(jobs), ours, plainly(_packing(world, jobs)), 2.0, peers=peers)


def _context(world: World, agency: str) -> WorkbookContext:
    view = world.view
    title, seal = view.title(PERIOD), world.house.seals.seal(view.id, str(PERIOD), agency, "bench")
    rules = view.programme.form
    return WorkbookContext(view.programme.title, title, view.name(agency), view.dates(PERIOD), seal, "", rules=rules)


def _packing(world: World, jobs: Sequence[tuple[Form, WorkbookContext]]) -> Callable[[], None]:
    files = [_parts(writing.write(*job, world.house.texts), len(job[0].sheets)) for job in jobs]

    def run() -> None:
        for differing, alike in files:
            packed = []
            for content in differing:
                packer = zlib.compressobj(PACKED, zlib.DEFLATED, -zlib.MAX_WBITS)
                packed.append(packer.compress(content) + packer.flush())
                zlib.crc32(content)
            b"".join((*packed, *alike))

    return run


def _parts(data: bytes, sheets: int) -> tuple[list[bytes], list[bytes]]:
    """(Contents of the parts that hold something of the agency's own, all other parts packed)."""
    own = {"xl/sharedStrings.xml", "docProps/custom.xml"}
    own |= {f"xl/worksheets/sheet{number}.xml" for number in range(FIRST_SHEET, FIRST_SHEET + sheets)}
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    differing = [content for name, content in parts.items() if name in own]
    return differing, [zlib.compress(content) for name, content in parts.items() if name not in own]


def calls(world: World) -> Stage:
    """Asking: workbook, letter, outbox row and journal of each agency.

    Floor: packing the same workbooks, putting the letters' bytes together, each kept in a file and a row, for good.
    """

    def ours(watch: Stopwatch) -> None:
        with world.untouched() as house:
            first, *others = data_calls.recipients(house, YEAR, PERIOD)
            data_calls.queue(house, YEAR, PERIOD, first)  # reads the address book, once a process
            with watch:
                for agency in others:
                    data_calls.queue(house, YEAR, PERIOD, agency)

    jobs = [(world.form(agency), _context(world, agency)) for agency in world.agencies[1:]]
    packing = _packing(world, jobs)
    attached = [writing.write(*job, world.house.texts) for job in jobs]

    def floor(watch: Stopwatch) -> None:
        with _a_table(world) as ledger, watch:
            packing()
            for number, data in enumerate(attached):
                _keep(world, ledger, number, b"Subject: .\r\n\r\n" + encodebytes(data))

    return Stage("data_calls", len(jobs), ours, floor)


@contextmanager
def _a_table(world: World) -> Iterator[sqlite3.Connection]:
    place = world.folder / "floor.db"
    ledger = sqlite3.connect(place, isolation_level=None)
    ledger.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE letters (key, address, file)")
    yield ledger
    ledger.close()
    place.unlink()


def _keep(world: World, ledger: sqlite3.Connection, number: int, letter: bytes) -> None:
    with (world.folder / "floor.eml").open("wb") as file:
        file.write(letter)
        file.flush()
        os.fsync(file.fileno())
    ledger.execute("INSERT INTO letters VALUES (?, ?, ?)", (number, SENDER, "floor.eml"))


def sending(world: World, port: int) -> Stage:
    """The outbox, from the first claim to the last commit. Floor: the same bytes over one connection, no record."""
    with world.untouched() as house:
        _ask_all(house)
        with house.work() as work:
            letters = [(one.to_address, house.files.get(one.sha256)) for one in work.outbox.all()]

    def ours(watch: Stopwatch) -> None:
        with world.untouched(f"smtp://127.0.0.1:{port}") as house:
            _ask_all(house)
            with watch:
                delivery = deliver(house)
            assert len(delivery.sent) == len(letters), delivery

    def floor(watch: Stopwatch) -> None:
        with watch, smtplib.SMTP("127.0.0.1", port) as connection:
            for address, data in letters:
                connection.sendmail(SENDER, [address], data)

    return Stage("sending", len(letters), ours, floor, 1.5, is_by_clock=True)


def _ask_all(house: Household) -> None:
    for agency in data_calls.recipients(house, YEAR, PERIOD):
        data_calls.queue(house, YEAR, PERIOD, agency)


@contextmanager
def sink() -> Iterator[int]:
    """The relay's port while the block runs."""
    command = [sys.executable, "-c", SINK]
    with subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.communicate(timeout=30)
