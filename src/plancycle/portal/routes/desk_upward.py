"""What went upward in a period, the answers to it, and corrections: recall, replacement, supplement."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from plancycle.domain.errors import ActionNeeded, NotFound, PlancycleError
from plancycle.portal.dependencies import our_form
from plancycle.portal.desk_frame import TO_MEND, Desk, Looking, Operating, Posted, back_to, refusal_status, text_of
from plancycle.portal.desk_letters_first import MEND
from plancycle.portal.desk_upward import answer_bytes, upward_page, upward_path
from plancycle.portal.desk_upward_acts import Asked, act, asked_of, confirm_page, form_page
from plancycle.portal.downloads import attachment

router = APIRouter(prefix="/gui-len/{year}/{period}")
OUR_FORM = [Depends(our_form)]


@router.get("", response_class=HTMLResponse)
def upward(desk: Looking, year: int, period: str) -> Response:
    """Every delivery of a period and what its addressee answered."""
    return desk.show("upward.html", upward_page(desk, year, period))


@router.get("/tra-loi/{sha256}", response_class=Response)
def answer(desk: Looking, year: int, period: str, sha256: str) -> Response:
    """The very bytes of an answer; always saved, never opened in the browser."""
    return attachment(answer_bytes(desk, year, period, sha256), f"Phan-hoi_{year}_{period}_{sha256[:12]}")


def wanted(year: int, period: str, viec: str = "", ma: str = "") -> Asked:
    """A dependency: the act (``viec``) and what it is about (``ma``). Raises NotFound."""
    return asked_of(year, period, viec, ma)


Wanted = Annotated[Asked, Depends(wanted)]


@router.get("/sua", response_class=HTMLResponse)
def form_of(desk: Operating, asked: Wanted) -> Response:
    """The form of a recall, a replacement, a supplement, a repetition, or of what became of a delivery."""
    return desk.show("upward_act.html", form_page(desk, asked))


@router.post("/sua", response_class=HTMLResponse, dependencies=OUR_FORM)
def correct(desk: Operating, year: int, period: str, form: Posted) -> Response:
    """The first press shows what would be done, the second does it."""
    asked = asked_of(year, period, text_of(form, "viec"), text_of(form, "ma"))
    try:
        if text_of(form, MEND):
            raise ActionNeeded(TO_MEND)
        if shown := confirm_page(desk, asked, form):
            return desk.show("upward_act.html", shown)
        act(desk, asked, form)
    except PlancycleError as problem:
        return _again(desk, asked, problem, form)
    return back_to(upward_path(asked.year, asked.period), f"upward_{asked.act}")


def _again(desk: Desk, asked: Asked, problem: PlancycleError, form: FormData) -> Response:
    """The form once more with what was typed; where the act is not possible any more, why."""
    try:
        page = form_page(desk, asked, desk.refused(problem, form))
    except (NotFound, ActionNeeded):
        raise problem from None
    return desk.show("upward_act.html", page, refusal_status(problem))
