"""Webhooks: an agency's own system is told by a signed POST. What an answer means, and when to try again.

The rules are those of the Standard Webhooks specification: 2xx is success, anything else (a redirect, too) is
failure, 410 means the endpoint is gone; one id for all tries of one message, so that a receiver counts it once.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

CHANNEL = "webhook"

RETRIES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""Waits after the first, second … failed try. After the last one the message is parked: about three days and three
hours in all, so that an office's system may be away over a weekend."""

LONGEST_WAIT = timedelta(hours=24)
"""A receiver may ask for more patience (Retry-After), within this."""

MAX_SECRETS = 2
"""Both sign while a secret is being replaced; the receiver may check with either."""

_GONE = 410


class Verdict(StrEnum):
    """What an answer means for the message."""

    DELIVERED = "delivered"
    FAILED = "failed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an agency's system listens. The secrets themselves are kept elsewhere and named here only."""

    url: str
    secret_env: tuple[str, ...] = ()
    """Names of variables of the environment, one secret each."""
    secret_file: str | None = None
    """A file with one secret a line, at most two; relative to the data folder."""

    @property
    def label(self) -> str:
        """What lists and tables call it: scheme, host, and a mark of the rest, which often holds a receiver's token."""
        scheme, _, rest = self.url.partition("://")
        host = rest.partition("/")[0].partition("?")[0]
        return f"{scheme}://{host}/~{hashlib.sha256(self.url.encode()).hexdigest()[:12]}"


def verdict_of(status: int) -> Verdict:
    """What an HTTP status means; redirects are never followed, so they are failures."""
    if 200 <= status < 300:
        return Verdict.DELIVERED
    return Verdict.GONE if status == _GONE else Verdict.FAILED


def is_gone(answer: str) -> bool:
    """Whether an answer, as the courier spells it, says that the endpoint is gone for good."""
    return answer.startswith(f"HTTP {_GONE}")


def next_try(number: int, at: datetime, retry_after: timedelta | None = None) -> datetime | None:
    """When to try again after the ``number``-th failed try (from 1); None when the table is used up."""
    if number > len(RETRIES):
        return None
    asked = min(retry_after, LONGEST_WAIT) if retry_after is not None else timedelta(0)
    return at + max(RETRIES[number - 1], asked)
