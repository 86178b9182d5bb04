"""Signing in with the province's own accounts (OpenID Connect), and proving it again before a decision."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from plancycle.adapters.openid import Attempt, OpenIdProvider, Vouched
from plancycle.domain.errors import NotAllowed, NotFound
from plancycle.domain.people import SESSION_LIFE
from plancycle.portal.dependencies import OpenHouse
from plancycle.portal.sessions import (
    PROOF_COOKIE,
    SIGN_IN,
    STAFF_COOKIE,
    drop_cookie,
    own_path,
    see_other,
    set_cookie,
)
from plancycle.services import sign_in
from plancycle.services.ports import House
from plancycle.services.step_up import CONFIRMED_FOR, confirm_outside

router = APIRouter(prefix=f"{SIGN_IN}/tinh")
ATTEMPT_COOKIE = "__Host-dang-nhap"
ATTEMPT_LIFE = timedelta(minutes=10)


def _provider(request: Request) -> OpenIdProvider:
    provider: OpenIdProvider | None = request.app.state.oidc
    if provider is None:
        raise NotFound("portal.no_such_page")
    return provider


@router.get("", response_class=HTMLResponse)
def leave(request: Request, house: OpenHouse, tiep: str = "") -> Response:
    """Send the browser to the province's sign-in, with what its answer must fit in a sealed cookie."""
    return go_outside(request, house, own_path(tiep, "/bao-cao"))


def go_outside(request: Request, house: House, back_to: str, step_up: Mapping[str, str] | None = None) -> Response:
    """The way out. ``step_up`` (``person``, ``matter``): the person is asked anew, for one decision and no session."""
    new = house.credentials.new_secret
    attempt = Attempt(new(), new(), new() + new())
    answer = RedirectResponse(_provider(request).address(attempt, again=step_up is not None), 303)
    kept = {
        "state": attempt.state,
        "nonce": attempt.nonce,
        "verifier": house.credentials.encrypt(attempt.verifier),
        "begun": house.clock.now().isoformat(),
        "tiep": back_to,
        **(step_up or {}),
    }
    set_cookie(answer, ATTEMPT_COOKIE, house.seals.sign_link(kept), int(ATTEMPT_LIFE.total_seconds()))
    return answer


@router.get("/ve", response_class=HTMLResponse)
def come_back(request: Request, house: OpenHouse, code: str = "", state: str = "") -> Response:
    """Take the answer: begin a session for the account of that person, or keep the proof for the decision it was
    given for. Only the browser that left can come back.
    """
    provider, now = _provider(request), house.clock.now()
    kept = house.seals.open_link(request.cookies.get(ATTEMPT_COOKIE, ""))
    is_fresh = "begun" in kept and now - datetime.fromisoformat(kept["begun"]) < ATTEMPT_LIFE
    if not is_fresh or not code or kept.get("state") != state:
        raise NotAllowed("sign_in.attempt_stale")
    attempt = Attempt(state, kept["nonce"], house.credentials.decrypt(kept["verifier"]))
    vouched = provider.redeem(code[:2000], attempt, now)
    answer = see_other(kept["tiep"])
    drop_cookie(answer, ATTEMPT_COOKIE)
    if "matter" in kept:
        _keep_proof(house, answer, kept, vouched)
    else:
        _, cookie = sign_in.from_outside(house, vouched.subject, vouched.is_strong)
        set_cookie(answer, STAFF_COOKIE, cookie, int(SESSION_LIFE.total_seconds()))
    return answer


def _keep_proof(house: House, answer: Response, kept: Mapping[str, str], vouched: Vouched) -> None:
    person, matter = kept["person"], kept["matter"]
    proof = confirm_outside(house, person, vouched.subject, vouched.is_strong, vouched.proved_at, matter)
    set_cookie(answer, PROOF_COOKIE, proof.seal, int(CONFIRMED_FOR.total_seconds()))
