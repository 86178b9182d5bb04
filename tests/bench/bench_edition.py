"""How long a whole edition of a national round takes: four thousand agencies of sixty rows, from the ledger.

Each step is told apart: the fold, gathering what the report says, its words, the workbook with the PDF beside it (as
the product makes them), and the Word file. The house is a real one but for the outside (mail, ministry); the ledger is
SQLite in a temporary folder.
Run ``python tests/bench/bench_edition.py [--json]``.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))


from fakes import FakeClock, FakeHouse, FakeProgrammes
from small_programme import ANNUAL, BEFORE_YEAR, DURING_ANNUAL, YEAR, a_programme, an_address_book, indicator

from plancycle.adapters.database.unit_of_work import Database
from plancycle.adapters.documents.compose import compose
from plancycle.adapters.documents.docx import report_docx
from plancycle.adapters.documents.paper import Paper
from plancycle.adapters.documents.pdf import report_pdf
from plancycle.adapters.documents.xlsx import report_xlsx
from plancycle.adapters.frames import Frames
from plancycle.adapters.likeness import folding
from plancycle.adapters.texts import Catalogue
from plancycle.domain.agencies import Agency, AgencyKind, Contact
from plancycle.domain.periods import ObligationKey
from plancycle.domain.receipts import receipt_number
from plancycle.domain.submissions import Entry, Submission, SubmissionStatus
from plancycle.rehearsal.bench.measuring import spread
from plancycle.services.consolidate_period import consolidate
from plancycle.services.cycle_view import cycle_view
from plancycle.services.open_cycle import open_cycle
from plancycle.services.report_facts import report_facts

Made = TypeVar("Made")
MOST_SECONDS = 10.0
"""Of the clock, on two cores: the fold, the facts, the words, the workbook and the PDF together."""
SAID = ("Nội bộ đoàn kết, thống nhất", "Quy chế dân chủ được thực hiện nghiêm túc", "Kinh phí cấp chậm so với tiến độ")


def a_house(url: str, agencies: int, figures: int) -> FakeHouse:
    """A programme of that size, its year opened."""
    small = a_programme()
    bodies = tuple(
        Agency(f"xa-{at:04d}", f"UBND xã {at:04d}", AgencyKind.LOCAL) for at in range(agencies - len(small.reporters))
    )
    asked = tuple(replace(indicator(f"f{at:02d}", precision=at % 3), name=f"Chỉ số {at:02d}") for at in range(figures))
    programme = replace(
        small,
        agencies=(*small.agencies, *bodies),
        reporters=(*small.reporters, *(one.id for one in bodies)),
        form=replace(small.form, figures=asked, checks=()),
    )
    contacts = (Contact(one.id, f"Văn thư {one.id}", f"bao-cao@{one.id}.example") for one in bodies)
    book = an_address_book(contacts=(*an_address_book().contacts, *contacts))
    database = Database(url)
    database.upgrade()
    house = FakeHouse(FakeProgrammes(programme, book), FakeClock(BEFORE_YEAR), database=database)
    house.frames, house.texts, house.folding = Frames(), Catalogue(), folding
    open_cycle(house, YEAR)
    house.clock.at = DURING_ANNUAL
    return house


def fill(house: FakeHouse, figures: int) -> None:
    """Every agency's answer, the same ones every time."""
    with house.work() as work:
        for version, entries in answers(house, figures):
            work.submissions.add(version, entries, [])


def answers(house: FakeHouse, figures: int) -> Iterator[tuple[Submission, list[Entry]]]:
    """One accepted version an agency, with its cells."""
    dice, now = random.Random(94), house.clock.now()
    for at, agency in enumerate(house.programmes.programme.reporters):
        sha256 = f"{at:064x}"
        owed = ObligationKey(f"ct-{YEAR}", ANNUAL, agency)
        status, receipt = SubmissionStatus.ACCEPTED, receipt_number(sha256, agency)
        yield (
            Submission(owed, 1, sha256, "a.xlsx", now, now, False, False, status, receipt),
            list(_entries(dice, figures)),
        )


def _entries(dice: random.Random, figures: int) -> list[Entry]:
    values = [f"{dice.randrange(10**5)}.{dice.randrange(1, 10)}" if at % 3 else str(at) for at in range(figures)]
    entries = [
        Entry("Số liệu", f"D{at + 7}", f"f{at:02d}", "value", value.replace(".", ","), value)
        for at, value in enumerate(values)
    ]
    entries.append(Entry("Nhiệm vụ", "D7", "n1", "status", "Đang thực hiện", "Đang thực hiện"))
    entries.append(Entry("Nhiệm vụ", "E7", "n1", "progress", "60", "60"))
    entries.append(Entry("Thuyết minh", "D7", "N1", "text", *(dice.choice(SAID),) * 2))
    return entries


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
