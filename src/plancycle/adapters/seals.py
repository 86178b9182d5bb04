"""Marks that only this installation can make: HMAC seals in workbooks, signed tokens in mailed links.

Everything hangs on one secret, ``PLANCYCLE_SECRET_KEY`` or ``secret.key`` in the data directory. Whoever has it can
forge links; whoever loses it invalidates every link and workbook that is out.
"""

import hashlib
import hmac
import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path

from itsdangerous import BadData, URLSafeSerializer

from plancycle.domain.errors import DataProblem, NotAllowed
from plancycle.domain.events import canonical_json

SEAL_DIGITS = 32
"""Hex digits of a seal: 128 bits of the HMAC."""
MINIMUM_SECRET = 32
"""Characters of a configured secret; 32 hex digits are 128 bits."""
MAX_TOKEN = 2048
"""Longer tokens are not looked at: a mailed link never comes near."""
KEY_FILE = "secret.key"


class Seals:
    """Seals and links; implements :class:`plancycle.services.ports.Seals`."""

    def __init__(self, secret: bytes) -> None:
        # One key for each use: a seal can never be passed off as a link's signature.
        self._key = hmac.digest(secret, b"plancycle-seal-v1", "sha256")
        self._links = URLSafeSerializer(
            secret, salt="plancycle-link-v1", signer_kwargs={"digest_method": hashlib.sha256}
        )

    def seal(self, *parts: str) -> str:
        """HMAC-SHA256 over the parts, cut to 128 bits, as hex; ("ab", "c") and ("a", "bc") differ."""
        return hmac.new(self._key, canonical_json(parts).encode(), "sha256").hexdigest()[:SEAL_DIGITS]

    def is_genuine(self, seal: str, *parts: str) -> bool:
        """Whether the mark belongs to the parts (constant time)."""
        return hmac.compare_digest(self.seal(*parts).encode(), seal.encode("utf-8", "replace"))

    def sign_link(self, payload: Mapping[str, str]) -> str:
        """A URL-safe token; the same payload gives the same token."""
        return self._links.dumps(dict(sorted(payload.items())))

    def open_link(self, token: str) -> Mapping[str, str]:
        """The payload. Raises NotAllowed for a token that is not ours, cut short or changed."""
        if len(token) > MAX_TOKEN or not token.isascii():
            raise NotAllowed("link.invalid")
        try:
            payload = self._links.loads(token)
        except BadData:
            raise NotAllowed("link.invalid") from None
        return {str(name): str(value) for name, value in payload.items()}


def load_secret(data_dir: Path, configured: str | None) -> bytes:
    """The configured secret, or ``secret.key`` of the data directory, made (mode 0600) when there is none.

    Raises DataProblem when either is shorter than MINIMUM_SECRET characters.
    """
    if configured is not None:
        return _checked(configured, "PLANCYCLE_SECRET_KEY")
    path = data_dir / KEY_FILE
    if not path.exists():
        _make_secret(path)
    return _checked(path.read_text(encoding="ascii", errors="replace").strip(), str(path))


def _checked(secret: str, source: str) -> bytes:
    if len(secret) < MINIMUM_SECRET:
        raise DataProblem("secret.too_short", source=source, minimum=MINIMUM_SECRET)
    return secret.encode()


def _make_secret(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")  # mkstemp opens with mode 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"{secrets.token_hex(32)}\n")
            file.flush()
            os.fsync(file.fileno())
        # A link refuses to replace: of two processes starting together, the second takes over the first one's secret.
        try:
            os.link(temporary, path)
        except FileExistsError:
            return
    finally:
        Path(temporary).unlink(missing_ok=True)
