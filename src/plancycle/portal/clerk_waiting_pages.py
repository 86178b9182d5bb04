"""What is shown to a clerk whose answer has arrived and waits for its check."""

from dataclasses import dataclass
from datetime import datetime

from plancycle.portal.clerk_pages import Case


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """``clerk/waiting.html``: what has arrived and when, how many come first, and about how long that takes."""

    case: Case
    number: str
    """The number of the arrival, to be quoted like a receipt's."""
    arrived_at: datetime
    is_late: bool
    """Whether it arrived after the due date; what follows changes nothing about that."""
    file_name: str
    sha256: str
    ahead: int
    """Answers that arrived earlier and are still to be checked."""
    looks_again: bool
    """Whether the reader asked for a page that looks again by itself: nothing moves unasked (WCAG 2.2.1)."""
    minutes: int | None
    """Whole minutes, rounded up, until its check is probably done; None: too few checks are known."""
