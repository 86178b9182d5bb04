"""Decisions on successions and declarations, in memory."""

from plancycle.domain.elsewhere import ReportedElsewhere
from plancycle.domain.succession import Decision


class FakeSuccessions:
    def __init__(self, tables) -> None:
        self.rows = tables.succession_decisions
        self.elsewhere = tables.reported_elsewhere
        self.cycles = tables.cycles

    def decide(self, programme: str, decision: Decision) -> None:
        self.rows.append((programme, decision))

    def decisions(self, programme: str) -> list[Decision]:
        return [decision for known, decision in self.rows if known == programme]

    def declare(self, cycle: str, declared: ReportedElsewhere) -> None:
        assert cycle in self.cycles
        assert declared.obligation not in {one.obligation for _, one in self.elsewhere}, "reported_elsewhere"
        self.elsewhere.append((cycle, declared))

    def declared(self, cycle: str) -> list[ReportedElsewhere]:
        return [declared for known, declared in self.elsewhere if known == cycle]
