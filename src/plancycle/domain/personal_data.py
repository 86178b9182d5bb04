"""What may go when somebody asks for the erasure of what is held about them, and what stays.

Law 91/2025/QH15 on the protection of personal data and Decree 356/2025/NĐ-CP: a request is answered within two working
days. What was done in an office's name is a record of that office and stays as it is, in the audit log first of all:
who confirmed, decided, signed. How a contact is reached goes.
"""

from dataclasses import dataclass
from enum import StrEnum

DAYS_TO_ANSWER = 2
"""Working days for an answer to the person (Decree 356/2025/NĐ-CP)."""
ERASED_HOST = "erased.invalid"


class Purpose(StrEnum):
    """Why a text that can name a person is kept."""

    REACHING = "reaching"
    """How somebody is reached, or who wrote to us: goes on request."""
    OFFICIAL_ACT = "official_act"
    """Who did what in an office's name: stays, as archive and accountability law ask."""
    ACCOUNT = "account"
    """Who may sign in: goes from the account (``plancycle staff``), not from here."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column of the ledger."""

    table: str
    column: str


GOES = (
    Field("messages", "to_address"),
    Field("addresses", "address"),
    Field("addresses", "why"),
    Field("bounces", "address"),
    Field("bounces", "why"),
    Field("clerk_links", "recipient"),
    Field("quarantine", "sender"),
    Field("quarantine", "params"),
    Field("mails", "sender"),
    Field("arrivals", "name"),
    Field("arrivals", "reasons"),
    Field("drafts", "answers"),
)
"""Every column whose text goes; a name or address found in any other stays, and is told why."""

ACCOUNT_TABLES = frozenset({"accounts", "staff_sessions", "api_keys"})


def purpose_of(table: str, column: str) -> Purpose:
    """Why one column is kept."""
    if Field(table, column) in GOES:
        return Purpose.REACHING
    return Purpose.ACCOUNT if table in ACCOUNT_TABLES else Purpose.OFFICIAL_ACT


def replacement(term: str, mark: str) -> str:
    """What stands in the place of a name or address; ``mark`` is keyed, so only the installation can tell whose."""
    return f"erased-{mark}@{ERASED_HOST}" if "@" in term else f"[erased-{mark}]"
