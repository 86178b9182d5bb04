"""Passwords (argon2id), one-time codes (RFC 6238) and encryption of what must be readable again."""

import base64
import hmac
import secrets
from datetime import datetime, timedelta

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.fernet import Fernet, InvalidToken

from plancycle.domain.errors import NotAllowed

STEP = timedelta(seconds=30)
CODE_DIGITS = 6
RECOVERY_BYTES = 10
"""80 random bits a code, sixteen characters of base32."""


class Credentials:
    """Implements :class:`plancycle.services.ports.Credentials`; the hash's cost is the library's (RFC 9106, 4)."""

    def __init__(self, secret: bytes) -> None:
        # A key of its own: what is encrypted here has nothing to do with seals and links.
        key = hmac.digest(secret, b"plancycle-credentials-v1", "sha256")
        self._fernet = Fernet(base64.urlsafe_b64encode(key))
        self._hasher = PasswordHasher()
        self._nobody = ""

    def hash_password(self, password: str) -> str:
        """An argon2id hash."""
        return self._hasher.hash(password)

    def is_password(self, password_hash: str, password: str) -> bool:
        """Whether the password is the hash's; an empty hash takes as long as a wrong password."""
        if not password_hash and not self._nobody:
            self._nobody = self._hasher.hash(secrets.token_urlsafe())
        try:
            is_right = self._hasher.verify(password_hash or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return is_right and bool(password_hash)

    def new_secret(self) -> str:
        """A session's cookie: 256 bits."""
        return secrets.token_urlsafe(32)

    def new_second_factor(self) -> str:
        """160 bits, as authenticator apps expect."""
        return pyotp.random_base32()

    def new_recovery_codes(self, count: int) -> tuple[str, ...]:
        """Codes in four groups of four letters."""
        texts = (base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower() for _ in range(count))
        return tuple("-".join(text[at : at + 4] for at in range(0, len(text), 4)) for text in texts)

    def second_factor_uri(self, secret: str, name: str, issuer: str) -> str:
        """The address an authenticator app opens."""
        return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)

    def step_of(self, secret: str, code: str, at: datetime) -> int | None:
        """The step of a code, allowing a phone's clock to be half a minute off."""
        totp, text = pyotp.TOTP(secret, digits=CODE_DIGITS), "".join(code.split())
        if not (text.isascii() and text.isdecimal() and len(text) == CODE_DIGITS):
            return None
        for moment in (at, at - STEP, at + STEP):
            if hmac.compare_digest(totp.at(moment), text):
                return totp.timecode(moment)
        return None

    def encrypt(self, text: str) -> str:
        """With the installation's key."""
        return self._fernet.encrypt(text.encode()).decode()

    def decrypt(self, text: str) -> str:
        """Raises NotAllowed for what another key encrypted."""
        try:
            return self._fernet.decrypt(text.encode()).decode()
        except InvalidToken:
            raise NotAllowed("sign_in.key_changed") from None
