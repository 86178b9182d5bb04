"""HTTP calls that are over when their time is over, however slowly the other side drips.

The usual time-outs are per read: a server that sends one byte now and then holds a caller for ever. Redirects,
cookies and proxies of the environment do not exist on this level.
"""

import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpcore
import httpx

MAX_ANSWER = 64 * 1024
"""Bytes of an answer that are kept as evidence, where the caller does not ask for more."""

WRITTEN_AT_ONCE = 16 * 1024
"""Bytes between two looks at the clock: one who reads slowly must not hold us either."""


class NotReached(Exception):
    """No connection, or none that can be trusted (TLS): the other side surely got nothing."""


class NoAnswer(Exception):
    """The line broke, went silent or took too long after sending began: nobody can say what the other side did."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back."""

    status: int
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")


class Clock:
    """What is left of the time limit; each operation may take that much and no more."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self, kind: type[Exception]) -> float:
        """Seconds left. Raises ``kind`` when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise kind
        return left


class TimedStream(httpcore.NetworkStream):
    """A connection whose every operation ends with the time limit: a drip of bytes does not stretch it."""

    def __init__(self, inner: httpcore.NetworkStream, clock: Clock) -> None:
        self._inner = inner
        self._clock = clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read some bytes."""
        return self._inner.read(max_bytes, self._clock.left(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all bytes."""
        for start in range(0, len(buffer), WRITTEN_AT_ONCE):
            piece = buffer[start : start + WRITTEN_AT_ONCE]
            self._inner.write(piece, self._clock.left(httpcore.WriteTimeout))

    def close(self) -> None:
        """End the connection."""
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Begin TLS under the URL's name."""
        left = self._clock.left(httpcore.ConnectTimeout)
        return TimedStream(self._inner.start_tls(ssl_context, server_hostname, left), self._clock)

    def get_extra_info(self, info: str) -> Any:
        """What the connection knows of itself."""
        return self._inner.get_extra_info(info)


class _TimedBackend(httpcore.NetworkBackend):
    """Connects as usual; everything after it is timed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect within what is left of the time."""
        left = self._clock.left(httpcore.ConnectTimeout)
        return TimedStream(httpcore.SyncBackend().connect_tcp(host, port, timeout=left), self._clock)


class TimedHttp:
    """Calls of one service. ``seconds`` is the time for everything: connect, TLS, send, answer."""

    def __init__(self, seconds: float, authority: str = "") -> None:
        """``authority``: file of certificates (PEM) trusted besides the well-known ones."""
        self._seconds = seconds
        self._authority = authority

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        """Read when the first call over TLS is made: it takes a while."""
        trust = httpx.create_ssl_context(trust_env=False)
        if self._authority:
            trust.load_verify_locations(cafile=self._authority)
        return trust

    def call(self, request: httpx.Request, most: int = MAX_ANSWER) -> Answered:
        """Send a request; an answer is cut after ``most`` bytes. Raises NotReached, NoAnswer, OSError."""
        url = request.url
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        trust = self._trust if url.scheme == "https" else None
        backend = _TimedBackend(Clock(self._seconds))
        try:
            with (
                httpcore.ConnectionPool(ssl_context=trust, network_backend=backend, retries=0) as pool,
                pool.stream(request.method, target, headers=request.headers.raw, content=request.read()) as response,
            ):
                return Answered(response.status, _beginning(response, most))
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as problem:
            raise NotReached(str(problem)) from problem
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError) as problem:
            raise NoAnswer(str(problem)) from problem


def _beginning(response: httpcore.Response, most: int) -> bytes:
    kept = b""
    for part in response.iter_stream():
        kept += part
        if len(kept) >= most:
            break
    return kept[:most]
