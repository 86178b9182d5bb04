"""What the ledger holds beyond its purpose, or about one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from plancycle.domain.clerk_access import ClerkLink
from plancycle.domain.periods import ObligationKey


@dataclass(frozen=True, slots=True)
class Found:
    """One row that names a person: its table, the columns that do, and the whole row as plain values."""

    table: str
    columns: tuple[str, ...]
    row: dict[str, object]


class Custody(Protocol):
    """Questions across tables, and the few deletions that rules or people ask for."""

    def needed_beside_letters(self) -> set[str]:
        """Hashes of all files some row stands on, letters apart; the list of what came in needs none."""

    def named_files(self) -> set[str]:
        """Every hash that stands in any row at all; bytes under another name were kept for nobody."""

    def drafted(self) -> list[ObligationKey]:
        """Obligations with unfinished answers."""

    def links(self) -> list[ClerkLink]:
        """Every mailed link, by id."""

    def drop_links(self, ids: Sequence[str]) -> None:
        """Mailed links are gone."""

    def sessions_before(self, moment: datetime) -> int:
        """How many sign-ins were last used before a moment."""

    def drop_sessions_before(self, moment: datetime) -> None:
        """They are gone."""

    def naming(self, term: str) -> list[Found]:
        """Every row with a text in which a person's name or address stands, in any case, by table."""

    def replace(self, table: str, column: str, term: str, by: str) -> int:
        """Put other words in its place in one column; returns how many rows changed."""
