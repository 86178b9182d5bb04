"""What a consolidated report and a receipt state, gathered for whoever renders them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from plancycle.domain.agencies import Official
from plancycle.domain.consolidation import Edition, Figure
from plancycle.domain.deadlines import PeriodDates
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


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """What a receipt states."""

    receipt: str
    agency_name: str
    period_title: str
    programme_title: str
    submission: str
    file_name: str
    sha256: str
    sent_at: datetime
    received_at: datetime
    due_at: datetime
    is_late: bool


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """One rendered file: ``kind`` is docx, pdf or xlsx."""

    kind: str
    file_name: str
    data: bytes
