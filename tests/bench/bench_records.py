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
import subprocess
import sys
import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from recorded_period import play


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
