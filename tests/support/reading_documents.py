"""The text of rendered documents, as a reader of the file would copy it."""

import re
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

from pypdf import PdfReader

from plancycle.services.report_contents import RenderedFile

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SHOWN = (f"{W}t", f"{W}br")


def docx_part(file: RenderedFile, name: str) -> ElementTree.Element:
    with ZipFile(BytesIO(file.data)) as package:
        return ElementTree.fromstring(package.read(f"word/{name}"))


def docx_text(file: RenderedFile) -> str:
    """Every paragraph of the document, cells included, one a line."""
    paragraphs = docx_part(file, "document.xml").iter(f"{W}p")
    return "\n".join(
        "".join("\n" if node.tag == f"{W}br" else node.text or "" for node in paragraph.iter() if node.tag in SHOWN)
        for paragraph in paragraphs
    )


def pdf_text(data: bytes) -> str:
    """The text a reader copies; Typst's embedded bold italic draws ơ from two signs, and readers then copy it twice."""
    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages)
    return text.replace("ơơ", "ơ")


def squeezed(text: str) -> str:
    """Without any space: PDF readers guess at spaces and line ends."""
    return re.sub(r"\s+", "", text)
