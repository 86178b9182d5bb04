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
    centred = _alignment(with_field[0], Styles()) == "center" if with_field else None
    shown = bool(with_field) or footer_field
    return PageNumbers(shown and not hidden_on_first, shown, centred, bool(with_field) if shown else None)


class Styles:
    """The style of a paragraph and the styles it rests on, each looked up once: a report has thousands of lines."""

    def __init__(self) -> None:
        self._known: dict[str | None, tuple[Any, ...]] = {}

    def of(self, paragraph: Paragraph) -> tuple[Any, ...]:
        """The paragraph's own style first."""
        name = paragraph._p.style
        if name not in self._known:
            found: list[Any] = []
            style: Any = paragraph.style
            while style is not None:
                found.append(style)
                style = style.base_style
            self._known[name] = tuple(found)
        return self._known[name]


def _lines(document: "DocumentObject") -> Iterator[Line]:
    count, styles = 0, Styles()
    usual_size = _default_size(document)
    for paragraph, in_table in _paragraphs(document):
        if paragraph.text.strip():
            count += 1
            for text in paragraph.text.split("\n"):
                yield _line(paragraph, text, str(count), in_table, styles, usual_size)


def _paragraphs(parent: "DocumentObject | Any") -> Iterator[tuple[Paragraph, bool]]:
    for block in parent.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                for cell in row.cells:
                    yield from ((paragraph, True) for paragraph, _ in _paragraphs(cell))
        else:
            yield block, False


def _line(
    paragraph: Paragraph, text: str, place: str, in_table: bool, styles: Styles, usual_size: float | None
) -> Line:
    fonts = _fonts(paragraph, styles)
    size = _resolved(fonts, lambda font: font.size)
    layout = _layout(paragraph, styles)
    return Line(
        text=text,
        place=place,
        size=float(size.pt) if size is not None else usual_size,
        bold=bool(_resolved(fonts, lambda font: font.bold)),
        italic=bool(_resolved(fonts, lambda font: font.italic)),
        font=_resolved(fonts, lambda font: font.name) or "",
        black=_resolved(fonts, lambda font: font.color.rgb) in BLACK,
        align=_alignment(paragraph, styles),
        first_line=_millimetres(layout("first_line_indent")),
        space_around=_points(layout("space_after")) + _space_before_next(paragraph, styles),
        line_spacing=_spacing(paragraph, layout),
        in_table=in_table,
    )


def _fonts(paragraph: Paragraph, styles: Styles) -> list[Any]:
    """The fonts that may say how a line looks: of its first words, then of its style and those that rests on."""
    first = next((run.font for run in paragraph.runs if run.text.strip()), None)
    return [*([first] if first is not None else []), *(style.font for style in styles.of(paragraph))]


def _resolved(fonts: list[Any], ask: Callable[[Any], Any]) -> Any:
    """The first answer."""
    return next((answer for font in fonts if (answer := ask(font)) is not None), None)


def _default_size(document: "DocumentObject") -> float | None:
    """The document's own default, in half points in the styles part."""
    styles: Any = document.styles
    found = styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr/w:sz")
    return int(found[0].get(qn("w:val"))) / 2 if found else None


def _layout(paragraph: Paragraph, styles: Styles) -> Callable[[str], Any]:
    formats = [paragraph.paragraph_format, *(style.paragraph_format for style in styles.of(paragraph))]

    def ask(name: str) -> Any:
        return next((value for one in formats if (value := getattr(one, name)) is not None), None)

    return ask


def _alignment(paragraph: Paragraph, styles: Styles) -> str:
    return ALIGNMENTS.get(_layout(paragraph, styles)("alignment"), "left")


def _millimetres(length: Any) -> float:
    return float(length.mm) if length is not None else 0.0


def _points(length: Any) -> float:
    return float(length.pt) if length is not None else 0.0


def _space_before_next(paragraph: Paragraph, styles: Styles) -> float:
    following = paragraph._p.getnext()
    if following is None or following.tag != qn("w:p"):
        return 0.0
    return _points(_layout(Paragraph(following, paragraph._parent), styles)("space_before"))


def _spacing(paragraph: Paragraph, layout: Callable[[str], Any]) -> float | None:
    """Lines as a multiple of single spacing; an exact number of points is compared with the font's size."""
    rule, value = layout("line_spacing_rule"), layout("line_spacing")
    if value is None or rule == WD_LINE_SPACING.SINGLE:
        return 1.0
    return float(value) if isinstance(value, float) else None
