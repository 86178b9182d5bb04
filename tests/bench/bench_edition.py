"""How long a whole edition of a national round takes: four thousand agencies of sixty rows, from the ledger.

Each step is told apart: the fold, gathering what the report says, its words, the workbook with the PDF beside it (as
the product makes them), and the Word file. The house is a real one but for the outside (mail, ministry); the ledger is
SQLite in a temporary folder.
Run ``python tests/bench/bench_edition.py [--json]``.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))


from fakes import FakeHouse
from recorded_period import a_house, answers
from small_programme import ANNUAL, YEAR

from plancycle.adapters.documents.compose import compose
from plancycle.adapters.documents.docx import report_docx
from plancycle.adapters.documents.paper import Paper
from plancycle.adapters.documents.pdf import report_pdf
from plancycle.adapters.documents.xlsx import report_xlsx
from plancycle.rehearsal.bench.measuring import spread
from plancycle.services.consolidate_period import consolidate
from plancycle.services.cycle_view import cycle_view
from plancycle.services.report_facts import report_facts

Made = TypeVar("Made")
MOST_SECONDS = 10.0
"""Of the clock, on two cores: the fold, the facts, the words, the workbook and the PDF together."""


def fill(house: FakeHouse, figures: int) -> None:
    """Every agency's answer, the same ones every time."""
    with house.work() as work:
        for version, entries in answers(house, figures):
            work.submissions.add(version, entries, [])


def timed(work: Callable[[], Made]) -> tuple[Made, float, float]:
    """What came of it, seconds of processor time, seconds of the clock."""
    wall, start = time.perf_counter(), time.process_time()
    made = work()
    return made, time.process_time() - start, time.perf_counter() - wall


def one_round(agencies: int, figures: int) -> dict[str, tuple[float, float]]:
    """Every step once, on a ledger of its own."""
    found: dict[str, tuple[float, float]] = {}

    def step(name: str, work: Callable[[], Made]) -> Made:
        made, cpu, wall = timed(work)
        found[name] = (cpu, wall)
        return made

    with tempfile.TemporaryDirectory() as folder:
        house = a_house(f"sqlite:///{folder}/ledger.db", agencies, figures)
        fill(house, figures)
        edition = step("fold", lambda: consolidate(house, YEAR, ANNUAL, final=True).edition)
        assert edition is not None
        assert edition.figures[0].contributors == agencies
        with house.work() as work:
            facts = step("facts", lambda: report_facts(house, work, cycle_view(house, YEAR, work), edition))
        paper = step("words", lambda: compose(facts, house.texts))
        with ThreadPoolExecutor(max_workers=1) as beside:
            step("workbook_and_pdf", lambda: _both(beside, paper, lambda: report_xlsx(facts, house.texts, paper.title)))
        step("docx", lambda: report_docx(paper))
        house.database.close()
    return found


def _both(beside: ThreadPoolExecutor, paper: Paper, workbook: Callable[[], bytes]) -> tuple[bytes, bytes]:
    pdf = beside.submit(report_pdf, paper)
    return workbook(), pdf.result()


def measure(agencies: int, figures: int, rounds: int) -> dict[str, object]:
    """Each step and the whole, processor time and clock."""
    times = [one_round(agencies, figures) for _ in range(rounds)]
    result: dict[str, object] = {"agencies": agencies, "rows": figures, "rounds": rounds}
    for name in times[0]:
        for kind, which in (("cpu", 0), ("wall", 1)):
            result[f"{name}_{kind}_s"] = spread([one[name][which] for one in times])
    for kind, which in (("cpu", 0), ("wall", 1)):
        whole = [sum(took[which] for name, took in one.items() if name != "docx") for one in times]
        result[f"whole_{kind}_s"] = spread(whole)
    return result


def main() -> None:
    """Measure and print; exit code 1 when the median is beyond what it may take."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--agencies", type=int, default=4000)
    parser.add_argument("--figures", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    result = measure(options.agencies, options.figures, options.rounds)
    if options.json:
        sys.stdout.write(f"{json.dumps(result)}\n")
    else:
        for name, value in result.items():
            sys.stdout.write(f"{name:24} {value}\n")
    sys.exit(1 if result["whole_wall_s"]["median"] > MOST_SECONDS else 0)  # type: ignore[index]


if __name__ == "__main__":
    main()
