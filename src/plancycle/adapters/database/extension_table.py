"""The only queries about requests for more time."""

from sqlalchemy import ColumnElement, Connection, RowMapping, insert, select, update

from plancycle.adapters.database import rows
from plancycle.adapters.database.mapping import of, plain
from plancycle.adapters.database.prefixes import begins
from plancycle.domain.extensions import ExtensionRequest, RequestStatus
from plancycle.domain.periods import ObligationKey


class ExtensionRequestTable:
    """Requests for more time; one changes by its lifecycle only."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = rows.extension_requests

    def add(self, request: ExtensionRequest) -> None:
        """Store a new one."""
        self._connection.execute(insert(self._table).values(_row(request)))

    def save(self, request: ExtensionRequest) -> None:
        """Store where it stands now."""
        mine = self._table.c.id == request.id
        self._connection.execute(update(self._table).where(mine).values(_row(request)))

    def get(self, request_id: str) -> ExtensionRequest | None:
        """One request."""
        found = self._select(self._table.c.id == request_id)
        return found[0] if found else None

    def of(self, obligation: ObligationKey) -> list[ExtensionRequest]:
        """Requests of an obligation, oldest first."""
        return self._select(self._table.c.obligation == str(obligation))

    def of_cycle(self, cycle: str) -> list[ExtensionRequest]:
        """Requests of a cycle, oldest first."""
        return self._select(begins(self._table.c.obligation, f"{cycle}/"))

    def waiting(self) -> list[ExtensionRequest]:
        """Requests nobody has decided, oldest first."""
        return self._select(self._table.c.status == str(RequestStatus.REQUESTED))

    def _select(self, chosen: ColumnElement[bool]) -> list[ExtensionRequest]:
        ordered = select(self._table).where(chosen).order_by(self._table.c.asked_at, self._table.c.id)
        return [_request_of(row) for row in self._connection.execute(ordered).mappings()]


def _row(request: ExtensionRequest) -> dict[str, object]:
    return {**plain(request), "obligation": str(request.obligation), "status": str(request.status)}


def _request_of(row: RowMapping) -> ExtensionRequest:
    obligation, status = ObligationKey.parse(row["obligation"]), RequestStatus(row["status"])
    return of(ExtensionRequest, row, obligation=obligation, status=status)
