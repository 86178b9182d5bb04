"""DOCX of a document: the elements of Decree 30/2020/NĐ-CP, Annex I, in the order they stand on the page."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_BREAK
from docx.shared import Mm

from plancycle.adapters.documents import docx_parts as parts
from plancycle.adapters.documents.docx_charts import add_chart
from plancycle.adapters.documents.docx_tables import ROWS_HERE, add_annex_table
from plancycle.adapters.documents.paper import Annex, Paper

if TYPE_CHECKING:
    from docx.document import Document as DocumentObject
    from docx.section import Section

OLDEST_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
TEXT = "word/document.xml"
"""The part of the archive that holds the document's text."""


def report_docx(paper: Paper) -> bytes:
    """The report as DOCX; the same paper gives the same bytes. A part of an annex has no blocks: the annex alone."""
    document = Document()
    parts.prepare(document)
    if paper.blocks:
        _add_text(document, paper)
    tables: list[Iterator[bytes]] = []
    for at, annex in enumerate(paper.annexes):
        is_first = at == 0 and not paper.blocks
        section = document.sections[0] if is_first else document.add_section(WD_SECTION.NEW_PAGE)
        tables += _add_annex(document, annex, section)
    _describe(document, paper)
    saved = BytesIO()
    document.save(saved)
    return without_clock(saved.getvalue(), tables)


def _add_text(document: "DocumentObject", paper: Paper) -> None:
    """The document itself, from its head to the signature."""
    parts.add_masthead(document, paper)
    parts.add_subject(document, paper)
    parts.add_addressees(document, paper)
    for block in paper.blocks:
        text = f"- {block.text}" if block.kind == "item" else block.text
        parts.styled(document.add_paragraph(text), parts.STYLE_OF[block.kind])
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    parts.add_closing(document, paper)


def _add_annex(document: "DocumentObject", annex: Annex, section: "Section") -> list[Iterator[bytes]]:
    """Its title and table; gives the table's rows, if it has any, to be put in later."""
    section.orientation = WD_ORIENT.LANDSCAPE if annex.landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(297), Mm(210)) if annex.landscape else (Mm(210), Mm(297))
    parts.number_from_one(section)
    title = parts.styled(document.add_paragraph(annex.heading), parts.ANNEX_TITLE)
    title.runs[0].add_break(WD_BREAK.LINE)
    title.add_run(annex.title)
    if annex.reference:
        parts.styled(document.add_paragraph(annex.reference), parts.ANNEX_REFERENCE)
    for chart in annex.charts:
        add_chart(document, chart)
    rows = [add_annex_table(document, annex)] if annex.rows else []
    if not rows:
        parts.styled(document.add_paragraph(annex.empty), parts.NOTE)
    if annex.note:
        parts.styled(document.add_paragraph(annex.note), parts.NOTE)
    return rows


def _describe(document: "DocumentObject", paper: Paper) -> None:
    """File properties that say what this is and nothing about the machine that made it."""
    signed = datetime.combine(paper.signed_on, time(0, 0))
    properties = document.core_properties
    properties.title, properties.subject, properties.keywords = paper.title[:255], paper.abstract[:255], paper.source
    properties.author = properties.last_modified_by = paper.issuing_body
    properties.comments = ""
    properties.language = "vi-VN"
    properties.created = properties.modified = signed
    properties.revision = 1


def without_clock(data: bytes, tables: Sequence[Iterator[bytes]] = ()) -> bytes:
    """The same archive with fixed times of its parts, and with the rows of its tables, in their order."""
    packed = BytesIO()
    with ZipFile(BytesIO(data)) as source, ZipFile(packed, "w") as target:
        for name in source.namelist():
            info = ZipInfo(name, OLDEST_ZIP_TIME)
            info.compress_type = ZIP_DEFLATED
            info.create_system = 0
            before, *after = source.read(name).split(ROWS_HERE) if name == TEXT else [source.read(name)]
            with target.open(info, "w") as part:
                part.write(before)
                for rows, rest in zip(tables if name == TEXT else (), after, strict=True):
                    part.writelines(rows)
                    part.write(rest)
    return packed.getvalue()
