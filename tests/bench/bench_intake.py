"""How much reading and checking returned workbooks costs beside the bare parser, in one run.

    python tests/bench/bench_intake.py --count 4000 --rounds 5 --json

The files are those of one period: every agency has its own form, name, seal, last values and sentences, written by the
product and filled in (``tests/support/period_workbooks.py``), so that little of one file comes again in the next. All
sides read the same files with two processes: the floor opens each with python-calamine and takes every sheet's cells;
the gated floor passes the gate first, in the same process, and parses what passed; ``gate`` is the gate alone, so that
``sum`` (floor and gate) says what gate and parser cost one after the other; ours passes the gate and parses in the
limited process, finds cells by their codes and checks every one. The sides take turns every few hundred files, so that
whatever else the machine does falls on all; a ratio compares the sums of a round. Processor time is of all processes,
the limited ones included.
"""

import argparse
import json
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import period_workbooks as period
from genuine_workbooks import Question, year
from python_calamine import CalamineWorkbook

from plancycle.adapters.texts import Catalogue
from plancycle.adapters.workbooks import gate
from plancycle.adapters.workbooks.files import Workbooks
from plancycle.domain import findings
from plancycle.domain.forms import Form
from plancycle.rehearsal.bench.measuring import Stopwatch
from plancycle.services.bulk import uninterrupted

PROCESSES, FILES_AT_ONCE, FILES_IN_TURN = 2, 25, 400
Part = Sequence[tuple[str, int]]
"""Files with the number of the agency each of them is from."""

_books = Workbooks(Catalogue())


def make_files(folder: Path, count: int) -> list[tuple[str, int]]:
    """The workbooks of ``count`` agencies."""
    files = []
    for number in range(count):
        path = folder / f"{number}.xlsx"
        path.write_bytes(period.returned(number))
        files.append((str(path), number))
    return files


def bare(part: Part) -> int:
    """The floor: every cell of every sheet as the parser gives it."""
    return sum(_cells(Path(path).read_bytes()) for path, _ in part)


def gated(part: Part) -> int:
    """The floor of whoever takes files from outside: the gate, then every cell of what passed."""
    return sum(_cells(gate.scan(Path(path).read_bytes()).judged) for path, _ in part)


def gate_alone(part: Part) -> int:
    """The gate and nothing else."""
    return sum(len(gate.scan(Path(path).read_bytes()).judged) for path, _ in part)


def _cells(data: bytes) -> int:
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    return sum(len(row) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python())


def ours(part: Part) -> int:
    """Gate, parser, codes, checks: what stands between a file and its row. Returns how many errors were found."""
    problems = 0
    with uninterrupted():  # as files from the inbox folder are taken in
        for path, number in part:
            workbook = _books.read(Path(path).read_bytes(), path)
            form, before = _asked(number)
            _, found = findings.check(form, year().programme.form, workbook.entries, before)
            problems += sum(finding.severity is findings.Severity.ERROR for finding in found)
    return problems


@cache
def _asked(number: int) -> tuple[Form, Mapping[Question, str]]:
    """An agency's form, and what it said last time."""
    form = period.form(number)
    return form, period.last_values(form, number)


def get_ready(count: int) -> None:
    """Both sides start warm: forms are known, the reader's process runs."""
    for number in range(count):
        _asked(number)
    _books.read(period.returned(0), "")


def timed(pool: ProcessPoolExecutor, work: Callable[[Part], int], files: Part) -> tuple[float, float, int]:
    """(seconds, seconds of the processors, sum of the answers) over all files, shared out among the processes."""
    parts = [files[start : start + FILES_AT_ONCE] for start in range(0, len(files), FILES_AT_ONCE)]
    watch = Stopwatch()
    with watch:
        total = sum(pool.map(work, parts))
    return watch.wall, watch.cpu, total


def one_round(
    pool: ProcessPoolExecutor, sides: Mapping[str, Callable[[Part], int]], files: Part
) -> dict[str, tuple[float, float, int]]:
    """Every side over all files, as :func:`timed` tells it; each in turn reads a few hundred of them."""
    sums = dict.fromkeys(sides, (0.0, 0.0, 0))
    for start in range(0, len(files), FILES_IN_TURN):
        for side, work in sides.items():
            (wall, cpu, total), more = sums[side], timed(pool, work, files[start : start + FILES_IN_TURN])
            sums[side] = wall + more[0], cpu + more[1], total + more[2]
    return sums


def measure(count: int, rounds: int) -> dict[str, object]:
    """Seconds of every side round by round, and what they say about each other."""
    sides: dict[str, Callable[[Part], int]] = {"floor": bare, "gate": gate_alone, "gated": gated, "ours": ours}
    spent: dict[str, list[tuple[float, float]]] = {side: [] for side in sides}
    with TemporaryDirectory() as folder:
        files = make_files(Path(folder), count)
        with ProcessPoolExecutor(PROCESSES, get_context("spawn"), get_ready, (count,)) as pool:
            for work in sides.values():
                timed(pool, work, files[: FILES_AT_ONCE * 4])
            for _ in range(rounds):
                sums = one_round(pool, sides, files)
                for side, (wall, cpu, _) in sums.items():
                    spent[side].append((wall, cpu))
    found = sums["ours"][2]
    result: dict[str, object] = {"files": count, "processes": PROCESSES, "rounds": rounds, "errors_found": found}
    for number, clock in enumerate(("seconds", "cpu")):
        taken = {side: [one[number] for one in times] for side, times in spent.items()}
        result |= {f"{side}_{clock}": spread(values) for side, values in taken.items()}
        taken["sum"] = [sum(pair) for pair in zip(taken["floor"], taken["gate"], strict=True)]
        for name, floor in (("ratio", "floor"), ("ratio_to_gated", "gated"), ("ratio_to_sum", "sum")):
            pairs = zip(taken["ours"], taken[floor], strict=True)
            result[name if clock == "seconds" else f"cpu_{name}"] = spread([mine / least for mine, least in pairs])
    return result


def spread(values: Sequence[float]) -> dict[str, float]:
    """Least, median and most."""
    return {
        "min": round(min(values), 3),
        "median": round(statistics.median(values), 3),
        "max": round(max(values), 3),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=400, help="how many workbooks")
    parser.add_argument("--rounds", type=int, default=5, help="how often each side reads them")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    result = measure(options.count, options.rounds)
    if options.json:
        sys.stdout.write(f"{json.dumps(result)}\n")
        return
    for name, value in result.items():
        sys.stdout.write(f"{name:20} {value}\n")


if __name__ == "__main__":
    main()
