"""The tables, one file a topic."""

from plancycle.adapters.database.rows.acknowledgements import acknowledgements
from plancycle.adapters.database.rows.addresses import addresses, bounces, visits
from plancycle.adapters.database.rows.answers import entries, extensions, findings, intakes, submissions
from plancycle.adapters.database.rows.approvals import delegations, signed_copies
from plancycle.adapters.database.rows.audit import audit_events
from plancycle.adapters.database.rows.common import ZONE, Instant, metadata
from plancycle.adapters.database.rows.cycles import cycles
from plancycle.adapters.database.rows.duties import duty_events, duty_records
from plancycle.adapters.database.rows.editions import (
    approvals,
    documents,
    edition_members,
    editions,
    transmittals,
)
from plancycle.adapters.database.rows.entered_dates import entered_dates
from plancycle.adapters.database.rows.explanations import corrections, explanations
from plancycle.adapters.database.rows.intake import api_keys, api_requests, mails, quarantine, receipts
from plancycle.adapters.database.rows.letters import messages
from plancycle.adapters.database.rows.narrative import narrative_edits
from plancycle.adapters.database.rows.portal import accounts, clerk_links, drafts, staff_sessions
from plancycle.adapters.database.rows.register import document_counters, document_register, issued_files
from plancycle.adapters.database.rows.requests import extension_requests
from plancycle.adapters.database.rows.successions import reported_elsewhere, succession_decisions
from plancycle.adapters.database.rows.versions import amendments, programme_versions, version_notices
from plancycle.adapters.database.rows.waiting import arrivals

__all__ = [
    "ZONE",
    "Instant",
    "accounts",
    "acknowledgements",
    "addresses",
    "amendments",
    "api_keys",
    "api_requests",
    "approvals",
    "arrivals",
    "audit_events",
    "bounces",
    "clerk_links",
    "corrections",
    "cycles",
    "delegations",
    "document_counters",
    "document_register",
    "documents",
    "drafts",
    "duty_events",
    "duty_records",
    "edition_members",
    "editions",
    "entered_dates",
    "entries",
    "explanations",
    "extension_requests",
    "extensions",
    "findings",
    "intakes",
    "issued_files",
    "mails",
    "messages",
    "metadata",
    "narrative_edits",
    "programme_versions",
    "quarantine",
    "receipts",
    "reported_elsewhere",
    "signed_copies",
    "staff_sessions",
    "submissions",
    "succession_decisions",
    "transmittals",
    "version_notices",
    "visits",
]
