"""What the approver's page shows: ``approval.html``."""

from dataclasses import dataclass
from datetime import datetime

from plancycle.portal.fields import FieldError
from plancycle.portal.pages import DocumentLink
from plancycle.services.approval_view import Receiver


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A headline figure, written as people read it."""

    label: str
    value: str
    unit: str
    contributors: int


@dataclass(frozen=True, slots=True)
class FigureDifference:
    """A figure that reads differently than in the version before; a dash where one of them has none."""

    label: str
    before: str
    after: str
    unit: str


@dataclass(frozen=True, slots=True)
class Differences:
    """What has changed since the version that was submitted before. Agencies by name."""

    edition: str
    requested_at: datetime
    is_returned: bool
    """The version before was returned, for ``reason``."""
    reason: str
    figures: tuple[FigureDifference, ...]
    joined: tuple[str, ...]
    renewed: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether figures and reports are the same."""
        return not (self.figures or self.joined or self.renewed or self.left)


@dataclass(frozen=True, slots=True)
class Corrects:
    """The approved edition that this one corrects, and why."""

    edition: str
    approved_at: datetime
    relation: str
    """``replaces`` or ``supplements`` the report that has left; empty while none has."""
    reasons: tuple[tuple[str, str], ...]
    """Agency by name and its reason; an empty name for the order itself."""
    figures: tuple[FigureDifference, ...]
    is_told_below: bool
    """The differences listed further down are those from this very edition."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision that has been made."""

    is_approved: bool
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of the way to approval, in order. ``word`` is its standing."""

    title: str
    person: str
    word: str
    word_en: str
    css: str
    symbol: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class ReturnTarget:
    """An earlier step a return may go to; 0 is the preparer."""

    step: int
    title: str
    title_en: str


@dataclass(frozen=True, slots=True)
class Proof:
    """How the reader proves to be the person the link was sent to, at the moment of the decision."""

    by_code: bool
    """There is an authenticator app: the form asks for its code."""
    outside: str
    """Address of the province's own sign-in; empty when there is none for this person."""
    proved_at: datetime | None
    """The province has just vouched for the person: no code is asked for."""
    set_up: str
    """Where an authenticator app is set up."""

    @property
    def is_possible(self) -> bool:
        """Whether a decision can be confirmed at all."""
        return self.by_code or bool(self.outside) or self.proved_at is not None

    @property
    def is_ready(self) -> bool:
        """Whether the two forms can be shown: there is a code to be typed, or a proof has been given."""
        return self.by_code or self.proved_at is not None


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """``approval.html``: what the approver reads and decides on."""

    programme_title: str
    title: str
    title_en: str
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
    differences: Differences | None
    """None: nothing was submitted before."""
    corrects: Corrects | None
    """None: no edition of the period was approved before."""
    steps: tuple[StepLine, ...]
    """The programme's chain; empty for a chain of one."""
    targets: tuple[ReturnTarget, ...]
    """Where a return may go, the nearest first; empty in the first step."""
    files: tuple[DocumentLink, ...]
    receivers: tuple[Receiver, ...]
    """Who is sent something once everybody has approved, and what."""
    bundle_sha256: str
    is_replaced: bool
    """A newer edition took its place; there is nothing left to decide here."""
    is_changed: bool
    """The files listed are not the ones the request was made for: nothing can be decided."""
    is_last_step: bool
    """Approving sends the report; in an earlier step it goes on to the next one."""
    decision: Decision | None
    action: str
    csrf: str
    proof: Proof
    chosen: str = ""
    """``approve`` or ``return``: the form that was sent and is shown again."""
    typed_reason: str = ""
    errors: tuple[FieldError, ...] = ()

    @property
    def can_decide(self) -> bool:
        """Whether there is something left to decide on."""
        return self.decision is None and not self.is_replaced and not self.is_changed
