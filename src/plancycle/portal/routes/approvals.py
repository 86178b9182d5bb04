"""The approver's page: reading it changes nothing, only the confirmed form decides."""

import logging
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.background import BackgroundTask

from plancycle.domain.approvals import Approval, ApprovalStatus
from plancycle.domain.consolidation import Edition
from plancycle.domain.errors import ActionNeeded, NotFound, OutsideFailure
from plancycle.portal.access import comes_from_our_page
from plancycle.portal.approvals import approval_view, has_changed, is_our_form
from plancycle.portal.dependencies import OpenHouse, Signals
from plancycle.portal.downloads import download
from plancycle.portal.pages import Complaint
from plancycle.portal.problems import WORDS
from plancycle.portal.rendering import render
from plancycle.services.decide_approval import decide, look
from plancycle.services.ports import House

router = APIRouter(prefix="/phe-duyet/{token}")
DECISIONS = {"approve": True, "return": False}

log = logging.getLogger("plancycle.portal")


@router.get("", response_class=HTMLResponse)
def read(house: OpenHouse, token: str) -> Response:
    """Show what is to be approved, or who decided and when."""
    return render("approval.html", approval_view(house, token))


@router.get("/tep/{sha256}", response_class=Response)
def file(house: OpenHouse, token: str, sha256: str) -> Response:
    """One of the files this link is about, and no other."""
    for listed in look(house, token).files:
        if listed.sha256 == sha256:
            return download(house, listed)
    raise NotFound("not_found.file", sha256=sha256[:64])


@router.post("", response_class=HTMLResponse)
def decide_once(
    request: Request,
    house: OpenHouse,
    token: str,
    decision: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    shown_sha256: Annotated[str, Form()] = "",
    csrf: Annotated[str, Form()] = "",
) -> Response:
    """Record the decision, then show it. A second decision changes nothing and shows the first."""
    seen = look(house, token)
    if seen.already_decided:
        return RedirectResponse(request.url.path, 303)
    if not comes_from_our_page(request) or not is_our_form(house, csrf, token, shown_sha256):
        return _again(house, token, 403, "portal.form_stale", reason)
    if decision not in DECISIONS:
        return _again(house, token, 422, "portal.no_decision", reason)
    if shown_sha256 != seen.bundle_sha256 or has_changed(seen):
        return _again(house, token, 409, "approval.bytes_changed", reason, edition=seen.edition.id)
    try:
        approval = decide(house, token, DECISIONS[decision], reason, shown_sha256)
    except ActionNeeded as refused:
        if refused.key != "approval.reason_needed":
            raise
        return _again(house, token, 422, refused.key, reason, **refused.params)
    return RedirectResponse(
        request.url.path, 303, background=BackgroundTask(_tell, house.signals, seen.edition, approval)
    )


def _tell(signals: Signals, edition: Edition, approval: Approval) -> None:
    """Send the signal of an approval after the answer, so that nobody waits for it; when it is lost, the sweep acts."""
    if approval.status is not ApprovalStatus.APPROVED:
        return
    try:
        signals.approved(edition, approval)
    except OutsideFailure as lost:
        log.warning(WORDS.say(lost.key, "en", **lost.params))


def _again(house: House, token: str, status: int, key: str, reason: str, **params: object) -> Response:
    """The same page with why it was not taken; what was typed stays."""
    complaint = Complaint(WORDS.say(key, "vi", **params), WORDS.say(key, "en", **params))
    return render("approval.html", approval_view(house, token, complaint, reason), status)
