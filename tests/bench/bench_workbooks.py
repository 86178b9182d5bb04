"""How long writing an agency's workbook takes: put together from a shared one, written whole by the library, the floor.

The floor is what nobody can leave out: packing the parts that differ from agency to agency and joining the archive.
Rounds alternate, so that a busy machine is busy for all three. Run ``python tests/bench/bench_workbooks.py [--json]``.
"""

import argparse
import json
import statistics
import sys
import time
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from genuine_workbooks import forms, year

from plancycle.adapters.texts import Catalogue
from plancycle.adapters.workbooks import writing
from plancycle.adapters.workbooks.splicing import FIRST_SHEET
from plancycle.domain.forms import Form
from plancycle.services.ports import WorkbookContext

TEXTS = Catalogue()
Job = tuple[Form, WorkbookContext]


def jobs(count: int) -> list[Job]:
    """That many agencies: those of the shipped programme again and again, each under a name and seal of its own."""
    view, made = year(), []
    for number in range(count):
        period, agency = forms()[number % len(forms())]
        context = WorkbookContext(
            view.programme.title,
            view.title(period),
            f"{view.programme.agency(agency).name} {number}",
            view.dates(period),
            f"{number:064x}",
            "Nguyễn Văn A, a@tinh.example",
            rules=view.programme.form,
        )
        form = view.form(period, agency)
        figures = [(row.code, field.code) for _, row, field in form.cells() if field.code == "value" and row.indicator]
        made.append((form, replace(context, previous=dict.fromkeys(figures, str(number)))))
    return made


def parts_of(data: bytes, sheets: int) -> tuple[list[bytes], list[bytes]]:
    """(Contents of the parts that hold something of the agency's own, all other parts packed)."""
    own = {"xl/sharedStrings.xml", "docProps/custom.xml"}
    own |= {f"xl/worksheets/sheet{number}.xml" for number in range(FIRST_SHEET, FIRST_SHEET + sheets)}
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    differing = [content for name, content in parts.items() if name in own]
    return differing, [zlib.compress(content) for name, content in parts.items() if name not in own]


def floor_of(some: Sequence[Job]) -> Callable[[], None]:
    """Pack the differing parts of each file again and join all parts."""
    files = [parts_of(writing.write(form, context, TEXTS), len(form.sheets)) for form, context in some]

    def run() -> None:
        for differing, alike in files:
            packed = []
            for content in differing:
                packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
                packed.append(packer.compress(content) + packer.flush())
                zlib.crc32(content)
            b"".join((*packed, *alike))

    return run


def timed(work: Callable[[], object], count: int) -> float:
    """Milliseconds of processor time a file."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1e3 / count


def measure(count: int, rounds: int) -> dict[str, object]:
    """All three, the shared workbooks made beforehand; what making them costs is told apart."""
    some = jobs(count)
    whole = some[:: max(1, count // 40)]
    writing.forget_shapes()
    start = time.process_time()
    for form, context in some:
        writing.write(form, context, TEXTS)
    first = time.process_time() - start
    floor = floor_of(some)
    spliced_ms, direct_ms, floor_ms = [], [], []
    for _ in range(rounds):
        floor_ms.append(timed(floor, count))
        spliced_ms.append(timed(lambda: [writing.write(*job, TEXTS) for job in some], count))
        direct_ms.append(timed(lambda: [writing.write_directly(*job, TEXTS) for job in whole], len(whole)))
    return {
        "files": count,
        "rounds": rounds,
        "shapes": writing.shapes_kept(),
        "first_round_seconds": round(first, 3),
        "ours_ms": spread(spliced_ms),
        "floor_ms": spread(floor_ms),
        "library_ms": spread(direct_ms),
        "ours_by_floor": spread([ours / bare for ours, bare in zip(spliced_ms, floor_ms, strict=True)]),
        "library_by_ours": spread([whole_ / ours for whole_, ours in zip(direct_ms, spliced_ms, strict=True)]),
    }


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
    parser.add_argument("--rounds", type=int, default=5, help="how often each side writes them")
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
