"""Charts in DOCX: the vector picture where Word can show it, the same as PNG where it cannot, the numbers below."""

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm

from plancycle.adapters.documents import docx_parts as parts
from plancycle.adapters.documents.pdf import picture, typeface
from plancycle.services.report_contents import Chart

if TYPE_CHECKING:
    from docx.document import Document as DocumentObject

MILLIMETRES, WIDEST = 0.24, 165
"""How large one unit of a drawing is on paper, and how wide the paper is."""
_SIZE = re.compile(r'viewBox="0 0 (\d+) ')
_VECTOR = (
    '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:ext uri="{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}">'
    '<asvg:svgBlip xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="{id}"/>'
    "</a:ext></a:extLst>"
)


def add_chart(document: "DocumentObject", chart: Chart) -> None:
    """Title, picture, and the same numbers as a small table."""
    title = parts.styled(document.add_paragraph(chart.title), parts.CHART_TITLE)
    title.paragraph_format.keep_with_next = True
    paragraph = parts.styled(document.add_paragraph(), parts.CENTRED)
    paragraph.paragraph_format.keep_with_next = True
    found = _SIZE.search(chart.svg)
    width = min(WIDEST, int(found[1]) * MILLIMETRES) if found else WIDEST
    drawn = paragraph.add_run().add_picture(BytesIO(picture(chart.svg)), width=Mm(width))
    inline: Any = drawn._inline
    inline.docPr.set("descr", chart.title)
    _add_vector(document, inline, chart.svg)
    _add_numbers(document, chart)


def _add_vector(document: "DocumentObject", inline: Any, svg: str) -> None:
    part: Any = document.part
    name = PackURI(f"/word/media/chart{len(part.rels) + 1}.svg")
    data = svg.replace("Times New Roman", typeface().family).encode()
    related = part.relate_to(Part(name, "image/svg+xml", data, part.package), RELATIONSHIP_TYPE.IMAGE)
    blip = next(inline.iter(qn("a:blip")))
    blip.append(parse_xml(_VECTOR.format(id=related)))


def _add_numbers(document: "DocumentObject", chart: Chart) -> None:
    table: Any = document.add_table(rows=1 + len(chart.rows), cols=len(chart.headings), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for at, row in enumerate((chart.headings, *chart.rows)):
        for column, (cell, text) in enumerate(zip(table.rows[at].cells, row, strict=True)):
            style = parts.CELL_HEADING if at == 0 else parts.SMALL_CELL if column == 0 else parts.CELL_CENTRED
            parts.styled(cell.paragraphs[0], style).add_run(text)
    parts.styled(document.add_paragraph(), parts.GAP)
