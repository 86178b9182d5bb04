"""Tables of annexes in DOCX, row by row from one prototype: cell by cell they would take thirty times as long."""

from collections.abc import Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm

from plancycle.adapters.documents.docx_parts import CELL, CELL_HEADING, SMALL_CELL, styled
from plancycle.adapters.documents.paper import Annex, Column

if TYPE_CHECKING:
    from docx.document import Document as DocumentObject
    from docx.table import Table

_SIDES = {"left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}
_CELL, _RUN, _SPACE = qn("w:tc"), qn("w:r"), qn("xml:space")
BAND_SHADE = "F0F0F0"
_Xml = Any
"""An lxml element; python-docx does not type them."""


def add_annex_table(document: "DocumentObject", annex: Annex) -> None:
    """A bordered table whose first row repeats on every page; a row of one cell spans the table."""
    table = document.add_table(rows=2, cols=len(annex.columns), style="Table Grid")
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    table._tbl.tblPr.append(_narrow_margins())
    _size(table, annex.columns, SMALL_CELL if annex.landscape else CELL)
    _head(table, annex.columns)
    prototype = table.rows[1]._tr
    prototype.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    band = _band(prototype, annex.columns)
    parent = prototype.getparent()
    parent.remove(prototype)
    for row in annex.rows:
        parent.append(_filled(band if len(row) == 1 else prototype, row))


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


def _filled(prototype: _Xml, cells: Sequence[str]) -> _Xml:
    row = deepcopy(prototype)
    for cell, text in zip(row.iterchildren(_CELL), cells, strict=True):
        if text:
            _fill(next(cell.iter(_RUN)), text)
    return row


def _fill(run: _Xml, text: str) -> None:
    """Put text into an empty run; a line break becomes a break."""
    for number, line in enumerate(text.split("\n")):
        if number:
            run.append(OxmlElement("w:br"))
        element = OxmlElement("w:t")
        element.text = line
        element.set(_SPACE, "preserve")
        run.append(element)
