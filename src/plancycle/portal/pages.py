"""What each page shows: one frozen class per template. Templates see nothing else."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """``problem.html``: why something was refused."""

    status: int
    code: str
    """The message key, as programs get it."""
    message_vi: str
    message_en: str
    incident: str
    """Number to quote to the operator; empty unless it is our own fault."""


@dataclass(frozen=True, slots=True)
class StatusMark:
    """A standing, never by colour alone: a symbol, its words, and a class for the colour."""

    symbol: str
    word: str
    css: str
    note: str = ""
    """``muộn 3 ngày`` and the like."""


@dataclass(frozen=True, slots=True)
class DocumentLink:
    """A rendered file to open."""

    file_name: str
    kind: str
    size: int
    sha256: str
    href: str


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """Where one addressee's copy stands."""

    addressee: str
    word: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class EditionLine:
    """One edition of a period with what became of it; newest first on the page."""

    id: str
    number: int
    kind: str
    frozen_at: datetime
    included: int
    expected: int
    late: int
    missing: tuple[str, ...]
    sha256: str
    approval: str
    """The approval's standing in words; empty when none was asked for."""
    documents: tuple[DocumentLink, ...]
    deliveries: tuple[DeliveryLine, ...]


@dataclass(frozen=True, slots=True)
class PeriodColumn:
    """One period as the year shows it."""

    title: str
    href: str
    last_day: date
    submitted: int
    expected: int
    rate: str
    on_time_rate: str


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """One agency in one period. ``receipt`` is empty when nothing has been accepted."""

    agency: str
    agency_name: str
    mark: StatusMark
    sent_at: datetime | None
    receipt: str
    versions: int
    mail: str
    """What became of the letters to it, in words."""
    opened_at: datetime | None
    """When a person of the agency opened its link."""


@dataclass(frozen=True, slots=True)
class PeriodPage:
    """Who has reported in a period, when, and the editions made of it; part of the desk's page."""

    programme_title: str
    title: str
    year: int
    now: datetime
    last_day: date
    soft_due_at: datetime
    freeze_at: datetime
    basis: str
    expected: int
    submitted: int
    on_time: int
    late: int
    missing: int
    rate: str
    on_time_rate: str
    rows: tuple[PeriodRow, ...]
    editions: tuple[EditionLine, ...]


@dataclass(frozen=True, slots=True)
class EmptyPage:
    """``empty.html``: no year has been opened yet."""

    programme_title: str


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A headline figure, written as people read it."""

    label: str
    value: str
    unit: str
    contributors: int


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision that has been made."""

    is_approved: bool
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Complaint:
    """Why a form was not taken; shown above it, in both languages."""

    message_vi: str
    message_en: str


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """``approval.html``: what the approver reads and decides on."""

    programme_title: str
    title: str
    edition: str
    prepared_by: str
    requested_at: datetime
    approver: str
    approver_position: str
    included: int
    expected: int
    rate: str
    late: tuple[str, ...]
    missing: tuple[str, ...]
    figures: tuple[FigureLine, ...]
    files: tuple[DocumentLink, ...]
    bundle_sha256: str
    is_replaced: bool
    """A newer edition took its place; there is nothing left to decide here."""
    is_changed: bool
    """The files listed are not the ones the request was made for: nothing can be decided."""
    decision: Decision | None
    action: str
    csrf: str
    complaint: Complaint | None = None
    typed_reason: str = ""

    @property
    def can_decide(self) -> bool:
        """Whether the two buttons are shown."""
        return self.decision is None and not self.is_replaced and not self.is_changed


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """One thing that must work; ``detail`` is how it is, or how to mend it."""

    code: str
    label: str
    is_ok: bool
    detail_vi: str
    detail_en: str


@dataclass(frozen=True, slots=True)
class HealthPage:
    """``health.html``."""

    is_ok: bool
    now: datetime
    checks: tuple[HealthCheck, ...]


Page = ProblemPage | PeriodPage | EmptyPage | ApprovalView | HealthPage
