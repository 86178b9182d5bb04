"""The only queries about editions, their documents and approvals."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from plancycle.adapters.database import rows
from plancycle.adapters.database.mapping import edition_of, edition_row, of, plain
from plancycle.adapters.database.prepared import Prepared
from plancycle.domain.approvals import Approval, ApprovalStatus
from plancycle.domain.consolidation import DocumentFile, Edition, Member
from plancycle.domain.periods import Period

MOST_KEPT = 500
_READ: dict[tuple[str, str, datetime], Edition] = {}
"""Editions never change and their SHA-256 covers the members, so what was read once under a hash stays true."""
_MEMBERS: dict[Member, Member] = {}
"""Each member of these once: an edition differs from the one before in what came in between."""

_KNOWN_BY = select(rows.editions.c.id, rows.editions.c.sha256, rows.editions.c.frozen_at)
_OF_PERIOD = Prepared(
    _KNOWN_BY.where(
        rows.editions.c.cycle == bindparam("cycle"), rows.editions.c.period == bindparam("period")
    ).order_by(rows.editions.c.number)
)
_BY_ID = Prepared(_KNOWN_BY.where(rows.editions.c.id == bindparam("wanted")))
"""Without the lists of agencies and figures, which a national edition has by the hundred thousand letters."""

_APPROVALS = Prepared(
    select(rows.approvals)
    .where(rows.approvals.c.edition == bindparam("edition"))
    .order_by(rows.approvals.c.requested_at, rows.approvals.c.number)
)


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
        found = _OF_PERIOD.rows(self._connection, cycle=cycle, period=str(period))
        return [self._whole(known) for known in found]

    def get(self, edition_id: str) -> Edition | None:
        """One edition, or None."""
        found = _BY_ID.rows(self._connection, wanted=edition_id)
        return self._whole(found[0]) if found else None

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
        found = _APPROVALS.rows(self._connection, edition=edition_id)
        return [of(Approval, row, status=ApprovalStatus(row["status"])) for row in found]

    def approval(self, approval_id: str) -> Approval | None:
        """One approval, or None."""
        chosen = select(rows.approvals).where(rows.approvals.c.id == approval_id)
        row = self._connection.execute(chosen).mappings().first()
        return of(Approval, row, status=ApprovalStatus(row["status"])) if row else None

    def _whole(self, row: Mapping[str, Any]) -> Edition:
        """An edition with its members; one that this process has read before is not read again."""
        known = (row["id"], row["sha256"], row["frozen_at"])
        if known not in _READ:
            if len(_READ) >= MOST_KEPT:
                _READ.clear()
                _MEMBERS.clear()
            whole = select(rows.editions).where(rows.editions.c.id == row["id"])
            found = self._connection.execute(whole).mappings().one()
            _READ[known] = edition_of(found, self._members(row["id"]))
        return _READ[known]

    def _members(self, edition_id: str) -> tuple[Member, ...]:
        table = rows.edition_members
        chosen = select(table).where(table.c.edition == edition_id).order_by(table.c.position)
        read = (of(Member, row) for row in self._connection.execute(chosen).mappings())
        return tuple(_MEMBERS.setdefault(member, member) for member in read)


def _approval_row(approval: Approval) -> dict[str, object]:
    return {**plain(approval), "id": approval.id, "status": str(approval.status)}
