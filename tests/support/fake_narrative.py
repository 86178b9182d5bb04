"""Edited passages in memory, held to the same promises as the database's."""

from typing import Any

from plancycle.domain.narrative import Edit


class FakeNarrativeEdits:
    def __init__(self, tables: Any) -> None:
        self.rows: dict[tuple[str, str, int], Edit] = tables.narrative_edits

    def add(self, edit: Edit) -> bool:
        key = (edit.period, edit.passage, edit.version)
        return self.rows.setdefault(key, edit) is edit

    def of_period(self, period: str) -> list[Edit]:
        return [edit for key, edit in sorted(self.rows.items()) if key[0] == period]
