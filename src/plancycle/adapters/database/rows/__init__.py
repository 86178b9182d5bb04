"""The tables, one file a topic."""

from plancycle.adapters.database.rows.answers import entries, extensions, findings, intakes, submissions
from plancycle.adapters.database.rows.audit import audit_events
from plancycle.adapters.database.rows.common import ZONE, Instant, metadata
from plancycle.adapters.database.rows.cycles import cycles
from plancycle.adapters.database.rows.editions import (
    approvals,
    document_numbers,
    documents,
    edition_members,
    editions,
    transmittals,
)
from plancycle.adapters.database.rows.letters import messages

__all__ = [
    "ZONE",
    "Instant",
    "approvals",
    "audit_events",
    "cycles",
    "document_numbers",
    "documents",
    "edition_members",
    "editions",
    "entries",
    "extensions",
    "findings",
    "intakes",
    "messages",
    "metadata",
    "submissions",
    "transmittals",
]
