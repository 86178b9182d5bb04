"""Secrets of webhook endpoints: named in the address book, kept in the environment or in a file, never logged."""

import base64
import binascii
from collections.abc import Callable
from pathlib import Path

from plancycle.domain.errors import ActionNeeded
from plancycle.domain.webhooks import MAX_SECRETS, Endpoint

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64
"""Bytes of a secret (Standard Webhooks, "Signature scheme")."""


class Secrets:
    """Looks secrets up at every use, so that a replaced one counts at once."""

    def __init__(self, data_dir: Path, variable: Callable[[str], str]) -> None:
        """``variable`` reads one variable of the environment (empty: not set)."""
        self._data_dir = data_dir
        self._variable = variable

    def of(self, endpoint: Endpoint) -> tuple[str, ...]:
        """One or two secrets, the newer one first. Raises ActionNeeded, naming the place and never the value."""
        named = [(name, self._variable(name)) for name in endpoint.secret_env]
        if endpoint.secret_file:
            named += [(endpoint.secret_file, line) for line in self._lines(endpoint.secret_file)]
        found = [(place, value.strip()) for place, value in named if value.strip()]
        if not found:
            raise ActionNeeded("webhook.secret_missing", places=", ".join(_places(endpoint)))
        if len(found) > MAX_SECRETS:
            raise ActionNeeded("webhook.secrets_too_many", places=", ".join(_places(endpoint)), most=MAX_SECRETS)
        for place, value in found:
            _check(place, value)
        return tuple(value for _, value in found)

    def _lines(self, name: str) -> list[str]:
        try:
            text = (self._data_dir / name).read_text("ascii")
        except (OSError, UnicodeDecodeError):
            return []
        return [line for line in text.splitlines() if not line.lstrip().startswith("#")]


def _places(endpoint: Endpoint) -> tuple[str, ...]:
    return (*endpoint.secret_env, *([endpoint.secret_file] if endpoint.secret_file else []))


def _check(place: str, value: str) -> None:
    """``whsec_`` and base64 of 24 to 64 bytes; a shorter key could be guessed."""
    encoded = value.removeprefix(PREFIX)
    try:
        size = len(base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True))
    except (binascii.Error, ValueError):
        size = 0
    if not value.startswith(PREFIX) or not SHORTEST <= size <= LONGEST:
        raise ActionNeeded("webhook.secret_invalid", place=place, shortest=SHORTEST, longest=LONGEST)
