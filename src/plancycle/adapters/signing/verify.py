"""Looking at the signatures of any PDF, ours or not. Trust is configured, never built in, never fetched."""

import logging
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from plancycle.adapters.signing.additions import only_signatures_added
from plancycle.domain.errors import UnreadableFile
from plancycle.domain.signatures import SignatureFact, SignatureReport

if TYPE_CHECKING:
    from pyhanko.sign.validation import EmbeddedPdfSignature


def verify(data: bytes, trusted: Sequence[bytes], approved: bytes | None = None) -> SignatureReport:
    """Every signature of a PDF. ``trusted`` are root certificates (DER or PEM); ``approved`` is the unsigned document.

    Raises UnreadableFile when it is no PDF.
    """
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        signatures = PdfFileReader(BytesIO(data)).embedded_regular_signatures
    except (PdfError, ValueError) as broken:
        raise UnreadableFile("document.not_readable", format="PDF") from broken
    facts = tuple(_fact(signature, trusted) for signature in signatures)
    return SignatureReport(facts, None if approved is None else only_signatures_added(data, approved))


def _fact(signature: "EmbeddedPdfSignature", trusted: Sequence[bytes]) -> SignatureFact:
    from pyhanko.keys import load_certs_from_pemder_data
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    # Its own report of an unknown issuer is a traceback; ours is ``is_trusted``.
    logging.getLogger("pyhanko.sign.validation").setLevel(logging.CRITICAL)
    roots = [root for data in trusted for root in load_certs_from_pemder_data(data)]
    context = ValidationContext(trust_roots=roots, allow_fetching=False)
    status = validate_pdf_signature(signature, context)
    harmless = status.modification_level in (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES)
    also_signed = status.modification_level is ModificationLevel.FORM_FILLING
    stamp = status.timestamp_validity
    is_stamped = stamp is not None and stamp.intact and stamp.trusted
    return SignatureFact(
        field=signature.field_name,
        signer=status.signing_cert.subject.native.get("common_name", status.signing_cert.subject.human_friendly),
        is_intact=status.intact and status.valid,
        is_trusted=status.trusted,
        covers_document=status.docmdp_ok is not False and (harmless or also_signed),
        signed_at=stamp.timestamp if stamp is not None and is_stamped else status.signer_reported_dt,
        is_timestamped=is_stamped,
        fingerprint=status.signing_cert.sha256.hex(),
    )
