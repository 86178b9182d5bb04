"""The narrative, edited in the browser with its sources in sight; and how the newest edition stands."""

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, Response

from plancycle.domain.errors import PlancycleError
from plancycle.domain.periods import period_called
from plancycle.portal.dependencies import our_form
from plancycle.portal.desk_frame import (
    Looking,
    Operating,
    Posted,
    back_to,
    number_of,
    refusal_status,
    text_of,
)
from plancycle.portal.desk_narrative import narrative_page, standing_page
from plancycle.services.narrative import Change, edit

router = APIRouter()
OUR_FORM = [Depends(our_form)]


@router.get("/thuyet-minh/{year}/{period}", response_class=HTMLResponse)
def told(desk: Looking, year: int, period: str) -> Response:
    """What agencies wrote, near-duplicates told once, each passage with its sources and a field to edit it."""
    return desk.show("narrative.html", narrative_page(desk, year, period))


@router.post("/thuyet-minh/{year}/{period}", response_class=HTMLResponse, dependencies=OUR_FORM)
def retold(desk: Operating, year: int, period: str, form: Posted) -> Response:
    """Give one passage new words; refused when somebody has changed it since the page was shown."""
    passage = text_of(form, "act")
    change = Change(passage, number_of(form, "base"), text_of(form, "text"))
    try:
        edit(desk.house, year, period_called(period), [change], desk.staff.name)
    except PlancycleError as problem:
        page = narrative_page(desk, year, period, desk.refused(problem, form))
        return desk.show("narrative.html", page, refusal_status(problem))
    return back_to(f"/thuyet-minh/{year}/{period}", "told")


@router.get("/doi-chieu/{year}/{period}", response_class=HTMLResponse)
def standing(desk: Looking, year: int, period: str) -> Response:
    """The newest edition against what stands now, and what reports of the year say differently."""
    return desk.show("standing.html", standing_page(desk, year, period))
