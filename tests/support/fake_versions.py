"""Kept versions and amendments in memory, with the database's keys and references."""

from datetime import datetime
from typing import TYPE_CHECKING

import fake_ledger

from plancycle.domain.amendments import Amendment

if TYPE_CHECKING:
    from fake_ledger import Tables


class FakeVersions:
    def __init__(self, tables: "Tables") -> None:
        self.tables = tables

    def keep(self, version: str, programme: str, bundle: str, at: datetime) -> None:
        self.tables.versions.setdefault(version, bundle)

    def bundle(self, version: str) -> str | None:
        return self.tables.versions.get(version)

    def add_amendment(self, amendment: Amendment) -> None:
        key = (amendment.cycle, amendment.number)
        fake_ledger.refuse_if(key in self.tables.amendments or amendment.cycle not in self.tables.cycles, key)
        fake_ledger.refuse_if(amendment.version not in self.tables.versions, amendment.version)
        self.tables.amendments[key] = amendment

    def amendments(self, cycle: str) -> list[Amendment]:
        return [one for (owner, _), one in sorted(self.tables.amendments.items()) if owner == cycle]

    def notice(self, cycle: str, version: str, at: datetime) -> bool:
        fake_ledger.refuse_if(cycle not in self.tables.cycles, cycle)
        if (cycle, version) in self.tables.notices:
            return False
        self.tables.notices.add((cycle, version))
        return True
