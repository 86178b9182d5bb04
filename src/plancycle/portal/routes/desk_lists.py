"""The desk's lists and the acts on them: refused files, requests for more time, letters, addresses."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from plancycle.domain.errors import NotFound, PlancycleError
from plancycle.domain.extensions import Ruling
from plancycle.domain.submissions import Outcome
from plancycle.portal import desk_lists
from plancycle.portal.dependencies import our_form
from plancycle.portal.desk_dossier import needs_position
from plancycle.portal.desk_frame import (
    Desk,
    Looking,
    Operating,
    Posted,
    Reviewing,
    back_to,
    check_filled,
    refusal_status,
    text_of,
)
from plancycle.portal.desk_letters_first import Act, letters_first
from plancycle.portal.downloads import attachment
from plancycle.portal.routes.desk_dossier import end_of_day
from plancycle.services import manage_quarantine, mend_address
from plancycle.services.extension_requests import revoke
from plancycle.services.grant_extension import grant_request, refuse_request
from plancycle.services.resolve_doubt import Verdict, resolve

router = APIRouter()
BIGGEST = 2**31 - 1
"""What every database takes as a number of its own."""
OUR_FORM = [Depends(our_form)]


def year_of(desk: Desk, text: str) -> int:
    """The year asked for, or this one. Raises NotFound."""
    if not text:
        return desk.house.clock.now().year
    if not (text.isdecimal() and len(text) == 4):
        raise NotFound("portal.year_not_opened", year=text[:20])
    return int(text)


@router.get("/cach-ly", response_class=HTMLResponse)
def quarantine(desk: Looking, het: str = "") -> Response:
    """Refused files that wait; with ``het=1`` the settled ones, too."""
    return desk.show("quarantine.html", desk_lists.quarantine_page(desk, everything=het == "1"))


def stored_number(number: int) -> int:
    """A dependency: a number a row can have. Raises NotFound."""
    if not 0 < number <= BIGGEST:
        raise NotFound("not_found.quarantined", number=str(number)[:20])
    return number


Number = Annotated[int, Depends(stored_number)]


@router.get("/cach-ly/{number}", response_class=HTMLResponse)
def quarantined(desk: Looking, number: Number) -> Response:
    """One refused file."""
    return desk.show("quarantined.html", desk_lists.quarantined_page(desk, number))


@router.get("/cach-ly/{number}/tep", response_class=Response)
def quarantined_bytes(desk: Operating, number: Number) -> Response:
    """The refused bytes, for the operator's eyes; always saved, never opened in the browser."""
    line = manage_quarantine.show(desk.house, number)
    return attachment(manage_quarantine.bytes_of(desk.house, number), f"cach-ly-{number}-{line.file.file_name}")


@router.post("/cach-ly/{number}", response_class=HTMLResponse, dependencies=OUR_FORM)
def release(desk: Operating, number: Number, form: Posted) -> Response:
    """Take a refused file in after all: the operator vouches for who sent it."""
    try:
        results = manage_quarantine.release(desk.house, number, desk.staff.name)
    except PlancycleError as problem:
        page = desk_lists.quarantined_page(desk, number, desk.refused(problem, form))
        return desk.show("quarantined.html", page, refusal_status(problem))
    is_taken = any(one.outcome is not Outcome.QUARANTINED for one in results)
    return back_to(f"/cach-ly/{number}", "released" if is_taken else "refused_again")


@router.get("/gia-han", response_class=HTMLResponse)
def extensions(desk: Looking, nam: str = "") -> Response:
    """Requests for more time of a year."""
    return desk.show("extensions.html", desk_lists.extensions_page(desk, year_of(desk, nam)))


@router.post("/gia-han", response_class=HTMLResponse, dependencies=OUR_FORM)
def decide_request(desk: Reviewing, form: Posted, nam: str = "") -> Response:
    """Grant, refuse or take back; whoever asked never decides."""
    verdict = text_of(form, "verdict")
    ruling = Ruling(desk.staff.name, text_of(form, "reason"), text_of(form, "document"), text_of(form, "position"))
    year = year_of(desk, nam)
    needed = ("reason", "document", *(["position"] if needs_position(desk) else []))
    try:
        check_filled(form, *(needed if verdict in ("grant", "refuse") else ["reason"]))
        if shown := letters_first(desk, form, _ruled(desk, form, ruling), f"/gia-han?nam={year}"):
            return shown
    except PlancycleError as problem:
        page = desk_lists.extensions_page(desk, year, desk.refused(problem, form))
        return desk.show("extensions.html", page, refusal_status(problem))
    return back_to(f"/gia-han?nam={year}", verdict if verdict in ("grant", "refuse") else "revoke")


def _ruled(desk: Desk, form: FormData, ruling: Ruling) -> Act:
    """What the pressed button stands for. Raises DataProblem for a day that is none."""
    request, verdict, day = (text_of(form, name) for name in ("request", "verdict", "last_day"))
    if verdict == "grant":
        until = end_of_day(desk, day) if day else None
        return lambda house: grant_request(house, request, ruling, until)
    if verdict == "refuse":
        return lambda house: refuse_request(house, request, ruling)
    return lambda house: revoke(house, request, ruling.decided_by, ruling.reason)


@router.get("/thu-di", response_class=HTMLResponse)
def outbox(desk: Looking, nam: str = "", tt: str = "", tu: int = 0) -> Response:
    """A year's letters; ``tt`` is a status."""
    return desk.show("outbox.html", desk_lists.outbox_page(desk, year_of(desk, nam), tt[:20], min(max(0, tu), BIGGEST)))


@router.post("/thu-di", response_class=HTMLResponse, dependencies=OUR_FORM)
def settle_doubt(desk: Operating, form: Posted, nam: str = "") -> Response:
    """Decide about a letter in doubt: it was sent, or the same bytes go out again."""
    verdict = Verdict.SENT if text_of(form, "verdict") == "sent" else Verdict.AGAIN
    try:
        resolve(desk.house, text_of(form, "key"), verdict, desk.staff.name, text_of(form, "reason"))
    except PlancycleError as problem:
        page = desk_lists.outbox_page(desk, year_of(desk, nam), "", 0, desk.refused(problem, form))
        return desk.show("outbox.html", page, refusal_status(problem))
    return back_to(f"/thu-di?nam={year_of(desk, nam)}", str(verdict))


@router.get("/thu-di/la", response_class=HTMLResponse)
def letter(desk: Looking, khoa: str = "") -> Response:
    """What a letter says, without the links that only its addressee may use."""
    return desk.show("letter.html", desk_lists.letter_page(desk, khoa))


@router.get("/dia-chi", response_class=HTMLResponse)
def addresses(desk: Looking) -> Response:
    """Addresses that do not work."""
    return desk.show("addresses.html", desk_lists.addresses_page(desk))


@router.post("/dia-chi", response_class=HTMLResponse, dependencies=OUR_FORM)
def restore_address(desk: Operating, form: Posted) -> Response:
    """A named person says that an address works again, and why."""
    try:
        mend_address.restore(desk.house, text_of(form, "address"), text_of(form, "reason"), desk.staff.name)
    except PlancycleError as problem:
        page = desk_lists.addresses_page(desk, desk.refused(problem, form))
        return desk.show("addresses.html", page, refusal_status(problem))
    return back_to("/dia-chi", "restored")
