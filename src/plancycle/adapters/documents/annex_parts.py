"""A long annex in parts, each a file of its own, and the report's list of them with their SHA-256.

Decree 30/2020/NĐ-CP, Annex I: an annex in a file of its own has its number, title and reference line, and pages
counted from one; the report's list binds the parts to what is approved and signed.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from plancycle.adapters.documents import long_annexes
from plancycle.adapters.documents.paper import Annex, Column, Paper
from plancycle.adapters.documents.tables import ROMAN, Layout, annex
from plancycle.domain.consolidation import annex_kind
from plancycle.services.ports import Texts
from plancycle.services.report_contents import RenderedFile

PARTS: Layout = (
    ("order", 11, "center"),
    ("annex_part", 36, "left"),
    ("annex_lines", 24, "center"),
    ("annex_file", 62, "left"),
    ("sha256", 119, "left"),
)
ORDER_WIDTH = 15.0
AGENCY = 1
"""The column that names the agency, in every annex that has parts and no bands that name it."""


@dataclass(frozen=True, slots=True)
class AnnexPart:
    """One part: of which annex, the how manyth of how many (from 1), which lines, and its paper."""

    numeral: str
    at: int
    of: int
    lines: tuple[int, int]
    paper: Paper

    def files(self, stem: str, pdf: bytes, docx: bytes) -> tuple[RenderedFile, RenderedFile]:
        """Its files, named after the report's."""
        name = f"{stem}_phu-luc-{self.numeral}_phan-{self.at:03d}-{self.of:03d}"
        return (
            RenderedFile(annex_kind(self.numeral, self.at, "pdf"), f"{name}.pdf", pdf),
            RenderedFile(annex_kind(self.numeral, self.at, "docx"), f"{name}.docx", docx),
        )


@dataclass(frozen=True, slots=True)
class Listed:
    """A part's file as the report lists it; its bytes are kept elsewhere by then."""

    heading: str
    lines: tuple[int, int]
    file_name: str
    sha256: str

    @classmethod
    def of(cls, part: AnnexPart, file: RenderedFile) -> "Listed":
        """The line for a file of a part."""
        return cls(part.paper.annexes[0].heading, part.lines, file.file_name, hashlib.sha256(file.data).hexdigest())


def parts_of(whole: Annex, texts: Texts, paper: Paper) -> Iterator[AnnexPart]:
    """The parts of an annex with all its lines, in order: nothing left out, nothing twice."""
    pieces, first = list(long_annexes.cut(whole.rows)), 1
    count, numeral = sum(len(row) > 1 for row in whole.rows), whole.heading.rpartition(" ")[2]
    for at, rows in enumerate(pieces, start=1):
        bands = [row[0] for row in rows if len(row) == 1]
        agencies = bands or [rows[0][AGENCY], rows[-1][AGENCY]]
        lines = (first, first + len(rows) - len(bands) - 1)
        first = lines[1] + 1
        heading = texts.say("document.annex.part_heading", heading=whole.heading, part=at, of=len(pieces))
        note = texts.say(
            "document.annex.part_note",
            first=lines[0],
            last=lines[1],
            count=count,
            from_agency=agencies[0],
            to_agency=agencies[-1],
        )
        columns = whole.columns if bands else _with_room(whole.columns)
        mine = replace(whole, heading=heading, rows=tuple(rows), note=note, columns=columns)
        title = f"{heading}. {paper.title}"
        yield AnnexPart(numeral, at, len(pieces), lines, replace(paper, blocks=(), annexes=(mine,), title=title))


def _with_room(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Numbers of five digits on one line; the next column gives the room."""
    order, agency, *others = columns
    wider = ORDER_WIDTH - order.width
    return (replace(order, width=ORDER_WIDTH), replace(agency, width=agency.width - wider), *others)


def with_list(paper: Paper, texts: Texts, files: Sequence[Listed]) -> Paper:
    """The report with the list of its parts' files as the last annex; as it is when it has none."""
    if not files:
        return paper
    rows = [
        (str(order), one.heading, f"{one.lines[0]}-{one.lines[1]}", one.file_name, one.sha256)
        for order, one in enumerate(files, start=1)
    ]
    reference, numeral = paper.annexes[0].reference, ROMAN[len(paper.annexes)]
    listed = annex(texts, numeral, "parts", PARTS, rows, reference, note=texts.say("document.annex.parts_note"))
    return replace(paper, annexes=(*paper.annexes, listed))
