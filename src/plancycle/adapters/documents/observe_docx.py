"""A ``.docx`` as lines: every size, weight and margin as Word would resolve it through styles and defaults."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from docx.shared import RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph

from plancycle.domain.errors import UnreadableFile
from plancycle.domain.official_form import Line, Observed, Page, PageNumbers

if TYPE_CHECKING:
    from docx.document import Document as DocumentObject
    from docx.section import Section
    from docx.text.run import Run

ALIGNMENTS = {
    WD_ALIGN_PARAGRAPH.LEFT: "left",
    WD_ALIGN_PARAGRAPH.CENTER: "center",
    WD_ALIGN_PARAGRAPH.RIGHT: "right",
    WD_ALIGN_PARAGRAPH.JUSTIFY: "justify",
}
BLACK = (None, RGBColor(0, 0, 0))


def observe_docx(data: bytes) -> Observed:
    """Read a Word file. Raises UnreadableFile when it is none."""
    try:
        document = Document(BytesIO(data))
    except (OpcError, BadZipFile, KeyError, ValueError) as broken:
        raise UnreadableFile("document.not_readable", format="DOCX") from broken
    pages = tuple(_page(at, section) for at, section in enumerate(document.sections, start=1))
    return Observed(pages, tuple(_lines(document)), _numbers(document.sections[0]))


def _page(number: int, section: "Section") -> Page:
    def mm(length: Any) -> float:
        return float(length.mm) if length is not None else 0.0

    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    top, bottom, left, right = (mm(margin) for margin in margins)
    return Page(number, mm(section.page_width), mm(section.page_height), (top, bottom, left, right))


def _numbers(section: "Section") -> PageNumbers:
    header = section.header.paragraphs
    with_field = [one for one in header if "PAGE" in one._p.xml]
    footer_field = any("PAGE" in one._p.xml for one in section.footer.paragraphs)
    first = [one for one in section.first_page_header.paragraphs if "PAGE" in one._p.xml]
    hidden_on_first = section.different_first_page_header_footer and not first
    centred = _alignment(with_field[0]) == "center" if with_field else None
    shown = bool(with_field) or footer_field
    return PageNumbers(shown and not hidden_on_first, shown, centred, bool(with_field) if shown else None)


def _lines(document: "DocumentObject") -> Iterator[Line]:
    count = 0
    for paragraph, in_table in _paragraphs(document):
        if paragraph.text.strip():
            count += 1
            for text in paragraph.text.split("\n"):
                yield _line(paragraph, text, str(count), in_table)


def _paragraphs(parent: "DocumentObject | Any") -> Iterator[tuple[Paragraph, bool]]:
    for block in parent.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                for cell in row.cells:
                    yield from ((paragraph, True) for paragraph, _ in _paragraphs(cell))
        else:
            yield block, False


def _line(paragraph: Paragraph, text: str, place: str, in_table: bool) -> Line:
    runs = [run for run in paragraph.runs if run.text.strip()]
    size = _resolved(paragraph, runs, lambda font: font.size)
    layout = _layout(paragraph)
    return Line(
        text=text,
        place=place,
        size=float(size.pt) if size is not None else _default_size(paragraph),
        bold=bool(_resolved(paragraph, runs, lambda font: font.bold)),
        italic=bool(_resolved(paragraph, runs, lambda font: font.italic)),
        font=_resolved(paragraph, runs, lambda font: font.name) or "",
        black=_resolved(paragraph, runs, lambda font: font.color.rgb) in BLACK,
        align=_alignment(paragraph),
        first_line=_millimetres(layout("first_line_indent")),
        space_around=_points(layout("space_after")) + _space_before_next(paragraph),
        line_spacing=_spacing(paragraph, layout),
        in_table=in_table,
    )


def _resolved(paragraph: Paragraph, runs: "list[Run]", ask: Callable[[Any], Any]) -> Any:
    """The first answer: from the runs, then the paragraph's style and the styles it rests on."""
    for run in runs[:1]:
        if ask(run.font) is not None:
            return ask(run.font)
    style: Any = paragraph.style
    while style is not None:
        if ask(style.font) is not None:
            return ask(style.font)
        style = style.base_style
    return None


def _default_size(paragraph: Paragraph) -> float | None:
    """The document's own default, in half points in the styles part."""
    styles: Any = paragraph.part
    found = styles.document.styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr/w:sz")
    return int(found[0].get(qn("w:val"))) / 2 if found else None


def _layout(paragraph: Paragraph) -> Callable[[str], Any]:
    def ask(name: str) -> Any:
        value = getattr(paragraph.paragraph_format, name)
        style: Any = paragraph.style
        while value is None and style is not None:
            value = getattr(style.paragraph_format, name)
            style = style.base_style
        return value

    return ask


def _alignment(paragraph: Paragraph) -> str:
    return ALIGNMENTS.get(_layout(paragraph)("alignment"), "left")


def _millimetres(length: Any) -> float:
    return float(length.mm) if length is not None else 0.0


def _points(length: Any) -> float:
    return float(length.pt) if length is not None else 0.0


def _space_before_next(paragraph: Paragraph) -> float:
    following = paragraph._p.getnext()
    if following is None or following.tag != qn("w:p"):
        return 0.0
    return _points(_layout(Paragraph(following, paragraph._parent))("space_before"))


def _spacing(paragraph: Paragraph, layout: Callable[[str], Any]) -> float | None:
    """Lines as a multiple of single spacing; an exact number of points is compared with the font's size."""
    rule, value = layout("line_spacing_rule"), layout("line_spacing")
    if value is None or rule == WD_LINE_SPACING.SINGLE:
        return 1.0
    return float(value) if isinstance(value, float) else None
