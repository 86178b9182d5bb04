"""After handing in: the receipt, or where an answer stands in the line as long as others are checked before it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from plancycle.domain.errors import NotFound
from plancycle.domain.waiting_line import Place, Waiting
from plancycle.portal.clerk_access import AClerk, Clerk, case_of
from plancycle.portal.clerk_views import is_late_at, task_page
from plancycle.portal.clerk_waiting_pages import WaitingPage
from plancycle.portal.dependencies import OpenHouse
from plancycle.portal.fields import FieldError
from plancycle.portal.framing import frame_of
from plancycle.portal.line import Line
from plancycle.portal.rendering import render
from plancycle.portal.routes.clerk import CASE
from plancycle.portal.sessions import see_other
from plancycle.services.ports import House
from plancycle.services.wait_in_line import place_of, told

router = APIRouter()
MINUTE, EVERY = 60, 10
"""Seconds; every so many the page looks again."""


def after_arrival(request: Request, house: House, who: Clerk, one: Waiting) -> Response:
    """Where an answer that has arrived leads to: its receipt, why it is none, or the page on which it waits."""
    known = told(one)
    if known is None:
        return see_other(f"{who.base}/cho/{one.id}")
    facts, is_replay = known
    if facts["receipt"] is not None:
        return see_other(f"{who.base}/bien-nhan/{facts['receipt']}{'?lan=lai' if is_replay else ''}")
    why = facts["reason_en"] if who.language == "en" else facts["reason_vi"]
    page = task_page(house, who, (FieldError("tep", why),), why)
    return render("clerk/tasks.html", page, 422, frame=frame_of(request))


@router.get(f"{CASE}/cho/{{arrival}}", response_class=HTMLResponse)
def wait(
    request: Request,
    house: OpenHouse,
    who: AClerk,
    arrival: str,
    looks_again: Annotated[bool, Query(alias="tu-xem-lai")] = False,
) -> Response:
    """The place in the line; it leads on once the answer is checked, and looks again by itself where that was asked."""
    found = place_of(house, arrival)
    if found is None or found[0].obligation != str(who.obligation):
        raise NotFound("not_found.arrival", arrival=arrival[:40])
    one, place = found
    if one.result is not None:
        return after_arrival(request, house, who, one)
    line: Line = request.app.state.line
    line.wake()
    headers = {"Refresh": str(EVERY)} if looks_again else {}
    page = waiting_page(house, who, one, place, looks_again)
    return render("clerk/waiting.html", page, headers=headers, frame=frame_of(request))


def waiting_page(house: House, who: Clerk, one: Waiting, place: Place, looks_again: bool) -> WaitingPage:
    """What is said while others are checked first."""
    case = case_of(house, who)
    return WaitingPage(
        case=case,
        number=one.id,
        arrived_at=one.arrived_at,
        is_late=is_late_at(house, who, one.arrived_at),
        file_name=one.file_name,
        sha256=one.sha256,
        ahead=place.ahead,
        looks_again=looks_again,
        minutes=None if place.seconds is None else -(-place.seconds // MINUTE),
    )
