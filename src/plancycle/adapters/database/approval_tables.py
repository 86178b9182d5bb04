"""The only queries about delegations and signed copies."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, insert, select, update

from plancycle.adapters.database import rows
from plancycle.adapters.database.mapping import of, plain
from plancycle.domain.delegations import Authority, Delegation
from plancycle.domain.periods import Period
from plancycle.domain.signed_copies import Origin, SignedCopy


class DelegationTable:
    """Delegations; only their end changes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = rows.delegations

    def add(self, delegation: Delegation) -> None:
        """Store a new one."""
        periods = " ".join(str(period) for period in delegation.periods)
        row = {**plain(delegation), "form": str(delegation.form), "periods": periods}
        self._connection.execute(insert(self._table).values(row))

    def get(self, delegation_id: str) -> Delegation | None:
        """One delegation."""
        found = self._select(self._table.c.id == delegation_id)
        return found[0] if found else None

    def of(self, programme: str) -> list[Delegation]:
        """Delegations of a programme, oldest first, those taken back included."""
        return self._select(self._table.c.programme == programme)

    def revoke(self, delegation_id: str, at: datetime, by: str) -> None:
        """It gives no right from that instant on."""
        mine = self._table.c.id == delegation_id
        self._connection.execute(update(self._table).where(mine).values(revoked_at=at, revoked_by=by))

    def _select(self, chosen: ColumnElement[bool]) -> list[Delegation]:
        ordered = select(self._table).where(chosen).order_by(self._table.c.made_at, self._table.c.id)
        return [_delegation(row) for row in self._connection.execute(ordered).mappings()]


def _delegation(row: RowMapping) -> Delegation:
    periods = tuple(Period(one) for one in row["periods"].split())
    return of(Delegation, row, form=Authority(row["form"]), periods=periods)


class SignedCopyTable:
    """Signed copies."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, copy: SignedCopy) -> None:
        """Store a new one."""
        row = {**plain(copy), "origin": str(copy.origin)}
        self._connection.execute(insert(rows.signed_copies).values(row))

    def of(self, edition: str) -> list[SignedCopy]:
        """Signed copies of an edition's files, oldest first."""
        table = rows.signed_copies
        chosen = select(table).where(table.c.edition == edition).order_by(table.c.approved_sha256, table.c.number)
        found = self._connection.execute(chosen).mappings()
        return [of(SignedCopy, row, origin=Origin(row["origin"])) for row in found]
