"""Who may answer through the JSON API, and what became of each request that carried an idempotency key."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

PREFIX = "plk"
SECRET_CHARACTERS = 43
"""Of a secret: 32 random bytes in URL-safe base64, 256 bits."""
ID_DIGITS = 12
KEPT_FOR = timedelta(days=7)
"""How long the answer to an idempotency key can be asked for again (at least 24 hours are promised)."""
ABANDONED_AFTER = timedelta(minutes=5)
"""A request that has been under way for longer has died with its process; the next one may do the work."""
MAX_KEY = 255
"""Characters of an idempotency key."""

_TOKEN = re.compile(rf"{PREFIX}_([0-9a-f]{{{ID_DIGITS}}})_([A-Za-z0-9_-]{{{SECRET_CHARACTERS}}})")
_IDEMPOTENCY_KEY = re.compile(rf"[\x21-\x7e]{{1,{MAX_KEY}}}")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One agency's key. Only the hash of its secret is kept: 256 random bits need no slow hash."""

    id: str
    agency: str
    secret_sha256: str
    created_at: datetime
    created_by: str
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """A request under an idempotency key; ``answer`` is None while it is under way."""

    agency: str
    key: str
    body_sha256: str
    started_at: datetime
    answer: str | None = None


def new_key(agency: str, secret: str, now: datetime, actor: str) -> tuple[ApiKey, str]:
    """A key and the token that is shown once. ``secret`` is ``secrets.token_urlsafe(32)`` of the caller."""
    digest = _digest(secret)
    key = ApiKey(digest[:ID_DIGITS], agency, digest, now, actor)
    return key, f"{PREFIX}_{key.id}_{secret}"


def parts_of(token: str) -> tuple[str, str] | None:
    """The key's id and the secret in a token; None when it is not spelt like one."""
    found = _TOKEN.fullmatch(token)
    return (found[1], found[2]) if found else None


def opens(key: ApiKey, secret: str) -> bool:
    """Whether the secret is the key's own and the key stands (constant time)."""
    return hmac.compare_digest(key.secret_sha256, _digest(secret)) and key.revoked_at is None


def can_be_idempotency_key(text: str) -> bool:
    """Visible ASCII, at most 255 characters."""
    return _IDEMPOTENCY_KEY.fullmatch(text) is not None


def is_under_way(request: ApiRequest, now: datetime) -> bool:
    """Whether somebody may still be working on it."""
    return request.answer is None and now - request.started_at < ABANDONED_AFTER


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
