"""The plan's other duties: obstacles, amendments, reviews, inspections, commendations, budgets, dialogues."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from plancycle.domain.duty_questions import DutyField
from plancycle.domain.duty_rules import Told
from plancycle.domain.errors import PlancycleError
from plancycle.portal.dependencies import our_form
from plancycle.portal.desk_duties import duties_page, duty_page
from plancycle.portal.desk_frame import Desk, Looking, Operating, Posted, back_to, refusal_status, text_of
from plancycle.portal.desk_letters_first import letters_first
from plancycle.portal.routes.desk_lists import year_of
from plancycle.services.duties import NewDuty, add, move

router = APIRouter(prefix="/viec-khac")
OUR_FORM = [Depends(our_form)]
FACTS = tuple(DutyField)[: tuple(DutyField).index(DutyField.ON)]
"""Fields of a record; the ones after them belong to an event."""


@router.get("", response_class=HTMLResponse)
def listed(desk: Looking, nam: str = "", loai: str = "") -> Response:
    """A year's records, of every kind or of one (``loai``)."""
    return desk.show("duties.html", duties_page(desk, year_of(desk, nam), loai))


@router.post("", response_class=HTMLResponse, dependencies=OUR_FORM)
def tell(desk: Operating, form: Posted, nam: str = "", loai: str = "") -> Response:
    """Keep a new record; the same form twice is one record."""
    facts = {str(name): text_of(form, name) for name in FACTS}
    new = NewDuty(loai, text_of(form, "body"), text_of(form, "key"), facts, _told(desk, form))
    try:
        kept: list[str] = []
        back = f"/viec-khac?nam={year_of(desk, nam)}&loai={loai}"
        if shown := letters_first(desk, form, lambda house: kept.append(add(house, new).id), back):
            return shown
    except PlancycleError as problem:
        page = duties_page(desk, year_of(desk, nam), loai, desk.refused(problem, form))
        return desk.show("duties.html", page, refusal_status(problem))
    return back_to(f"/viec-khac/{kept[-1]}", "told")


def _told(desk: Desk, form: FormData) -> Told:
    return Told(
        status=text_of(form, "status"),
        by=desk.staff.full_name,
        on=text_of(form, "on"),
        note=text_of(form, "note"),
        document=text_of(form, "document"),
        document_on=text_of(form, "document_on"),
        due=text_of(form, "due"),
    )


def record_id(cycle: str, kind: str, body: str, key: str) -> str:
    """A dependency: the record the address names."""
    return f"{cycle}/{kind}/{body}/{key}"


RecordId = Annotated[str, Depends(record_id)]


@router.get("/{cycle}/{kind}/{body}/{key}", response_class=HTMLResponse)
def shown(desk: Looking, record: RecordId) -> Response:
    """One record and what may happen to it next."""
    return desk.show("duty.html", duty_page(desk, record))


@router.post("/{cycle}/{kind}/{body}/{key}", response_class=HTMLResponse, dependencies=OUR_FORM)
def happened(desk: Operating, record: RecordId, form: Posted) -> Response:
    """Append what happened."""
    try:
        told = _told(desk, form)
        if shown := letters_first(desk, form, lambda house: move(house, record, told), f"/viec-khac/{record}"):
            return shown
    except PlancycleError as problem:
        page = duty_page(desk, record, desk.refused(problem, form))
        return desk.show("duty.html", page, refusal_status(problem))
    return back_to(f"/viec-khac/{record}", "moved")
