"""Requests for more time, as one transaction reads and writes them."""

from typing import Protocol

from plancycle.domain.extensions import ExtensionRequest
from plancycle.domain.periods import ObligationKey


class ExtensionRequests(Protocol):
    """Requests for more time."""

    def add(self, request: ExtensionRequest) -> None:
        """Store a new one."""

    def save(self, request: ExtensionRequest) -> None:
        """Store where it stands now (the caller has checked the move)."""

    def get(self, request_id: str) -> ExtensionRequest | None:
        """One request."""

    def of(self, obligation: ObligationKey) -> list[ExtensionRequest]:
        """Requests of an obligation, oldest first."""

    def of_cycle(self, cycle: str) -> list[ExtensionRequest]:
        """Requests of a cycle, oldest first."""

    def waiting(self) -> list[ExtensionRequest]:
        """Requests nobody has decided, oldest first."""
