"""What the desk's pages about editions and figures show: one frozen class per template."""

from dataclasses import dataclass

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
