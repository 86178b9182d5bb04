"""Passwords, codes and secrets of people who sign in."""

from datetime import datetime
from typing import Protocol


class Credentials(Protocol):
    """Hashing, one-time codes and randomness. Nothing here is ever logged."""

    def hash_password(self, password: str) -> str:
        """A slow, salted hash that says how it was made."""

    def is_password(self, password_hash: str, password: str) -> bool:
        """Whether the password is the hash's; takes as long for an empty hash, so that nobody learns who exists."""

    def new_secret(self) -> str:
        """32 random bytes in URL-safe base64: a session's cookie."""

    def new_second_factor(self) -> str:
        """A random secret for an authenticator app, in base32."""

    def new_recovery_codes(self, count: int) -> tuple[str, ...]:
        """Random codes that each stand in once for the second factor."""

    def second_factor_uri(self, secret: str, name: str, issuer: str) -> str:
        """What an authenticator app is given (``otpauth://…``)."""

    def step_of(self, secret: str, code: str, at: datetime) -> int | None:
        """The time step whose code this is, now or one before or after (RFC 6238, 5.2); None when it is none."""

    def encrypt(self, text: str) -> str:
        """Readable again only with the installation's key."""

    def decrypt(self, text: str) -> str:
        """What was encrypted. Raises NotAllowed("sign_in.key_changed") when the installation's key is another one."""
