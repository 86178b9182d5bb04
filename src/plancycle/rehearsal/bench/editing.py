"""Stages in the house: adding up a period's figures, and the report in all its forms."""

import random
import zipfile
import zlib
from io import BytesIO

from plancycle.domain.consolidation import FigureRow
from plancycle.domain.forms import Aggregation
from plancycle.rehearsal.bench.measuring import Stage, plainly
from plancycle.rehearsal.bench.world import SEED, World

FIGURES = 60
"""Of each agency."""
RULES = (
    Aggregation.SUM,
    Aggregation.SUM,
    Aggregation.SUM,
    Aggregation.MEAN,
    Aggregation.WEIGHTED_MEAN,
    Aggregation.RATIO,
    Aggregation.MAX,
    Aggregation.LAST,
)


def consolidating(agencies: int) -> Stage:
    """Our fold of made-up figures, each by its own rule. Floor: a bare group-by over the same frame that only sums."""
    from plancycle.adapters.frames import fold, frame_of

    dice = random.Random(SEED)
    rows = [
        FigureRow(f"figure-{figure}.value", f"agency-{agency}", dice.randrange(10**6), 1, dice.randrange(1, 100))
        for agency in range(agencies)
        for figure in range(FIGURES)
    ]
    rules = {f"figure-{figure}.value": RULES[figure % len(RULES)] for figure in range(FIGURES)}
    frame = frame_of(rows)
    floor = plainly(lambda: frame.groupby("figure", sort=False, observed=False)["scaled"].sum())
    return Stage("consolidating", agencies, plainly(lambda: fold(frame, rules)), floor, 3.0)


def rendering(world: World) -> Stage:
    """The report as DOCX, PDF, XLSX, JSON and CSV. Floor: the PDF's compiler, and packing the other files' parts."""
    from plancycle.adapters.documents.compose import compose
    from plancycle.adapters.documents.pdf import report_pdf

    facts, documents = world.facts, world.house.documents
    paper = compose(facts, world.house.texts)
    parts = [part for one in documents.report(facts) if one.kind in ("docx", "xlsx") for part in _parts(one.data)]

    def floor() -> None:
        report_pdf(paper)
        for content in parts:
            zlib.compress(content)

    return Stage("rendering", 1, plainly(lambda: documents.report(facts)), plainly(floor))


def _parts(data: bytes) -> list[bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return [archive.read(name) for name in archive.namelist()]
