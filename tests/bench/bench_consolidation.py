"""How long adding up takes: our fold of a period's figures, beside a bare group-by over the very same frame in memory.

Four thousand agencies of sixty figures each. Ours gives every figure by its own rule (sums, means, weighted means,
ratios, maxima), counts who reported, and is exact; the bare one only sums. Rounds alternate, so that a busy machine is
busy for both. Run ``python tests/bench/bench_consolidation.py [--json]``.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from bench_workbooks import spread

from plancycle.adapters.frames import Frames, fold, frame_of
from plancycle.domain.consolidation import FigureRow
from plancycle.domain.forms import Aggregation

MIXED = (
    Aggregation.SUM,
    Aggregation.SUM,
    Aggregation.SUM,
    Aggregation.MEAN,
    Aggregation.WEIGHTED_MEAN,
    Aggregation.RATIO,
    Aggregation.MAX,
    Aggregation.LAST,
)
MOST = 3.0
"""Times the bare group-by: what the fold may take."""


def rows_of(agencies: int, figures: int) -> list[FigureRow]:
    """Made-up figures, the same ones every time."""
    dice = random.Random(94)
    return [
        FigureRow(f"figure-{figure}.value", f"agency-{agency}", dice.randrange(10**6), 1, dice.randrange(1, 100))
        for agency in range(agencies)
        for figure in range(figures)
    ]


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds of processor time and of the clock."""
    wall, start = time.perf_counter(), time.process_time()
    work()
    return (time.process_time() - start) * 1e3, (time.perf_counter() - wall) * 1e3


def measure(agencies: int, figures: int, rounds: int) -> dict[str, object]:
    """Both sides over the same frame; what making the frame costs is told apart."""
    rows = rows_of(agencies, figures)
    plain = {f"figure-{figure}.value": Aggregation.SUM for figure in range(figures)}
    mixed = {f"figure-{figure}.value": MIXED[figure % len(MIXED)] for figure in range(figures)}
    frame = frame_of(rows)
    sides: dict[str, Callable[[], object]] = {
        "bare": lambda: frame.groupby("figure", sort=False, observed=False)["scaled"].sum(),
        "sums": lambda: fold(frame, plain),
        "every_rule": lambda: fold(frame, mixed),
    }
    for side in sides.values():
        side()
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            found[name].append(timed(side))
    whole = [timed(lambda: Frames().add_up(rows, mixed))[0] for _ in range(3)]
    cpu = {name: [one[0] for one in times] for name, times in found.items()}
    return {
        "rows": len(rows),
        "rounds": rounds,
        **{f"{name}_cpu_ms": spread(times) for name, times in cpu.items()},
        **{f"{name}_wall_ms": spread([one[1] for one in times]) for name, times in found.items()},
        "sums_by_bare": spread([ours / bare for ours, bare in zip(cpu["sums"], cpu["bare"], strict=True)]),
        "every_rule_by_bare": spread([ours / bare for ours, bare in zip(cpu["every_rule"], cpu["bare"], strict=True)]),
        "from_rows_cpu_ms": spread(whole),
    }


def main() -> None:
    """Measure and print; exit code 1 when the median is beyond what it may take."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--agencies", type=int, default=4000)
    parser.add_argument("--figures", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    result = measure(options.agencies, options.figures, options.rounds)
    if options.json:
        sys.stdout.write(f"{json.dumps(result)}\n")
    else:
        for name, value in result.items():
            sys.stdout.write(f"{name:20} {value}\n")
    medians = [result[f"{name}_by_bare"]["median"] for name in ("sums", "every_rule")]  # type: ignore[index]
    sys.exit(1 if max(medians) > MOST else 0)


if __name__ == "__main__":
    main()
