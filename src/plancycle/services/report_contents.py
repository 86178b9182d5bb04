"""What a consolidated report and a receipt state, gathered for whoever renders them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from plancycle.domain.agencies import Official
from plancycle.domain.consolidation import DocumentFile, Edition, Figure
from plancycle.domain.contradictions import Found
from plancycle.domain.deadlines import PeriodDates
from plancycle.domain.narrative import Said
from plancycle.domain.periods import Period
from plancycle.domain.programme import Programme


@dataclass(frozen=True, slots=True)
class WorkLine:
    """One assignment of one agency in a consolidated report."""

    agency: str
    code: str
    title: str
    basis: str
    answers: Mapping[str, str]
    """Canonical value by field code (target, status, progress, result, evidence, obstacle, proposal …)."""


@dataclass(frozen=True, slots=True)
class SubmissionLine:
    """One agency in the annex on who submitted."""

    agency: str
    status: str
    """An ObligationStatus value."""
    sent_at: datetime | None
    late_days: int
    receipt: str
    joined_on: date | None = None
    """The day inside the year on which it began to report; None: its figures are of the whole year."""
    corrected_at: datetime | None = None
    """When a correction took the place, after the due date, of what was handed in at ``sent_at``."""


@dataclass(frozen=True, slots=True)
class ReportedObstacle:
    """An obstacle reported at once, on its own; the agency may have written it into its submission as well."""

    agency: str
    code: str
    """The assigned work or the line of the form it belongs to; empty when the agency named none."""
    title: str
    obstacle: str
    cause: str
    proposal: str
    resolver: str = ""
    """Who has to resolve it, where the plan says so."""
    standing: str = ""
    """A DutyStatus value."""


class FigureSource(NamedTuple):
    """One cell a consolidated figure is made of, with the agency's id and name."""

    figure: str
    agency: str
    agency_name: str
    submission: str
    sheet: str
    cell: str
    raw: str
    value: str


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """The figures of a period's newest edition."""

    period: Period
    title: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class CitedDocument:
    """An older document of ours that this one replaces, supplements or corrects."""

    code: str
    dated: date | None
    is_supplemented: bool = False


@dataclass(frozen=True, slots=True)
class ExplanationLine:
    """One reason of an agency for a warning about an answer of the edition; a refused one is none."""

    agency: str
    question: str
    typed: str
    """The answer as the agency typed it."""
    text: str


@dataclass(frozen=True, slots=True)
class PassageLine:
    """A passage of the narrative with the names people read. ``text`` empty: left out by whoever edited it."""

    id: str
    kind: str
    group: str
    """The work group's title; empty for what is about everything."""
    addressee: str
    text: str
    speakers: str
    """Who wrote it: the first few names, and how many more."""
    edited_by: str
    version: int
    sources: tuple[Said, ...]
    is_outdated: bool = False
    """Edited, and an agency has written something else (or more) since."""


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """Everything a consolidated report says; the sentences themselves are templates."""

    programme: Programme
    edition: Edition
    dates: PeriodDates
    period_title: str
    figures: tuple[Figure, ...]
    works: tuple[WorkLine, ...]
    narratives: tuple[tuple[str, str, str], ...]
    """(agency name, row code of the narrative sheet, text)."""
    submissions: tuple[SubmissionLine, ...]
    missing: tuple[str, ...]
    late: tuple[str, ...]
    signed_on: date
    number: int
    addressees: tuple[str, ...]
    signatory: Official | None
    obstacles: tuple[ReportedObstacle, ...] = ()
    explanations: tuple[ExplanationLine, ...] = ()
    """What agencies explained, where the programme has an annex of it."""
    agency_ids: Mapping[str, str] = field(default_factory=dict)
    """The stable id of an agency by the name it has in this report."""
    sources: tuple[FigureSource, ...] = ()
    periods: tuple[PeriodFigures, ...] = ()
    """The year's periods up to this one, in order; what has no edition is left out."""
    last_year: tuple[Figure, ...] = ()
    """The figures of the same period a year before."""
    replaces: CitedDocument | None = None
    partial_year: tuple[tuple[str, date], ...] = ()
    """Those expected who began to report inside the year (name, day): their figures cover part of it."""
    passages: tuple[PassageLine, ...] = ()
    """The narrative, near-duplicates told once; without it ``narratives`` are told one by one."""
    contradictions: tuple[Found, ...] = ()
    declared_estimates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By figure (``inspections.value``) the ids of agencies whose part of it is an estimate of their own."""
    unreviewed: int = 0
    """How many answers of the edition nobody had reviewed when it was frozen."""
    programme_version: str = ""
    """The sentence that cites an amended programme; empty while the version the cycle was opened with stands."""
    audit_point: str = ""
    """The audit log's newest checkpoint in words; empty when none has been made."""


@dataclass(frozen=True, slots=True)
class ChartFacts:
    """As much of a report as its charts are drawn from, gathered whenever an edition is shown."""

    programme: Programme
    signed_on: date
    works: tuple[WorkLine, ...]
    """Each with its progress, where it is told, and nothing else."""
    submissions: tuple[SubmissionLine, ...]
    periods: tuple[PeriodFigures, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of numbers (SVG) and the same numbers as a table: headings and rows, as people read them."""

    title: str
    svg: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """One rendered file: ``kind`` is docx, pdf, xlsx, json or csv."""

    kind: str
    file_name: str
    data: bytes


OF_THE_REPORT = ("docx", "pdf", "xlsx", "json", "csv")


def place_in_report(file: RenderedFile | DocumentFile) -> int:
    """Where a file is listed, however early it was made: the report's own first, then what is beside it."""
    return OF_THE_REPORT.index(file.kind) if file.kind in OF_THE_REPORT else len(OF_THE_REPORT)
