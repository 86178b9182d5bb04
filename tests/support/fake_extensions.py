"""Requests for more time, in memory."""

from collections.abc import Iterable
from typing import Any

from plancycle.domain.extensions import ExtensionRequest, RequestStatus
from plancycle.domain.periods import ObligationKey


class FakeExtensionRequests:
    """Held to the same contract as the database's table."""

    def __init__(self, tables: Any) -> None:
        self.rows: dict[str, ExtensionRequest] = tables.requests

    def add(self, request: ExtensionRequest) -> None:
        """Store a new one."""
        if request.id in self.rows:
            from fake_ledger import Clash

            raise Clash(request.id)
        self.rows[request.id] = request

    def save(self, request: ExtensionRequest) -> None:
        """Store where it stands now."""
        if request.id in self.rows:
            self.rows[request.id] = request

    def get(self, request_id: str) -> ExtensionRequest | None:
        """One request."""
        return self.rows.get(request_id)

    def of(self, obligation: ObligationKey) -> list[ExtensionRequest]:
        """Requests of an obligation, oldest first."""
        return _sorted(row for row in self.rows.values() if row.obligation == obligation)

    def of_cycle(self, cycle: str) -> list[ExtensionRequest]:
        """Requests of a cycle, oldest first."""
        return _sorted(row for row in self.rows.values() if row.obligation.cycle == cycle)

    def waiting(self) -> list[ExtensionRequest]:
        """Requests nobody has decided, oldest first."""
        return _sorted(row for row in self.rows.values() if row.status is RequestStatus.REQUESTED)


def _sorted(found: Iterable[ExtensionRequest]) -> list[ExtensionRequest]:
    return sorted(found, key=lambda row: (row.asked_at, row.id))
