"""What the desk shows of what went upward, and before it corrects it: one frozen class per template."""

from dataclasses import dataclass
from datetime import datetime

from plancycle.portal.desk_frame import ActingPage


@dataclass(frozen=True, slots=True)
class HeardLine:
    """One answer of an addressee, with the bytes that prove it."""

    words: str
    """Its code in words."""
    note: str
    """Why it changed nothing, where it did not; else empty."""
    at: datetime
    source: str
    description: str
    href: str


@dataclass(frozen=True, slots=True)
class ActLink:
    """Something a person may do about a delivery or an edition: what it is called, and its page."""

    act: str
    href: str


@dataclass(frozen=True, slots=True)
class UpwardLine:
    """One delivery to one addressee."""

    addressee: str
    part: str
    business: str
    """``Thay thế``, ``Thu hồi`` …; empty for what went as new."""
    edition: int
    edition_href: str
    status: str
    css: str
    symbol: str
    standing: str
    """What the addressee said last; empty before the first answer."""
    channel: str
    sent_at: datetime | None
    reason: str
    key: str
    answers: tuple[HeardLine, ...]
    acts: tuple[ActLink, ...]


@dataclass(frozen=True, slots=True)
class OrderLine:
    """The correction of what left that has been ordered and waits: as what it goes, under which number, why."""

    act: str
    """``replace`` or ``supplement``."""
    number: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpwardPage(ActingPage):
    """``desk/upward.html``: every delivery of a period with its answers, and what can be done about each."""

    title: str
    period_href: str
    lines: tuple[UpwardLine, ...]
    newer: int
    """Number of the newest final edition while an older one is out; 0: there is none."""
    newer_href: str
    newer_acts: tuple[ActLink, ...]
    ordered: OrderLine | None
    """As what the newest one goes, where that has been ordered; ``newer_acts`` change it while nobody has approved."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has what now, as the page before an act says it."""

    addressee: str
    part: str
    edition: int
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpwardActPage(ActingPage):
    """``desk/upward_act.html``: a correction upward, first its form, then once more everything before it is done."""

    act: str
    """``recall``, ``again``, ``settle``, ``replace`` or ``supplement``."""
    subject: str
    """Key of the delivery, or id of the newer edition."""
    title: str
    back_href: str
    action: str
    addressee: str
    """Of the delivery; empty for an edition."""
    edition: int
    number: str
    """Number and symbol of the report that left; empty while it has none, and for an extract, which has its own."""
    holders: tuple[Holder, ...]
    """Who has the report, or may have it."""
    asked: str
    """Who is asked to approve first; empty where nothing is put up for approval."""
    outcomes: tuple[tuple[str, str], ...]
    """What a person may say became of a delivery that waits."""
    outcome: str
    """The one that was chosen, in words."""
    instead_of: OrderLine | None
    """What was chosen before, where the act chooses otherwise; the correction keeps its number then."""
    fields: tuple[tuple[str, str], ...]
    """What was typed, for the second press."""
    seen: str
    """Stands for exactly what is shown; empty while the form is to be filled in."""
    is_changed: bool
    """Whether something else had been shown before."""
