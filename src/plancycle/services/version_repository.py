"""Kept versions of programmes and amendments, as one transaction reads and writes them."""

from datetime import datetime
from typing import Protocol

from plancycle.domain.amendments import Amendment


class Versions(Protocol):
    """Which content a version stands for, which amendments a cycle has, which changed folders have been noticed."""

    def keep(self, version: str, programme: str, bundle: str, at: datetime) -> None:
        """Remember that a version's files are in the file store under ``bundle``; the first time counts."""

    def bundle(self, version: str) -> str | None:
        """Where a version's files are in the file store; None when it was never kept."""

    def add_amendment(self, amendment: Amendment) -> None:
        """Store the next amendment of a cycle; its version has been kept."""

    def amendments(self, cycle: str) -> list[Amendment]:
        """The amendments of a cycle, first to last."""

    def notice(self, cycle: str, version: str, at: datetime) -> bool:
        """Remember that the folder held a version the cycle has not adopted; False when that is known already."""
