"""How long the outbox takes to send, against a tight loop that sends the same bytes over one connection.

Both sides send the same letters to the same sink, in turn, several rounds; the sink is a process of its own. The loop
keeps no record at all; the outbox commits every letter's phases to the disk. Processor time is of both processes
(sender and sink). Run it on a quiet machine:

    .venv/bin/python tests/bench/bench_sending.py --letters 400 --rounds 5
"""

import argparse
import json
import shutil
import smtplib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from processor_time import tree_seconds

from plancycle.adapters.mail.composing import LOCAL_TIME, Composer
from plancycle.adapters.texts import Catalogue
from plancycle.bootstrap import Household, forget, open_house
from plancycle.domain.messages import Message, MessageKind, MessageStatus
from plancycle.services.deliver_messages import deliver
from plancycle.services.ports import Attachment, Letter
from plancycle.settings import Settings

SENT_AT = datetime(2025, 12, 1, 8, tzinfo=LOCAL_TIME)  # a Monday
SENDER = "baocao@snv.example"
WORKBOOK = 20_000
"""Bytes of an agency's workbook in the shipped programme, about."""
GOAL = 1.5
Spent = tuple[float, float]
"""Seconds on the clock, and of the processors."""

SINK = """
import asyncio, socket, sys
from aiosmtpd.smtp import SMTP

class Sink:
    taken = 0
    async def handle_DATA(self, server, session, envelope):
        self.taken += 1
        return "250 taken"

async def main():
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    sink = Sink()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(sink, hostname="localhost", loop=loop), sock=listening)
    print(listening.getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    print(sink.taken, flush=True)

asyncio.run(main())
"""


@contextmanager
def sink() -> Iterator[tuple[int, "subprocess.Popen[str]"]]:
    """An SMTP server that takes everything, in a process of its own."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", SINK], text=True, **pipes) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline()), process


def letters(count: int, kind: str) -> list[tuple[str, str, str, bytes]]:
    """Key, address, Message-ID and bytes of real letters: data calls carry a workbook, reminders carry nothing."""
    composer = Composer("Sở Nội vụ tỉnh Thái Nguyên", SENDER, Catalogue())
    attached = (Attachment("Bieu-mau.xlsx", bytes(range(256)) * (WORKBOOK // 256)),) if kind == "data_call" else ()
    made = []
    for number in range(count):
        key, address = f"ct-2025/annual/co-quan-{number:05}/call/mail", f"vt{number}@co-quan.example"
        facts = {
            "programme_title": "Kế hoạch triển khai thực hiện Nghị quyết số 94/NQ-CP",
            "programme_short": "TN-NQ94",
            "period_title": "Đánh giá năm 2025",
            "year": 2025,
            "agency_name": f"Cơ quan số {number}",
            "due_at": datetime(2025, 12, 10, tzinfo=LOCAL_TIME),
            "soft_due_at": datetime(2025, 12, 9, 17, tzinfo=LOCAL_TIME),
            "cutoff": SENT_AT.date(),
        }
        letter = Letter(MessageKind(kind), key, "ct-2025/annual", address, SENDER, SENT_AT, facts, attached)
        mail = composer.compose(letter)
        made.append((key, address, mail.message_id, mail.data))
    return made


def fill(house: Household, made: Sequence[tuple[str, str, str, bytes]], kind: str) -> None:
    """Queue the letters."""
    with house.work() as work:
        for key, address, message_id, data in made:
            sha256, agency = house.files.put(data), key.split("/")[2]
            work.outbox.add(
                Message(
                    key,
                    MessageKind(kind),
                    "ct-2025/annual",
                    agency,
                    address,
                    key,
                    message_id,
                    sha256,
                    MessageStatus.QUEUED,
                    SENT_AT,
                )
            )


@contextmanager
def timed(spent: list[Spent]) -> Iterator[None]:
    """Add what the block takes."""
    began, worked = time.perf_counter(), tree_seconds()
    yield
    spent.append((time.perf_counter() - began, tree_seconds() - worked))


def floor(port: int, made: Sequence[tuple[str, str, str, bytes]], spent: list[Spent]) -> None:
    """The tight loop."""
    with timed(spent), smtplib.SMTP("127.0.0.1", port) as connection:
        for _, address, _, data in made:
            connection.sendmail(SENDER, [address], data)


def ours(prepared: Path, folder: Path, url: str, count: int, spent: list[Spent]) -> None:
    """The outbox, from the first claim to the last commit, on a fresh copy of the prepared house."""
    shutil.copytree(prepared, folder)
    with open_house(Settings(data=folder, mail_url=url)) as house:
        with house.work() as work:
            assert len(work.outbox.waiting(SENT_AT)) == count
        with timed(spent):
            delivery = deliver(house)
    assert len(delivery.sent) == count, delivery
    forget(folder)


def measure(count: int, rounds: int, kind: str) -> dict[str, object]:
    """Alternate both sides; returns the figures."""
    made = letters(count, kind)
    least: list[Spent] = []
    mine: list[Spent] = []
    with tempfile.TemporaryDirectory() as name, sink() as (port, process):
        root, url = Path(name), f"smtp://127.0.0.1:{port}"
        with open_house(Settings(data=root / "prepared")) as house:
            fill(house, made, kind)
        forget(root / "prepared")
        floor(port, made[: count // 4], [])
        for one in range(rounds):
            floor(port, made, least)
            ours(root / "prepared", root / str(one), url, count, mine)
        taken = process.communicate(timeout=30)[0]
    assert int(taken) == count // 4 + 2 * rounds * count
    wall, processor = (ratios(mine, least, which) for which in (0, 1))
    return {
        "kind": kind,
        "letters": count,
        "bytes": len(made[0][3]),
        "rounds": rounds,
        "floor_ms": _each(least, count),
        "outbox_ms": _each(mine, count),
        "ratio": wall,
        "processor_ratio": processor,
        "goal": GOAL,
        "met": wall["median"] <= GOAL,
    }


def ratios(mine: Sequence[Spent], least: Sequence[Spent], which: int) -> dict[str, float]:
    """Ours over the floor's, round by round: the least, the median and the most."""
    found = [ours_[which] / floor_[which] for ours_, floor_ in zip(mine, least, strict=True)]
    return {"min": _short(min(found)), "median": _short(statistics.median(found)), "max": _short(max(found))}


def _each(spent: Sequence[Spent], count: int) -> tuple[float, float]:
    """Median milliseconds for one letter: (clock, processors)."""
    clock, processors = (round(1000 * statistics.median(one) / count, 3) for one in zip(*spent, strict=True))
    return clock, processors


def _short(ratio: float) -> float:
    return round(ratio, 2)


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description="Outbox against a tight loop over one SMTP connection.")
    asked.add_argument("--letters", type=int, default=400)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--kind", choices=["data_call", "reminder"], action="append")
    asked.add_argument("--json", action="store_true")
    chosen = asked.parse_args()
    found = [measure(chosen.letters, chosen.rounds, kind) for kind in chosen.kind or ["data_call", "reminder"]]
    if chosen.json:
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
        return
    for one in found:
        line = (
            "{kind}: {bytes} bytes, ms by clock and processors: floor {floor_ms}, outbox {outbox_ms}, "
            "ratio {ratio} (goal {goal}), by processor {processor_ratio}\n"
        )
        sys.stdout.write(line.format(**one))


if __name__ == "__main__":
    main()
