"""Who is asking: the cookies of people who signed in, of clerks who opened their link, and the tokens of our forms."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from plancycle.domain.errors import NotAllowed
from plancycle.portal.access import comes_from_our_page
from plancycle.services.ports import House
from plancycle.services.sign_in import session_id
from plancycle.services.step_up import Proof, is_fresh, read_proof

STAFF_COOKIE = "__Host-nhan-vien"
CLERK_COOKIE = "__Host-ho-so"
LANGUAGE_COOKIE = "__Host-ngon-ngu"
PROOF_COOKIE = "__Host-xac-thuc"
SIGN_IN = "/dang-nhap"
MOST_LINKS = 6
"""Links one browser keeps open side by side: a clerk may answer for several bodies or periods."""


class SignInNeeded(Exception):
    """The page is for somebody who has signed in; ``step`` is the page where that goes on."""

    def __init__(self, step: str, back_to: str) -> None:
        self.step = step
        self.back_to = back_to
        super().__init__(step)

    @property
    def address(self) -> str:
        """Where to go, with the way back."""
        return f"{self.step}?{urlencode({'tiep': self.back_to})}" if self.back_to else self.step


def set_cookie(response: Response, name: str, value: str, seconds: int) -> None:
    """A cookie for this host only, by HTTPS (or this very machine) only, out of the reach of scripts."""
    response.set_cookie(name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax")


def drop_cookie(response: Response, name: str) -> None:
    """The browser forgets it."""
    response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")


def own_path(text: str, otherwise: str) -> str:
    """A way back inside this portal; anything else, another site above all, becomes ``otherwise``."""
    is_ours = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable() and "\\" not in text
    return text if is_ours and len(text) <= 500 else otherwise


def clerk_cookie(house: House, request: Request, link: str, now: datetime) -> str:
    """What a clerk's browser keeps after a link's button was pressed; the links opened before stay open beside it."""
    kept = dict(list(clerk_links(house, request).items())[-(MOST_LINKS - 1) :]) | {link: now}
    return house.seals.sign_link({f"clerk {one}": begun.isoformat() for one, begun in kept.items()})


def clerk_links(house: House, request: Request) -> dict[str, datetime]:
    """The links a clerk's browser has opened and when, oldest first."""
    facts = _opened(house, request.cookies.get(CLERK_COOKIE, ""))
    found = {
        name.removeprefix("clerk "): datetime.fromisoformat(begun)
        for name, begun in facts.items()
        if name.startswith("clerk ")
    }
    return dict(sorted(found.items(), key=lambda one: one[1]))


def kept_proof(house: House, request: Request, person: str, matter: str) -> Proof | None:
    """What this browser keeps after the province vouched for somebody anew; None for another person or matter, or when
    it is too long ago.
    """
    proof = read_proof(house, request.cookies.get(PROOF_COOKIE, ""))
    is_about_this = proof is not None and (proof.person, proof.matter) == (person, matter)
    return proof if proof is not None and is_about_this and is_fresh(house, proof) else None


def _opened(house: House, token: str) -> Mapping[str, str]:
    try:
        return house.seals.open_link(token) if token else {}
    except NotAllowed:
        return {}


def form_token(house: House, request: Request, link: str = "") -> str:
    """The token of our forms: bound to a clerk's link, to the session of somebody signed in, or to the address."""
    return house.seals.sign_link({"form": _holder(request, link)})


def check_form(house: House, request: Request, token: str, link: str = "") -> None:
    """Refuse a POST that is not from a form of ours in this very browser. Raises NotAllowed("portal.form_stale")."""
    if not is_our_form(house, request, token, link):
        raise NotAllowed("portal.form_stale")


def is_our_form(house: House, request: Request, token: str, link: str = "") -> bool:
    """Whether a POST is from a form of ours in this very browser."""
    is_ours = _opened(house, token).get("form") == _holder(request, link)
    return is_ours and comes_from_our_page(request)


def _holder(request: Request, link: str) -> str:
    """Whose forms these are; never the cookie itself."""
    if link:
        return f"clerk {link}"
    cookie = request.cookies.get(STAFF_COOKIE, "")
    return f"staff {session_id(cookie)}" if cookie else f"nobody {request.client.host if request.client else ''}"


def see_other(address: str) -> RedirectResponse:
    """After a POST: the page that shows what became of it."""
    return RedirectResponse(address, 303)
