"""Who may open what: every route of the portal is listed here, and a route that is not listed is a failed test."""

from collections.abc import Collection
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import Request

from plancycle.domain.errors import NotAllowed


class Access(StrEnum):
    """What opens a route."""

    PUBLIC = "public"
    """Anyone; shows nothing of any agency."""
    TOKEN = "token"
    """Whoever holds the signed link of the mail."""
    DESK = "desk"
    """The coordinating office: this very machine, or a configured proxy that asks for a login."""


ROUTES: dict[str, Access] = {
    "/": Access.PUBLIC,
    "/suc-khoe": Access.PUBLIC,
    "/static": Access.PUBLIC,
    "/openapi.json": Access.PUBLIC,
    "/bao-cao": Access.DESK,
    "/tai-lieu/{sha256}": Access.DESK,
    "/phe-duyet/{token}": Access.TOKEN,
    "/phe-duyet/{token}/tep/{sha256}": Access.TOKEN,
}

FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
"""Headers of a proxy: behind one, a loopback address says nothing about who is asking."""


def desk_only(request: Request) -> None:
    """Refuse whoever is not at the desk. Raises NotAllowed("portal.desk_only")."""
    proxies: Collection[str] = request.app.state.proxies
    client = request.client.host if request.client else ""
    if client in proxies:
        return
    is_forwarded = any(name in request.headers for name in FORWARDED)
    if is_forwarded or not is_loopback(client) or not is_loopback(host_name(request.headers.get("host", ""))):
        raise NotAllowed("portal.desk_only")


def is_loopback(host: str) -> bool:
    """Whether an address or name means this very machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def host_name(header: str) -> str:
    """The name in a Host header, in lower case and without its port; empty for nonsense."""
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


def comes_from_our_page(request: Request) -> bool:
    """Whether a POST was sent by one of our own pages.

    Browsers say so in Sec-Fetch-Site. Older ones send Origin only, and ``null`` at that, since our pages ask for
    no-referrer: there the form's own seal decides, which no other site can know.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin", "")
    return origin == "null" or urlsplit(origin).netloc == request.headers.get("host")
