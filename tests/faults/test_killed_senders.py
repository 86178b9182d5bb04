"""Senders are killed with SIGKILL at random moments: no letter is lost, and none arrives twice without being listed.

The long drill is ``python -m pytest tests/faults -m slow -s``.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from faulty_relay import FaultyRelay, decide_all, faults_found, queue
from ledgers import ledger_url, postgres_url
from postgres_server import WITH_SERVER

from plancycle.bootstrap import Household, forget, open_house
from plancycle.domain.messages import MessageStatus
from plancycle.services.resolve_doubt import letters
from plancycle.settings import Settings

SENDER = Path(__file__).with_name("sender.py")
NEW_LETTERS = 40
"""Queued at a time; a sender that is left alone sends them in the time a kill is drawn from."""


class Senders:
    """The program that is killed, seen from outside."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self._read()

    def start(self) -> int:
        """Fork a sender; returns its process number."""
        return int(self._ask("send"))

    def end(self, pid: int) -> int:
        """Wait for its end; returns 0, or minus the signal that ended it."""
        return int(self._ask(f"wait {pid}"))

    def _ask(self, line: str) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


def ledger_of(data: Path) -> dict[str, str]:
    """The environment of a process that works on that folder; its name says on which database."""
    url = postgres_url(data) if data.name == "postgresql" else ledger_url(data)
    return {"PLANCYCLE_DATA": str(data), "PLANCYCLE_DATABASE_URL": url}


@contextmanager
def senders(data: Path, mail_url: str) -> Iterator[Senders]:
    """The program, over a data folder and a relay."""
    environment = {**os.environ, **ledger_of(data), "PLANCYCLE_MAIL_URL": mail_url}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, str(SENDER)], env=environment, text=True, **pipes) as process:
        yield Senders(process)
        process.stdin.close()


def undisturbed(program: Senders) -> float:
    """Seconds of a sender's whole life: it opens the ledger, recovers, claims and sends."""
    began = time.monotonic()
    assert program.end(program.start()) == 0
    return time.monotonic() - began


def kill_at_random(program: Senders, at_once: int, longest: float, dice: random.Random) -> list[int]:
    """Start senders, kill each after a moment of its own; returns how they ended."""
    started = [(program.start(), dice.uniform(0, longest)) for _ in range(at_once)]
    began = time.monotonic()
    for pid, after in sorted(started, key=lambda one: one[1]):
        time.sleep(max(0.0, began + after - time.monotonic()))
        os.kill(pid, signal.SIGKILL)
    return [program.end(pid) for pid, _ in started]


def listed_in_doubt(data: Path) -> set[str]:
    """What an operator sees."""
    command = [sys.executable, "-m", "plancycle", "outbox", "--in-doubt", "--json"]
    environment = {**os.environ, **ledger_of(data)}
    shown = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    return set(json.loads(shown)["in_doubt"])


def drill(house: Household, relay: FaultyRelay, kills: int, seed: int) -> dict[str, int]:
    """Kill, start again, kill again; then let one sender finish, and a person decide what is in doubt."""
    dice, done, queued, endings = random.Random(seed), 0, NEW_LETTERS, []
    queue(house, NEW_LETTERS)
    with senders(house.data_dir, relay.url) as program:
        longest = undisturbed(program)
        while done < kills:
            waiting = sum(one.status is MessageStatus.QUEUED for one in letters(house))
            if waiting < NEW_LETTERS:
                queue(house, NEW_LETTERS, queued)
                queued += NEW_LETTERS
            endings += kill_at_random(program, 1 + done % 2, longest, dice)
            done = endings.count(-signal.SIGKILL)
        assert program.end(program.start()) == 0
        doubted = {one.key for one in letters(house) if one.status is MessageStatus.IN_DOUBT}
        assert listed_in_doubt(house.data_dir) == doubted
        assert decide_all(house) == doubted
        assert program.end(program.start()) == 0
    copies = relay.copies()
    return {
        "kills": done,
        "letters": queued,
        "in_doubt": len(doubted),
        "arrived_twice": sum(one > 1 for one in copies.values()),
    }


@pytest.fixture
def house(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Household]:
    """A house on a data folder of its own, named after its database."""
    data = tmp_path / request.param
    with open_house(Settings(data=data, database_url=ledger_of(data)["PLANCYCLE_DATABASE_URL"])) as opened:
        yield opened
    forget(data)


DRILL = [pytest.mark.slow, pytest.mark.timeout(900)]
DRILLS = [
    pytest.param("usual", 8, id="short"),
    pytest.param("usual", 200, marks=DRILL, id="drill"),
    pytest.param("postgresql", 4, marks=WITH_SERVER, id="short on PostgreSQL"),
    pytest.param("postgresql", 200, marks=[*DRILL, WITH_SERVER], id="drill on PostgreSQL"),
]


@pytest.mark.parametrize(("house", "kills"), DRILLS, indirect=["house"])
def test_killed_at_random_moments_senders_lose_nothing_and_hide_nothing(house, tmp_path, kills):
    with FaultyRelay(tmp_path / "relay", thinks=0.002) as relay:
        figures = drill(house, relay, kills, seed=kills)
        found = faults_found(house, relay)
    sys.stdout.write(json.dumps(figures) + "\n")  # seen with -s

    assert found == {name: [] for name in found}
    assert figures["kills"] >= kills
    assert figures["letters"] == len(letters(house)) > NEW_LETTERS
    assert kills < 100 or figures["in_doubt"] > 0
