"""What Prefect adds to a year: ``plancycle demo`` as a newcomer runs it, beside ``--fast``, the services alone.

The same year, agencies and seed, in turn, each in a process of its own. Every process either side starts counts,
Prefect's server with its first start included.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from time import sleep
from typing import Any

from prefect_pages import database_facts

from plancycle.adapters.prefect_server import CHECKOUT
from plancycle.rehearsal.bench.measuring import Stopwatch, durable_writes, family_seconds, spread

MOST = 2.5
"""Times the services' clock and processor."""
SIDES: dict[str, list[str]] = {"services": ["--fast"], "prefect": []}
TOLD_BY_BOTH = ("periods", "communes", "agencies")


def measure_year(folder: Path, agencies: int, rounds: int) -> dict[str, Any]:
    """Both sides in turn, so that whatever else the machine does falls on both."""
    result: dict[str, Any] = {"agencies": agencies, "rounds": rounds, "durable_writes_before": durable_writes(folder)}
    result |= {"load_before": os.getloadavg()[0]}
    turns = [{name: one_year(name, folder / f"{name}-{turn}", agencies) for name in SIDES} for turn in range(rounds)]
    for kind in ("wall", "cpu"):
        result |= {f"{name}_{kind}_s": spread([turn[name][kind] for turn in turns]) for name in SIDES}
        result[f"{kind}_ratio"] = {**spread([_ratio(turn, kind) for turn in turns]), "goal": MOST}
    result["server_cpu_s"] = spread([turn["prefect"]["server"] for turn in turns])
    last = turns[-1]
    result["same_counts"] = last["services"]["told"] == last["prefect"]["told"]
    result |= {"durable_writes_after": durable_writes(folder), "load_after": os.getloadavg()[0]}
    return result | database_facts(folder / f"prefect-{rounds - 1}" / "prefect")


def _ratio(turn: dict[str, dict[str, Any]], kind: str) -> float:
    return float(turn["prefect"][kind] / turn["services"][kind])


def one_year(name: str, out: Path, agencies: int) -> dict[str, Any]:
    """Play a year; the seconds of the clock, of all its processors and of Prefect's server, and what it counted."""
    command = [sys.executable, "-m", "plancycle", "demo", *SIDES[name], "--agencies", str(agencies), "--json"]
    watch, server, told = Stopwatch(), 0.0, out.with_suffix(".json")
    with watch, told.open("wb") as answer:
        playing = subprocess.Popen([*command, "--out", str(out)], cwd=CHECKOUT, stdout=answer)
        while playing.poll() is None:
            server = max(server, spent_by_server(playing.pid))
            sleep(0.5)
    if playing.returncode:
        raise SystemExit(f"{name}: {playing.returncode}")
    counted = json.loads(told.read_text("utf-8"))
    told_by_both = {key: counted[key] for key in TOLD_BY_BOTH}
    return {"wall": watch.wall, "cpu": watch.cpu, "server": server, "told": told_by_both}


def spent_by_server(parent: int) -> float:
    """Processor seconds so far of the Prefect server that process has started; 0 when there is none."""
    for child in Path(f"/proc/{parent}/task/{parent}/children").read_text("ascii").split():
        try:
            if b"server\0start" in Path(f"/proc/{child}/cmdline").read_bytes():
                spent = Path(f"/proc/{child}/stat").read_text("utf-8").rpartition(")")[2].split()[11:15]
                return sum(map(int, spent)) / os.sysconf("SC_CLK_TCK") + family_seconds(int(child))
        except OSError:  # ended meanwhile
            continue
    return 0.0
