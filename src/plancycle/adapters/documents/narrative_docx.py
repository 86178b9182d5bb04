"""The narrative as a Word file to edit, and the edited file read back: each passage is found by its code.

A passage is a row of a table: its code on the left (with the version it was written on), its text in the middle, its
sources on the right. The code stands as text and as a bookmark round the text: Word keeps both, other programs at least
one. Only the text in the middle is read back.
"""

import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.opc.exceptions import OpcError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm

from plancycle.adapters import vietnamese
from plancycle.adapters.documents import docx_parts as parts
from plancycle.adapters.documents.docx import without_clock
from plancycle.adapters.documents.text import kind_name
from plancycle.domain.errors import UnreadableFile
from plancycle.services.narrative import Change
from plancycle.services.ports import Texts
from plancycle.services.report_contents import PassageLine

if TYPE_CHECKING:
    from docx.document import Document as DocumentObject

WIDTHS = (34, 143, 75)
"""Millimetres: code, text, sources."""
MOST_BYTES = 50 * 2**20
"""Unpacked: a narrative of four thousand agencies has a tenth of it."""
_CODE = re.compile(r"([A-Za-z0-9]+-[0-9a-f]{8})\s*·\s*v(\d+)")
_BOOKMARK = re.compile(r"p_([A-Za-z0-9]+)_([0-9a-f]{8})_v(\d+)")
MOST_CELLS = 6
"""Sources shown in the file; the workbook lists every one."""


def narrative_docx(lines: Sequence[PassageLine], title: str, texts: Texts) -> bytes:
    """The passages, by kind, then work group or addressee; the same passages give the same bytes."""
    document = Document()
    parts.prepare(document)
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    parts.styled(document.add_paragraph(title), parts.ANNEX_TITLE)
    parts.styled(document.add_paragraph(texts.say("narrative.docx.how")), parts.NOTE)
    marked = 1
    for heading, group in _grouped(lines, texts):
        parts.styled(document.add_paragraph(heading), parts.STYLE_OF["part"])
        _add_table(document, group, texts, marked)
        marked += len(group)
    saved = BytesIO()
    document.save(saved)
    return without_clock(saved.getvalue())


def _grouped(lines: Sequence[PassageLine], texts: Texts) -> Iterator[tuple[str, list[PassageLine]]]:
    groups: dict[tuple[str, str, str], list[PassageLine]] = {}
    for line in lines:
        groups.setdefault((line.kind, line.group, line.addressee), []).append(line)
    for (kind, group, addressee), found in groups.items():
        to = texts.say("narrative.to", addressee=addressee) if addressee else ""
        yield " · ".join(part for part in (kind_name(kind, texts), group, to) if part), found


def _add_table(document: "DocumentObject", lines: Sequence[PassageLine], texts: Texts, first: int) -> None:
    """``first`` is the number of the first line's bookmark: numbers are unique in the file."""
    table = document.add_table(rows=0, cols=len(WIDTHS), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, WIDTHS, strict=True):
        column.width = Mm(width)
    for number, line in enumerate(lines, start=first):
        cells = table.add_row().cells
        for cell, width in zip(cells, WIDTHS, strict=True):
            cell.width = Mm(width)
        outdated = f"\n{texts.say('narrative.outdated')}" if line.is_outdated else ""
        parts.styled(cells[0].paragraphs[0], parts.SMALL_CELL).add_run(f"{line.id} · v{line.version}{outdated}")
        for at, text in enumerate(vietnamese.clean(line.text).split("\n")):
            paragraph = cells[1].paragraphs[0] if at == 0 else cells[1].add_paragraph()
            parts.styled(paragraph, parts.CELL).add_run(text)
        _bookmark(cells[1], f"p_{line.id.replace('-', '_')}_v{line.version}", number)
        parts.styled(cells[2].paragraphs[0], parts.SMALL_CELL).add_run(_sources(line))


def _bookmark(cell: Any, name: str, number: int) -> None:
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (start, end):
        mark.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    first, last = cell.paragraphs[0]._p, cell.paragraphs[-1]._p
    first.insert(0 if first.pPr is None else 1, start)
    last.append(end)


def _sources(line: PassageLine) -> str:
    cells = "\n".join(one.place for one in line.sources[:MOST_CELLS])
    more = len(line.sources) - MOST_CELLS
    return f"{line.speakers}\n{cells}" + (f"\n… +{more}" if more > 0 else "")


def read_narrative(data: bytes) -> list[Change]:
    """Every passage of an edited file with the words it has now; suggested insertions count, deletions do not.

    Raises UnreadableFile for what is no Word file, or one without a single passage of ours.
    """
    try:
        with ZipFile(BytesIO(data)) as archive:
            is_huge = sum(part.file_size for part in archive.infolist()) > MOST_BYTES
        if is_huge:
            raise UnreadableFile("document.not_readable", format="DOCX")
        document = Document(BytesIO(data))
    except (OpcError, BadZipFile, KeyError, ValueError) as broken:
        raise UnreadableFile("document.not_readable", format="DOCX") from broken
    found = [change for row in document.element.body.iter(qn("w:tr")) if (change := _change(row)) is not None]
    if not found:
        raise UnreadableFile("narrative.no_passages")
    return found


def _change(row: Any) -> Change | None:
    """A row's passage: by its bookmark, else by its code; None for a row that is nobody's."""
    cells = row.findall(qn("w:tc"))
    if len(cells) != len(WIDTHS):
        return None
    names = [mark.get(qn("w:name"), "") for mark in cells[1].iter(qn("w:bookmarkStart"))]
    marked = next((match for name in names if (match := _BOOKMARK.fullmatch(name))), None)
    if marked is not None:
        return Change(f"{marked[1]}-{marked[2]}", int(marked[3]), _text(cells[1]))
    coded = _CODE.search(_text(cells[0]))
    return Change(coded[1], int(coded[2]), _text(cells[1])) if coded else None


def _text(cell: Any) -> str:
    """The words of a cell, a line a paragraph."""
    return "\n".join("".join(_pieces(paragraph)) for paragraph in cell.iter(qn("w:p")))


def _pieces(paragraph: Any) -> Iterator[str]:
    for piece in paragraph.iter(qn("w:t"), qn("w:br"), qn("w:tab")):
        yield {"t": piece.text or "", "br": "\n", "tab": " "}[piece.tag.rpartition("}")[2]]
