"""What a clerk holds: the link of one recipient for one obligation, and drafts."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from plancycle.domain.periods import ObligationKey

LINK_LIFE = timedelta(days=30)
"""After a period's final edition is frozen (or an extension ends) its links still open for so long: late is better
than never. Then the period is locked for the web; what is still to come goes through the operator.
"""
SESSION_LIFE = timedelta(hours=12)
"""Of the browser in which somebody pressed the link's button."""
TOKEN_DIGITS = 32
"""Hex digits of a link's token: 128 bits of a keyed hash, which nobody without the installation's key can guess."""


@dataclass(frozen=True, slots=True)
class ClerkLink:
    """One recipient's link. Only the hash of its token is kept; taking it back ends its sessions, too."""

    id: str
    token_sha256: str
    obligation: ObligationKey
    recipient: str
    generation: int
    """How often the recipient's link was made anew: 0 for the first."""
    created_at: datetime
    revoked_at: datetime | None = None
    revoked_by: str | None = None


def link_id(token: str) -> str:
    """The short name of a link, made from its token; says nothing about it."""
    return digest(token)[:16]


def digest(token: str) -> str:
    """What is kept of a token: 128 unguessable bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def locked_at(freeze_at: datetime, due_at: datetime, corrected_at: datetime | None = None) -> datetime:
    """When an obligation's links stop opening; a correction opened at ``corrected_at`` opens them again for as long."""
    return max(freeze_at, due_at, corrected_at or due_at) + LINK_LIFE


@dataclass(frozen=True, slots=True)
class DraftPart:
    """What a clerk has typed into one group of fields (one row of a sheet). ``revision`` grows with every saving."""

    obligation: ObligationKey
    part: str
    revision: int
    answers: Mapping[str, str]
    """What was typed, by field code."""
    saved_at: datetime
