"""One signed POST of one message, as the Standard Webhooks specification has it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

import httpcore
from standardwebhooks import Webhook

from plancycle.adapters.webhooks.guard import Guard, Target
from plancycle.adapters.webhooks.secrets import Secrets
from plancycle.adapters.webhooks.wire import Answer
from plancycle.domain.errors import ActionNeeded, OutsideFailure
from plancycle.domain.webhooks import Endpoint, Verdict, verdict_of
from plancycle.services.ports import AddressRefused, NotTaken

SECONDS = 15.0
"""For everything: connect, TLS, send, answer (the specification asks for 15 to 30)."""
LONGEST_ANSWER = 200


class Poster(Protocol):
    """What carries the bytes; :class:`plancycle.adapters.webhooks.wire.Wire` in the house."""

    def post(self, target: Target, address: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """POST to one address. Raises httpcore's exceptions and OSError."""


class WebhookCourier:
    """Signs and posts; implements :class:`plancycle.services.ports.Courier`."""

    def __init__(self, guard: Guard, secrets: Secrets, wire: Poster, now: Callable[[], datetime] | None = None) -> None:
        """``now`` is the wall clock: a receiver compares the signed time with its own."""
        self._guard = guard
        self._secrets = secrets
        self._wire = wire
        self._now = now or (lambda: datetime.now(UTC))

    def deliver(self, endpoint: Endpoint, key: str, body: bytes) -> str:
        """POST once; returns the answer (2xx) in a line.

        Raises AddressRefused (410: the endpoint is gone), NotTaken (any other answer, no answer, or an endpoint that
        may not or cannot be used as it is described now). Time-outs are NotTaken, too: one id makes a repetition safe.
        """
        try:
            target = self._guard.target(endpoint.url)
            headers = self._headers(endpoint, key, body)
            address = self._guard.address(target)
        except (ActionNeeded, OutsideFailure) as problem:
            raise NotTaken(str(problem)) from problem
        try:
            answer = self._wire.post(target, address, headers, body)
        except (OSError, httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as broken:
            raise NotTaken(f"{type(broken).__name__} {_line(str(broken))}".strip()) from broken
        return _judged(answer)

    def _headers(self, endpoint: Endpoint, key: str, body: bytes) -> dict[str, str]:
        """Signed over id, time and body with every secret in force, newest first."""
        # The library takes the figures of the time as UTC whatever its zone says.
        at, text = self._now().astimezone(UTC), body.decode()
        signatures = [Webhook(secret).sign(key, at, text) for secret in self._secrets.of(endpoint)]
        return {
            "Content-Type": "application/json",
            "User-Agent": "plancycle",
            "webhook-id": key,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": " ".join(signatures),
        }


def _judged(answer: Answer) -> str:
    said = f"HTTP {answer.status} {_line(answer.body.decode('utf-8', 'replace'))}".strip()
    verdict = verdict_of(answer.status)
    if verdict is Verdict.GONE:
        raise AddressRefused(said)
    if verdict is Verdict.FAILED:
        raise NotTaken(said, _patience(answer.headers.get("retry-after", "")))
    return said


def _patience(retry_after: str) -> timedelta | None:
    """Seconds a receiver asks for; the form with a date is not worth a parser here."""
    return timedelta(seconds=int(retry_after)) if retry_after.isascii() and retry_after.isdigit() else None


def _line(text: str) -> str:
    """What a stranger said, in one line of printable characters."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:LONGEST_ANSWER]
