"""The only queries about entered dates."""

from sqlalchemy import Connection, insert, select

from plancycle.adapters.database import rows
from plancycle.adapters.database.mapping import of, plain
from plancycle.domain.due_dates import Wording
from plancycle.domain.plan_dates import EnteredDate


class EnteredDateTable:
    """Dates people entered; nothing is changed or deleted, the newest stands."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = rows.entered_dates

    def add(self, entered: EnteredDate) -> None:
        """Store an entered date."""
        values = {**plain(entered), "wording": str(entered.wording)}
        self._connection.execute(insert(self._table).values(values))

    def of_year(self, programme: str, year: int) -> list[EnteredDate]:
        """The entered dates of a programme's year, oldest first."""
        table = self._table
        chosen = select(table).where(table.c.programme == programme, table.c.year == year).order_by(table.c.seq)
        found = self._connection.execute(chosen).mappings()
        return [of(EnteredDate, row, wording=Wording(row["wording"])) for row in found]
