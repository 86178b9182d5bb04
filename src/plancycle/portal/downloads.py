"""Handing out a rendered file under its own name."""

from urllib.parse import quote

from fastapi.responses import Response

from plancycle.adapters.file_store import safe_name
from plancycle.adapters.gateways import MEDIA_TYPES
from plancycle.domain.consolidation import DocumentFile
from plancycle.services.ports import House


def download(house: House, file: DocumentFile) -> Response:
    """The bytes, checked against their hash; PDFs open in the browser, the rest is saved (RFC 6266 names)."""
    disposition = "inline" if file.kind == "pdf" else "attachment"
    name = f"filename=\"{safe_name(file.file_name)}\"; filename*=UTF-8''{quote(file.file_name, safe='')}"
    return Response(
        house.files.get(file.sha256),
        media_type=MEDIA_TYPES.get(file.kind, "application/octet-stream"),
        headers={"Content-Disposition": f"{disposition}; {name}", "ETag": f'"{file.sha256}"'},
    )
