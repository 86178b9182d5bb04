"""A report that went another way: army and police may answer outside this system, and say so here."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ReportedElsewhere:
    """An agency's word that a report went by another channel; ``reference`` names the document, never its content."""

    obligation: str
    reference: str
    declared_by: str
    declared_at: datetime
