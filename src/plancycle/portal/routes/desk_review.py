"""Reviewing: one answer side by side with what was said before, and what can be taken together."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from plancycle.domain.errors import ActionNeeded, PlancycleError
from plancycle.domain.periods import ObligationKey, period_called
from plancycle.portal.dependencies import our_form
from plancycle.portal.desk_frame import (
    Desk,
    Looking,
    Posted,
    Reviewing,
    back_to,
    number_of,
    obligation_of,
    refusal_status,
    text_of,
    texts_of,
)
from plancycle.portal.desk_letters_first import letters_first
from plancycle.portal.desk_review import queue_page, review_page
from plancycle.services.return_cells import Remark, return_cells
from plancycle.services.review_answers import confirm, confirm_together

router = APIRouter(prefix="/xet/{year}/{period}")
OUR_FORM = [Depends(our_form)]


@router.get("", response_class=HTMLResponse)
def waiting(desk: Looking, year: int, period: str) -> Response:
    """The answers of a period that no reviewer has looked at."""
    return desk.show("queue.html", queue_page(desk, year, period))


@router.post("", response_class=HTMLResponse, dependencies=OUR_FORM)
def together(desk: Reviewing, year: int, period: str, form: Posted) -> Response:
    """Let the listed answers stand, all or none; the list is the one that was shown."""
    try:
        confirm_together(desk.house, year, period_called(period), texts_of(form, "answers"), desk.staff.name)
    except PlancycleError as problem:
        page = queue_page(desk, year, period, desk.refused(problem, form))
        return desk.show("queue.html", page, refusal_status(problem))
    return back_to(f"/xet/{year}/{period}", "reviewed")


def obligation(desk: Looking, year: int, period: str, agency: str) -> ObligationKey:
    """A dependency: the obligation of the address. Raises NotFound."""
    return obligation_of(desk, year, period, agency)


Obligation = Annotated[ObligationKey, Depends(obligation)]


@router.get("/{agency}", response_class=HTMLResponse)
def side_by_side(desk: Looking, key: Obligation, v: int = 0, het: str = "") -> Response:
    """A version (``v``, default: the newest) beside the earlier ones; ``het=1`` shows empty cells, too."""
    return desk.show("review.html", review_page(desk, key, v, everything=het == "1"))


@router.post("/{agency}", response_class=HTMLResponse, dependencies=OUR_FORM)
def decide(desk: Reviewing, key: Obligation, form: Posted) -> Response:
    """Let the version stand, or return it with the ticked cells marked."""
    version = number_of(form, "version")
    try:
        if text_of(form, "verdict") == "confirm":
            confirm(desk.house, f"{key}/v{version}", desk.staff.name, text_of(form, "reason"))
            return back_to(_path(key, version), "reviewed")
        remarks = _remarks(form)
        if not remarks:
            raise ActionNeeded("desk.nothing_chosen")
        said = (remarks, text_of(form, "reason"), desk.staff.name)
        back = _path(key, version)
        if shown := letters_first(desk, form, lambda house: return_cells(house, key, version, *said), back):
            return shown
    except PlancycleError as problem:
        return _again(desk, key, version, problem, form)
    return back_to(_path(key, version), "returned")


def _remarks(form: FormData) -> list[Remark]:
    """The ticked cells, spelt ``row|field``, each with what the reviewer wrote beside it."""
    found = []
    for ticked in texts_of(form, "cells"):
        row, _, field = ticked.partition("|")
        found.append(Remark(row, field, text_of(form, f"words|{ticked}")))
    return found


def _path(key: ObligationKey, version: int) -> str:
    year = key.cycle.rpartition("-")[2]
    return f"/xet/{year}/{key.period}/{key.agency}?v={version}"


def _again(desk: Desk, key: ObligationKey, version: int, problem: PlancycleError, form: FormData) -> Response:
    everything = text_of(form, "het") == "1"
    page = review_page(desk, key, version, everything, desk.refused(problem, form))
    return desk.show("review.html", page, refusal_status(problem))
