"""What the desk's lists show: one frozen class per template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from plancycle.domain.bounces import Bounce
from plancycle.domain.duties import DutyRecord
from plancycle.domain.messages import Message
from plancycle.portal.desk_frame import ActingPage
from plancycle.portal.desk_run_pages import RunLine, StepHappening
from plancycle.services.extension_requests import RequestLine
from plancycle.services.manage_quarantine import QuarantineLine
from plancycle.services.mend_address import AddressLine
from plancycle.services.verify_audit import AuditReport


@dataclass(frozen=True, slots=True)
class StepLine:
    """A deployment the desk can start: its name and words."""

    name: str
    words: str
    needs_period: bool
    has_dry_run: bool


@dataclass(frozen=True, slots=True)
class RunsPage:
    """``desk/runs.html``: what can be started, and what has run."""

    year: int
    period: str
    title: str
    """Of the period; empty for the whole programme."""
    periods: tuple[tuple[str, str], ...]
    steps: tuple[StepLine, ...]
    runs: tuple[RunLine, ...]
    done: tuple[StepHappening, ...]
    """From our own journal: it is there whether Prefect answers or not."""
    problem: str
    """Why the runs are not shown; empty when they are."""
    started: str
    """Address of the run that was just started."""
    may_act: bool


@dataclass(frozen=True, slots=True)
class QuarantinePage:
    """``desk/quarantine.html``: refused files that wait, and with ``everything`` the settled ones."""

    lines: tuple[QuarantineLine, ...]
    everything: bool
    done: str


@dataclass(frozen=True, slots=True)
class QuarantinedPage(ActingPage):
    """``desk/quarantined.html``: one refused file, and what can be done with it."""

    line: QuarantineLine
    agency_name: str
    has_bytes: bool
    is_waiting: bool
    is_held: bool
    """Marked as a state secret, and not decided about."""


@dataclass(frozen=True, slots=True)
class ExtensionRow:
    """A request for more time. ``last_day`` is the last good day it asks for (or was given)."""

    line: RequestLine
    status: str
    """In words."""
    last_day: date
    href: str
    is_waiting: bool
    needs_position: bool
    """Whether whoever decides here has to say in which position."""


@dataclass(frozen=True, slots=True)
class ExtensionsPage(ActingPage):
    """``desk/extensions.html``: requests that wait, then the ones that were decided or ended."""

    year: int
    waiting: tuple[ExtensionRow, ...]
    others: tuple[ExtensionRow, ...]


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One record of another duty as the list shows it."""

    record: DutyRecord
    body_name: str
    subject: str
    href: str
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class KindTab:
    """One kind of duty with its numbers."""

    kind: str
    words: str
    records: int
    open: int
    overdue: int
    owed: int
    done: int


@dataclass(frozen=True, slots=True)
class DutyFieldAsked:
    """One field of a form about duties. ``choices`` are value and words; ``kind`` is text, area, date or choice."""

    name: str
    words: str
    kind: str
    is_needed: bool
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class DutiesPage(ActingPage):
    """``desk/duties.html``: a year's records, of every kind or of one."""

    year: int
    years: tuple[int, ...]
    kind: str
    kind_words: str
    tabs: tuple[KindTab, ...]
    rows: tuple[DutyRow, ...]
    bodies: tuple[tuple[str, str], ...]
    """Who may tell: id and name."""
    asked: tuple[DutyFieldAsked, ...]
    """The form of the chosen kind; empty before one is chosen."""
    key: str
    """A fresh key: sending the same form twice is telling once."""


@dataclass(frozen=True, slots=True)
class DutyPage(ActingPage):
    """``desk/duty.html``: one record, what happened to it, what may happen next."""

    record: DutyRecord
    kind_words: str
    body_name: str
    facts: tuple[tuple[str, str], ...]
    nexts: tuple[tuple[str, str], ...]
    """Statuses a person may move it to: value and words."""
    asked: tuple[DutyFieldAsked, ...]
    back_href: str


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter of the outbox; the address is masked on lists."""

    message: Message
    agency_name: str
    address: str
    kind: str
    status: str
    href: str


@dataclass(frozen=True, slots=True)
class LetterPage:
    """``desk/letter.html``: what a letter says. Its links belong to its addressee and are left out."""

    row: LetterRow
    text: str
    attachments: tuple[str, ...]
    back_href: str


@dataclass(frozen=True, slots=True)
class OutboxPage(ActingPage):
    """``desk/outbox.html``: letters in doubt first, then what was asked for, newest first."""

    year: int
    status: str
    statuses: tuple[tuple[str, str, int], ...]
    """Value, words, how many."""
    in_doubt: tuple[LetterRow, ...]
    rows: tuple[LetterRow, ...]
    found: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class AddressesPage(ActingPage):
    """``desk/addresses.html``: addresses that do not work, and reports about no letter of ours."""

    lines: tuple[AddressLine, ...]
    unmatched: tuple[Bounce, ...]


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One event; ``href`` leads to the obligation it is about; ``about`` and ``who`` are names, where there is one."""

    seq: int
    at: datetime
    actor: str
    who: str
    action: str
    words: str
    subject: str
    about: str
    payload: str
    hash: str
    href: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """``desk/audit.html``: the journal, newest first, and whether its chain holds."""

    wanted: Mapping[str, str]
    actions: Sequence[tuple[str, str]]
    rows: tuple[AuditRow, ...]
    older: str
    csv: str
    events: int
    head: str
    report: AuditReport | None
    """None: a long chain is verified when asked."""
    verify: str


@dataclass(frozen=True, slots=True)
class Vital:
    """One sign of life: ``is_ok`` None is news, neither good nor bad."""

    words: str
    is_ok: bool | None
    detail: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class VitalsPage:
    """``desk/vitals.html``: the installation's health as the desk needs it."""

    now: datetime
    is_ok: bool
    vitals: tuple[Vital, ...]
