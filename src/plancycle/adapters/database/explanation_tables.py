"""The only queries about explanations and corrections."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, func, insert, select, update

from plancycle.adapters.database import rows
from plancycle.adapters.database.mapping import of, plain
from plancycle.adapters.database.prefixes import beginning, begins
from plancycle.adapters.database.prepared import Prepared
from plancycle.domain.corrections import Correction
from plancycle.domain.explanations import Explanation, ExplanationStatus
from plancycle.domain.findings import Severity

_EXPLANATIONS = rows.explanations
_UNDER = Prepared(select(_EXPLANATIONS).where(begins(_EXPLANATIONS.c.submission)).order_by(_EXPLANATIONS.c.number))
_CORRECTIONS = Prepared(
    select(rows.corrections).where(begins(rows.corrections.c.obligation)).order_by(rows.corrections.c.number)
)
"""Built once: they are asked for every answer."""


class ExplanationTable:
    """Reasons agencies gave for warnings."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = rows.explanations

    def add(self, explanation: Explanation) -> Explanation:
        """Store one; returns it with its number."""
        row = {**plain(explanation), "status": str(explanation.status)}
        del row["number"]
        made = self._connection.execute(insert(self._table).values(row)).inserted_primary_key
        assert made is not None
        return replace(explanation, number=made[0])

    def get(self, number: int) -> Explanation | None:
        """One explanation."""
        found = self._select(self._table.c.number == number)
        return found[0] if found else None

    def under(self, prefix: str) -> list[Explanation]:
        """Those of every version whose id starts with the prefix, oldest first."""
        found = _UNDER.rows(self._connection, **beginning(prefix))
        return [of(Explanation, row, status=ExplanationStatus(row["status"])) for row in found]

    def review(self, number: int, status: ExplanationStatus, reason: str | None, by: str, at: datetime) -> None:
        """Store a review."""
        changed = {"status": str(status), "reason": reason, "reviewed_by": by, "reviewed_at": at}
        self._connection.execute(update(self._table).where(self._table.c.number == number).values(changed))

    def open_warnings(self, prefix: str) -> Mapping[str, int]:
        """How many stored warnings of each version still have no reason that stands."""
        found, given = rows.findings.c, self._table.c
        same = and_(*(given[name] == found[name] for name in ("submission", "rule", "row", "field")))
        is_explained = exists().where(same, given.status != str(ExplanationStatus.REFUSED))
        counted = (
            select(found.submission, func.count())
            .where(begins(found.submission, prefix), found.severity == str(Severity.WARNING))
            .where(~is_explained)
            .group_by(found.submission)
        )
        return {row[0]: row[1] for row in self._connection.execute(counted)}

    def _select(self, chosen: ColumnElement[bool]) -> list[Explanation]:
        query = select(self._table).where(chosen).order_by(self._table.c.number)
        found = self._connection.execute(query).mappings()
        return [of(Explanation, row, status=ExplanationStatus(row["status"])) for row in found]


class CorrectionTable:
    """Leave to correct approved answers."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = rows.corrections

    def add(self, correction: Correction) -> Correction:
        """Store one; returns it with its number."""
        row = plain(correction)
        del row["number"]
        made = self._connection.execute(insert(self._table).values(row)).inserted_primary_key
        assert made is not None
        return replace(correction, number=made[0])

    def under(self, prefix: str) -> list[Correction]:
        """Those of every obligation whose key starts with the prefix, oldest first."""
        return [of(Correction, row) for row in _CORRECTIONS.rows(self._connection, **beginning(prefix))]

    def settle(self, number: int, submission: str) -> None:
        """The new version has come."""
        self._connection.execute(
            update(self._table).where(self._table.c.number == number).values(submission=submission)
        )
