"""How long a whole edition of a national round takes: four thousand agencies of sixty rows, from the ledger.

Each step is told apart: the fold, gathering what the report says, and every document as the product makes it (PDF,
Word, workbook, data files, the annexes' parts), stored on the disk. The house is a real one but for the outside
(mail, ministry); the ledger is SQLite in a temporary folder. Peak memory is that of the whole process, filling the
ledger included.
With ``--texts`` bodies write about six pieces of work and five passages each, in the rehearsal's words, so that most of
the time goes into long annexes in parts.
Run ``python tests/bench/bench_edition.py [--agencies 40000 --figures 6 --rounds 1] [--texts] [--json]``.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))


from fakes import FakeHouse
from recorded_period import a_house, answers
from small_programme import ANNUAL, YEAR

from plancycle.adapters.documents.official import Documents
from plancycle.adapters.file_store import FileStore
from plancycle.rehearsal.bench.measuring import spread
from plancycle.services.consolidate_period import consolidate
from plancycle.services.cycle_view import cycle_view
from plancycle.services.report_contents import ReportFacts
from plancycle.services.report_facts import report_facts

Made = TypeVar("Made")
NATION = 4000
MOST_SECONDS = 10.0
"""Of the clock, on two cores, for a nation: the fold, the facts and all documents together."""
MOST_MB = 1024
"""Of memory, whatever the number of agencies."""


def fill(house: FakeHouse, figures: int, texts: bool) -> None:
    """Every agency's answer, the same ones every time."""
    with house.work() as work:
        for version, entries in answers(house, figures, texts=texts):
            work.submissions.add(version, entries, [])


def timed(work: Callable[[], Made]) -> tuple[Made, float, float]:
    """What came of it, seconds of processor time, seconds of the clock."""
    wall, start = time.perf_counter(), time.process_time()
    made = work()
    return made, time.process_time() - start, time.perf_counter() - wall


def one_round(agencies: int, figures: int, texts: bool) -> tuple[dict[str, tuple[float, float]], int]:
    """Every step once, on a ledger of its own; and how many files came of it."""
    found: dict[str, tuple[float, float]] = {}

    def step(name: str, work: Callable[[], Made]) -> Made:
        made, cpu, wall = timed(work)
        found[name] = (cpu, wall)
        return made

    with tempfile.TemporaryDirectory() as folder:
        house = a_house(f"sqlite:///{folder}/ledger.db", agencies, figures, texts=texts)
        fill(house, figures, texts)
        edition = step("fold", lambda: consolidate(house, YEAR, ANNUAL, final=True).edition)
        assert edition is not None
        assert edition.figures[0].contributors == agencies
        with house.work() as work:
            facts = step("facts", lambda: report_facts(house, work, cycle_view(house, YEAR, work), edition))
        files = step("documents", lambda: stored(FileStore(Path(folder, "files")), house, facts))
        house.database.close()
    return found, files


def stored(store: FileStore, house: FakeHouse, facts: ReportFacts) -> int:
    """Every file made and put on the disk, as the product does when approval is asked for; how many there are."""
    with store.together():
        return sum(bool(store.put(file.data)) for file in Documents(house.texts).report_files(facts))


def measure(agencies: int, figures: int, rounds: int, texts: bool) -> dict[str, object]:
    """Each step and the whole, processor time and clock."""
    made = [one_round(agencies, figures, texts) for _ in range(rounds)]
    times, files = [one for one, _ in made], made[0][1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    result: dict[str, object] = {
        "agencies": agencies,
        "rows": figures,
        "texts": texts,
        "rounds": rounds,
        "files": files,
        "peak_mb": peak,
    }
    for name in times[0]:
        for kind, which in (("cpu", 0), ("wall", 1)):
            result[f"{name}_{kind}_s"] = spread([one[name][which] for one in times])
    for kind, which in (("cpu", 0), ("wall", 1)):
        whole = [sum(took[which] for took in one.values()) for one in times]
        result[f"whole_{kind}_s"] = spread(whole)
    return result


def main() -> None:
    """Measure and print; exit code 1 when the median, or the memory, is beyond what it may take."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--agencies", type=int, default=4000)
    parser.add_argument("--figures", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--texts", action="store_true", help="what a rehearsed body would write; no limit of time")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    result = measure(options.agencies, options.figures, options.rounds, options.texts)
    if options.json:
        sys.stdout.write(f"{json.dumps(result)}\n")
    else:
        for name, value in result.items():
            sys.stdout.write(f"{name:24} {value}\n")
    is_judged = options.agencies <= NATION and not options.texts
    is_slow = is_judged and result["whole_wall_s"]["median"] > MOST_SECONDS  # type: ignore[index]
    sys.exit(1 if is_slow or int(str(result["peak_mb"])) > MOST_MB else 0)


if __name__ == "__main__":
    main()
