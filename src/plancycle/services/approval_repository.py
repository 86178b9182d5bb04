"""Delegations and signed copies, as one transaction reads and writes them."""

from datetime import datetime
from typing import Protocol

from plancycle.domain.delegations import Delegation
from plancycle.domain.signed_copies import SignedCopy


class Delegations(Protocol):
    """Who may decide in whose place."""

    def add(self, delegation: Delegation) -> None:
        """Store a new one."""

    def get(self, delegation_id: str) -> Delegation | None:
        """One delegation."""

    def of(self, programme: str) -> list[Delegation]:
        """Delegations of a programme, oldest first, those taken back included."""

    def revoke(self, delegation_id: str, at: datetime, by: str) -> None:
        """It gives no right from that instant on."""


class SignedCopies(Protocol):
    """Signed copies of approved files; none is ever changed."""

    def add(self, copy: SignedCopy) -> None:
        """Store a new one."""

    def of(self, edition: str) -> list[SignedCopy]:
        """Signed copies of an edition's files, oldest first."""
