"""The only queries about decisions on successions and reports that went by another channel."""

import json

from sqlalchemy import Connection, insert, select

from plancycle.adapters.database import rows
from plancycle.adapters.database.mapping import of, plain
from plancycle.domain.elsewhere import ReportedElsewhere
from plancycle.domain.succession import Decision, Verdict


class SuccessionTable:
    """Decisions and declarations; nothing is changed or deleted."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def decide(self, programme: str, decision: Decision) -> None:
        """Store a decision."""
        values = {**plain(decision), "verdict": str(decision.verdict), "successors": json.dumps(decision.successors)}
        self._connection.execute(insert(rows.succession_decisions).values({**values, "programme": programme}))

    def decisions(self, programme: str) -> list[Decision]:
        """All decisions of a programme, oldest first."""
        table = rows.succession_decisions
        chosen = select(table).where(table.c.programme == programme).order_by(table.c.seq)
        return [
            of(Decision, row, verdict=Verdict(row["verdict"]), successors=tuple(json.loads(row["successors"])))
            for row in self._connection.execute(chosen).mappings()
        ]

    def declare(self, cycle: str, declared: ReportedElsewhere) -> None:
        """Store that a report went by another channel."""
        self._connection.execute(insert(rows.reported_elsewhere).values({**plain(declared), "cycle": cycle}))

    def declared(self, cycle: str) -> list[ReportedElsewhere]:
        """The reports of a cycle that went by another channel, oldest first."""
        table = rows.reported_elsewhere
        chosen = select(table).where(table.c.cycle == cycle).order_by(table.c.declared_at, table.c.obligation)
        return [of(ReportedElsewhere, row) for row in self._connection.execute(chosen).mappings()]
