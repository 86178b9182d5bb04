"""Which addresses a webhook may reach: the public Internet by HTTPS, and what the operator lists beyond it.

An address in ``contacts.yaml`` is typed by people, often as an agency sent it. Without this guard it could make the
server knock at its own doors: its loopback, the office network, a cloud's metadata service. The URL is read by one
strict grammar; the name is resolved once, every answer is judged, and the connection goes to exactly that answer.
"""

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from plancycle.domain.errors import ActionNeeded, DataProblem, OutsideFailure

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolver = Callable[[str, int], Sequence[str]]

MAX_URL = 250
PORTS = {"https": 443, "http": 80}

_URL = re.compile(
    r"(?P<scheme>https?)://"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<target>/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*(?:\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?)?"
)
"""Absolute, ASCII, without credentials, fragment, backslash or blank; a Vietnamese domain in its xn-- form."""
_LABEL = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)")
_ENTRY = re.compile(
    r"(?:(?P<scheme>https?)://)?(?P<where>\[[0-9A-Fa-f:.]+\]|[^\[\]:]+|[0-9A-Fa-f:]+/\d+)(?::(?P<port>\d{1,5}))?"
)

_NEVER_V4 = tuple(
    ipaddress.IPv4Network(spelt)
    for spelt in (
        "0.0.0.0/8",  # this host (RFC 791)
        "10.0.0.0/8",  # private (RFC 1918)
        "100.64.0.0/10",  # carrier-grade NAT (RFC 6598)
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, cloud metadata (RFC 3927)
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments (RFC 6890)
        "192.0.2.0/24",  # documentation (RFC 5737)
        "192.88.99.0/24",  # former 6to4 relays (RFC 7526)
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks (RFC 2544)
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast (RFC 5771)
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
"""Outside it lie loopback, mapped and NAT64 forms of IPv4, unique local, link-local and multicast addresses."""
_NEVER_V6 = tuple(
    ipaddress.IPv6Network(spelt)
    for spelt in (
        "2001::/23",  # protocol assignments: Teredo carries IPv4 (RFC 4380), ORCHID
        "2001:db8::/32",  # documentation (RFC 3849)
        "2002::/16",  # 6to4 carries IPv4 (RFC 3056)
        "3fff::/20",  # documentation (RFC 9637)
    )
)
_NEVER_BY_NAME: tuple[Network, ...] = tuple(
    ipaddress.ip_network(spelt)
    for spelt in ("0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4", "fe80::/10", "ff00::/8", "::/128")
)
"""What a listed *name* may not lead to either: whoever owns the name's zone must not choose the metadata service."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of the setting: a host name or a network, plain HTTP or not, and a port of its own."""

    host: str | None
    network: Network | None
    is_plain: bool
    port: int | None


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that passed. ``host`` has no brackets; ``path`` begins with a slash."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Host and port as the Host header spells them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


class Guard:
    """Judges URLs and addresses; ``allow`` is the setting's text."""

    def __init__(self, allow: str = "", resolve: Resolver | None = None) -> None:
        """``resolve`` gives the addresses of a name. Raises DataProblem for an entry that is none."""
        self._listed = tuple(_listed(entry) for entry in re.split(r"[,\s]+", allow) if entry)
        self._resolve = resolve or resolve_by_system

    def target(self, url: str) -> Target:
        """Read a URL. Raises ActionNeeded("webhook.url_refused") with the reason's code."""
        match = _URL.fullmatch(url) if len(url) <= MAX_URL else None
        if match is None:
            raise _refused("spelling")
        scheme, host = match["scheme"], match["host"].strip("[]").lower()
        port = int(match["port"] or PORTS[scheme])
        literal = _literal(match["host"])
        if literal is None:
            self._check_name(host)
        entries = self._entries(host, literal)
        if scheme == "http" and not any(entry.is_plain for entry in entries):
            raise _refused("not_https")
        if port != PORTS[scheme] and not any(entry.port == port for entry in entries):
            raise _refused("port")
        return Target(scheme, host, port, match["target"] or "/")

    def address(self, target: Target) -> str:
        """Resolve a host once and judge every answer; returns the address to connect to.

        Raises ActionNeeded("webhook.url_refused") when any answer is forbidden, OutsideFailure("webhook.no_address")
        when the name has none now.
        """
        literal = _literal(target.host) or _literal(f"[{target.host}]")
        found = [str(literal)] if literal else list(self._resolve(target.host, target.port))
        if not found:
            raise OutsideFailure("webhook.no_address", host=target.host)
        for spelt in found:
            self._check_address(target.host, spelt)
        return found[0]

    def _check_name(self, host: str) -> None:
        """A name of the DNS: numbers in any spelling (decimal, octal, hexadecimal, short) are none."""
        labels = host.split(".")
        if not all(_LABEL.fullmatch(label) for label in labels) or re.match(r"\d|0x", labels[-1]):
            raise _refused("host")
        if len(labels) < 2 and not self._entries(host, None):
            raise _refused("host")

    def _check_address(self, host: str, spelt: str) -> None:
        try:
            address = ipaddress.ip_address(spelt)
        except ValueError:
            raise _refused("address") from None
        if is_public(address) or any(_covers(entry.network, address) for entry in self._listed):
            return
        by_name = any(entry.host == host for entry in self._listed)
        if by_name and not any(_covers(network, address) for network in _NEVER_BY_NAME) and not _carries_v4(address):
            return
        raise _refused("address")

    def _entries(self, host: str, literal: Address | None) -> list[Listed]:
        return [entry for entry in self._listed if entry.host == host or (literal and _covers(entry.network, literal))]


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public Internet and to one host of it."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _NEVER_V4)
    if address.scope_id is not None or address not in _PUBLIC_V6:
        return False
    return not any(address in network for network in _NEVER_V6)


def resolve_by_system(host: str, port: int) -> list[str]:
    """The addresses of a name as the system resolves it; empty when it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def _literal(host: str) -> Address | None:
    """The address a host spells strictly (four decimal numbers, or IPv6 in brackets); None for anything else."""
    try:
        if host.startswith("["):
            return ipaddress.IPv6Address(host[1:-1])
        return ipaddress.IPv4Address(host)
    except ValueError:
        return None


def _covers(network: Network | None, address: Address) -> bool:
    return network is not None and address.version == network.version and address in network


def _carries_v4(address: Address) -> bool:
    """IPv6 forms that hide an IPv4 address: mapped, compatible, NAT64 (RFC 6052, RFC 8215), 6to4, Teredo."""
    hidden = ("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
    is_loopback = address == ipaddress.IPv6Address("::1")
    return not is_loopback and any(_covers(ipaddress.ip_network(one), address) for one in hidden)


def _listed(entry: str) -> Listed:
    match = _ENTRY.fullmatch(entry)
    port = int(match["port"]) if match and match["port"] else None
    if match is None or (port is not None and not 0 < port < 65536):
        raise DataProblem("webhook.allow_invalid", entry=entry)
    where = match["where"].strip("[]").lower()
    try:
        return Listed(None, ipaddress.ip_network(where), match["scheme"] == "http", port)
    except ValueError:
        if not all(_LABEL.fullmatch(label) for label in where.split(".")):
            raise DataProblem("webhook.allow_invalid", entry=entry) from None
    return Listed(where, None, match["scheme"] == "http", port)


def _refused(reason: str) -> ActionNeeded:
    """``reason`` is the last part of a message key ``webhook.reason.…``; the URL is not shown, it may hold a token."""
    return ActionNeeded("webhook.url_refused", reason=reason)
