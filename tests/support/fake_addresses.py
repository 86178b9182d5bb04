"""Standings of addresses, reports and visits in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from plancycle.domain.bounces import Address, AddressStanding, Bounce, BounceKind, Fate
from plancycle.domain.openings import Visit

if TYPE_CHECKING:
    from fake_ledger import Tables


class FakeAddresses:
    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    def get(self, address: str) -> Address | None:
        return self.tables.addresses.get(address)

    def save(self, address: Address) -> None:
        self.tables.addresses[address.address] = address

    def all(self) -> list[Address]:
        return [known for _, known in sorted(self.tables.addresses.items())]

    def refused(self) -> set[str]:
        return {one.address for one in self.tables.addresses.values() if one.standing is AddressStanding.REFUSED}

    def add_bounce(self, bounce: Bounce) -> bool:
        if (bounce.evidence, bounce.key) in self.tables.bounces:
            return False
        self.tables.bounces[bounce.evidence, bounce.key] = bounce
        return True

    def bounces(self, prefix: str = "") -> list[Bounce]:
        found = [one for one in self.tables.bounces.values() if one.key.startswith(prefix)]
        return sorted(found, key=lambda one: (one.at, one.key, one.evidence))

    def letters(self, message_ids: Sequence[str]) -> list[str]:
        return [key for key, letter in self.tables.messages.items() if letter.message_id in message_ids]

    def fates(self, prefix: str) -> list[Fate]:
        returned = {one.key for one in self.tables.bounces.values() if one.kind is not BounceKind.DELAYED}
        return [
            Fate(letter.agency, key, letter.to_address, letter.status, key in returned)
            for key, letter in self.tables.messages.items()
            if key.startswith(prefix) and key.endswith("/mail")
        ]

    def visit(self, visit: Visit) -> None:
        mine = (str(visit.obligation), str(visit.kind), str(visit.agent))
        known = self.tables.visits.get(mine)
        if known is not None:
            visit = replace(known, last_at=max(known.last_at, visit.last_at), times=known.times + visit.times)
        self.tables.visits[mine] = visit

    def visits(self, prefix: str) -> list[Visit]:
        found = [one for one in self.tables.visits.values() if str(one.obligation).startswith(prefix)]
        return sorted(found, key=lambda one: (str(one.obligation), one.kind, one.agent))
