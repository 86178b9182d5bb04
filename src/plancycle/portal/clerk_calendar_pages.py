"""What the page shows on which a clerk gets the agency's calendar."""

from dataclasses import dataclass

from plancycle.portal.clerk_pages import Case


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """``clerk/calendar.html``: the agency's due dates as a calendar; ``address`` is empty until it was asked for."""

    case: Case
    address: str
    is_issued: bool
