"""Entered dates in memory, held to the same promises as the database's."""

from typing import Any

from plancycle.domain.plan_dates import EnteredDate


class FakeEnteredDates:
    def __init__(self, tables: Any) -> None:
        self.rows: list[EnteredDate] = tables.entered_dates

    def add(self, entered: EnteredDate) -> None:
        self.rows.append(entered)

    def of_year(self, programme: str, year: int) -> list[EnteredDate]:
        return [one for one in self.rows if (one.programme, one.year) == (programme, year)]
