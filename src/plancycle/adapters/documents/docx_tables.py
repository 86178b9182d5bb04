"""Tables of annexes in DOCX: their rows are spelt from one prototype and put into the text of the document.

Cell by cell they would take a hundred times as long, and a long annex would be in memory as a tree.
"""

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from itertools import islice
from typing import TYPE_CHECKING, Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from lxml import etree

from plancycle.adapters.documents.docx_parts import CELL, CELL_HEADING, SMALL_CELL, styled
from plancycle.adapters.documents.paper import Annex, Column

if TYPE_CHECKING:
    from docx.document import Document as DocumentObject
    from docx.table import Table

_SIDES = {"left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}
BAND_SHADE = "F0F0F0"
ROWS_HERE = b"<!--rows-->"
"""Where the rows of a table belong in the document's text; what is typed cannot look like it, "<" being escaped."""
PIECE = 1_000
"""Rows that are spelt at once."""
_TEXT_HERE = etree.tostring(etree.Comment("text")).decode()
_RUN = re.compile(f"<w:r>((?:<w:rPr>.*?</w:rPr>)?){_TEXT_HERE}</w:r>")
_NAMESPACE = re.compile(r' xmlns:\w+="[^"]*"')
_Xml = Any
"""An lxml element; python-docx does not type them."""


def add_annex_table(document: "DocumentObject", annex: Annex) -> Iterator[bytes]:
    """A bordered table whose first row repeats on every page; a row of one cell spans the table.

    Gives its rows in pieces, to be put where :data:`ROWS_HERE` stands once the document is text.
    """
    table = document.add_table(rows=2, cols=len(annex.columns), style="Table Grid")
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    table._tbl.tblPr.append(_narrow_margins())
    _size(table, annex.columns, SMALL_CELL if annex.landscape else CELL)
    _head(table, annex.columns)
    prototype = table.rows[1]._tr
    prototype.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    band = _band(prototype, annex.columns)
    parent = prototype.getparent()
    parent.replace(prototype, etree.Comment("rows"))
    return _pieces(annex.rows, _Row(prototype), _Row(band))


def _pieces(rows: Sequence[Sequence[str]], usual: "_Row", band: "_Row") -> Iterator[bytes]:
    every = iter(rows)
    while some := list(islice(every, PIECE)):
        yield "".join((band if len(row) == 1 else usual).filled(row) for row in some).encode()


def _size(table: "Table", columns: Sequence[Column], style: str) -> None:
    for column, described in zip(table.columns, columns, strict=True):
        column.width = Mm(described.width)
        for cell in column.cells:
            cell.width = Mm(described.width)
    for cell, described in zip(table.rows[1].cells, columns, strict=True):
        paragraph = styled(cell.paragraphs[0], style)
        paragraph.alignment = _SIDES[described.align]
        paragraph.add_run("")


def _narrow_margins() -> _Xml:
    """1.2 mm left and right of a cell's text, so that narrow columns hold their headings."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "68")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    return margins


def _head(table: "Table", columns: Sequence[Column]) -> None:
    head = table.rows[0]
    head._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell, described in zip(head.cells, columns, strict=True):
        styled(cell.paragraphs[0], CELL_HEADING).add_run(described.label)


def _band(prototype: _Xml, columns: Sequence[Column]) -> _Xml:
    """The prototype with its first cell over the whole width, shaded and bold."""
    band = deepcopy(prototype)
    first, *others = band.findall(qn("w:tc"))
    for other in others:
        band.remove(other)
    first.width = Mm(sum(column.width for column in columns))
    first.grid_span = len(columns)
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", BAND_SHADE)):
        shade.set(qn(f"w:{name}"), value)
    first.get_or_add_tcPr().append(shade)
    paragraph = first.find(qn("w:p"))
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
    paragraph.find(qn("w:r")).get_or_add_rPr().append(OxmlElement("w:b"))
    return band


class _Row:
    """A row as text, with a place for the words of each cell."""

    def __init__(self, prototype: _Xml) -> None:
        for run in prototype.iter(qn("w:r")):
            run.append(etree.Comment("text"))
        spelt = _NAMESPACE.sub("", etree.tostring(prototype, encoding="unicode"))
        first, *others = _RUN.split(spelt)
        self._first = first
        self._cells = list(zip(others[::2], others[1::2], strict=True))
        """Of each cell: how its words look, and what follows it."""

    def filled(self, cells: Sequence[str]) -> str:
        """The row with these words."""
        told = [self._first]
        for (look, after), text in zip(self._cells, cells, strict=True):
            told += (f"<w:r>{look}{_lines(text)}</w:r>" if text or look else "<w:r/>", after)
        return "".join(told)


def _lines(text: str) -> str:
    """Words of a run; a line break becomes a break."""
    if not text:
        return ""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in escaped.split("\n"))
