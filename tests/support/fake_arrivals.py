"""The waiting line in memory, as :class:`plancycle.services.waiting_repository.Arrivals` asks."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from plancycle.domain.waiting_line import Waiting, numbered


class FakeArrivals:
    def __init__(self, tables: Any) -> None:
        self.rows: dict[str, Waiting] = tables.arrivals

    def add_all(self, arrived: Sequence[Waiting]) -> tuple[list[Waiting], list[Waiting]]:
        kept, new = [], []
        for one in arrived:
            same = [row for row in self._unchecked() if _who(row) == _who(one)]
            if not same:
                same = [numbered(one, len(self.rows) + 1)]
                new.append(same[0])
                self.rows[same[0].id] = same[0]
            kept.append(same[0])
        return kept, new

    def get(self, arrival_id: str) -> Waiting | None:
        return self.rows.get(arrival_id)

    def next(self, begun_before: datetime) -> Waiting | None:
        free = (one for one in self._unchecked() if one.begun_at is None or one.begun_at < begun_before)
        return next(free, None)

    def begin(self, arrival_id: str, at: datetime) -> None:
        self.rows[arrival_id] = replace(self.rows[arrival_id], begun_at=at)

    def settle(self, arrival_id: str, at: datetime, took_ms: int, result: str) -> None:
        done = {"checked_at": at, "took_ms": took_ms, "result": result, "name": "", "reasons": "{}"}
        self.rows[arrival_id] = replace(self.rows[arrival_id], **done)

    def ahead_of(self, number: int) -> int:
        return sum(one.number < number for one in self._unchecked())

    def waiting(self) -> int:
        return len(self._unchecked())

    def recent_ms(self, most: int) -> list[int]:
        done = [one for one in self.rows.values() if one.checked_at is not None]
        newest = sorted(done, key=lambda one: (one.checked_at, one.number), reverse=True)
        return [one.took_ms for one in newest[:most]]

    def _unchecked(self) -> list[Waiting]:
        return sorted((one for one in self.rows.values() if one.checked_at is None), key=lambda one: one.number)


def _who(one: Waiting) -> tuple[str, str, str]:
    return one.agency, one.obligation, one.sha256
