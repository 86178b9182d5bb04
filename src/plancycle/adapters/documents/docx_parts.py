"""Styles, page and fixed elements of a DOCX report; sizes are those of Decree 30/2020/NĐ-CP, Annex I."""

from typing import TYPE_CHECKING, Any, cast

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from plancycle.adapters.documents.paper import Paper

if TYPE_CHECKING:
    from docx.document import Document as DocumentObject
    from docx.section import Section
    from docx.styles.style import ParagraphStyle
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
TOP, BOTTOM, LEFT, RIGHT = Mm(20), Mm(20), Mm(30), Mm(15)
MASTHEAD_WIDTHS = (66, 99)
"""Millimetres: the body on the left, the nation on the right."""
CLOSING_WIDTHS = (80, 85)
FIRST_LINE = Mm(12.7)

CENTRED, NOTE, PLAIN, GAP = "ReportCentred", "ReportNote", "ReportPlain", "ReportGap"
CELL, SMALL_CELL, CELL_HEADING = "ReportCell", "ReportSmallCell", "ReportCellHeading"
CELL_CENTRED, CHART_TITLE = "ReportCellCentred", "ReportChart"
ANNEX_TITLE, ANNEX_REFERENCE = "ReportAnnex", "ReportAnnexReference"
STYLE_OF = {
    "basis": "ReportBasis",
    "text": "ReportText",
    "section": "ReportSection",
    "part": "ReportPart",
    "item": "ReportItem",
}
_BODY = ("justify", 14, 6, FIRST_LINE)
_STYLES = {
    "ReportText": (*_BODY, ""),
    "ReportItem": (*_BODY, ""),
    "ReportBasis": (*_BODY, "i"),
    "ReportSection": (*_BODY, "b"),
    "ReportPart": (*_BODY, "b"),
    PLAIN: ("left", 14, 0, Mm(0), ""),
    CENTRED: ("center", 14, 0, Mm(0), ""),
    NOTE: ("left", 12, 3, Mm(0), ""),
    GAP: ("left", 11, 0, Mm(0), ""),
    CELL: ("left", 11.5, 0, Mm(0), ""),
    SMALL_CELL: ("left", 10.5, 0, Mm(0), ""),
    CELL_HEADING: ("center", 10.5, 0, Mm(0), "b"),
    CELL_CENTRED: ("center", 10.5, 0, Mm(0), ""),
    CHART_TITLE: ("center", 12, 3, Mm(0), "b"),
    ANNEX_TITLE: ("center", 14, 4, Mm(0), "b"),
    ANNEX_REFERENCE: ("center", 13, 8, Mm(0), "i"),
}
"""Alignment, size in pt, space after in pt, first line, bold and italic."""
_OUTLINE = {"ReportSection": 0, "ReportPart": 1, ANNEX_TITLE: 0}
_ALIGNMENT = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
}


def prepare(document: "DocumentObject") -> None:
    """A4, margins, the font everywhere, the language, and page numbers in the top margin."""
    normal = cast("ParagraphStyle", document.styles["Normal"])
    _set_font(normal, 14, "")
    normal.element.rPr.append(_element("w:lang", val="vi-VN", eastAsia="vi-VN"))
    for name, (alignment, size, after, first_line, marks) in _STYLES.items():
        style = cast("ParagraphStyle", document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH))
        style.base_style = normal
        _set_font(style, size, marks)
        layout = style.paragraph_format
        layout.alignment, layout.first_line_indent = _ALIGNMENT[alignment], first_line
        layout.space_before, layout.space_after = Pt(0), Pt(after)
        layout.line_spacing = 1.1 if size == 14 and after else 1.0
        if name in _OUTLINE:
            style.element.get_or_add_pPr().append(_element("w:outlineLvl", val=str(_OUTLINE[name])))
            layout.keep_with_next = True
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = TOP, BOTTOM, LEFT, RIGHT
    section.header_distance = section.footer_distance = Mm(10)
    number_from_one(section)
    _page_number(section.header.paragraphs[0])


def _set_font(style: "ParagraphStyle", size: float, marks: str) -> None:
    style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), RGBColor(0, 0, 0)
    style.font.bold, style.font.italic = "b" in marks, "i" in marks
    for script in ("w:eastAsia", "w:cs"):
        style.element.rPr.rFonts.set(qn(script), FONT)


def number_from_one(section: "Section") -> None:
    """Pages of this section count from 1, and the first one shows no number."""
    section.different_first_page_header_footer = True
    for old in section._sectPr.findall(qn("w:pgNumType")):
        section._sectPr.remove(old)
    columns = section._sectPr.find(qn("w:cols"))
    columns.addprevious(_element("w:pgNumType", start="1"))


def _page_number(paragraph: "Paragraph") -> None:
    styled(paragraph, CENTRED)
    run = paragraph.add_run()
    run.font.size = Pt(13)
    for kind in ("begin", "instr", "separate", "text", "end"):
        if kind == "instr":
            instruction = _element("w:instrText")
            instruction.text = "PAGE"
            run._r.append(instruction)
        elif kind == "text":
            run.add_text("2")
        else:
            run._r.append(_element("w:fldChar", fldCharType=kind))


def styled(paragraph: "Paragraph", style: str) -> "Paragraph":
    """Give a paragraph one of our styles by id: python-docx's search by name reads every style every time."""
    paragraph._p.style = style
    return paragraph


def add_masthead(document: "DocumentObject", paper: Paper) -> None:
    """Boxes 1 to 4: nation and motto, bodies, number, place and date."""
    table = _invisible_table(document, 2, MASTHEAD_WIDTHS)
    left, right = table.cell(0, 0), table.cell(0, 1)
    _write(left.paragraphs[0], paper.superior_body, 12)
    _write(left.add_paragraph(), paper.issuing_body, 12, "b")
    _rule(left, _width(paper.issuing_body, 12) * 0.42, MASTHEAD_WIDTHS[0])
    _write(right.paragraphs[0], paper.nation, 12, "b")
    _write(right.add_paragraph(), paper.motto, 13, "b")
    _rule(right, _width(paper.motto, 13), MASTHEAD_WIDTHS[1])
    _write(table.cell(1, 0).paragraphs[0], paper.number, 13)
    if not paper.kind:
        subject = table.cell(1, 0).add_paragraph()
        _write(subject, paper.abstract, 12)
        subject.paragraph_format.space_before = Pt(6)
    _write(table.cell(1, 1).paragraphs[0], paper.place_and_date, 13, "i")


def add_subject(document: "DocumentObject", paper: Paper) -> None:
    """Box 5a: BÁO CÁO and what about, with a short line below; a letter has its subject under the number."""
    if not paper.kind:
        styled(document.add_paragraph(), GAP)
        return
    kind = styled(document.add_paragraph(), CENTRED)
    _write(kind, paper.kind, 14, "b")
    kind.paragraph_format.space_before = Pt(12)
    subject = styled(document.add_paragraph(), CENTRED)
    _write(subject, paper.abstract, 14, "b")
    subject.paragraph_format.left_indent = subject.paragraph_format.right_indent = Mm(12)
    _rule(document, 50, 165)


def add_addressees(document: "DocumentObject", paper: Paper) -> None:
    """Box 9a: one addressee on the label's line, several each on their own."""
    if len(paper.addressees) == 1:
        _write(styled(document.add_paragraph(), CENTRED), f"{paper.to_label} {paper.addressees[0]}", 14)
    elif paper.addressees:
        table = _invisible_table(document, 1, (52, 113))
        _write(table.cell(0, 0).paragraphs[0], paper.to_label, 14)
        table.cell(0, 0).paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        last = len(paper.addressees) - 1
        lines = [f"- {name}{'.' if at == last else ';'}" for at, name in enumerate(paper.addressees)]
        _write_lines(table.cell(0, 1), lines, 14)
    styled(document.add_paragraph(), GAP)


def add_closing(document: "DocumentObject", paper: Paper) -> None:
    """Boxes 9b, 7a and 7b: recipients on the left, authority, position and name on the right."""
    styled(document.add_paragraph(), GAP).paragraph_format.keep_with_next = True
    table = _invisible_table(document, 1, CLOSING_WIDTHS)
    left, right = table.cell(0, 0), table.cell(0, 1)
    _write_lines(left, [paper.recipients_label, *paper.recipients], 11)
    label = left.paragraphs[0].runs[0].font
    label.size, label.bold, label.italic = Pt(12), True, True
    lines = [*paper.authority, "", "", "", "", paper.signatory] if paper.signatory else list(paper.authority)
    for at, line in enumerate(lines):
        paragraph = right.paragraphs[0] if at == 0 else right.add_paragraph()
        _write(paragraph, line, 14, "b")


def _invisible_table(document: "DocumentObject", rows: int, widths: tuple[float, ...]) -> "Table":
    """A table without borders whose rows stay in one piece; widths in the grid too, where LibreOffice looks."""
    table: Table = document.add_table(rows=rows, cols=len(widths))
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
            styled(cell.paragraphs[0], CENTRED)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(_element("w:cantSplit"))
    return table


def _write(paragraph: "Paragraph", text: str, size: float, marks: str = "") -> None:
    if paragraph._p.style is None:
        styled(paragraph, CENTRED)
    run = paragraph.add_run(text)
    run.font.size, run.font.bold, run.font.italic = Pt(size), "b" in marks, "i" in marks


def _write_lines(cell: "_Cell", lines: list[str], size: float) -> None:
    for at, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if at == 0 else cell.add_paragraph()
        styled(paragraph, PLAIN)
        _write(paragraph, line, size)


def _rule(parent: "_Cell | DocumentObject", length: float, available: float) -> None:
    """A solid line of ``length`` mm in the middle of ``available`` mm: an empty line with a border on top."""
    paragraph = styled(parent.add_paragraph(), CENTRED)
    side = Mm(max(0.0, (available - 3.8 - min(length, available)) / 2))
    layout = paragraph.paragraph_format
    layout.left_indent = layout.right_indent = side
    layout.space_before, layout.space_after = Pt(2), Pt(4)
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(4)
    borders = _element("w:pBdr")
    borders.append(_element("w:top", val="single", sz="6", space="0", color="000000"))
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")


def _width(text: str, size: float) -> float:
    """Roughly how wide bold text in Times is, in mm: capitals 0.70, small letters 0.48, the rest 0.28 of the size."""
    ems = sum(0.70 if letter.isupper() else 0.48 if letter.isalnum() else 0.28 for letter in text)
    return ems * size * 0.3528


def _element(tag: str, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element
