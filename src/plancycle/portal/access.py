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
    KEY = "key"
    """A program of an agency that holds one of its API keys; shows that agency only."""
    CLERK = "clerk"
    """The browser in which somebody pressed the button of a mailed link; shows that obligation only."""
    DESK = "desk"
    """The coordinating office: somebody who has signed in. Until the first account exists, this very machine or a
    configured proxy that asks for a login.
    """
    MONITOR = "monitor"
    """A monitoring program on this very machine, or one that holds the configured key; shows counts only."""
    HALF_WAY = "half_way"
    """Somebody whose password was right, on the way to the second factor."""


ROUTES: dict[str, Access] = {
    "/": Access.PUBLIC,
    "/suc-khoe": Access.PUBLIC,
    "/metrics": Access.MONITOR,
    "/static": Access.PUBLIC,
    "/openapi.json": Access.PUBLIC,
    "/dang-nhap": Access.PUBLIC,
    "/dang-nhap/ma": Access.HALF_WAY,
    "/dang-nhap/thiet-lap": Access.HALF_WAY,
    "/dang-nhap/tinh": Access.PUBLIC,
    "/dang-nhap/tinh/ve": Access.PUBLIC,
    "/dang-xuat": Access.PUBLIC,
    "/ngon-ngu": Access.PUBLIC,
    "/api/submissions": Access.KEY,
    "/api/arrivals/{arrival}": Access.KEY,
    "/api/submissions/{cycle}/{period}/{agency}/{version}": Access.KEY,
    "/api/obligations": Access.KEY,
    "/api/obligations/{cycle}/{period}/{agency}": Access.KEY,
    "/api/obligations/{cycle}/{period}/{agency}/template": Access.KEY,
    "/api/obligations/{cycle}/{period}/{agency}/extension-requests": Access.KEY,
    "/api/obligations/{cycle}/{period}/{agency}/extension-requests/withdrawal": Access.KEY,
    "/api/obligations/{cycle}/{period}/{agency}/corrections": Access.KEY,
    "/api/submissions/{cycle}/{period}/{agency}/{version}/receipt": Access.KEY,
    "/api/submissions/{cycle}/{period}/{agency}/{version}/explanations": Access.KEY,
    "/api/submissions/{cycle}/{period}/{agency}/{version}/withdrawal": Access.KEY,
    "/n/{token}": Access.TOKEN,
    "/da-thoat": Access.PUBLIC,
    "/ho-so/{cycle}/{period}/{agency}": Access.CLERK,
    "/ho-so/{cycle}/{period}/{agency}/bieu-mau": Access.CLERK,
    "/ho-so/{cycle}/{period}/{agency}/tep": Access.CLERK,
    "/ho-so/{cycle}/{period}/{agency}/nhap": Access.CLERK,
    "/ho-so/{cycle}/{period}/{agency}/chon": Access.CLERK,
    "/ho-so/{cycle}/{period}/{agency}/kiem-tra": Access.CLERK,
    "/ho-so/{cycle}/{period}/{agency}/khong-phat-sinh": Access.CLERK,
    "/ho-so/{cycle}/{period}/{agency}/nop": Access.CLERK,
    "/ho-so/{cycle}/{period}/{agency}/cho/{arrival}": Access.CLERK,
    "/ho-so/{cycle}/{period}/{agency}/bien-nhan/{receipt}": Access.CLERK,
    "/ho-so/{cycle}/{period}/{agency}/bien-nhan/{receipt}/tep/{kind}": Access.CLERK,
    "/ho-so/{cycle}/{period}/{agency}/bien-nhan/{receipt}/giai-trinh": Access.CLERK,
    "/ho-so/{cycle}/{period}/{agency}/dinh-chinh": Access.CLERK,
    "/ho-so/{cycle}/{period}/{agency}/lich-su": Access.CLERK,
    "/ho-so/{cycle}/{period}/{agency}/ban/{number}/tep": Access.CLERK,
    "/ho-so/{cycle}/{period}/{agency}/danh-dau/{sealed}": Access.CLERK,
    "/ho-so/{cycle}/{period}/{agency}/thu-hoi": Access.CLERK,
    "/ho-so/{cycle}/{period}/{agency}/gia-han": Access.CLERK,
    "/ho-so/{cycle}/{period}/{agency}/gia-han/rut": Access.CLERK,
    "/ho-so/{cycle}/{period}/{agency}/lich": Access.CLERK,
    "/ho-so/{cycle}/{period}/{agency}/thoat": Access.CLERK,
    "/bao-cao": Access.DESK,
    "/bao-cao/excel": Access.DESK,
    "/don-vi/{year}/{period}/{agency}": Access.DESK,
    "/don-vi/{year}/{period}/{agency}/tep/{version}": Access.DESK,
    "/don-vi/{year}/{period}/{agency}/so-lieu/{version}": Access.DESK,
    "/don-vi/{year}/{period}/{agency}/goi": Access.DESK,
    "/don-vi/{year}/{period}/{agency}/lien-ket": Access.DESK,
    "/don-vi/{year}/{period}/{agency}/tra-lai": Access.DESK,
    "/don-vi/{year}/{period}/{agency}/gia-han": Access.DESK,
    "/don-vi/{year}/{period}/{agency}/giai-trinh": Access.DESK,
    "/don-vi/{year}/{period}/{agency}/gui-lai": Access.DESK,
    "/don-vi/{year}/{period}/{agency}/thu-hoi": Access.DESK,
    "/don-vi/{year}/{period}/{agency}/dinh-chinh": Access.DESK,
    "/xet/{year}/{period}": Access.DESK,
    "/xet/{year}/{period}/{agency}": Access.DESK,
    "/tong-hop/{year}/{period}/{number}": Access.DESK,
    "/gui-len/{year}/{period}": Access.DESK,
    "/gui-len/{year}/{period}/tra-loi/{sha256}": Access.DESK,
    "/gui-len/{year}/{period}/sua": Access.DESK,
    "/bieu-do/{year}/{period}": Access.DESK,
    "/doi-chieu/{year}/{period}": Access.DESK,
    "/thuyet-minh/{year}/{period}": Access.DESK,
    "/so-lieu/{cycle}/{period}/{suffix}": Access.DESK,
    "/cach-ly": Access.DESK,
    "/cach-ly/{number}": Access.DESK,
    "/cach-ly/{number}/tep": Access.DESK,
    "/gia-han": Access.DESK,
    "/viec-khac": Access.DESK,
    "/viec-khac/{cycle}/{kind}/{body}/{key}": Access.DESK,
    "/thu-di": Access.DESK,
    "/thu-di/la": Access.DESK,
    "/dia-chi": Access.DESK,
    "/nhat-ky": Access.DESK,
    "/nhat-ky/csv": Access.DESK,
    "/luot-chay": Access.DESK,
    "/luot-chay/{step}": Access.DESK,
    "/tinh-trang": Access.DESK,
    "/tai-lieu/{sha256}": Access.DESK,
    "/du-bao": Access.DESK,
    "/ganh-nang": Access.DESK,
    "/du-lieu-mo": Access.DESK,
    "/lich/{agency}/{token}": Access.TOKEN,
    "/phe-duyet/{token}": Access.TOKEN,
    "/phe-duyet/{token}/tep/{sha256}": Access.TOKEN,
    "/phe-duyet/{token}/xac-thuc": Access.TOKEN,
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
