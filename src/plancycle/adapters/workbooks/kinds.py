"""What a file is when it is no ``.xlsx``: told by its first bytes and its members, never by its name.

Clerks send what their program saved. Each kind gets an answer of its own, which says what the file is and how to make
the one that is asked for.
"""

import re
from collections.abc import Collection

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
ZIP = b"PK\x03\x04"
WORKBOOK = "xl/workbook.xml"

_OLE_STREAMS = (
    ("EncryptedPackage", "file.password"),
    ("WordDocument", "file.other_document"),
    ("PowerPoint Document", "file.other_document"),
    ("Workbook", "file.old_excel"),
    ("Book", "file.old_excel"),
    ("__properties_version1.0", "file.mail"),
)
"""Names of streams inside a compound file, in the order in which they decide."""

_SIGNATURES = (
    (b"{\\rtf", "file.other_document"),
    (b"\x89PNG", "file.image"),
    (b"\xff\xd8\xff", "file.image"),
    (b"GIF8", "file.image"),
    (b"II*\0", "file.image"),
    (b"MM\0*", "file.image"),
    (b"BM", "file.image"),
    (b"Rar!", "file.archive"),
    (b"7z\xbc\xaf\x27\x1c", "file.archive"),
    (b"\x1f\x8b", "file.archive"),
    (b"\x78\x9f\x3e\x22", "file.mail"),
)
_MEMBERS = (
    ("xl/workbook.bin", "file.binary_excel"),
    ("content.xml", "file.opendocument"),
    ("word/document.xml", "file.other_document"),
    ("ppt/presentation.xml", "file.other_document"),
    ("index/document.iwa", "file.numbers"),
    ("index.zip", "file.numbers"),
)
_OFFICE_NAME = re.compile(r"\.(xlsx?|xlsm|xlsb|ods|docx?|pdf|csv)$")
_MAIL_HEADER = re.compile(rb"(received|return-path|from|to|subject|date|message-id|mime-version|delivered-to): ", re.I)
_LOOK = 2048
"""Bytes looked at in a file of text."""


def kind_of(data: bytes) -> str | None:
    """The message key for what these bytes are; None for a zip file, which :func:`kind_of_zip` tells apart."""
    if not data:
        return "file.empty"
    if data.startswith(ZIP):
        return None
    if data.startswith(_OLE):
        found = (key for name, key in _OLE_STREAMS if name.encode("utf-16-le") in data)
        return next(found, "file.old_excel")
    if data.lstrip()[:5].startswith(b"%PDF"):
        return "file.pdf"
    for signature, key in _SIGNATURES:
        if data.startswith(signature):
            return key
    return _kind_of_text(data[:_LOOK])


def kind_of_zip(names: Collection[str]) -> str | None:
    """The message key for a zip file by its members' names (case folded); None when it holds a workbook."""
    if WORKBOOK in names:
        return None
    for member, key in _MEMBERS:
        if member in names:
            return key
    return "file.archive" if any(_OFFICE_NAME.search(name) for name in names) else "file.not_xlsx"


def _kind_of_text(head: bytes) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"", "utf-8")):
        if head.startswith(mark):
            text = head.decode(encoding, "ignore").lstrip("\ufeff \r\n\t")
            break
    lowered = text.lower()
    if "<html" in lowered or lowered.startswith(("<!doctype html", "<table", "<body")):
        return "file.web_page"
    if "urn:schemas-microsoft-com:office:spreadsheet" in lowered:
        return "file.old_excel"
    if _MAIL_HEADER.match(head):
        return "file.mail"
    lines = [line for line in text.splitlines() if line.strip()][:10]
    is_text = "\0" not in text and bool(lines)
    if is_text and any(all(mark in line for line in lines) for mark in ",;\t") and lowered[0] not in "{[<":
        return "file.csv"
    return "file.not_xlsx"
