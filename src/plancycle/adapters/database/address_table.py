"""The only queries about addresses, letters that came back, and visits."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, RowMapping, and_, bindparam, exists, insert, select, update

from plancycle.adapters.database import rows
from plancycle.adapters.database.mapping import of, plain
from plancycle.adapters.database.prefixes import beginning, begins
from plancycle.adapters.database.prepared import Prepared
from plancycle.domain.bounces import Address, AddressStanding, Bounce, BounceKind, Fate
from plancycle.domain.messages import MessageStatus
from plancycle.domain.openings import AgentClass, Visit, VisitKind
from plancycle.domain.periods import ObligationKey

_LETTERS = rows.messages.c
_CAME_BACK = exists().where(and_(rows.bounces.c.key == _LETTERS.key, rows.bounces.c.kind != str(BounceKind.DELAYED)))
_FATES = (
    select(_LETTERS.agency, _LETTERS.key, _LETTERS.to_address, _LETTERS.status, _CAME_BACK.label("has_bounced"))
    .where(begins(_LETTERS.key), _LETTERS.key.endswith("/mail"))
    .order_by(_LETTERS.position)
)
_GET = select(rows.addresses).where(rows.addresses.c.address == bindparam("wanted"))
_REFUSED = Prepared(select(rows.addresses.c.address).where(rows.addresses.c.standing == bindparam("wanted")))
"""Built once: they are asked for every letter."""


class AddressTable:
    """Standings of addresses, reports, visits."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, address: str) -> Address | None:
        """What is known of an address."""
        row = self._connection.execute(_GET, {"wanted": address}).mappings().first()
        return of(Address, row, standing=AddressStanding(row["standing"])) if row else None

    def save(self, address: Address) -> None:
        """Store its standing."""
        values = {**plain(address), "standing": str(address.standing)}
        if self.get(address.address) is None:
            self._connection.execute(insert(rows.addresses).values(values))
        else:
            mine = rows.addresses.c.address == address.address
            self._connection.execute(update(rows.addresses).where(mine).values(values))

    def all(self) -> list[Address]:
        """Every address with a standing, by address."""
        found = self._connection.execute(select(rows.addresses)).mappings()
        known = [of(Address, row, standing=AddressStanding(row["standing"])) for row in found]
        return sorted(known, key=lambda one: one.address)

    def refused(self) -> set[str]:
        """Addresses that do not work."""
        return {row["address"] for row in _REFUSED.rows(self._connection, wanted=str(AddressStanding.REFUSED))}

    def add_bounce(self, bounce: Bounce) -> bool:
        """Store a report; False when it is known."""
        same = and_(rows.bounces.c.evidence == bounce.evidence, rows.bounces.c.key == bounce.key)
        if self._connection.execute(select(rows.bounces.c.key).where(same)).first() is not None:
            return False
        self._connection.execute(insert(rows.bounces).values({**plain(bounce), "kind": str(bounce.kind)}))
        return True

    def bounces(self, prefix: str = "") -> list[Bounce]:
        """Reports about letters whose key starts with the prefix, oldest first."""
        chosen = begins(rows.bounces.c.key, prefix)
        order = (rows.bounces.c.at, rows.bounces.c.key, rows.bounces.c.evidence)
        found = self._connection.execute(select(rows.bounces).where(chosen).order_by(*order)).mappings()
        return [of(Bounce, row, kind=BounceKind(row["kind"])) for row in found]

    def letters(self, message_ids: Sequence[str]) -> list[str]:
        """Keys of the letters that have one of these Message-IDs."""
        chosen = rows.messages.c.message_id.in_(list(message_ids))
        found = self._connection.execute(select(rows.messages.c.key).where(chosen).order_by(rows.messages.c.position))
        return list(found.scalars())

    def fates(self, prefix: str) -> list[Fate]:
        """What became of the mailed letters under a prefix; only a few columns, for every page shows them."""
        found = self._connection.execute(_FATES, beginning(prefix))
        return [
            Fate(agency, key, address, MessageStatus(status), bool(has_bounced))
            for agency, key, address, status, has_bounced in found
        ]

    def visit(self, visit: Visit) -> None:
        """Count a visit."""
        table = rows.visits.c
        mine = and_(
            table.obligation == str(visit.obligation), table.kind == str(visit.kind), table.agent == str(visit.agent)
        )
        row = self._connection.execute(select(rows.visits).where(mine)).mappings().first()
        if row is None:
            self._connection.execute(insert(rows.visits).values(_visit_row(visit)))
        else:
            known = _visit_of(row)
            grown = replace(known, last_at=max(known.last_at, visit.last_at), times=known.times + visit.times)
            self._connection.execute(update(rows.visits).where(mine).values(_visit_row(grown)))

    def visits(self, prefix: str) -> list[Visit]:
        """Visits under a prefix, by obligation, kind and class."""
        chosen = begins(rows.visits.c.obligation, prefix)
        found = [_visit_of(row) for row in self._connection.execute(select(rows.visits).where(chosen)).mappings()]
        return sorted(found, key=lambda one: (str(one.obligation), one.kind, one.agent))


def _visit_row(visit: Visit) -> dict[str, object]:
    spelt = {"obligation": str(visit.obligation), "kind": str(visit.kind), "agent": str(visit.agent)}
    return {**plain(visit), **spelt}


def _visit_of(row: RowMapping) -> Visit:
    return of(
        Visit,
        row,
        obligation=ObligationKey.parse(row["obligation"]),
        kind=VisitKind(row["kind"]),
        agent=AgentClass(row["agent"]),
    )
