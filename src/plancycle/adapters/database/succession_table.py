"""The only queries about decisions on successions and reports that went by another channel."""

import json

from sqlalchemy import Connection, bindparam, insert, select

from plancycle.adapters.database import rows
from plancycle.adapters.database.mapping import of, plain
from plancycle.adapters.database.prepared import Prepared
from plancycle.domain.elsewhere import ReportedElsewhere
from plancycle.domain.succession import Decision, Verdict

_DECIDED, _ELSEWHERE = rows.succession_decisions, rows.reported_elsewhere
_DECISIONS = Prepared(select(_DECIDED).where(_DECIDED.c.programme == bindparam("wanted")).order_by(_DECIDED.c.seq))
_DECLARED = Prepared(
    select(_ELSEWHERE)
    .where(_ELSEWHERE.c.cycle == bindparam("wanted"))
    .order_by(_ELSEWHERE.c.declared_at, _ELSEWHERE.c.obligation)
)
"""Built once: every look at a year asks for them."""


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
        return [
            of(Decision, row, verdict=Verdict(row["verdict"]), successors=tuple(json.loads(row["successors"])))
            for row in _DECISIONS.rows(self._connection, wanted=programme)
        ]

    def declare(self, cycle: str, declared: ReportedElsewhere) -> None:
        """Store that a report went by another channel."""
        self._connection.execute(insert(rows.reported_elsewhere).values({**plain(declared), "cycle": cycle}))

    def declared(self, cycle: str) -> list[ReportedElsewhere]:
        """The reports of a cycle that went by another channel, oldest first."""
        return [of(ReportedElsewhere, row) for row in _DECLARED.rows(self._connection, wanted=cycle)]
