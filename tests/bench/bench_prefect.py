"""What Prefect adds to a period: its flow against a real server, beside the same services called one after the other.

Both sides ask every agency (workbook, letter, one relay), take in every returned file, and make the edition, each in a
process of its own on a ledger with full sync; Python's start and every import count. The flow's side also leaves its
pages (artifacts), which is why one opens Prefect; the server's processor time counts to it, its start does not.
Meanwhile Prefect's main pages are opened, one a second, as its interface opens them; ``--unwatched`` leaves that out.
``--year`` measures a year instead: ``plancycle demo`` beside ``plancycle demo --fast``.
Run ``python tests/bench/bench_prefect.py [--year] [--agencies 120] [--rounds 1] [--unwatched] [--json]``.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from prefect_pages import PageWatch, database_facts
from prefect_year import measure_year

from plancycle.adapters.prefect_server import PrefectServer, prefect_environment
from plancycle.bootstrap import forget, open_house
from plancycle.rehearsal.bench.asking import sink
from plancycle.rehearsal.bench.measuring import Stopwatch, durable_writes, family_seconds, spread
from plancycle.rehearsal.bench.world import PERIOD, YEAR, World, a_world
from plancycle.rehearsal.year import only_these_settings

MOST = {"wall": 1.25, "cpu": 1.5}


def main() -> None:
    """Measure and print; with ``--side`` be one of the two."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--agencies", type=int, default=0, help="120 for a period, 28 for a year")
    asked.add_argument("--rounds", type=int, default=1)
    asked.add_argument("--year", action="store_true")
    asked.add_argument("--unwatched", action="store_true")
    asked.add_argument("--json", action="store_true")
    asked.add_argument("--side", nargs=3, help=argparse.SUPPRESS)
    options = asked.parse_args()
    if options.side:
        name, as_of, returned = options.side
        SIDES[name](as_of, Path(returned))
        return
    with TemporaryDirectory() as folder:
        if options.year:
            result = measure_year(Path(folder), options.agencies or 28, options.rounds)
        else:
            result = measure(Path(folder), options.agencies or 120, options.rounds, not options.unwatched)
    if options.json:
        sys.stdout.write(f"{json.dumps(result)}\n")
        return
    for name, value in result.items():
        sys.stdout.write(f"{name:22} {value}\n")


def measure(folder: Path, agencies: int, rounds: int, is_watched: bool) -> dict[str, Any]:
    """Both sides in turn, so that whatever else the machine does falls on both."""
    result: dict[str, Any] = {"durable_writes_before": durable_writes(folder), "load_before": os.getloadavg()[0]}
    taken: dict[str, list[tuple[float, float, float]]] = {name: [] for name in SIDES}
    with sink() as port, a_world(folder / "world", agencies) as world, a_server(folder / "prefect") as server:
        pages = PageWatch(server.api_url)
        returned = folder / "returned"
        returned.mkdir()
        for agency, data in world.returned.items():
            (returned / f"{agency}.xlsx").write_bytes(data)
        for _ in range(rounds):
            for name in SIDES:
                with pages if is_watched and name == "prefect" else nullcontext():
                    taken[name].append(one_round(name, world, server, port, returned))
        result |= {"agencies": len(world.agencies), **recorded(server), "rounds": rounds}
        result |= {"pages_s": pages.told(), "slowest_request_s": pages.slowest} if is_watched else {}
    result |= {"durable_writes_after": durable_writes(folder), "load_after": os.getloadavg()[0]}
    for kind, place in (("wall", 0), ("cpu", 1), ("server_cpu", 2)):
        seconds = {name: [one[place] for one in turns] for name, turns in taken.items()}
        result |= {f"{name}_{kind}_s": spread(values) for name, values in seconds.items() if any(values)}
        if kind in MOST:
            pairs = zip(seconds["prefect"], seconds["services"], strict=True)
            result[f"{kind}_ratio"] = {**spread([mine / theirs for mine, theirs in pairs]), "goal": MOST[kind]}
    return result


@contextmanager
def a_server(home: Path) -> Iterator[PrefectServer]:
    """A server of its own on SQLite, with the settings that are shipped."""
    with PrefectServer(home, home.with_suffix(".log"), port=None) as server:
        server.wait_healthy()
        yield server


def one_round(name: str, world: World, server: PrefectServer, port: int, returned: Path) -> tuple[float, float, float]:
    """(wall, processors with the server's share for the flow's side, the server's share) in seconds."""
    copy, watch = world.folder / "copy", Stopwatch()
    shutil.copytree(world.folder / "prepared", copy)
    as_of = f"{world.view.dates(PERIOD).opens_at:%Y-%m-%dT%H:%M:%S%z}"
    with only_these_settings(copy, f"smtp://127.0.0.1:{port}", ""):
        given = prefect_environment(server.home, server.api_url, server.root)
        command = [sys.executable, __file__, "--side", name, as_of, str(returned)]
        before = spent_by(server)
        with watch:
            subprocess.run(command, env=given, cwd=server.root, check=True, stdout=subprocess.DEVNULL)
        of_server = spent_by(server) - before
    forget(copy)
    shutil.rmtree(copy)
    return watch.wall, watch.cpu - (of_server if name == "services" else 0), of_server if name == "prefect" else 0


def spent_by(server: PrefectServer) -> float:
    """The processor seconds of the server so far."""
    spent = Path(f"/proc/{server.child.pid}/stat").read_text("utf-8").rpartition(")")[2].split()[11:15]
    return sum(map(int, spent)) / os.sysconf("SC_CLK_TCK") + family_seconds(server.child.pid or 0)


def recorded(server: PrefectServer) -> dict[str, Any]:
    """How many task runs stand in the server right after the last round, and how large its database is."""
    counted = httpx.post(f"{server.api_url}/task_runs/count", json={}, trust_env=False).json()
    return {"task_runs_recorded": counted, **database_facts(server.home)}


def by_services(as_of: str, returned: Path) -> None:
    """The services alone, in one process."""
    from plancycle.services import collect_inbox, data_calls
    from plancycle.services.consolidate_period import consolidate
    from plancycle.services.deliver_messages import deliver

    for _ in ("the first day", "when all have answered"):
        with open_house(as_of=datetime.fromisoformat(as_of)) as house:
            for agency in data_calls.recipients(house, YEAR, PERIOD):
                data_calls.queue(house, YEAR, PERIOD, agency)
            for name in collect_inbox.waiting(house):
                collect_inbox.take_in(house, name)
            deliver(house)
            consolidate(house, YEAR, PERIOD)
        answer(returned)


def by_flow(as_of: str, returned: Path) -> None:
    """The flow, as its schedule runs it."""
    from flows._forms import BY_TIMETABLE
    from flows.quarterly_checkin import quarterly_checkin

    BY_TIMETABLE.set(True)
    for _ in ("the first day", "when all have answered"):
        state = quarterly_checkin("Quý I", YEAR, as_of, dry_run=False, return_state=True)
        assert state.name == "Completed", state
        answer(returned)


def answer(returned: Path) -> None:
    """Every agency's file is in the inbox."""
    inbox = Path(os.environ["PLANCYCLE_DATA"]) / "inbox"
    for file in returned.iterdir():
        shutil.copy(file, inbox / file.name)


SIDES: dict[str, Callable[[str, Path], None]] = {"services": by_services, "prefect": by_flow}

if __name__ == "__main__":
    main()
