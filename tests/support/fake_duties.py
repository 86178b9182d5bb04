"""The duty records in memory: added, never changed."""

from dataclasses import replace

import fake_ledger

from plancycle.domain.duties import DutyEvent, DutyRecord


class FakeDuties:
    def __init__(self, rows: dict[str, DutyRecord]) -> None:
        self.rows = rows

    def add(self, record: DutyRecord) -> None:
        fake_ledger.refuse_if(record.id in self.rows, record.id)
        self.rows[record.id] = record

    def append(self, record_id: str, event: DutyEvent) -> None:
        fake_ledger.refuse_if(record_id not in self.rows, record_id)
        known = self.rows[record_id]
        self.rows[record_id] = replace(known, events=(*known.events, event))

    def get(self, record_id: str) -> DutyRecord | None:
        return self.rows.get(record_id)

    def all(self, programme: str) -> list[DutyRecord]:
        return [record for record in self.rows.values() if record.programme == programme]
