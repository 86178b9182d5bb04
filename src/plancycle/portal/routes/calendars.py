"""An agency's calendar: by its private link, and the page on which its clerk gets that link."""

from contextlib import suppress

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from plancycle.adapters.icalendar_file import calendar_file
from plancycle.domain.errors import NotFound
from plancycle.portal.allowances import Allowances, unless_guessed
from plancycle.portal.clerk_access import AClerk, ASendingClerk, Clerk, Sent, case_of, text_of
from plancycle.portal.clerk_calendar_pages import CalendarPage
from plancycle.portal.clerk_views import contact_name
from plancycle.portal.dependencies import OpenHouse
from plancycle.portal.framing import frame_of
from plancycle.portal.rendering import render
from plancycle.portal.routes.clerk import CASE
from plancycle.services import calendar_feeds
from plancycle.services.ports import House

router = APIRouter()
SUFFIX = ".ics"
HEADERS = {"Cache-Control": "private, no-store", "Content-Disposition": 'attachment; filename="han-bao-cao.ics"'}


@router.get("/lich/{agency}/{token}", response_class=Response)
def calendar(request: Request, house: OpenHouse, agency: str, token: str) -> Response:
    """The calendar behind a link; fetching it changes nothing. Whoever guesses waits, as with every link."""
    allowances: Allowances = request.app.state.allowances
    address = request.client.host if request.client else ""
    plain = token[:100].removesuffix(SUFFIX)
    found = unless_guessed(
        allowances.wrong_links, address, lambda: calendar_feeds.open_feed(house, agency[:200], plain), "link.busy"
    )
    return Response(calendar_file(found), media_type="text/calendar; charset=utf-8", headers=HEADERS)


@router.get(f"{CASE}/lich", response_class=HTMLResponse)
def ask(request: Request, house: OpenHouse, who: AClerk) -> Response:
    """What the calendar is, and a button; the address is shown only to who presses it."""
    return render("clerk/calendar.html", _page(house, who), frame=frame_of(request))


@router.post(f"{CASE}/lich", response_class=HTMLResponse)
def answer(request: Request, house: OpenHouse, who: ASendingClerk, form: Sent) -> Response:
    """Show the address, or take it back."""
    by, address = contact_name(house, who) or who.agency, ""
    if text_of(form, "viec", 20) == "thu-hoi":
        with suppress(NotFound):  # it was taken back already
            calendar_feeds.revoke(house, who.agency, by)
    else:
        address = calendar_feeds.issue(house, who.agency, by)
    return render("clerk/calendar.html", _page(house, who, address), frame=frame_of(request))


def _page(house: House, who: Clerk, address: str = "") -> CalendarPage:
    return CalendarPage(case_of(house, who), address, calendar_feeds.is_issued(house, who.agency))
