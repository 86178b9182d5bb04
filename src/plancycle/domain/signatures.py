"""Electronic signatures on a PDF: what a look at them found, and whether the file may go out as signed."""

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


def _names(facts: Sequence[SignatureFact]) -> str:
    return ", ".join(fact.signer for fact in facts)
