"""The only queries about the plan's other duties."""

import json
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, func, insert, select

from plancycle.adapters.database import rows
from plancycle.adapters.database.mapping import of, plain
from plancycle.domain.duties import DutyEvent, DutyKind, DutyRecord, DutyStatus
from plancycle.domain.events import canonical_json


class DutyTable:
    """Duty records with their events; both are only ever added."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._records = rows.duty_records
        self._events = rows.duty_events

    def add(self, record: DutyRecord) -> None:
        """Store a new record with its events."""
        count = self._connection.execute(select(func.count()).select_from(self._records)).scalar_one()
        values = plain(record)
        del values["events"]
        row = {"id": record.id, "position": count + 1, "kind": str(record.kind)}
        facts = canonical_json(dict(record.facts))
        self._connection.execute(insert(self._records).values({**values, **row, "facts": facts}))
        for event in record.events:
            self.append(record.id, event)

    def append(self, record_id: str, event: DutyEvent) -> None:
        """Store one more event."""
        mine = select(func.count()).select_from(self._events).where(self._events.c.record == record_id)
        position = self._connection.execute(mine).scalar_one()
        values = {**plain(event), "status": str(event.status), "record": record_id, "position": position}
        self._connection.execute(insert(self._events).values(values))

    def get(self, record_id: str) -> DutyRecord | None:
        """One record, or None."""
        found = self._select(self._records.c.id == record_id)
        return found[0] if found else None

    def all(self, programme: str) -> list[DutyRecord]:
        """Every record of a programme, in the order in which they were told."""
        return self._select(self._records.c.programme == programme)

    def _select(self, chosen: ColumnElement[bool]) -> list[DutyRecord]:
        ordered = select(self._records).where(chosen).order_by(self._records.c.position)
        found = self._connection.execute(ordered).mappings().all()
        events = self._events_of(chosen)
        return [
            of(
                DutyRecord,
                row,
                kind=DutyKind(row["kind"]),
                facts=json.loads(row["facts"]),
                events=tuple(events[row["id"]]),
            )
            for row in found
        ]

    def _events_of(self, chosen: ColumnElement[bool]) -> dict[str, Sequence[DutyEvent]]:
        mine = select(self._events).join(self._records).where(chosen).order_by(self._events.c.position)
        found: dict[str, list[DutyEvent]] = defaultdict(list)
        for row in self._connection.execute(mine).mappings():
            found[row["record"]].append(of(DutyEvent, row, status=DutyStatus(row["status"])))
        return dict(found)
