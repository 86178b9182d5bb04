"""People of the coordinating side who sign in: accounts, roles, sessions, and when an account is locked."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Role(StrEnum):
    """What somebody may do. Several may be one person's; deciding about one's own request never is."""

    OPERATOR = "operator"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    AUDITOR = "auditor"
    """Reads everything, changes nothing."""


NEEDS_SECOND_FACTOR = frozenset({Role.APPROVER})
"""Roles that never act on a password alone."""
MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
SESSION_LIFE = timedelta(hours=10)
"""One working day; then one signs in again."""
SESSION_IDLE = timedelta(minutes=60)
SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is known when a session was last used; not every page writes."""
MINIMUM_PASSWORD, MAXIMUM_PASSWORD = 12, 200
RECOVERY_CODES = 8

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")


@dataclass(frozen=True, slots=True)
class Staff:
    """Who is acting on a page of the desk. ``is_local``: nobody has an account yet, and this very machine asks."""

    name: str
    full_name: str
    roles: frozenset[Role]
    is_local: bool = False

    def can(self, *roles: Role) -> bool:
        """Whether any of the roles is theirs."""
        return bool(self.roles & set(roles))


LOCAL = Staff("may-chu", "may-chu", frozenset(Role), is_local=True)
"""The server's own keyboard, as long as there is no account."""


@dataclass(frozen=True, slots=True)
class Account:
    """One person's account. Secrets are kept as hashes; the second factor's is encrypted with our own key."""

    name: str
    full_name: str
    roles: tuple[Role, ...]
    password_hash: str
    created_at: datetime
    created_by: str
    second_factor: str = ""
    """Encrypted TOTP secret (RFC 6238); empty: none enrolled."""
    last_step: int = 0
    """Time step of the last code taken: a code works once."""
    recovery: tuple[str, ...] = ()
    """SHA-256 of the recovery codes that are left."""
    failures: int = 0
    locked_until: datetime | None = None
    disabled_at: datetime | None = None
    subject: str = ""
    """``issuer|sub`` at the province's own sign-in (OpenID Connect); empty: signs in here."""

    def is_locked(self, now: datetime) -> bool:
        """Whether too many wrong attempts have closed it for a while."""
        return self.locked_until is not None and now < self.locked_until

    @property
    def needs_second_factor(self) -> bool:
        """Whether a password alone is not enough."""
        return bool(self.second_factor) or bool(NEEDS_SECOND_FACTOR & set(self.roles))

    @property
    def staff(self) -> Staff:
        """The person, as pages know them."""
        return Staff(self.name, self.full_name, frozenset(self.roles))


@dataclass(frozen=True, slots=True)
class StaffSession:
    """A browser that somebody signed in with; only the hash of its cookie is kept."""

    id: str
    account: str
    begun_at: datetime
    seen_at: datetime
    is_strong: bool = field(default=False)
    """A second factor was given (or the province's own sign-in vouches for the person)."""
    ended_at: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return self.ended_at is None and now < self.begun_at + SESSION_LIFE and now < self.seen_at + SESSION_IDLE


def can_be_name(name: str) -> bool:
    """Lower-case letters, digits, dots, dashes; also how an official of the address book is called."""
    return _NAME.fullmatch(name) is not None
