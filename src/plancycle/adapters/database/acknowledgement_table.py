"""The only queries about addressees' answers."""

from sqlalchemy import ColumnElement, Connection, func, insert, select

from plancycle.adapters.database import rows
from plancycle.adapters.database.mapping import of, plain
from plancycle.adapters.database.prefixes import begins
from plancycle.domain.acknowledgements import Acknowledgement, Hearing


class AcknowledgementTable:
    """Answers; nothing is changed or deleted."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = rows.acknowledgements

    def add(self, answer: Acknowledgement) -> bool:
        """Keep an answer; False when it is there already."""
        table = self._table
        mine = table.c.transmittal == answer.transmittal
        same = mine & (table.c.sha256 == answer.sha256) & (table.c.code == answer.code)
        if self._connection.execute(select(table.c.number).where(same)).first() is not None:
            return False
        last = self._connection.execute(select(func.max(table.c.number)).where(mine)).scalar() or 0
        values = {**plain(answer), "number": last + 1, "hearing": str(answer.hearing)}
        self._connection.execute(insert(table).values(values))
        return True

    def of(self, transmittal: str) -> list[Acknowledgement]:
        """The answers to one transmittal."""
        return self._select(self._table.c.transmittal == transmittal)

    def under(self, prefix: str) -> list[Acknowledgement]:
        """The answers to transmittals under a prefix."""
        return self._select(begins(self._table.c.transmittal, prefix))

    def _select(self, chosen: ColumnElement[bool]) -> list[Acknowledgement]:
        table = self._table
        ordered = select(table).where(chosen).order_by(table.c.transmittal, table.c.number)
        found = self._connection.execute(ordered).mappings()
        return [of(Acknowledgement, row, hearing=Hearing(row["hearing"])) for row in found]
