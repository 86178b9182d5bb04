"""What the pages show that tell a clerk where things stand: one frozen class per template."""

from dataclasses import dataclass
from datetime import date, datetime

from plancycle.portal.fields import FieldError


@dataclass(frozen=True, slots=True)
class Case:
    """What every page of an obligation says at its head."""

    agency_name: str
    period_title: str
    programme_title: str
    due_at: datetime
    last_day: date
    """The last day on which the report is on time (with the agency's own extension)."""
    soft_due_at: datetime
    is_overdue: bool
    days_left: int
    """Whole days until the last day; negative afterwards."""
    contact: str
    base: str
    """Address of the obligation's first page; every other one begins with it."""
    csrf: str


@dataclass(frozen=True, slots=True)
class LandingPage:
    """``clerk/landing.html``: what a mailed link shows to whoever or whatever fetches it. No figure, no answer."""

    agency_name: str
    period_title: str
    programme_title: str
    last_day: date
    action: str
    csrf: str
    asks_address: bool = False
    """Whether the address that received the letter is to be named first."""
    typed: str = ""
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version that was handed in. ``status`` in words; ``changes`` against the version before."""

    number: int
    status: str
    css: str
    sent_at: datetime
    is_late: bool
    is_nil: bool
    receipt: str
    file_name: str
    reason: str
    """Why it was returned; empty when it was not."""
    changes: tuple["ChangeLine", ...]


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One question that two versions answer differently; an empty side is a question that it leaves unanswered."""

    label: str
    before: str
    after: str
    unit: str
    """Of a number; else empty."""

    @property
    def kind(self) -> str:
        """``added``, ``removed`` or ``changed``."""
        if not self.before:
            return "added"
        return "changed" if self.after else "removed"


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request for more time, in words."""

    until: str
    """``hết ngày 30/09/2025``, or an hour of a day."""
    reason: str
    status: str
    answer: str
    can_take_back: bool
    id: str


@dataclass(frozen=True, slots=True)
class TaskPage:
    """``clerk/tasks.html``: what is to be done, and where it stands."""

    case: Case
    status: str
    css: str
    symbol: str
    template_name: str
    has_draft: bool
    draft_saved_at: datetime | None
    current: VersionLine | None
    """The version that stands, or the last one that was returned."""
    can_withdraw: bool
    can_ask: bool
    has_nil: bool
    correction: str
    """``needed``: the standing report was approved, a new one needs a reason first; ``open``: the reason was given."""
    errors: tuple[FieldError, ...] = ()
    refusal: str = ""
    """Why a file was not taken as an answer; it is kept."""
    correction_reason: str = ""
    """Why the correction that is open was opened."""


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """``clerk/receipt.html``: proof that a report came in."""

    case: Case
    number: str
    received_at: datetime
    sent_at: datetime
    is_late: bool
    is_replay: bool
    is_standing: bool
    status: str
    version: int
    file_name: str
    sha256: str
    can_withdraw: bool
    is_returned: bool
    open_warnings: int
    is_left_out: bool = False
    """Whether it waits outside the edition until every warning is explained or a reviewer lets it stand."""
    warnings: tuple["WarningLine", ...] = ()
    """What looked unusual in this version, with the reason given and what became of it."""
    errors: tuple[FieldError, ...] = ()
    first_sent_at: datetime | None = None
    """When the report was handed in that this version mends after the due date, by which it is judged."""


@dataclass(frozen=True, slots=True)
class WarningLine:
    """One warning of a version. ``status`` in words; empty as long as no reason has been given."""

    target: str
    question: str
    """``rule|row|field``, as the form sends it back."""
    where: str
    label: str
    value: str
    why: str
    text: str
    status: str
    css: str
    answer: str
    """Why a reviewer refused the reason; empty otherwise."""
    can_explain: bool
    typed: str = ""


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """``clerk/history.html``: every version with what changed, and every request for more time."""

    case: Case
    versions: tuple[VersionLine, ...]
    requests: tuple[RequestLine, ...]
