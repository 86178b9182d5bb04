"""The approver's page: reading it changes nothing, only the confirmed form decides, with a second factor each time."""

import logging
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.background import BackgroundTask

from plancycle.domain.approvals import MINIMUM_REASON, Approval, ApprovalStatus
from plancycle.domain.consolidation import Edition
from plancycle.domain.errors import ActionNeeded, DataProblem, NotAllowed, NotFound, OutsideFailure
from plancycle.domain.secrecy import check_unmarked
from plancycle.portal.access import comes_from_our_page
from plancycle.portal.allowances import count_sign_in
from plancycle.portal.approvals import PATH, Sent, addressee_of, approval_view, has_changed, is_our_form
from plancycle.portal.dependencies import OpenHouse, Signals
from plancycle.portal.downloads import download
from plancycle.portal.fields import FieldError
from plancycle.portal.framing import frame_of, language_of
from plancycle.portal.problems import WORDS, status_of
from plancycle.portal.rendering import render
from plancycle.portal.routes.sign_in_outside import go_outside
from plancycle.portal.sessions import PROOF_COOKIE, drop_cookie, kept_proof
from plancycle.services.decide_approval import ApprovalPage, decide, look
from plancycle.services.ports import House
from plancycle.services.step_up import Proof, confirm_by_code

router = APIRouter(prefix=f"{PATH}/{{token}}")
DECISIONS = {"approve": True, "return": False}
FORM_ID = "quyet-dinh"
CODE_IDS = {"approve": "ma-duyet", "return": "ma-tra"}

log = logging.getLogger("plancycle.portal")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form says."""

    decision: str
    reason: str
    code: str
    shown_sha256: str
    csrf: str
    return_to: int | None
    """The step a return goes to; None: the one before."""


def wanted(
    decision: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    ma: Annotated[str, Form()] = "",
    shown_sha256: Annotated[str, Form()] = "",
    csrf: Annotated[str, Form()] = "",
    ve: Annotated[str, Form()] = "",
) -> Wanted:
    """A dependency: the form's fields; a missing one is empty."""
    is_number = ve.isascii() and ve.isdecimal() and len(ve) < 3
    return Wanted(decision, reason, ma.strip()[:40], shown_sha256, csrf, int(ve) if is_number else None)


@router.get("", response_class=HTMLResponse)
def read(request: Request, house: OpenHouse, token: str) -> Response:
    """Show what is to be approved, or who decided and when."""
    return _page(request, house, token)


@router.get("/tep/{sha256}", response_class=Response)
def file(house: OpenHouse, token: str, sha256: str) -> Response:
    """One of the files this link is about, and no other."""
    for listed in look(house, token).files:
        if listed.sha256 == sha256:
            return download(house, listed)
    raise NotFound("not_found.file", sha256=sha256[:64])


@router.get("/xac-thuc", response_class=HTMLResponse)
def prove_again(request: Request, house: OpenHouse, token: str) -> Response:
    """Send the browser to the province's own sign-in, which asks anew; it comes back to this page."""
    seen = look(house, token)
    step_up = {"person": addressee_of(house, token), "matter": seen.bundle_sha256}
    return go_outside(request, house, f"{PATH}/{token}", step_up)


@router.post("", response_class=HTMLResponse)
def decide_once(request: Request, house: OpenHouse, token: str, sent: Annotated[Wanted, Depends(wanted)]) -> Response:
    """Record the decision, then show it. A second decision changes nothing and shows the first."""
    seen = look(house, token)
    if seen.already_decided:
        return RedirectResponse(request.url.path, 303)
    if refused := _stale(request, house, token, seen, sent):
        return refused
    proof = kept = _kept(request, house, token, seen)
    if errors := _missing(request, sent, is_proved=kept is not None):
        return _page(request, house, token, 422, Sent(sent.decision, sent.reason, errors))
    try:
        if proof is None:
            count_sign_in(request)
            proof = confirm_by_code(house, addressee_of(house, token), sent.code, sent.shown_sha256)
    except NotAllowed as refusal:
        error = FieldError(CODE_IDS[sent.decision], _say(request, refusal.key, **refusal.params))
        return _page(request, house, token, status_of(refusal), Sent(sent.decision, sent.reason, (error,)))
    try:
        approval = decide(house, token, proof, DECISIONS[sent.decision], sent.reason, sent.shown_sha256, sent.return_to)
    except (ActionNeeded, NotAllowed) as refusal:
        error = FieldError(FORM_ID, _say(request, refusal.key, **refusal.params))
        return _page(request, house, token, status_of(refusal), Sent("", sent.reason, (error,)))
    told = BackgroundTask(_tell, house.signals, seen.edition, approval)
    answer = RedirectResponse(request.url.path, 303, background=told)
    if kept is not None:
        drop_cookie(answer, PROOF_COOKIE)
    return answer


def _stale(request: Request, house: House, token: str, seen: ApprovalPage, sent: Wanted) -> Response | None:
    """The page again when the form is not ours, says nothing, or was made for other bytes than stand there now."""
    status, key = 0, ""
    if not comes_from_our_page(request) or not is_our_form(house, sent.csrf, token, sent.shown_sha256):
        status, key = 403, "portal.form_stale"
    elif sent.decision not in DECISIONS:
        status, key = 422, "portal.no_decision"
    elif sent.shown_sha256 != seen.bundle_sha256 or has_changed(seen):
        status, key = 409, "approval.bytes_changed"
    if not status:
        return None
    error = FieldError(FORM_ID, _say(request, key, edition=seen.edition.id))
    # What is to be read again is not one tap away from being confirmed: its form is closed.
    chosen = "" if status == 409 else sent.decision
    return _page(request, house, token, status, Sent(chosen, sent.reason, (error,)))


def _missing(request: Request, sent: Wanted, is_proved: bool) -> tuple[FieldError, ...]:
    found = []
    if not DECISIONS[sent.decision] and len(sent.reason.strip()) < MINIMUM_REASON:
        found.append(FieldError("ly-do", _say(request, "approval.reason_needed", minimum=MINIMUM_REASON)))
    try:
        check_unmarked(sent.reason)
    except DataProblem as marked:
        found.append(FieldError("ly-do", _say(request, marked.key, **marked.params)))
    if not is_proved and not sent.code:
        found.append(FieldError(CODE_IDS[sent.decision], _say(request, "approval.code_needed")))
    return tuple(found)


def _kept(request: Request, house: House, token: str, seen: ApprovalPage) -> Proof | None:
    """The province's word for the link's addressee, about exactly these bytes, in this browser."""
    return kept_proof(house, request, addressee_of(house, token), seen.bundle_sha256)


def _say(request: Request, key: str, **params: object) -> str:
    return WORDS.say(key, language_of(request), **params)


def _tell(signals: Signals, edition: Edition, approval: Approval) -> None:
    """Send the signal of the last step's approval after the answer, so that nobody waits for it.

    When it is lost, the sweep acts.
    """
    if approval.status is not ApprovalStatus.APPROVED or approval.step < approval.steps:
        return
    try:
        signals.approved(edition, approval)
    except OutsideFailure as lost:
        log.warning(WORDS.say(lost.key, "en", **lost.params))


def _page(request: Request, house: House, token: str, status: int = 200, sent: Sent | None = None) -> Response:
    """The page; after a form that was not taken, with why, and with what was typed."""
    kept = _kept(request, house, token, look(house, token))
    view = approval_view(house, token, sent, kept.at if kept else None, has_outside=request.app.state.oidc is not None)
    return render("approval.html", view, status, frame=frame_of(request))
