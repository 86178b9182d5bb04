"""The only queries about edited passages."""

import json

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from plancycle.adapters.database import rows
from plancycle.adapters.database.mapping import of, plain
from plancycle.domain.events import canonical_json
from plancycle.domain.narrative import Edit


class NarrativeTable:
    """Implements :class:`plancycle.services.narrative_repository.NarrativeEdits`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, edit: Edit) -> bool:
        """Store a version; False when somebody else has stored that version of the passage before."""
        row = {**plain(edit), "sources": canonical_json(list(edit.sources))}
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(rows.narrative_edits).values(row))
        except IntegrityError:
            return False
        return True

    def of_period(self, period: str) -> list[Edit]:
        """Every version of a period's passages, by passage and version."""
        table = rows.narrative_edits
        chosen = select(table).where(table.c.period == period).order_by(table.c.passage, table.c.version)
        found = self._connection.execute(chosen).mappings()
        return [of(Edit, row, sources=tuple(json.loads(row["sources"]))) for row in found]
