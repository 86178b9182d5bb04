"""What one transaction knows of addresses, of letters that came back and of visits to our links."""

from collections.abc import Sequence
from typing import Protocol

from plancycle.domain.bounces import Address, Bounce, Fate
from plancycle.domain.openings import Visit


class Addresses(Protocol):
    """Standings of addresses, reports about letters, visits."""

    def get(self, address: str) -> Address | None:
        """What is known of an address; None when nobody ever complained about it."""

    def save(self, address: Address) -> None:
        """Store its standing, new or changed."""

    def all(self) -> list[Address]:
        """Every address with a standing, by address."""

    def refused(self) -> set[str]:
        """Addresses that do not work."""

    def add_bounce(self, bounce: Bounce) -> bool:
        """Store a report about a letter; False when this very report is known (nothing changes then)."""

    def bounces(self, prefix: str = "") -> list[Bounce]:
        """Reports about letters whose key starts with the prefix, oldest first."""

    def letters(self, message_ids: Sequence[str]) -> list[str]:
        """Keys of the letters that have one of these Message-IDs, in queueing order."""

    def fates(self, prefix: str) -> list[Fate]:
        """What became of the mailed letters whose key starts with the prefix, in queueing order."""

    def visit(self, visit: Visit) -> None:
        """Count a visit: its first moment stays, its last moment and the number grow."""

    def visits(self, prefix: str) -> list[Visit]:
        """Visits of obligations whose key starts with the prefix, by obligation, kind and class."""
