"""The texts of a file in which the mark of a state secret may stand, whatever the file is.

Runs inside the limited process (:mod:`.child`). Nothing is interpreted: parts of a package are taken as XML without its
tags, old Word and Excel files as the letters in them. What is a picture, or packed inside a PDF, cannot be seen here.
"""

import html
import re
import zipfile
import zlib
from functools import lru_cache
from io import BytesIO

from plancycle.domain.secrecy import Degree, degree_in, header_lines

MOST_BYTES = 4 * 1024 * 1024
"""Of one part or file that is no workbook; a stamp stands at its beginning."""
MOST_PARTS = 200
OWN_TEXT = (b'"str"', b'"inlineStr"', b"'str'", b"'inlineStr'")
"""The type of a cell that holds its text itself: what a formula gave, what a program wrote."""

_ENDS = re.compile(r"</(?:\w+:)?(?:si|is|p|h|c|v|f|text|comment|author|tab)>|<(?:\w+:)?(?:br|tab) ?/>")
_TAG = re.compile(r"<[^>]*>")
_REFERENCE = re.compile(r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)")
"""What :func:`html.unescape` takes for one."""
_HEADERS = re.compile(r"<headerFooter.*?</headerFooter>", re.DOTALL)
_NAMES = re.compile(r'<(?:\w+:)?sheet [^>]*?name="([^"]*)"')
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_PDF_TEXT = re.compile(rb"/(?:Title|Subject|Keywords|Author)\s*\(((?:\\.|[^\\)]){1,400})\)", re.DOTALL)
_PDF_HEX = re.compile(rb"/(?:Title|Subject|Keywords|Author)\s*<([0-9A-Fa-f\s]{4,1600})>")


def text_of_part(name: str, content: bytes) -> str:
    """What people wrote into one part of a package; of a sheet only what the shared strings do not hold."""
    lowered = name.lower()
    if "/worksheets/" in lowered:
        return _text_of_sheet(content)
    if not lowered.endswith(".xml") or "styles" in lowered or "/theme/" in lowered or "[content" in lowered:
        return ""
    text = _decoded(content)
    if lowered.startswith("docprops/"):
        return _plain(_TAG.sub("\n", text))
    if lowered == "xl/workbook.xml":
        return _plain("\n".join(_NAMES.findall(text)))
    return _plain(_ENDS.sub("\n", text))


def degree_of_file(data: bytes) -> Degree | None:
    """The mark on a file that is no workbook of ours; None when none can be seen."""
    if data.startswith(b"PK"):
        return degree_in(_texts_of_package(data))
    head = data[:MOST_BYTES]
    if head.startswith(_OLE):
        return degree_in(head[start:].decode("utf-16-le", "ignore") for start in (0, 1))
    if head.lstrip()[:5].startswith(b"%PDF"):
        return degree_in(_texts_of_pdf(data))
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return degree_in([head.decode("utf-16", "ignore")])
    if b"\0" in head[:2048]:
        return None
    return degree_in([_plain(_ENDS.sub("\n", head.decode("utf-8", "ignore")))])


def _texts_of_package(data: bytes) -> list[str]:
    texts: list[str] = []
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            for member in package.infolist()[:MOST_PARTS]:
                if member.filename.lower().endswith(".xml"):
                    with package.open(member) as part:
                        texts.append(text_of_part(member.filename, part.read(MOST_BYTES)))
    except (zipfile.BadZipFile, zlib.error, KeyError, NotImplementedError, RuntimeError, ValueError, OSError, EOFError):
        return texts  # what could be read is judged; the file itself is refused anyway
    return texts


def _texts_of_pdf(data: bytes) -> list[str]:
    """Its title, subject, keywords and author, and the XMP packet's; pages are drawings to us."""
    texts = [_pdf_words(found) for found in _PDF_TEXT.findall(data)]
    coded = (re.sub(rb"\s", b"", found).decode("ascii") for found in _PDF_HEX.findall(data))
    texts += [_pdf_words(bytes.fromhex(found[: len(found) // 2 * 2])) for found in coded]
    start = data.find(b"<x:xmpmeta")
    if start >= 0:
        end = data.find(b"</x:xmpmeta>", start)
        texts.append(_plain(_TAG.sub("\n", data[start:end].decode("utf-8", "ignore"))))
    return texts


def _pdf_words(raw: bytes) -> str:
    if raw.startswith(b"\xfe\xff"):
        return raw.decode("utf-16-be", "ignore")
    return raw.decode("utf-8", "ignore")


def _text_of_sheet(content: bytes) -> str:
    pieces: list[str] = []
    if b"headerFooter" in content:
        found = _HEADERS.search(_decoded(content))
        pieces.append(header_lines(_plain(_TAG.sub("\n", found.group()))) if found else "")
    if any(kind in content for kind in OWN_TEXT):
        pieces.append(_plain(_ENDS.sub("\n", _decoded(content))))
    return "\n".join(pieces)


def _decoded(content: bytes) -> str:
    """XML is UTF-8, or UTF-16 that says so by its first bytes."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "ignore")
    return content.decode("utf-8", "ignore")


def _plain(text: str) -> str:
    return _REFERENCE.sub(lambda found: _meant(found.group()), _TAG.sub("", text))


@lru_cache(4096)
def _meant(reference: str) -> str:
    """A file of a program that writes ASCII has a thousand of them, and the same few again and again."""
    return html.unescape(reference)
