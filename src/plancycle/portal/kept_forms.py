"""A form that came too late: what was typed comes back, to be sent again once the person is known again.

A token that is no longer good, a session that has ended: neither loses what somebody wrote. Nothing of it is stored;
it stands in the page's own fields. Only forms of our own pages come back: what another site sends gets nothing to
press.
"""

from urllib.parse import urlsplit

from fastapi import Request
from starlette.responses import Response

from plancycle.domain.errors import NotAllowed
from plancycle.portal.framing import frame_of
from plancycle.portal.pages import KeptPage
from plancycle.portal.problems import WORDS, on_plancycle_error, on_sign_in_needed, status_of, wants_html
from plancycle.portal.rendering import render
from plancycle.portal.sessions import SIGN_IN, SignInNeeded

TOO_LATE = frozenset({"portal.form_stale", "link.session_over"})
NEVER_KEPT = frozenset({"csrf", "ma", "mat_khau", "khoa"})
"""Tokens, codes, passwords and keys are asked for again."""
WITHOUT_TEXT = ("/dang-nhap", "/dang-xuat", "/n/")
"""Forms that hold nothing but these, or one press."""
FORM = "application/x-www-form-urlencoded"
MOST = 4000
WORDY = 8
"""Characters from which a text is shown and not just carried along."""


async def on_refused(request: Request, error: Exception) -> Response:
    """The form again where it only came too late, else the refusal as :func:`on_plancycle_error` says it."""
    if isinstance(error, NotAllowed) and error.key in TOO_LATE and is_kept(request):
        fresh = str(getattr(request.state, "fresh_token", ""))
        return await _again(request, status_of(error), error.key, fresh, "")
    return on_plancycle_error(request, error)


async def on_session_over(request: Request, error: Exception) -> Response:
    """The form again with the way to sign in, else as :func:`on_sign_in_needed` does."""
    if isinstance(error, SignInNeeded) and is_kept(request):
        return await _again(request, 401, "portal.sign_in_needed", "", SIGN_IN)
    return on_sign_in_needed(request, error)


def is_kept(request: Request) -> bool:
    """Whether a person sent a form with text in it, from a page of this very portal."""
    is_form = request.method == "POST" and request.headers.get("content-type", "").startswith(FORM)
    has_text = not request.url.path.startswith(WITHOUT_TEXT)
    return is_form and has_text and wants_html(request.scope) and _is_surely_ours(request)


def _is_surely_ours(request: Request) -> bool:
    """The browser itself names this portal as the sender; ``Origin: null`` says nothing, and is not enough here."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("origin", "")).netloc == request.headers.get("host")


async def _again(request: Request, status: int, key: str, csrf: str, sign_in: str) -> Response:
    form = await request.form(max_files=0, max_fields=MOST)
    fields = tuple(
        (name, value) for name, value in form.multi_items() if isinstance(value, str) and name not in NEVER_KEPT
    )
    frame = frame_of(request)
    page = KeptPage(
        action=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        message=WORDS.say(key, frame.language),
        csrf=csrf,
        sign_in_href=sign_in,
        is_clerk=not sign_in and not csrf,
        fields=fields,
        texts=tuple(value for _, value in fields if len(value) >= WORDY and " " in value),
    )
    return render("kept.html", page, status, frame=frame)
