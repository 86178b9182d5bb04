"""What letters, extracts and lists state, gathered for whoever renders them. The sentences themselves are templates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from plancycle.domain.agencies import Official
from plancycle.domain.document_register import DocumentKind
from plancycle.domain.programme import Programme
from plancycle.services.report_contents import CitedDocument

Cell = str | int | Decimal | date | datetime | None
"""One cell of a table: what it is, not how it is written. None stays empty."""


@dataclass(frozen=True, slots=True)
class TableRows:
    """A table of an annex. Its columns are known by its name; a row of one cell is a band (an agency's name)."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """Everything one document says besides its template. ``number`` 0: none has been given, its place stays empty."""

    kind: DocumentKind
    programme: Programme
    name: str
    """What the file is called, without its ending."""
    year: int
    signed_on: date
    signatory: Official | None
    addressees: tuple[str, ...] = ()
    """Empty for a document without "Kính gửi"."""
    values: Mapping[str, object] = field(default_factory=dict)
    """For the template: texts, numbers, days, moments, and lists and mappings of them."""
    tables: tuple[TableRows, ...] = ()
    number: int = 0
    symbol: str = ""
    replaces: CitedDocument | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A document that could be issued: what its number is asked for, and what it states."""

    base: str
    facts: DocumentFacts
