"""Electronic signatures on a PDF: what a look at them found, and whether the file may go out as signed."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from plancycle.domain.errors import DataProblem


class SignerRole(StrEnum):
    """Who signs (Decree 30/2020/NĐ-CP, Annex I): the person in authority, or the body with its seal."""

    PERSON = "person"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class SignatureFact:
    """One signature of a file, as found."""

    field: str
    signer: str
    is_intact: bool
    """Not one signed byte has changed, and the signature's arithmetic is right."""
    is_trusted: bool
    """The certificate leads to a root this installation trusts."""
    covers_document: bool
    """What follows the signed bytes, if anything, is only other signatures and their proofs."""
    signed_at: datetime | None
    """As the signer's machine said, unless ``is_timestamped``."""
    is_timestamped: bool
    """A time-stamping authority vouches for the time (RFC 3161)."""
    fingerprint: str = ""
    """SHA-256 of the signer's certificate, in hexadecimal."""

    @property
    def is_good(self) -> bool:
        """Intact, trusted and over the whole document."""
        return self.is_intact and self.is_trusted and self.covers_document


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """What is known of a signed file. ``contains_approved`` is None when nothing was named to compare with."""

    facts: tuple[SignatureFact, ...]
    contains_approved: bool | None = None

    @property
    def is_good(self) -> bool:
        """At least one signature, every one of them good, and nothing but the approved document."""
        return bool(self.facts) and all(fact.is_good for fact in self.facts) and self.contains_approved is not False


def check_signed_copy(report: SignatureReport) -> None:
    """Refuse a signed copy that must not leave the house. Raises DataProblem with the first reason that stands."""
    if not report.facts:
        raise DataProblem("signature.none")
    if report.contains_approved is False:
        raise DataProblem("signature.other_document")
    for problem, wrong in (
        ("signature.not_intact", [fact for fact in report.facts if not fact.is_intact]),
        ("signature.changed_after", [fact for fact in report.facts if not fact.covers_document]),
        ("signature.not_trusted", [fact for fact in report.facts if not fact.is_trusted]),
    ):
        if wrong:
            raise DataProblem(problem, signers=_names(wrong))


@dataclass(frozen=True, slots=True)
class Expected:
    """Whose signature a role asks for: the name in the document, or the certificate that the settings name."""

    role: SignerRole
    name: str
    certificate: str = ""
    """Name on the certificate, or its SHA-256; empty: the certificate bears ``name``."""


def check_signers(report: SignatureReport, expected: Sequence[Expected]) -> None:
    """Every role is signed by its own signer, each signature counted once.

    A person's certificate bears the signatory's name as printed; a body's may go on after the body's name ("… tỉnh …").
    Raises DataProblem: too few signers, or none whose certificate is that of a role.
    """
    signers = {fact.signer for fact in report.facts}
    known = ", ".join(sorted(signers))
    if len(signers) < len(expected):
        raise DataProblem("signature.too_few", found=len(signers), asked=len(expected), signers=known)
    left = list(report.facts)
    for one in expected:
        mine = next((fact for fact in left if _is_signer(fact, one)), None)
        if mine is None:
            wanted = one.certificate or one.name
            raise DataProblem("signature.wrong_signer", role=str(one.role), expected=wanted, signers=known)
        left.remove(mine)


def _is_signer(fact: SignatureFact, wanted: Expected) -> bool:
    if wanted.certificate and fact.fingerprint and fact.fingerprint == wanted.certificate.replace(":", "").casefold():
        return True
    signer, name = _folded(fact.signer), _folded(wanted.certificate or wanted.name)
    goes_on = wanted.role is SignerRole.BODY and not wanted.certificate and signer.startswith(f"{name} ")
    return bool(name) and (signer == name or goes_on)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _names(facts: Sequence[SignatureFact]) -> str:
    return ", ".join(fact.signer for fact in facts)
