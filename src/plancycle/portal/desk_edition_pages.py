"""What the desk's pages about editions and figures show: one frozen class per template."""

from dataclasses import dataclass
from datetime import datetime

from plancycle.domain.consolidation import Figure, SourceCell
from plancycle.portal.pages import EditionLine
from plancycle.services.report_contents import Chart


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A consolidated figure and where its sources are shown."""

    figure: Figure
    value: str
    href: str


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One signature as verifying finds it now."""

    signer: str
    signed_at: datetime | None
    is_timestamped: bool
    is_good: bool


@dataclass(frozen=True, slots=True)
class SignedLine:
    """One PDF of the edition in its signed copy."""

    file_name: str
    href: str
    size: int
    is_brought_in: bool
    """Signed elsewhere and brought in by a person."""
    added_at: datetime
    signatures: tuple[SignatureLine, ...]


@dataclass(frozen=True, slots=True)
class SigningLines:
    """Where the electronic signatures of an edition stand."""

    status: str
    is_signed: bool
    roles: tuple[str, ...]
    """Whose signatures are asked for."""
    copies: tuple[SignedLine, ...]
    missing: tuple[str, ...]
    """Names of the PDF files without a signed copy."""
    failure: str
    """What stood in the way last time, in words; empty: nothing."""


@dataclass(frozen=True, slots=True)
class EditionPage:
    """``desk/edition.html``: one edition, every figure leading to its sources."""

    title: str
    period_href: str
    edition: EditionLine
    is_newest: bool
    """Whether no later one was made."""
    late: tuple[str, ...]
    partial_year: tuple[str, ...]
    """Bodies in it that began to report inside the year, each with the day: their figures are not of a whole year."""
    figures: tuple[FigureRow, ...]
    signing: SigningLines | None
    """None while the edition has no documents."""
    upward_href: str
    """Where its deliveries and the answers to them are shown."""


@dataclass(frozen=True, slots=True)
class ChartsPage:
    """``desk/charts.html``: a period in pictures, each with the same numbers as a table."""

    title: str
    period_href: str
    charts: tuple[Chart, ...]
    """Of the newest edition, the frozen one first; empty while there is none."""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A cell that went into a figure, and the answer it stands in."""

    source: SourceCell
    agency_name: str
    value: str
    href: str


@dataclass(frozen=True, slots=True)
class FigurePage:
    """``desk/figure.html``: a figure led back to its cells."""

    title: str
    label: str
    figure: str
    value: str
    unit: str
    rule: str
    edition: str
    edition_href: str
    sources: tuple[SourceLine, ...]
