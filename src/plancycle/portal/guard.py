"""The doorkeeper in front of every route: known hosts only, small bodies, HEAD like GET, security headers on every
answer (errors too), and no traceback ever.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from plancycle.portal.access import host_name
from plancycle.portal.arriving import note_arrival
from plancycle.portal.problems import LIMITS, MAX_BODY_KB, problem_response

CONTENT_POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
ONE_YEAR = 365 * 24 * 3600
MAX_BODY = MAX_BODY_KB * 1024
MAX_BODY_OF = {"/api/submissions": 10 * 1024 * 1024}
"""Where whole workbooks come in; the gate before the parser limits what they unpack to."""

BODY_SECONDS = 30.0
"""A body that is not there by then is not waited for: slow senders hold nobody else up."""
CASE = "/ho-so/"
MAX_UPLOAD, MAX_WEB_FORM = 10 * 1024 * 1024, 1024 * 1024
"""A clerk's workbook, and a clerk's web form with every text at its longest."""

log = logging.getLogger("plancycle.portal")


class Guard:
    """Pure ASGI middleware. ``hosts`` are the names the portal answers to; ``is_https`` adds HSTS."""

    def __init__(self, app: ASGIApp, hosts: Collection[str], is_https: bool) -> None:
        self._app = app
        self._hosts = hosts
        self._headers = dict(HEADERS)
        if is_https:
            self._headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_head = scope["method"] == "HEAD"
        if is_head:
            scope = {**scope, "method": "GET"}
        has_begun = False

        async def guarded(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                MutableHeaders(scope=message).update(self._headers)
            elif is_head:
                message = {**message, "body": b""}
            await send(message)

        try:
            await self._pass_on(scope, receive, guarded)
        except Exception:
            incident = secrets.token_hex(4)
            log.exception("incident %s", incident)
            if has_begun:
                raise
            await problem_response(scope, 500, "portal.internal", incident=incident)(scope, receive, guarded)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        asked = [headers.get("host", ""), *headers.getlist("x-forwarded-host")]
        if any(host_name(host) not in self._hosts for host in asked):
            await problem_response(scope, 400, "portal.unknown_host")(scope, receive, send)
            return
        length = headers.get("content-length", "0")
        if not length.isdecimal():
            await problem_response(scope, 400, "portal.bad_request")(scope, receive, send)
        elif int(length) > (most := most_of(scope["path"])):
            limits = {**LIMITS, "maximum": most // 1024}
            await problem_response(scope, 413, "portal.too_large", limits)(scope, receive, send)
        else:
            await self._app(scope, _counted(scope, receive, most), send)


def most_of(path: str) -> int:
    """The largest body taken at an address, in bytes."""
    if path.startswith(CASE):
        return MAX_UPLOAD if path.endswith("/tep") else MAX_WEB_FORM
    return MAX_BODY_OF.get(path, MAX_BODY)


def _counted(scope: Scope, receive: Receive, most: int) -> Receive:
    """Stop reading a body that says nothing of its length and never ends, or that trickles; note when it was whole."""
    received, is_whole, began = 0, False, time.monotonic()
    until = asyncio.get_running_loop().time() + BODY_SECONDS

    async def counted() -> Message:
        nonlocal received, is_whole
        if is_whole:  # what comes now is the word that the browser has gone
            return await receive()
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408) from None
        is_whole = not message.get("more_body", False)
        if is_whole:
            note_arrival(scope, receive, began)
        received += len(message.get("body", b""))
        if received > most:
            raise HTTPException(413)
        return message

    return counted
