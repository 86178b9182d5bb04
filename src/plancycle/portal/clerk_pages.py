"""What the pages of an agency's clerk show: one frozen class per template."""

from dataclasses import dataclass
from datetime import date, datetime

from plancycle.portal.sign_in_pages import FieldError


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
    """One question that two versions answer differently."""

    label: str
    before: str
    after: str


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
    errors: tuple[FieldError, ...] = ()
    refusal: str = ""
    """Why a file was not taken as an answer; it is kept."""


@dataclass(frozen=True, slots=True)
class FieldView:
    """One question of the web form. ``target`` is its id; ``typed`` what stands in it."""

    target: str
    name: str
    label: str
    kind: str
    unit: str
    hint: str
    required: bool
    choices: tuple[str, ...]
    typed: str
    long: bool
    maximum: int
    error: str = ""
    """What is wrong, in the words of the summary."""
    warning: str = ""
    fix: str = ""
    """How to mend what is wrong or doubted."""


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of a sheet: a group of fields that is stored as one."""

    part: str
    mark: str
    label: str
    basis: str
    fields: tuple[FieldView, ...]


@dataclass(frozen=True, slots=True)
class SheetView:
    """One sheet of the form; ``id`` is its anchor."""

    id: str
    name: str
    rows: tuple[RowView, ...]


@dataclass(frozen=True, slots=True)
class FormPage:
    """``clerk/form.html``: the questions of the workbook, on the web."""

    case: Case
    sheets: tuple[SheetView, ...]
    saved_at: datetime | None
    just_saved: bool
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """A row that two windows changed: what is stored and what this window says, field by field."""

    part: str
    mark: str
    label: str
    stored_at: datetime
    fields: tuple["ConflictField", ...]


@dataclass(frozen=True, slots=True)
class ConflictField:
    """One field of such a row."""

    label: str
    name: str
    stored: str
    typed: str


@dataclass(frozen=True, slots=True)
class ConflictPage:
    """``clerk/conflict.html``: both answers of every such row. Everything else has been saved."""

    case: Case
    rows: tuple[ConflictRow, ...]
    then: str
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer as it will be handed in."""

    label: str
    value: str
    unit: str
    before: str
    """The last accepted period's value; empty when there is none."""


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """The answers of one sheet."""

    name: str
    lines: tuple[AnswerLine, ...]
    left_empty: int


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding in words. ``target`` is the id of the field that mends it, where the page has one."""

    target: str
    where: str
    label: str
    value: str
    why: str
    fix: str
    question: str = ""
    """``rule|row|field`` of a warning that may be explained here."""
    typed: str = ""
    """The explanation that was typed."""


@dataclass(frozen=True, slots=True)
class CheckPage:
    """``clerk/check.html``: the answers before they are handed in."""

    case: Case
    kind: str
    """``file``, ``web`` or ``nil``."""
    file_name: str
    sealed: str
    """The bytes that were checked, sealed: these and no others are handed in."""
    groups: tuple[AnswerGroup, ...]
    warnings: tuple[Problem, ...]
    name: str
    is_confirmed: bool
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class MendPage:
    """``clerk/mend.html``: the file that was sent and every place to mend in it."""

    case: Case
    file_name: str
    problems: tuple[Problem, ...]
    marked: str
    """Address of the clerk's own file with the places marked."""
    errors: tuple[FieldError, ...] = ()


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


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """``clerk/history.html``: every version with what changed, and every request for more time."""

    case: Case
    versions: tuple[VersionLine, ...]
    requests: tuple[RequestLine, ...]


@dataclass(frozen=True, slots=True)
class ExtensionPage:
    """``clerk/extension.html``: ask for more time."""

    case: Case
    wanted: str
    reason: str
    name: str
    waiting: RequestLine | None
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class WithdrawPage:
    """``clerk/withdraw.html``: take the report back."""

    case: Case
    receipt: str
    reason: str
    name: str
    errors: tuple[FieldError, ...] = ()
