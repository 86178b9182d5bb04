"""Handing out a rendered file under its own name."""

from urllib.parse import quote

from fastapi.responses import Response

from plancycle.adapters.file_store import safe_name
from plancycle.adapters.gateways import MEDIA_TYPES
from plancycle.domain.consolidation import DocumentFile
from plancycle.services.ports import House

OPAQUE = "application/octet-stream"


def download(house: House, file: DocumentFile) -> Response:
    """The bytes, checked against their hash; PDFs open in the browser, the rest is saved (RFC 6266 names)."""
    disposition = "inline" if file.ending == "pdf" else "attachment"
    return Response(
        house.files.get(file.sha256),
        media_type=MEDIA_TYPES.get(file.ending, OPAQUE),
        headers={"Content-Disposition": f"{disposition}; {_named(file.file_name)}", "ETag": f'"{file.sha256}"'},
    )


def attachment(data: bytes, name: str) -> Response:
    """Bytes of somebody else's: always saved, never opened by the browser, whatever they claim to be."""
    headers = {"Content-Disposition": f"attachment; {_named(name)}", "X-Download-Options": "noopen"}
    return Response(data, media_type=OPAQUE, headers=headers)


def _named(name: str) -> str:
    """Both spellings of a file's name (RFC 6266)."""
    return f"filename=\"{safe_name(name)}\"; filename*=UTF-8''{quote(name, safe='')}"
