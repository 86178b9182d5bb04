"""Signing in and out of the desk, and the language of the pages."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, Response

from plancycle.domain.errors import NotAllowed, PlancycleError
from plancycle.domain.people import SESSION_LIFE
from plancycle.portal.access import comes_from_our_page
from plancycle.portal.allowances import count_sign_in
from plancycle.portal.dependencies import OpenHouse, PortalHouse, SignedInMaybe, our_form
from plancycle.portal.fields import FieldError
from plancycle.portal.framing import LANGUAGES, frame_of, language_of
from plancycle.portal.problems import WORDS
from plancycle.portal.rendering import render
from plancycle.portal.sessions import (
    LANGUAGE_COOKIE,
    SIGN_IN,
    STAFF_COOKIE,
    SignInNeeded,
    drop_cookie,
    own_path,
    see_other,
    set_cookie,
)
from plancycle.portal.sign_in_pages import CodePage, EnrolPage, PasswordPage, RecoveryPage
from plancycle.services import sign_in, staff_accounts
from plancycle.services.sign_in import SignedIn

router = APIRouter()
HOME = "/bao-cao"
ONE_YEAR = 365 * 24 * 3600
Text = Annotated[str, Form()]
OUR_FORM = [Depends(our_form)]


@router.get(SIGN_IN, response_class=HTMLResponse)
def password_page(request: Request, house: OpenHouse, tiep: str = "") -> Response:
    """Ask for name and password."""
    page = PasswordPage(own_path(tiep, HOME), "", request.app.state.oidc is not None)
    return render("sign_in/password.html", page, frame=frame_of(request, house))


@router.post(SIGN_IN, response_class=HTMLResponse, dependencies=OUR_FORM)
def sign_in_here(request: Request, house: OpenHouse, ten: Text = "", mat_khau: Text = "", tiep: Text = "") -> Response:
    """Begin a session. The same words for an unknown name, a wrong password and a locked account."""
    back_to = own_path(tiep, HOME)
    try:
        count_sign_in(request)
        _, cookie = sign_in.with_password(house, ten.strip()[:60], mat_khau[:200])
    except NotAllowed as refused:
        errors = (FieldError("ten", _say(request, refused)),)
        page = PasswordPage(back_to, ten[:60], request.app.state.oidc is not None, errors)
        status = 429 if refused.key == "api.rate" else 403
        return render("sign_in/password.html", page, status, frame=frame_of(request, house))
    answer = see_other(back_to)
    set_cookie(answer, STAFF_COOKIE, cookie, int(SESSION_LIFE.total_seconds()))
    return answer


def _say(request: Request, refused: PlancycleError) -> str:
    return WORDS.say(refused.key, language_of(request), **refused.params)


def half_way(known: SignedInMaybe) -> SignedIn:
    """A dependency: somebody whose password was right. Raises SignInNeeded."""
    if known is None:
        raise SignInNeeded(SIGN_IN, "")
    return known


HalfWay = Annotated[SignedIn, Depends(half_way)]


@router.get(f"{SIGN_IN}/ma", response_class=HTMLResponse)
def code_page(request: Request, house: OpenHouse, known: HalfWay, tiep: str = "") -> Response:
    """Ask for the second factor."""
    return render("sign_in/code.html", CodePage(own_path(tiep, HOME)), frame=frame_of(request, house))


@router.post(f"{SIGN_IN}/ma", response_class=HTMLResponse, dependencies=OUR_FORM)
def give_code(request: Request, house: OpenHouse, known: HalfWay, ma: Text = "", tiep: Text = "") -> Response:
    """Take the second factor; the browser gets a new cookie."""
    back_to = own_path(tiep, HOME)
    try:
        count_sign_in(request)
        _, cookie = sign_in.strengthen(house, known, ma[:40])
    except NotAllowed as refused:
        page = CodePage(back_to, (FieldError("ma", _say(request, refused)),))
        return render("sign_in/code.html", page, 403, frame=frame_of(request, house))
    answer = see_other(back_to)
    set_cookie(answer, STAFF_COOKIE, cookie, int(SESSION_LIFE.total_seconds()))
    return answer


@router.get(f"{SIGN_IN}/thiet-lap", response_class=HTMLResponse)
def enrol_page(request: Request, house: OpenHouse, known: HalfWay, tiep: str = "") -> Response:
    """Show the key of a new authenticator app. Nothing is stored until one of its codes proves it."""
    _check_may_enrol(known)
    secret = house.credentials.new_second_factor()
    page = _enrol_page(house, known, house.credentials.encrypt(secret), own_path(tiep, HOME))
    return render("sign_in/enrol.html", page, frame=frame_of(request, house))


def _check_may_enrol(known: SignedIn) -> None:
    """A second app needs the first one: a stolen password alone changes nothing. Raises SignInNeeded."""
    if known.account.second_factor and not known.session.is_strong:
        raise SignInNeeded(f"{SIGN_IN}/ma", "")


def _enrol_page(
    house: PortalHouse, known: SignedIn, sealed: str, back_to: str, errors: tuple[FieldError, ...] = ()
) -> EnrolPage:
    secret = house.credentials.decrypt(sealed)
    uri = house.credentials.second_factor_uri(secret, known.account.name, "plancycle")
    grouped = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return EnrolPage(back_to, uri, grouped, sealed, errors)


@router.post(f"{SIGN_IN}/thiet-lap", response_class=HTMLResponse, dependencies=OUR_FORM)
def enrol(
    request: Request, house: OpenHouse, known: HalfWay, ma: Text = "", khoa: Text = "", tiep: Text = ""
) -> Response:
    """Take the app into use and show the recovery codes, once."""
    _check_may_enrol(known)
    back_to = own_path(tiep, HOME)
    try:
        codes = staff_accounts.enrol(house, known.account.name, house.credentials.decrypt(khoa), ma[:10])
    except PlancycleError as refused:
        if refused.key != "sign_in.code_wrong":
            raise
        errors = (FieldError("ma", _say(request, refused)),)
        page = _enrol_page(house, known, khoa, back_to, errors)
        return render("sign_in/enrol.html", page, 422, frame=frame_of(request, house))
    cookie = sign_in.renew_strong(house, known)
    answer = render("sign_in/recovery.html", RecoveryPage(back_to, codes), frame=frame_of(request))
    set_cookie(answer, STAFF_COOKIE, cookie, int(SESSION_LIFE.total_seconds()))
    return answer


@router.post("/dang-xuat", response_class=HTMLResponse, dependencies=OUR_FORM)
def sign_out(request: Request, house: OpenHouse) -> Response:
    """End the session here and on the server."""
    sign_in.sign_out(house, request.cookies.get(STAFF_COOKIE, ""))
    answer = see_other(SIGN_IN)
    drop_cookie(answer, STAFF_COOKIE)
    return answer


@router.post("/ngon-ngu", response_class=HTMLResponse)
def choose_language(request: Request, ngon_ngu: Text = "", tiep: Text = "") -> Response:
    """Keep the language this browser wants; changes nothing else."""
    if not comes_from_our_page(request):
        raise NotAllowed("portal.form_stale")
    answer = see_other(own_path(tiep, "/"))
    set_cookie(answer, LANGUAGE_COOKIE, ngon_ngu if ngon_ngu in LANGUAGES else "vi", ONE_YEAR)
    return answer
