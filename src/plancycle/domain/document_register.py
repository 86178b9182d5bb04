"""The register of outgoing documents (sổ đăng ký văn bản đi): who issued what under which number, and what corrects it.

Numbers run from 01 on the first of January to 31 December, unique per issuing body and year, the same for paper and
electronic documents (Decree 30/2020/NĐ-CP, Article 15). A row never changes. A mistake in the content of an issued
document is mended by a new document of the same form that replaces it, a mistake in its form by a correcting letter
(công văn đính chính; Article 18, clause 3); both carry numbers of their own and cite the old one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from plancycle.domain.errors import DataProblem


class DocumentKind(StrEnum):
    """What the product writes on paper."""

    REPORT = "report"
    CALL = "call"
    URGE = "urge"
    REPLY = "reply"
    DIGEST = "digest"
    MINISTRY = "ministry"
    BUDGET = "budget"
    COMMENDATION = "commendation"
    CORRECTION = "correction"


TYPES = {
    DocumentKind.REPORT: "BC",
    DocumentKind.MINISTRY: "BC",
    DocumentKind.BUDGET: "BC",
    DocumentKind.COMMENDATION: "TTr",
    DocumentKind.DIGEST: "TB",
}
"""Abbreviated type of each kind (Decree 30/2020/NĐ-CP, Annex III). What is not here is a công văn, which has none."""


class Relation(StrEnum):
    """How a document stands to the one it cites."""

    REPLACES = "replaces"
    SUPPLEMENTS = "supplements"
    CORRECTS = "corrects"


CHOICES = (Relation.REPLACES, Relation.SUPPLEMENTS)
"""What a correction can be to the report it corrects. A person chooses, until somebody has approved it."""


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """One row of the register."""

    issuer: str
    year: int
    number: int
    purpose: str
    """What the number was asked for; asking again for the same purpose gives the same number."""
    symbol: str
    kind: str
    """A DocumentKind value; empty for numbers given before the register knew kinds."""
    subject: str
    addressees: str
    """To whom, as written; several are separated by a semicolon."""
    signatory: str
    allocated_at: datetime | None
    allocated_by: str
    relation: Relation | None = None
    cites_year: int | None = None
    cites_number: int | None = None
    reason: str = ""

    @property
    def code(self) -> str:
        """``05/BC-SNV``; numbers below ten take a leading zero."""
        return f"{self.number:02d}/{self.symbol}".rstrip("/")


@dataclass(frozen=True, slots=True)
class IssuedFile:
    """Bytes that were made under a number: which file, of which day."""

    issuer: str
    year: int
    number: int
    file_name: str
    sha256: str
    dated: date
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a number is asked for. ``relation`` and what follows only for a document that cites another."""

    issuer: str
    year: int
    purpose: str
    symbol: str
    kind: str
    subject: str
    at: datetime
    by: str
    addressees: str = ""
    signatory: str = ""
    relation: Relation | None = None
    cites: RegisterEntry | None = None
    reason: str = ""


def entry_of(wanted: Wanted, number: int) -> RegisterEntry:
    """The row that a number was given to."""
    return RegisterEntry(
        issuer=wanted.issuer,
        year=wanted.year,
        number=number,
        purpose=wanted.purpose,
        symbol=wanted.symbol,
        kind=wanted.kind,
        subject=wanted.subject,
        addressees=wanted.addressees,
        signatory=wanted.signatory,
        allocated_at=wanted.at,
        allocated_by=wanted.by,
        relation=wanted.relation,
        cites_year=wanted.cites.year if wanted.cites else None,
        cites_number=wanted.cites.number if wanted.cites else None,
        reason=wanted.reason,
    )


def symbol_of(kind: DocumentKind, report_symbol: str, letter_symbol: str = "") -> str:
    """``BC-SNV`` for a report of the body that signs ``BC-SNV``, ``TTr-SNV``, and for a công văn ``SNV``.

    A công văn's symbol ends with the drafting unit (``SNV-CCHC``): the programme may name it, nobody makes it up.
    """
    body = report_symbol.partition("-")[2] or report_symbol
    type_code = TYPES.get(kind)
    return f"{type_code}-{body}" if type_code else (letter_symbol or body)


_REPLACEMENT, _SUPPLEMENT = "/thay-the-", "/bo-sung-"
_CODE = re.compile(r"0*(?P<number>[1-9]\d{0,5})(?:/(?P<symbol>\S+))?")
LONGEST_REASON = 1000


def read_number(text: str) -> tuple[int, str]:
    """``5``, ``05`` or ``05/BC-SNV`` as number and symbol (empty when not given). Raises DataProblem."""
    found = _CODE.fullmatch(text.strip())
    if found is None:
        raise DataProblem("register.bad_number", text=text)
    return int(found["number"]), found["symbol"] or ""


def base_of(purpose: str) -> str:
    """The purpose of the first document of a line of replacements."""
    return purpose.partition(_REPLACEMENT)[0].partition(_SUPPLEMENT)[0]


def replacement_purpose(entries: Sequence[RegisterEntry], old: RegisterEntry) -> str:
    """Under what a document that replaces ``old`` is asked for; asked twice it is the same. Raises DataProblem.

    Only the newest of a line can be replaced: what has been replaced already no longer stands.
    """
    base = base_of(old.purpose)
    replacing = [one for one in entries if one.relation is Relation.REPLACES and base_of(one.purpose) == base]
    for one in replacing:
        if (one.cites_year, one.cites_number) == (old.year, old.number):
            return one.purpose
    return f"{base}{_REPLACEMENT}{len(replacing) + 1}"


def supplement_purpose(entries: Sequence[RegisterEntry], old: RegisterEntry) -> str:
    """Under what a document that supplements ``old`` is asked for; each one is a document of its own."""
    base = base_of(old.purpose)
    known = [one for one in entries if one.relation is Relation.SUPPLEMENTS and base_of(one.purpose) == base]
    return f"{base}{_SUPPLEMENT}{len(known) + 1}"


def standing(entries: Sequence[RegisterEntry], base: str) -> RegisterEntry | None:
    """The document that stands for a purpose: the newest of its line; None while no number has been given."""
    later = (f"{base}{_REPLACEMENT}", f"{base}{_SUPPLEMENT}")
    line = [one for one in entries if one.purpose == base or one.purpose.startswith(later)]
    return max(line, key=lambda one: (one.year, one.number), default=None)


def cited_by(entries: Sequence[RegisterEntry], entry: RegisterEntry) -> tuple[RegisterEntry, ...]:
    """The documents that replace or correct one."""
    return tuple(one for one in entries if (one.cites_year, one.cites_number) == (entry.year, entry.number))
