"""What a clerk may do beside handing in: explain, correct what was approved, take back, ask for more time."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from plancycle.domain.errors import ActionNeeded, NotFound, PlancycleError
from plancycle.portal.clerk_access import AClerk, ASendingClerk, Clerk, Sent, text_of, texts_with
from plancycle.portal.clerk_receipts import receipt_page, submission_with
from plancycle.portal.clerk_views import (
    contact_name,
    correction_page,
    extension_page,
    standing_of,
    task_page,
    withdraw_page,
)
from plancycle.portal.dependencies import OpenHouse
from plancycle.portal.fields import FieldError
from plancycle.portal.framing import frame_of
from plancycle.portal.rendering import render
from plancycle.portal.routes.clerk import CASE
from plancycle.portal.sessions import see_other
from plancycle.services import extension_requests
from plancycle.services.corrections import open_correction
from plancycle.services.explanations import explain
from plancycle.services.ports import House
from plancycle.services.withdraw_submission import withdraw

router = APIRouter()
REASON_MOST, NAME_MOST = 2000, 200
ONE_DAY = timedelta(days=1)


@router.get(f"{CASE}/thu-hoi", response_class=HTMLResponse)
def withdraw_form(request: Request, house: OpenHouse, who: AClerk) -> Response:
    """Ask why the report is taken back."""
    page = withdraw_page(house, who)
    if page is None:
        return see_other(who.base)
    return render("clerk/withdraw.html", page, frame=frame_of(request))


@router.post(f"{CASE}/thu-hoi", response_class=HTMLResponse)
def take_back(request: Request, house: OpenHouse, who: ASendingClerk, form: Sent) -> Response:
    """Take the standing report back; the obligation is open again. Twice is once."""
    reason, name = text_of(form, "ly_do", REASON_MOST), text_of(form, "ho_ten", NAME_MOST).strip()
    standing = standing_of(house, who)
    if standing is None:
        return see_other(who.base)
    errors = () if name else (FieldError("ho-ten", who.say("clerk.name_needed")),)
    try:
        if not errors:
            withdraw(house, standing.id, reason, name)
            return see_other(who.base)
    except ActionNeeded as refused:
        errors = (FieldError("ly-do", who.why(refused)),)
    page = withdraw_page(house, who, reason, name, errors)
    return render("clerk/withdraw.html", page, 422, frame=frame_of(request)) if page else see_other(who.base)


@router.post(f"{CASE}/bien-nhan/{{receipt}}/giai-trinh", response_class=HTMLResponse)
def give_reasons(request: Request, house: OpenHouse, who: ASendingClerk, form: Sent, receipt: str) -> Response:
    """Give the reasons for warnings of the version that stands; those that were not taken are asked for again."""
    found, _ = submission_with(house, who, receipt)
    if found is None:
        raise NotFound("not_found.submission", obligation=f"{who.named} · {receipt[:20]}")
    typed = {question: text for question, text in texts_with(form, "gt:").items() if text.strip()}
    refused: dict[str, str] = {}
    for question, text in typed.items():
        rule, _, place = question.partition("|")
        row, _, field = place.partition("|")
        try:
            explain(house, found.id, rule, row, field, text, contact_name(house, who) or who.agency)
        except PlancycleError as why:
            refused[question] = who.why(why)
    if not refused:
        return see_other(f"{who.base}/bien-nhan/{found.receipt}")
    page = receipt_page(house, who, found, is_replay=False, typed=typed)
    errors = tuple(FieldError(one.target, refused[one.question]) for one in page.warnings if one.question in refused)
    page = receipt_page(house, who, found, is_replay=False, typed=typed, errors=errors)
    return render("clerk/receipt.html", page, 422, frame=frame_of(request))


@router.get(f"{CASE}/dinh-chinh", response_class=HTMLResponse)
def correction_form(request: Request, house: OpenHouse, who: AClerk) -> Response:
    """Ask why an approved report must change."""
    page = correction_page(house, who)
    return render("clerk/correction.html", page, frame=frame_of(request)) if page else see_other(who.base)


@router.post(f"{CASE}/dinh-chinh", response_class=HTMLResponse)
def correct(request: Request, house: OpenHouse, who: ASendingClerk, form: Sent) -> Response:
    """Keep the reason; the next version takes the approved one's place and cites it. Twice is once."""
    reason, name = text_of(form, "ly_do", REASON_MOST), text_of(form, "ho_ten", NAME_MOST).strip()
    if correction_page(house, who) is None:
        return _open_already(request, house, who, reason, name)
    errors = () if name else (FieldError("ho-ten", who.say("clerk.name_needed")),)
    try:
        if not errors:
            open_correction(house, who.obligation, reason, f"{name} ({who.agency})")
            return see_other(who.base)
    except ActionNeeded as refused:
        errors = (FieldError("ly-do", who.why(refused)),)
    page = correction_page(house, who, reason, name, errors)
    return render("clerk/correction.html", page, 422, frame=frame_of(request)) if page else see_other(who.base)


def _open_already(request: Request, house: House, who: Clerk, reason: str, name: str) -> Response:
    """The same reason twice is once; another one is kept, and its author told for which one the correction is open."""
    try:
        if reason.strip() and name:
            open_correction(house, who.obligation, reason, f"{name} ({who.agency})")
    except (ActionNeeded, NotFound) as refused:
        page = task_page(house, who, (FieldError("dinh-chinh", who.why(refused)),))
        return render("clerk/tasks.html", page, 409, frame=frame_of(request))
    return see_other(who.base)


@router.get(f"{CASE}/gia-han", response_class=HTMLResponse)
def extension_form(request: Request, house: OpenHouse, who: AClerk) -> Response:
    """Ask for more time, or see the request that waits for its answer."""
    return render("clerk/extension.html", extension_page(house, who), frame=frame_of(request))


@router.post(f"{CASE}/gia-han", response_class=HTMLResponse)
def ask_for_time(request: Request, house: OpenHouse, who: ASendingClerk, form: Sent) -> Response:
    """Pass the request on; somebody of the coordinating office decides."""
    wanted, reason = text_of(form, "ngay", 20).strip(), text_of(form, "ly_do", REASON_MOST)
    name = text_of(form, "ho_ten", NAME_MOST).strip()
    at = _end_of(wanted, who)
    errors = []
    if at is None:
        errors.append(FieldError("ngay", who.say("clerk.wanted_wrong")))
    if not reason.strip():
        errors.append(FieldError("ly-do", who.say("extension.reason_needed")))
    if not name:
        errors.append(FieldError("ho-ten", who.say("clerk.name_needed")))
    if at is not None and not errors:
        try:
            extension_requests.ask(house, who.obligation, at, reason, f"{name} ({who.agency})")
            return see_other(f"{who.base}/gia-han")
        except PlancycleError as refused:
            errors.append(FieldError("ngay", who.why(refused)))
    page = extension_page(house, who, wanted, reason, name, tuple(errors))
    return render("clerk/extension.html", page, 422, frame=frame_of(request))


def _end_of(text: str, who: Clerk) -> datetime | None:
    """The end of a day that is meant as the last good one."""
    try:
        day = datetime.strptime(text, "%d/%m/%Y").date()
    except ValueError:
        return None
    return datetime.combine(day + ONE_DAY, time(0), ZoneInfo(who.view.programme.timezone))


@router.post(f"{CASE}/gia-han/rut", response_class=HTMLResponse)
def take_request_back(request: Request, house: OpenHouse, who: ASendingClerk, form: Sent) -> Response:
    """The agency no longer needs more time."""
    asked = text_of(form, "de_nghi", 300)
    with house.work() as work:
        mine = {one.id for one in work.extension_requests.of(who.obligation)}
    if asked in mine:
        extension_requests.withdraw(house, asked, who.agency)
    return see_other(f"{who.base}/gia-han")
