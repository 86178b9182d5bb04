"""Every change of a duty record: stored and journaled in one transaction. No personal data goes into the log."""

import hashlib
from dataclasses import replace

from plancycle.domain.duties import DutyEvent, DutyRecord
from plancycle.domain.events import canonical_json
from plancycle.services.journal import record as journal
from plancycle.services.ports import House
from plancycle.services.repositories import Work


def keep(house: House, work: Work, record: DutyRecord) -> DutyRecord:
    """Store a new record."""
    work.duties.add(record)
    _write(house, work, "duty.added", record)
    return record


def append(house: House, work: Work, record: DutyRecord, event: DutyEvent) -> DutyRecord:
    """Store one more event, whose move the caller has checked; returns the record with it."""
    work.duties.append(record.id, event)
    moved = replace(record, events=(*record.events, event))
    _write(house, work, "duty.moved", moved)
    return moved


def _write(house: House, work: Work, action: str, record: DutyRecord) -> None:
    event = record.events[-1]
    facts = hashlib.sha256(canonical_json(dict(record.facts)).encode()).hexdigest()
    days = {"document_on": event.document_on, "due": event.due}
    told = {name: day.isoformat() for name, day in days.items() if day is not None}
    journal(
        house,
        work,
        action,
        record.id,
        event.actor,
        kind=str(record.kind),
        status=str(event.status),
        on=event.on.isoformat(),
        document=event.document,
        facts_sha256=facts,
        **told,
    )
