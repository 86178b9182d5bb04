"""The only queries about kept versions of programmes and amendments."""

from datetime import date, datetime

from sqlalchemy import Connection, bindparam, insert, select

from plancycle.adapters.database import rows
from plancycle.adapters.database.mapping import of, plain
from plancycle.adapters.database.prepared import Prepared
from plancycle.domain.amendments import Amendment

_VERSIONS, _CHANGES = rows.programme_versions.c, rows.amendments
_BUNDLE = select(_VERSIONS.bundle).where(_VERSIONS.version == bindparam("wanted"))
_AMENDMENTS = Prepared(select(_CHANGES).where(_CHANGES.c.cycle == bindparam("wanted")).order_by(_CHANGES.c.number))
"""Built once: every look at a year asks for them."""


class VersionTable:
    """Implements :class:`plancycle.services.version_repository.Versions`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, version: str, programme: str, bundle: str, at: datetime) -> None:
        """Remember where a version's files are; the first time counts."""
        if self.bundle(version) is None:
            row = {"version": version, "programme": programme, "bundle": bundle, "kept_at": at}
            self._connection.execute(insert(rows.programme_versions).values(row))

    def bundle(self, version: str) -> str | None:
        """Where a version's files are; None when it was never kept."""
        return self._connection.execute(_BUNDLE, {"wanted": version}).scalar()

    def add_amendment(self, amendment: Amendment) -> None:
        """Store the next amendment of a cycle."""
        values = {**plain(amendment), "effective": amendment.effective.isoformat()}
        self._connection.execute(insert(rows.amendments).values(values))

    def amendments(self, cycle: str) -> list[Amendment]:
        """The amendments of a cycle, first to last."""
        found = _AMENDMENTS.rows(self._connection, wanted=cycle)
        return [of(Amendment, row, effective=date.fromisoformat(row["effective"])) for row in found]

    def notice(self, cycle: str, version: str, at: datetime) -> bool:
        """Remember a folder's version that the cycle has not adopted; False when that is known already."""
        table = rows.version_notices
        known = select(table.c.version).where(table.c.cycle == cycle, table.c.version == version)
        if self._connection.execute(known).scalar() is not None:
            return False
        self._connection.execute(insert(table).values({"cycle": cycle, "version": version, "noticed_at": at}))
        return True
