"""What the ledger keeps about explanations and corrections."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from plancycle.domain.corrections import Correction
from plancycle.domain.explanations import Explanation, ExplanationStatus


class Explanations(Protocol):
    """Reasons agencies gave for warnings; changed only by a review."""

    def add(self, explanation: Explanation) -> Explanation:
        """Store one; returns it with its number."""

    def get(self, number: int) -> Explanation | None:
        """One explanation."""

    def under(self, prefix: str) -> list[Explanation]:
        """Those of every version whose id starts with the prefix, oldest first."""

    def review(self, number: int, status: ExplanationStatus, reason: str | None, by: str, at: datetime) -> None:
        """Store a review (the caller has checked the move)."""

    def open_warnings(self, prefix: str) -> Mapping[str, int]:
        """How many stored warnings of each version still have no reason that stands, by version id; none: left out."""


class Corrections(Protocol):
    """Leave to correct approved answers."""

    def add(self, correction: Correction) -> Correction:
        """Store one; returns it with its number."""

    def under(self, prefix: str) -> list[Correction]:
        """Those of every obligation whose key starts with the prefix, oldest first."""

    def settle(self, number: int, submission: str) -> None:
        """The new version has come."""
