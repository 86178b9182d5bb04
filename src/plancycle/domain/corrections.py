"""Corrections: an answer that stands in an approved edition is changed only with a reason, by a new version.

The new version cites the old one and its receipt; the approved edition stays what it is, and a newer one is made.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Correction:
    """Leave to correct one approved answer. ``number`` is given by the ledger; ``submission`` is the new version."""

    number: int
    obligation: str
    corrects: str
    receipt: str
    edition: str
    """The approved edition the corrected answer stands in; it is stale once the new version is accepted."""
    reason: str
    opened_by: str
    opened_at: datetime
    submission: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether the new version is still awaited."""
        return self.submission is None
