"""Signing a PDF: PAdES, added after the bytes that were approved, never instead of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from plancycle.adapters.documents.pdf import compile_pdf
from plancycle.adapters.signing.places import Place
from plancycle.domain.errors import DataProblem
from plancycle.domain.signatures import SignerRole

if TYPE_CHECKING:
    from pyhanko.sign import Signer
    from pyhanko.sign.timestamps import TimeStamper
    from pyhanko.stamp import StaticStampStyle

PNG = b"\x89PNG\r\n\x1a\n"
WITH_ALPHA = (4, 6)
"""Colour types of PNG that can be transparent."""
ROOM_FOR_SIGNATURE = 16384
"""Bytes kept free for the signature and its time stamp; asking for them first saves signing twice."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """What is seen: a transparent PNG (hand signature in blue, seal in red), or else a line of words."""

    place: Place
    image: bytes = b""
    text: str = ""


def sign(
    pdf: bytes,
    signer: "Signer",
    role: SignerRole,
    appearance: Appearance,
    at: datetime,
    timestamper: "TimeStamper | None" = None,
) -> bytes:
    """The PDF with one more signature; what was there stays byte for byte at its start.

    Raises DataProblem for a picture that is no transparent PNG.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import PdfSignatureMetadata, PdfSigner
    from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter

    _check_picture(appearance.image)
    field = f"plancycle_{role}"
    metadata = PdfSignatureMetadata(field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    left, bottom, right, top = (round(side) for side in appearance.place.box)
    spec = SigFieldSpec(field, on_page=appearance.place.page, box=(left, bottom, right, top))
    with _stamp(appearance, right - left, top - bottom, at) as style:
        pen = PdfSigner(metadata, signer=signer, timestamper=timestamper, stamp_style=style, new_field_spec=spec)
        output = BytesIO()
        pen.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), bytes_reserved=ROOM_FOR_SIGNATURE, output=output)
    return output.getvalue()


def dispatch_line(number: str, at: datetime) -> str:
    """The words on a separate file: number and symbol, time of signing with its zone (ISO 8601)."""
    return f"{number}; {at.isoformat(timespec='seconds')}"


def _check_picture(image: bytes) -> None:
    if image and (not image.startswith(PNG) or image[25] not in WITH_ALPHA):
        raise DataProblem("signature.picture_not_png")


@contextmanager
def _stamp(appearance: Appearance, width: int, height: int, at: datetime) -> "Iterator[StaticStampStyle]":
    """The appearance as a page of its own, which the signature then shows."""
    from pyhanko.pdf_utils.layout import AxisAlignment, InnerScaling, SimpleBoxLayoutRule
    from pyhanko.stamp import StaticStampStyle

    as_it_is = SimpleBoxLayoutRule(
        AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, inner_content_scaling=InnerScaling.NO_SCALING
    )
    picture = " ".join(map(str, appearance.image))
    data = {"width": width, "height": height, "image": picture, "text": appearance.text}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "stamp.pdf"
        path.write_bytes(compile_pdf("stamp.typ", data, at.date()))
        yield StaticStampStyle.from_pdf_file(str(path), border_width=0, background_layout=as_it_is)
