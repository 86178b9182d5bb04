"""Pieces of work whose two changes of status are durable: ours beside a bare table, DBOS, pydocket, Prefect, Airflow.

A piece waits, is under way and is done; both changes are on the disk when they count. ``batches`` is ours as the
sender of letters does it (claims, marks and outcomes of a few letters share a commit; every change has its event in
the chained journal), ``one by one`` is two transactions and two events a piece. ``bare`` is a SQLite table with full
sync, two commits a piece, no journal. Peers do as many pieces that do nothing, each with what it records by itself, in
a process of its own: its start and its imports do not count. All have their files in one folder on the disk in
question and take turns; a ratio compares neighbours of one round, and the disk's pace is probed in every round.

Peers are no part of the product's requirements: this script installs nothing. ``--python`` names interpreters in which
some are installed (more than one may be given; the one that runs this is asked first); what none can import is left
out and named. Redis is the system's ``redis-server`` with every write synced; without it pydocket keeps its state in
memory, and that is told. Prefect is a server of its own with the settings this product ships; its pieces are counted
when the server has recorded them, not when the flow returns.
Run ``python tests/bench/bench_peers.py [--python PATH ...] [--only dbos ...] [--rounds 3] [--json]``.
"""

import argparse
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from plancycle.adapters.prefect_server import PrefectServer, prefect_environment
from plancycle.adapters.processes import LOOPBACK, Child, free_port
from plancycle.rehearsal.bench.changing import changes, single_changes
from plancycle.rehearsal.bench.measuring import Side, Stopwatch, durable_writes, spread
from plancycle.rehearsal.bench.world import World, a_world

PROGRAMS = Path(__file__).resolve().parent / "peers"
COUNT, FEWER, FEWEST = 1000, 200, 50
PATIENCE = 900
GOALS = {"bare": 0.5, "dbos": 1.4, "pydocket": 1.4, "prefect": 35.0, "airflow": 400.0}
"""Times a peer's rate that ours is to reach."""
OURS = ("batches", "one_by_one")
Told = dict[str, Any]
"""What a peer's program says: ``seconds`` and ``recorded``."""


@dataclass(frozen=True)
class Room:
    """Where a peer may leave its files, and the interpreter that can import it."""

    folder: Path
    python: str


@dataclass(frozen=True)
class Peer:
    """One to compare with: the module it is known by, how many pieces it does, and how to get it ready."""

    module: str
    count: int
    open: Callable[[Room], Any]
    """Gives a context in which a call does the pieces."""


@dataclass
class Found:
    """Pieces a second of every side, round by round, and what was not measured."""

    rates: dict[str, list[float]] = field(default_factory=dict)
    least_recorded: dict[str, int] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)
    disk: list[float] = field(default_factory=list)


def ask(command: Sequence[str], env: Mapping[str, str] | None = None) -> str:
    """What a program says. Raises CalledProcessError with the end of what it complained about."""
    given = {name: value for name, value in (env or os.environ).items() if name != "PYTHONPATH"}
    done = subprocess.run(command, env=given, capture_output=True, text=True, timeout=PATIENCE)
    if done.returncode:
        sys.stderr.write(done.stderr[-2000:])
        done.check_returncode()
    return done.stdout


def program(room: Room, name: str, count: int, *more: str, env: Mapping[str, str] | None = None) -> Told:
    """Run a peer's program on so many pieces."""
    said = ask([room.python, str(PROGRAMS / name), str(count), str(room.folder), *more], env)
    told: Told = json.loads(said.splitlines()[-1])
    return told


@contextmanager
def dbos(room: Room) -> Iterator[Callable[[], Told]]:
    """A fresh database every time."""

    def act() -> Told:
        for file in room.folder.glob("dbos.db*"):
            file.unlink()
        return program(room, "dbos_steps.py", COUNT)

    yield act


@contextmanager
def pydocket(room: Room) -> Iterator[Callable[[], Told]]:
    """A Redis that syncs every write; emptied every time."""
    server = shutil.which("redis-server")
    if server is None:
        yield lambda: program(room, "docket_tasks.py", COUNT, "memory://")
        return
    port = str(free_port())
    durably = ["--appendonly", "yes", "--appendfsync", "always", "--save", ""]
    redis = Child(
        "redis",
        [server, "--port", port, "--bind", LOOPBACK, "--dir", str(room.folder), *durably],
        os.environ,
        room.folder / "redis.log",
    )
    redis.start()
    turns = iter(range(10**6))
    try:
        time.sleep(1)
        yield lambda: program(room, "docket_tasks.py", COUNT, f"redis://{LOOPBACK}:{port}/{next(turns)}")
    finally:
        redis.stop()


@contextmanager
def prefect(room: Room) -> Iterator[Callable[[], Told]]:
    """A server of its own on SQLite; a flow run every time."""
    with PrefectServer(room.folder / "home", room.folder / "prefect.log", port=None) as server:
        server.wait_healthy()
        env = prefect_environment(server.home, server.api_url, server.root)
        yield lambda: program(room, "prefect_tasks.py", FEWER, env=env)


@contextmanager
def airflow(room: Room) -> Iterator[Callable[[], Told]]:
    """``airflow dags test``: from the first task's start to the last one's end, as its database has them."""
    dags = room.folder / "dags"
    dags.mkdir()
    shutil.copy(PROGRAMS / "airflow_dag.py", dags)
    env = {
        **os.environ,
        "AIRFLOW_HOME": str(room.folder),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
        "PEER_COUNT": str(FEWEST),
        "PATH": f"{Path(room.python).parent}{os.pathsep}{os.environ['PATH']}",
    }
    ask([room.python, "-m", "airflow", "db", "migrate"], env)

    def act() -> Told:
        ask([room.python, "-m", "airflow", "dags", "test", "peer"], env)
        with closing(sqlite3.connect(room.folder / "airflow.db")) as ledger:
            (last,) = ledger.execute("SELECT run_id FROM dag_run ORDER BY id DESC LIMIT 1").fetchone()
            asked = "SELECT min(start_date), max(end_date), count(*) FROM task_instance WHERE state = ? AND run_id = ?"
            begin, end, recorded = ledger.execute(asked, ("success", last)).fetchone()
        seconds = (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds()
        return {"seconds": seconds, "recorded": recorded}

    yield act


PEERS = {
    "dbos": Peer("dbos", COUNT, dbos),
    "pydocket": Peer("docket", COUNT, pydocket),
    "prefect": Peer("prefect", FEWER, prefect),
    "airflow": Peer("airflow", FEWEST, airflow),
}


def interpreter(module: str, pythons: Sequence[str]) -> str | None:
    """The first of some interpreters that has a module."""
    look = f"import importlib.util as u, sys; sys.exit(u.find_spec({module!r}) is None)"
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return next((one for one in pythons if subprocess.run([one, "-c", look], env=env).returncode == 0), None)


def measure(folder: Path, pythons: Sequence[str], only: Collection[str], rounds: int, count: int = COUNT) -> Found:
    """Every side in turn, so many rounds; one round of ours first counts for nothing."""
    found = Found()
    with ExitStack() as stack:
        world = stack.enter_context(a_world(folder / "world", 3))
        sides: dict[str, Callable[[], float]] = own_sides(world, count)
        for name in PEERS:
            if name in only and (room := _room(folder, name, pythons, found)):
                act = stack.enter_context(PEERS[name].open(room))
                sides[name] = _counted(name, act, found)
        for name in ("bare", *OURS):
            sides[name]()
        for _ in range(rounds):
            found.disk.append(durable_writes(folder))
            for name, side in sides.items():
                found.rates.setdefault(name, []).append(side())
        found.disk.append(durable_writes(folder))
    return found


def own_sides(world: World, count: int) -> dict[str, Callable[[], float]]:
    """Ours and the bare table, on a fresh copy of the house every time."""
    batches, single = changes(world, count), single_changes(world, count)

    def rate(side: Side) -> Callable[[], float]:
        def act() -> float:
            watch = Stopwatch()
            side(watch)
            return count / watch.wall

        return act

    return {"bare": rate(batches.floor), "batches": rate(batches.ours), "one_by_one": rate(single.ours)}


def _room(folder: Path, name: str, pythons: Sequence[str], found: Found) -> Room | None:
    python = interpreter(PEERS[name].module, pythons)
    if python is None:
        found.skipped[name] = f"none of the interpreters has {PEERS[name].module}; give one with --python"
        return None
    if name == "pydocket" and shutil.which("redis-server") is None:
        found.remarks[name] = "redis-server is not installed: state in memory, nothing durable"
    room = Room(folder / name, python)
    room.folder.mkdir()
    return room


def _counted(name: str, act: Callable[[], Told], found: Found) -> Callable[[], float]:
    def rate() -> float:
        told = act()
        found.least_recorded[name] = min(found.least_recorded.get(name, told["recorded"]), told["recorded"])
        return float(told["recorded"] / told["seconds"])

    return rate


def summary(found: Found) -> dict[str, Any]:
    """Rates, and ours by every other side's, round by round."""
    rates = found.rates
    others = [name for name in rates if name not in OURS]
    times: dict[str, dict[str, Any]] = {other: {} for other in others}
    for other in others:
        for mine in OURS:
            times[other][mine] = spread([a / b for a, b in zip(rates[mine], rates[other], strict=True)])
        times[other]["goal"] = GOALS[other]
    return {
        "durable_writes_per_second": found.disk,
        "load": round(os.getloadavg()[0], 1),
        "per_second": {name: spread(each) for name, each in rates.items()},
        "ours_times": times,
        "pieces": {name: PEERS[name].count for name in others if name in PEERS},
        "least_recorded": found.least_recorded,
        "skipped": found.skipped,
        "remarks": found.remarks,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", nargs="*", default=[], help="interpreters in which peers are installed")
    parser.add_argument("--only", nargs="*", default=list(PEERS), choices=list(PEERS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=None, help="on which disk; by itself the temporary folder")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with TemporaryDirectory(dir=asked.folder) as folder:
        found = measure(Path(folder), [sys.executable, *asked.python], asked.only, asked.rounds)
    sys.stdout.write(json.dumps(summary(found), indent=None if asked.json else 1) + "\n")


if __name__ == "__main__":
    main()
