"""Keys of people who decide, and electronic signatures on files."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from plancycle.domain.agencies import Official
from plancycle.domain.signatures import SignatureReport, SignerRole


class ApproverKeys(Protocol):
    """One key for each person who decides."""

    def sign(self, person: str, data: bytes) -> tuple[str, str]:
        """Id of the person's key and the signature, as text; the key is made at its first use. Raises NotAllowed."""

    def is_signed(self, person: str, key_id: str, data: bytes, signature: str) -> bool:
        """Whether the person's key made this signature; a person without a key has signed nothing."""

    def new_key(self, person: str) -> tuple[str, str]:
        """Give up a person's key and make another; ids of both. The old signatures stay good. Raises NotAllowed."""

    def public_pem(self, person: str) -> bytes:
        """The public half as PEM; empty for somebody who has no key."""


class Signing(Protocol):
    """Signatures on PDF files (PAdES)."""

    @property
    def required(self) -> tuple[SignerRole, ...]:
        """Which signatures this installation's settings ask for, in the order they are put on."""

    @property
    def here(self) -> tuple[SignerRole, ...]:
        """Which of them can be made here, with keys that were set up."""

    @property
    def signers(self) -> Mapping[SignerRole, str]:
        """The certificate of a role, where the settings name it: the name on it, or its SHA-256 (hexadecimal)."""

    def sign(self, pdf: bytes, signatory: Official, at: datetime) -> bytes:
        """The PDF with every signature of ``here``, added after its bytes.

        Raises ActionNeeded (a key or token is not there), OutsideFailure (no time stamp) and DataProblem (no place).
        """

    def sign_annex(self, pdf: bytes, number: str, at: datetime) -> bytes:
        """An annex in a file of its own with the body's signature: number and time in words, on top of its first page.

        Raises as :meth:`sign`.
        """

    def verify(self, data: bytes, approved: bytes | None = None) -> SignatureReport:
        """Every signature, and whether the file is nothing but ``approved`` with signatures. Raises UnreadableFile."""
