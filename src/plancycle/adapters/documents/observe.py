"""Any ``.docx`` or ``.pdf``, ours or not, as what the eye sees: for :mod:`plancycle.domain.official_form_rules`."""

from io import BytesIO
from zipfile import BadZipFile, ZipFile

from plancycle.domain.errors import UnreadableFile
from plancycle.domain.official_form import Observed

LARGEST_FILE = 50 * 1024 * 1024
LARGEST_UNPACKED = 200 * 1024 * 1024


def observe(data: bytes) -> Observed:
    """Look at a document; the format is told by its bytes, never by its name.

    Raises UnreadableFile: neither of the two formats, damaged, locked, scanned, or far too large.
    """
    if len(data) > LARGEST_FILE:
        raise UnreadableFile("document.too_large", megabytes=LARGEST_FILE // 1024 // 1024)
    if data.startswith(b"%PDF-"):
        from plancycle.adapters.documents.observe_pdf import observe_pdf

        return observe_pdf(data)
    if data.startswith(b"PK"):
        _check_unpacked_size(data)
        from plancycle.adapters.documents.observe_docx import observe_docx

        return observe_docx(data)
    raise UnreadableFile("document.other_format")


def _check_unpacked_size(data: bytes) -> None:
    try:
        unpacked = sum(entry.file_size for entry in ZipFile(BytesIO(data)).infolist())
    except BadZipFile as broken:
        raise UnreadableFile("document.not_readable", format="DOCX") from broken
    if unpacked > LARGEST_UNPACKED:
        raise UnreadableFile("document.too_large", megabytes=LARGEST_UNPACKED // 1024 // 1024)
