"""The agency's side: from the mailed link to the task list, the workbook, the receipts and the history."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from plancycle.domain.clerk_access import SESSION_LIFE
from plancycle.domain.errors import NotAllowed, NotFound
from plancycle.portal.allowances import Allowances, unless_guessed
from plancycle.portal.clerk_access import AClerk, ASendingClerk
from plancycle.portal.clerk_pages import LandingPage
from plancycle.portal.clerk_receipts import receipt_page, submission_with
from plancycle.portal.clerk_views import history_page, task_page, version_of
from plancycle.portal.dependencies import OpenHouse
from plancycle.portal.downloads import attachment
from plancycle.portal.fields import FieldError
from plancycle.portal.framing import frame_of, language_of
from plancycle.portal.problems import WORDS
from plancycle.portal.rendering import render
from plancycle.portal.sessions import (
    CLERK_COOKIE,
    check_form,
    clerk_cookie,
    clerk_links,
    drop_cookie,
    form_token,
    see_other,
    set_cookie,
)
from plancycle.services.clerk_links import OpenedLink, contact_of, is_recipient, open_token
from plancycle.services.issue_receipt import twin_of
from plancycle.services.make_template import make_template
from plancycle.services.openings import record_fetch, record_opening
from plancycle.services.ports import House
from plancycle.services.try_out_answer import try_out

router = APIRouter()
CASE = "/ho-so/{cycle}/{period}/{agency}"


@router.get("/n/{token}", response_class=HTMLResponse)
def land(request: Request, house: OpenHouse, token: str) -> Response:
    """What a mailed link shows: whose report it is, and a button. Fetching it changes nothing but a counter."""
    opened = _open(request, house, token)
    record_fetch(house, opened.link.obligation, request.headers.get("user-agent", "")[:300])
    begun = clerk_links(house, request).get(opened.link.id)
    if begun is not None and house.clock.now() - begun < SESSION_LIFE:
        return see_other(f"/ho-so/{opened.link.obligation}")
    return render("clerk/landing.html", _landing(request, house, opened), frame=frame_of(request))


def _landing(request: Request, house: House, opened: OpenedLink, typed: str = "", wrong: str = "") -> LandingPage:
    """What stands before the button; ``wrong``: why the address that was typed is not the letter's."""
    key, view = opened.link.obligation, opened.view
    return LandingPage(
        agency_name=view.name(key.agency),
        period_title=view.title(key.period),
        programme_title=view.programme.title,
        last_day=view.dates(key.period).last_day,
        action=request.url.path,
        csrf=form_token(house, request, opened.link.id),
        asks_address=request.app.state.confirm_recipient,
        typed=typed,
        errors=(FieldError("dia-chi", wrong),) if wrong else (),
    )


@router.post("/n/{token}", response_class=HTMLResponse)
def enter(
    request: Request,
    house: OpenHouse,
    token: str,
    csrf: Annotated[str, Form()] = "",
    dia_chi: Annotated[str, Form()] = "",
) -> Response:
    """A person pressed the button: begin the session and go on under an address without the token."""
    opened = _open(request, house, token)
    check_form(house, request, csrf, opened.link.id)
    if request.app.state.confirm_recipient and not _is_theirs(request, house, opened, dia_chi[:254]):
        words = WORDS.say("link.recipient_wrong_here", language_of(request), contact=contact_of(house))
        page = _landing(request, house, opened, dia_chi[:254], words)
        return render("clerk/landing.html", page, 403, frame=frame_of(request))
    record_opening(house, opened.link.obligation, request.headers.get("user-agent", "")[:300])
    answer = see_other(f"/ho-so/{opened.link.obligation}")
    cookie = clerk_cookie(house, request, opened.link.id, house.clock.now())
    set_cookie(answer, CLERK_COOKIE, cookie, int(SESSION_LIFE.total_seconds()))
    return answer


def _is_theirs(request: Request, house: House, opened: OpenedLink, typed: str) -> bool:
    """Whether the letter's own address was named; so many tries a minute. Raises NotAllowed("link.busy")."""
    allowances: Allowances = request.app.state.allowances
    if seconds := allowances.wrong_recipients.wait(opened.link.id):
        raise NotAllowed("link.busy", seconds=seconds)
    if is_recipient(house, opened.link, typed):
        return True
    allowances.wrong_recipients.take(opened.link.id)
    return False


def _open(request: Request, house: House, token: str) -> OpenedLink:
    """Raises NotAllowed: what ``open_token`` raises, and "api.rate" for an address that guesses."""
    allowances: Allowances = request.app.state.allowances
    address = request.client.host if request.client else ""
    return unless_guessed(allowances.wrong_links, address, lambda: open_token(house, token), "link.busy")


@router.get(CASE, response_class=HTMLResponse)
def tasks(request: Request, house: OpenHouse, who: AClerk) -> Response:
    """What is to be done, and where it stands."""
    return render("clerk/tasks.html", task_page(house, who), frame=frame_of(request))


@router.get(f"{CASE}/bieu-mau", response_class=Response)
def template(request: Request, house: OpenHouse, who: AClerk) -> Response:
    """The agency's workbook as it is asked for now."""
    record_opening(house, who.obligation, request.headers.get("user-agent", "")[:300])
    with house.work() as work:
        made = make_template(house, work, who.view, who.obligation.period, who.agency)
    return attachment(made.data, made.file_name)


@router.get(f"{CASE}/lich-su", response_class=HTMLResponse)
def history(request: Request, house: OpenHouse, who: AClerk) -> Response:
    """Every version with what changed, and every request for more time."""
    return render("clerk/history.html", history_page(house, who), frame=frame_of(request))


@router.get(f"{CASE}/ban/{{number}}/tep", response_class=Response)
def version_file(house: OpenHouse, who: AClerk, number: int) -> Response:
    """The file of one version, byte for byte as it came."""
    found = version_of(house, who, number)
    if found is None:
        raise NotFound("not_found.submission", obligation=f"{who.named} · {number}")
    return attachment(house.files.get(found.sha256), found.file_name)


@router.get(f"{CASE}/danh-dau/{{sealed}}", response_class=Response)
def marked_file(house: OpenHouse, who: AClerk, sealed: str) -> Response:
    """The clerk's own file with every place to mend marked; only one that was just checked here."""
    facts = house.seals.open_link(sealed)
    if facts.get("for") != str(who.obligation) or "marked" not in facts:
        raise NotAllowed("link.invalid")
    data = house.files.get(facts["marked"])
    tried = try_out(house, data, facts["name"], allowed=(who.agency,))
    if tried is None:
        raise NotFound("not_found.file", sha256=facts["marked"][:12])
    name = f"Can-sua_{facts['name']}"
    return attachment(house.workbooks.mark(data, tried.findings, who.view.programme.form.explanation_field), name)


@router.get(f"{CASE}/bien-nhan/{{receipt}}", response_class=HTMLResponse)
def receipt(request: Request, house: OpenHouse, who: AClerk, receipt: str, lan: str = "") -> Response:
    """Proof that a version came in."""
    found, _ = submission_with(house, who, receipt)
    if found is None:
        raise NotFound("not_found.submission", obligation=f"{who.named} · {receipt[:20]}")
    page = receipt_page(house, who, found, is_replay=lan == "lai")
    return render("clerk/receipt.html", page, frame=frame_of(request))


@router.get(f"{CASE}/bien-nhan/{{receipt}}/tep/{{kind}}", response_class=Response)
def receipt_file(house: OpenHouse, who: AClerk, receipt: str, kind: str) -> Response:
    """The receipt as PDF (``pdf``) or as its signed JSON twin (``json``)."""
    found, signed = submission_with(house, who, receipt)
    if found is None or signed is None or kind not in ("pdf", "json"):
        raise NotFound("not_found.submission", obligation=f"{who.named} · {receipt[:20]}")
    if kind == "json":
        return attachment(twin_of(signed), f"Bien-nhan_{signed.number}.json")
    return attachment(house.files.get(signed.pdf_sha256), f"Bien-nhan_{signed.number}.pdf")


@router.post(f"{CASE}/thoat", response_class=HTMLResponse)
def leave(request: Request, who: ASendingClerk) -> Response:
    """The browser forgets every link it opened; the links in the letters open again."""
    answer = see_other("/da-thoat")
    drop_cookie(answer, CLERK_COOKIE)
    return answer


@router.get("/da-thoat", response_class=HTMLResponse)
def left(request: Request) -> Response:
    """After leaving: how to come back."""
    return render("clerk/left.html", None, frame=frame_of(request))
