"""One period of very many agencies through the services: everything recorded when the call returns, nothing lost.

Each size in a process of its own, so that its memory is its own: the year opened, every agency asked (workbook,
letter), every letter sent to a relay that takes all, every answer stored in a transaction of its own, the edition made.
Then the rows are counted and the whole journal is verified; anything missing ends the run with exit code 1. With
several sizes, how each step's cost of an agency grows is told as an exponent (1.00: as many times the work, the time).
The ledger has full sync; ``--folder`` says on which disk. Documents are measured by ``bench_edition.py``.
Run ``python tests/bench/bench_records.py [--sizes 120 400] [--figures 60] [--folder DIR] [--json]``.
"""

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from bench_edition import a_house, answers
from fakes import FakeHouse
from small_programme import ANNUAL, YEAR

from plancycle.adapters.file_store import FileStore
from plancycle.adapters.mail.composing import Composer
from plancycle.adapters.workbooks.files import Workbooks
from plancycle.domain.events import first_broken
from plancycle.rehearsal.bench.changing import TakesAll
from plancycle.rehearsal.bench.measuring import durable_writes
from plancycle.services import data_calls
from plancycle.services.consolidate_period import consolidate
from plancycle.services.deliver_messages import deliver
from plancycle.services.journal import record
from plancycle.services.matrix import matrix

STEPS = ("open", "ask", "send", "answer", "fold", "verify")


def play(folder: Path, agencies: int, figures: int) -> dict[str, Any]:
    """The period in that folder: seconds of each step, what is missing of each record, peak memory."""
    wall: dict[str, float] = {}
    cpu: dict[str, float] = {}

    @contextmanager
    def step(name: str) -> Iterator[None]:
        began, spent = time.perf_counter(), time.process_time()
        yield
        wall[name], cpu[name] = time.perf_counter() - began, time.process_time() - spent

    before = durable_writes(folder)
    with step("open"):
        house = furnished(folder, agencies, figures)
    with step("ask"):
        for agency in data_calls.recipients(house, YEAR, ANNUAL):  # type: ignore[arg-type]
            data_calls.queue(house, YEAR, ANNUAL, agency)  # type: ignore[arg-type]
    with step("send"):
        sent = deliver(house).sent  # type: ignore[arg-type]
    with step("answer"):
        for version, entries in answers(house, figures):
            with house.work() as work:
                work.submissions.add(version, entries, [])
                record(house, work, "submission.accepted", version.id)  # type: ignore[arg-type]
    with step("fold"):
        edition = consolidate(house, YEAR, ANNUAL, final=True).edition  # type: ignore[arg-type]
    with step("verify"):
        missing = lost(house, agencies, len(sent), len(edition.members) if edition else 0)
    house.database.close()
    size = sum(one.stat().st_size for one in folder.glob("ledger.db*"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = {"missing": missing, "peak_mb": round(peak / 1024), "ledger_mb": round(size / 1e6, 1)}
    disk = {"durable_writes_before": before, "durable_writes_after": durable_writes(folder), "load": os.getloadavg()[0]}
    return {"agencies": agencies, "wall_s": rounded(wall), "cpu_s": rounded(cpu), **told, **disk}


def furnished(folder: Path, agencies: int, figures: int) -> FakeHouse:
    """A house whose ledger, files, workbooks and letters are the product's; only the outside is played."""
    house = a_house(f"sqlite:///{folder}/ledger.db", agencies, figures)
    at_opening, store = house.files.stored, FileStore(folder / "files")
    for data in at_opening.values():
        store.put(data)
    house.files, house.workbooks = store, Workbooks(house.texts)  # type: ignore[assignment]
    house.composer = Composer("Sở Nội vụ", "bench@plancycle.example", house.texts)  # type: ignore[assignment]
    house.postman = TakesAll()  # type: ignore[assignment]
    house.leave_file = lambda folder, name, data: name  # type: ignore[method-assign]
    return house


def lost(house: FakeHouse, agencies: int, sent: int, members: int) -> dict[str, int]:
    """Of each record, how many are missing; the chain counts as one record."""
    with house.work() as work:
        letters = work.outbox.all(f"ct-{YEAR}/{ANNUAL}/")
        events = work.audit.all()
        versions = work.submissions.of_period(f"ct-{YEAR}", ANNUAL)
    shown = matrix(house, YEAR, ANNUAL).timeliness  # type: ignore[arg-type]
    journaled = {one.subject for one in events if one.action == "message.sent"}
    found = {
        "sent letters told": sent,
        "sent letters in the ledger": sum(one.status == "sent" for one in letters),
        "sent letters in the journal": len(journaled & {one.key for one in letters}),
        "answers in the ledger": len(versions),
        "answers in the journal": sum(one.action == "submission.accepted" for one in events),
        "answers in the matrix": shown.submitted,
        "answers in the edition": members,
    }
    return {name: agencies - there for name, there in found.items()} | {"chain": int(first_broken(events) is not None)}


def rounded(seconds: dict[str, float]) -> dict[str, float]:
    """To milliseconds, with their sum."""
    return {name: round(value, 3) for name, value in {**seconds, "all": sum(seconds.values())}.items()}


def exponents(small: dict[str, Any], large: dict[str, Any]) -> dict[str, float]:
    """How each step's processor time grows from one size to the other."""
    by = math.log(large["agencies"] / small["agencies"])
    steps = {name: (small["cpu_s"][name], large["cpu_s"][name]) for name in small["cpu_s"]}
    return {name: round(math.log(max(b, 1e-3) / max(a, 1e-3)) / by, 2) for name, (a, b) in steps.items()}


def main() -> None:
    """Play every size and print; exit code 1 when a record is missing."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--sizes", type=int, nargs="+", default=[120, 400])
    asked.add_argument("--figures", type=int, default=60)
    asked.add_argument("--folder", type=Path, default=None, help="on which disk; by itself the temporary folder")
    asked.add_argument("--json", action="store_true")
    asked.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = asked.parse_args()
    say: Callable[[object], int] = lambda told: sys.stdout.write(f"{json.dumps(told)}\n")  # noqa: E731
    if options.one:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            say(play(Path(folder), options.one, options.figures))
        return
    again = [sys.executable, __file__, "--figures", str(options.figures)]
    again += ["--folder", str(options.folder)] if options.folder else []
    played = []
    for size in options.sizes:
        done = subprocess.run([*again, "--one", str(size)], stdout=subprocess.PIPE, check=True, text=True)
        played.append(json.loads(done.stdout))
        say(played[-1])
    for small, large in pairwise(played):
        say({"exponent": [small["agencies"], large["agencies"]], **exponents(small, large)})
    sys.exit(1 if any(any(one["missing"].values()) for one in played) else 0)


if __name__ == "__main__":
    main()
