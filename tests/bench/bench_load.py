"""What the portal carries on the last evening, behind a real socket, with client and portal on the same machine.

    python tests/bench/bench_load.py --rounds 5
    python tests/bench/bench_load.py --only stampede --json
    python tests/bench/bench_load.py --only evening          # 400 uploads spread over five minutes

*uploads*: answers kept with full sync (acknowledged as soon as they are kept: ``Prefer: respond-async``) beside three
endpoints of the same application that read the same bodies: ``null`` keeps nothing; ``thread`` keeps each as one would
by hand (a thread and a commit a request, a bare SQLite table with full sync, no journal); ``alone`` keeps the product's
bytes, row and event, a thread and a commit a request, the waiting left to the database. Checks are held back, which
would burden all sides. *writers*: the same without the web between, threads of one process, so that the application's
own time does not hide the difference. *stampede*: 200 clients in the last 50 milliseconds before a deadline.
*evening*: 400 in the last five minutes. After both, every acknowledged answer is looked for in the ledger, and its
verdict is held against the moment at which its client had sent its last byte. All sides take turns, so that whatever
else the machine does falls on all; a ratio compares neighbours. The pace at which the disk takes 4 KB for good is
measured before and after: no figure here means anything without it.
"""

import argparse
import hashlib
import json
import os
import shutil
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import many_writers
import portal_load as load

from plancycle.bootstrap import forget, open_house
from plancycle.rehearsal.bench.measuring import durable_writes, spread
from plancycle.rehearsal.bench.world import PERIOD, YEAR
from plancycle.rehearsal.year import PROGRAMME
from plancycle.settings import Settings

CLIENTS, STAMPEDE, EVENING, MINUTES = (32, 256), 200, 400, 5.0
SLACK = 0.012
"""Seconds around the deadline in which nobody can say: the system counts in steps of up to ten milliseconds."""
GOAL_RATIO, GOAL_SECONDS = 0.45, 3.0
GOALS_BY_THREAD = {"rate": 2.0, "p99": 15.0}
UPLOADS = 256
SIDES = {"null": "/bench/null", "kept": "/api/submissions", "thread": "/bench/thread", "alone": "/bench/alone"}
OFTEN = "1000000"


def uploads(ready: load.Ready, rounds: int, clients_at_once: Sequence[int]) -> dict[str, Any]:
    """Uploads a second beside the floor, round by round, for few clients and for many."""
    found: dict[str, Any] = {}
    with load.serving(ready, LOADED_REQUESTS=OFTEN, LOADED_HELD="1") as port:
        number = 0
        for clients in clients_at_once:
            rates: dict[str, list[float]] = {side: [] for side in SIDES}
            slowest: dict[str, list[float]] = {side: [] for side in SIDES}
            for turn in range(rounds + 1):
                for side, path in SIDES.items():
                    number += 1
                    sendings = _differing(ready, path, number, max(clients, len(ready.offices)))
                    seconds, answers = load.send_by(port, sendings, clients)
                    assert {one.status for one in answers} <= {201, 202}, Counter(one.status for one in answers)
                    if turn:  # the first round warms both sides up
                        rates[side].append(len(answers) / seconds)
                        slowest[side].append(load.share([one.seconds for one in answers], 0.99))
            ratio = _times(rates["kept"], rates["null"])
            found[f"{clients} clients"] = {
                "by_null": ratio,
                "goal": GOAL_RATIO,
                "met": ratio["median"] >= GOAL_RATIO,
                **{
                    f"beside_{side}": {
                        "rate": _times(rates["kept"], rates[side]),
                        "p99": _times(slowest[side], slowest["kept"]),
                        "goals": GOALS_BY_THREAD,
                    }
                    for side in ("thread", "alone")
                },
                "per_second": {side: spread(each) for side, each in rates.items()},
                "p99_seconds": {side: spread(each) for side, each in slowest.items()},
            }
    return found


def writers(ready: load.Ready, rounds: int, clients_at_once: Sequence[int]) -> dict[str, Any]:
    """Uploads kept a second by many threads of one process, and how long the slowest hundredth took."""
    found: dict[str, Any] = {}
    several = many_writers.Writers.of(Settings(data=ready.folder))
    number = 0
    for clients in clients_at_once:
        rates: dict[str, list[float]] = {way: [] for way in several.ways()}
        slowest: dict[str, list[float]] = {way: [] for way in several.ways()}
        for turn in range(rounds + 1):
            for way, keep in several.ways().items():
                number += 1
                each = max(2, UPLOADS // clients)
                bodies = [[b"%d %d %d" % (number, one, at) * 400 for at in range(each)] for one in range(clients)]
                seconds, taken = many_writers.all_at_once(several, keep, ready.offices, bodies)
                assert len(taken) == clients * each, "an upload was not kept"
                if turn:
                    rates[way].append(len(taken) / seconds)
                    slowest[way].append(load.share(taken, 0.99))
        found[f"{clients} threads"] = {
            **{
                f"beside_{way}": {
                    "rate": _times(rates["line"], rates[way]),
                    "p99": _times(slowest[way], slowest["line"]),
                    "goals": GOALS_BY_THREAD,
                }
                for way in ("thread", "alone")
            },
            "per_second": {way: spread(each) for way, each in rates.items()},
            "p99_seconds": {way: spread(each) for way, each in slowest.items()},
        }
    several.close()
    return found


def _times(ones: Sequence[float], others: Sequence[float]) -> dict[str, float]:
    return spread([one / other for one, other in zip(ones, others, strict=True)])


def _differing(ready: load.Ready, path: str, number: int, count: int) -> list[load.Sending]:
    """Bodies that no round before had: white space at the end is no other answer, but other bytes."""
    offices = [ready.offices[place % len(ready.offices)] for place in range(count)]
    bodies = [f"{'':{number}}{'':{place // len(ready.offices)}}\n".encode() for place in range(count)]
    sent = [replace(one, body=one.body + more) for one, more in zip(offices, bodies, strict=True)]
    return [load.upload(one, path, prefer="respond-async") for one in sent]


def crowd(ready: load.Ready, count: int, seconds: float) -> dict[str, Any]:
    """So many clients before a deadline, evenly over so many seconds; each a body of its own."""
    offices = [replace(one, body=one.body) for one in ready.offices[:count]]
    offices += [
        replace(one, body=one.body + b" " * (1 + n)) for n, one in enumerate(ready.offices[: count - len(offices)])
    ]
    with load.serving(ready, LOADED_REQUESTS=OFTEN) as port:
        load.send_all(port, [load.upload(replace(ready.offices[0], body=ready.offices[0].body + b"\n"))])
        due = load.due_in(port, ready, seconds + 3)
        moments = [due - seconds * (1 - number / count) for number in range(count)]
        answers = load.send_all(port, [load.upload(one, at=at) for one, at in zip(offices, moments, strict=True)])
        checked_after = _until_checked(ready)
    waits = [one.seconds for one in answers]
    judged = _judged(ready, offices, answers, due)
    slowest = load.share(waits, 0.99)
    return {
        "clients": count,
        "statuses": dict(Counter(str(one.status) for one in answers)),
        "told_to_wait": sum(b'"waiting"' in one.body for one in answers),
        "p50_seconds": round(statistics.median(waits), 3),
        "p99_seconds": round(slowest, 3),
        "all_checked_after_seconds": round(checked_after, 1),
        **judged,
        "goal": GOAL_SECONDS,
        "met": slowest < GOAL_SECONDS and not judged["lost"] and not judged["misjudged"],
    }


def _until_checked(ready: load.Ready) -> float:
    began = time.monotonic()
    while True:
        with open_house(Settings(data=ready.folder)) as house, house.work() as work:
            if not work.arrivals.waiting():
                return time.monotonic() - began
        time.sleep(0.2)


def _judged(
    ready: load.Ready, offices: Sequence[load.Office], answers: Sequence[load.Answered], due: float
) -> dict[str, int]:
    """How many acknowledged answers are in no table, have no receipt, or were judged against their moment."""
    with open_house(Settings(data=ready.folder)) as house, house.work() as work:
        found = {one.sha256: one for one in work.submissions.of_period(f"{PROGRAMME}-{YEAR}", PERIOD)}
        receipts = {sha256: work.receipts.of_submission(one.id) for sha256, one in found.items()}
    count = Counter[str]()
    for office, answer in zip(offices, answers, strict=True):
        sha256 = hashlib.sha256(office.body).hexdigest()
        if answer.status not in (201, 202):
            count["refused"] += 1
        elif sha256 not in found or receipts[sha256] is None:
            count["lost"] += 1
        else:
            count["in_time" if not found[sha256].is_late else "late"] += 1
            is_clear = abs(answer.sent - due) > SLACK
            count["misjudged"] += is_clear and found[sha256].is_late != (answer.sent >= due)
    return {name: count[name] for name in ("refused", "lost", "misjudged", "in_time", "late")}


def bench(only: str, rounds: int, agencies: int, clients: Sequence[int]) -> dict[str, Any]:
    """Every part that was asked for, each on a fresh copy of one folder."""
    parts = {
        "uploads": lambda ready: uploads(ready, rounds, clients),
        "writers": lambda ready: writers(ready, rounds, clients),
        "stampede": lambda ready: crowd(ready, STAMPEDE, 0.05),
        "evening": lambda ready: crowd(ready, EVENING, MINUTES * 60),
    }
    chosen = {name: part for name, part in parts.items() if name == only or (not only and name != "evening")}
    with TemporaryDirectory() as folder:
        base = load.prepare(Path(folder) / "base", agencies)
        found: dict[str, Any] = {"durable_writes_per_second": {"before": durable_writes(Path(folder))}}
        found["load_average"] = round(os.getloadavg()[0], 1)
        for name, part in chosen.items():
            copy = Path(folder) / name
            shutil.copytree(base.folder, copy)
            found[name] = part(replace(base, folder=copy))
            forget(copy)
        found["durable_writes_per_second"]["after"] = durable_writes(Path(folder))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--agencies", type=int, default=400)
    parser.add_argument("--clients", type=int, nargs="+", default=CLIENTS, help="of uploads and writers")
    parser.add_argument("--only", default="", choices=["", "uploads", "writers", "stampede", "evening"])
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = bench(asked.only, asked.rounds, asked.agencies, asked.clients)
    sys.stdout.write(json.dumps(found, indent=None if asked.json else 1) + "\n")


if __name__ == "__main__":
    main()
