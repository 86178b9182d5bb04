"""The only queries about editions, their documents and approvals."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, insert, select, update

from plancycle.adapters.database import rows
from plancycle.adapters.database.mapping import edition_of, edition_row, of, plain
from plancycle.domain.approvals import Approval, ApprovalStatus
from plancycle.domain.consolidation import DocumentFile, Edition, Member
from plancycle.domain.periods import Period

MOST_KEPT = 500
_READ: dict[tuple[str, str, datetime], Edition] = {}
"""Editions never change and their SHA-256 covers the members, so what was read once under a hash stays true."""


class EditionTable:
    """Editions and what hangs on them. An edition is never changed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, edition: Edition) -> None:
        """Store a new edition with its members."""
        self._connection.execute(insert(rows.editions).values(edition_row(edition)))
        if edition.members:
            members = [
                {"edition": edition.id, "position": number, **plain(member)}
                for number, member in enumerate(edition.members)
            ]
            self._connection.execute(insert(rows.edition_members), members)

    def of_period(self, cycle: str, period: Period) -> list[Edition]:
        """Editions of a period, oldest first."""
        return self._select((rows.editions.c.cycle == cycle) & (rows.editions.c.period == str(period)))

    def get(self, edition_id: str) -> Edition | None:
        """One edition, or None."""
        found = self._select(rows.editions.c.id == edition_id)
        return found[0] if found else None

    def add_documents(self, files: Sequence[DocumentFile]) -> None:
        """Store the rendered files of an edition."""
        self._connection.execute(insert(rows.documents), [plain(file) for file in files])

    def documents(self, edition_id: str) -> list[DocumentFile]:
        """The rendered files of an edition, by kind."""
        table = rows.documents
        chosen = select(table).where(table.c.edition == edition_id).order_by(table.c.kind)
        return [of(DocumentFile, row) for row in self._connection.execute(chosen).mappings()]

    def drop_documents(self, edition_id: str) -> None:
        """The rendered files of an edition are made anew."""
        self._connection.execute(delete(rows.documents).where(rows.documents.c.edition == edition_id))

    def add_approval(self, approval: Approval) -> None:
        """Store a request."""
        self._connection.execute(insert(rows.approvals).values(_approval_row(approval)))

    def save_approval(self, approval: Approval) -> None:
        """Store a decision."""
        chosen = rows.approvals.c.id == approval.id
        self._connection.execute(update(rows.approvals).where(chosen).values(_approval_row(approval)))

    def approvals(self, edition_id: str) -> list[Approval]:
        """Approvals of an edition, oldest first."""
        table = rows.approvals
        chosen = select(table).where(table.c.edition == edition_id)
        chosen = chosen.order_by(table.c.requested_at, table.c.number)
        found = self._connection.execute(chosen).mappings()
        return [of(Approval, row, status=ApprovalStatus(row["status"])) for row in found]

    def approval(self, approval_id: str) -> Approval | None:
        """One approval, or None."""
        chosen = select(rows.approvals).where(rows.approvals.c.id == approval_id)
        row = self._connection.execute(chosen).mappings().first()
        return of(Approval, row, status=ApprovalStatus(row["status"])) if row else None

    def _select(self, chosen: ColumnElement[bool]) -> list[Edition]:
        table = rows.editions
        found = self._connection.execute(select(table).where(chosen).order_by(table.c.period, table.c.number))
        return [self._whole(row) for row in found.mappings()]

    def _whole(self, row: RowMapping) -> Edition:
        """An edition with its members; one that this process has read before is not read again."""
        known = (row["id"], row["sha256"], row["frozen_at"])
        if known not in _READ:
            if len(_READ) >= MOST_KEPT:
                _READ.clear()
            _READ[known] = edition_of(row, self._members(row["id"]))
        return _READ[known]

    def _members(self, edition_id: str) -> tuple[Member, ...]:
        table = rows.edition_members
        chosen = select(table).where(table.c.edition == edition_id).order_by(table.c.position)
        return tuple(of(Member, row) for row in self._connection.execute(chosen).mappings())


def _approval_row(approval: Approval) -> dict[str, object]:
    return {**plain(approval), "id": approval.id, "status": str(approval.status)}
