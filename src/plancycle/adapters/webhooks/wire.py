"""One POST to exactly one address, within one time limit, with the answer cut short.

The connection goes to the address the guard resolved; the name stays in the Host header and in TLS (SNI and the
certificate's check), so that a name whose DNS answer changes between check and connection gains nothing. Redirects,
proxies of the environment and cookies do not exist on this level.
"""

import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpcore

from plancycle.adapters.timed_http import Clock, TimedStream
from plancycle.adapters.webhooks.guard import Target

MAX_ANSWER = 1024
"""Bytes of an answer that are kept; the rest is not read."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _ToOneAddress(httpcore.NetworkBackend):
    """Connects to one address, whatever name it is asked for."""

    def __init__(self, address: str, clock: Clock) -> None:
        self._address = address
        self._clock = clock

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the address; the name is used by TLS and the Host header only."""
        left = self._clock.left(httpcore.ConnectTimeout)
        return TimedStream(httpcore.SyncBackend().connect_tcp(self._address, port, timeout=left), self._clock)


class Wire:
    """Posts; one connection a call, so that no answer is mistaken for another's."""

    def __init__(self, trust: ssl.SSLContext, seconds: float) -> None:
        """``seconds`` is the time for everything: connect, TLS, send, answer."""
        self._trust = trust
        self._seconds = seconds

    def post(self, target: Target, address: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """POST to ``address`` under the target's name. Raises httpcore's exceptions and OSError (ssl.SSLError)."""
        clock = Clock(self._seconds)
        url = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
        backend = _ToOneAddress(address, clock)
        with httpcore.ConnectionPool(ssl_context=self._trust, network_backend=backend, retries=0) as pool:
            length = {"Content-Length": str(len(body))}
            every = list({"Host": target.authority, **headers, **length}.items())
            with pool.stream("POST", url, headers=every, content=body) as response:
                found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
                return Answer(response.status, found, _beginning(response))


def _beginning(response: httpcore.Response) -> bytes:
    """The first bytes of the answer. That it never ends, or breaks off, changes nothing: the status is known."""
    kept = b""
    try:
        for part in response.iter_stream():
            kept += part
            if len(kept) >= MAX_ANSWER:
                break
    except httpcore.TimeoutException:
        pass
    return kept[:MAX_ANSWER]
