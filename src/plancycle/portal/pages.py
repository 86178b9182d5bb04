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
class KeptPage:
    """``kept.html``: a form that came too late, with everything that was typed, to be sent once more."""

    action: str
    message: str
    csrf: str
    """A fresh token; empty while the person has to come in again first."""
    sign_in_href: str
    """Where somebody of the desk signs in; empty when that is not needed."""
    is_clerk: bool
    """Whether a clerk has to open the link of the letter again."""
    fields: tuple[tuple[str, str], ...]
    texts: tuple[str, ...]
    """What is worth reading again, or copying."""


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
    """``pdf``, ``docx``, ``xlsx``."""
    size: int
    sha256: str
    href: str
    meant_for: str = ""
    """The ministry whose extract this is, by name; empty for the report itself."""


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
    """``desk/empty.html``: no year has been opened yet."""

    programme_title: str


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


Page = ProblemPage | KeptPage | PeriodPage | EmptyPage | HealthPage
