"""The only queries about accounts, sessions, mailed links and drafts."""

import json
from datetime import datetime

from sqlalchemy import Connection, RowMapping, bindparam, delete, insert, select, update

from plancycle.adapters.database import rows
from plancycle.adapters.database.mapping import of, plain
from plancycle.adapters.database.prepared import Prepared
from plancycle.domain.clerk_access import ClerkLink, DraftPart
from plancycle.domain.events import canonical_json
from plancycle.domain.people import Account, Role, StaffSession
from plancycle.domain.periods import ObligationKey


class PeopleTable:
    """Accounts and sessions."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, account: Account) -> None:
        """Store a new account."""
        self._connection.execute(insert(rows.accounts).values(_account_row(account)))

    def save(self, account: Account) -> None:
        """Store its new standing."""
        mine = rows.accounts.c.name == account.name
        self._connection.execute(update(rows.accounts).where(mine).values(_account_row(account)))

    def get(self, name: str) -> Account | None:
        """One account."""
        row = self._connection.execute(select(rows.accounts).where(rows.accounts.c.name == name)).mappings().first()
        return _account_of(row) if row else None

    def with_subject(self, subject: str) -> Account | None:
        """The account of a person of the province's own sign-in."""
        chosen = select(rows.accounts).where(rows.accounts.c.subject == subject)
        row = self._connection.execute(chosen).mappings().first() if subject else None
        return _account_of(row) if row else None

    def all(self) -> list[Account]:
        """Every account, by name."""
        found = self._connection.execute(select(rows.accounts).order_by(rows.accounts.c.name)).mappings()
        return [_account_of(row) for row in found]

    def is_empty(self) -> bool:
        """Whether nobody has ever been given an account."""
        return self._connection.execute(select(rows.accounts.c.name).limit(1)).first() is None

    def begin(self, session: StaffSession) -> None:
        """Store a new session."""
        self._connection.execute(insert(rows.staff_sessions).values(plain(session)))

    def session(self, session_id: str) -> StaffSession | None:
        """One session."""
        chosen = select(rows.staff_sessions).where(rows.staff_sessions.c.id == session_id)
        row = self._connection.execute(chosen).mappings().first()
        return of(StaffSession, row) if row else None

    def seen(self, session_id: str, at: datetime) -> None:
        """It was used."""
        mine = rows.staff_sessions.c.id == session_id
        self._connection.execute(update(rows.staff_sessions).where(mine).values(seen_at=at))

    def end(self, session_id: str, at: datetime) -> None:
        """It opens nothing from now on."""
        mine = rows.staff_sessions.c.id == session_id
        self._connection.execute(update(rows.staff_sessions).where(mine).values(ended_at=at))

    def end_all(self, account: str, at: datetime) -> None:
        """Every session of an account ends."""
        table = rows.staff_sessions
        mine = (table.c.account == account) & table.c.ended_at.is_(None)
        self._connection.execute(update(table).where(mine).values(ended_at=at))


_LINK = rows.clerk_links
_LINKS = Prepared(
    select(_LINK)
    .where(_LINK.c.obligation == bindparam("wanted"))
    .order_by(_LINK.c.created_at, _LINK.c.recipient, _LINK.c.generation)
)
_ADD_LINK = Prepared(insert(_LINK))
"""Built once: they are asked for every letter."""


class LinkTable:
    """Links in letters to agencies."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, link: ClerkLink) -> None:
        """Store a link."""
        _ADD_LINK.change(self._connection, [{**plain(link), "obligation": str(link.obligation)}])

    def get(self, link_id: str) -> ClerkLink | None:
        """One link."""
        chosen = select(rows.clerk_links).where(rows.clerk_links.c.id == link_id)
        row = self._connection.execute(chosen).mappings().first()
        return of(ClerkLink, row, obligation=ObligationKey.parse(row["obligation"])) if row else None

    def of(self, obligation: ObligationKey) -> list[ClerkLink]:
        """Links of an obligation, oldest first."""
        found = _LINKS.rows(self._connection, wanted=str(obligation))
        return [of(ClerkLink, row, obligation=obligation) for row in found]

    def revoke(self, link_id: str, at: datetime, by: str) -> None:
        """It opens nothing from now on."""
        mine = rows.clerk_links.c.id == link_id
        self._connection.execute(update(rows.clerk_links).where(mine).values(revoked_at=at, revoked_by=by))


class DraftTable:
    """What clerks have typed and not handed in."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, obligation: ObligationKey) -> list[DraftPart]:
        """Every group of an obligation, by name."""
        table = rows.drafts
        chosen = select(table).where(table.c.obligation == str(obligation)).order_by(table.c.part)
        found = self._connection.execute(chosen).mappings()
        return [of(DraftPart, row, obligation=obligation, answers=json.loads(row["answers"])) for row in found]

    def save(self, part: DraftPart, known: int) -> bool:
        """Store a group if it still has the revision the writer saw; False when it has moved on."""
        table = rows.drafts
        mine = (table.c.obligation == str(part.obligation)) & (table.c.part == part.part)
        standing = self._connection.execute(select(table.c.revision).where(mine).with_for_update()).scalar()
        if (standing or 0) != known:
            return False
        values = {**plain(part), "obligation": str(part.obligation), "answers": canonical_json(part.answers)}
        if standing is None:
            self._connection.execute(insert(table).values(values))
        else:
            self._connection.execute(update(table).where(mine).values(values))
        return True

    def clear(self, obligation: ObligationKey) -> None:
        """The answer has been handed in."""
        self._connection.execute(delete(rows.drafts).where(rows.drafts.c.obligation == str(obligation)))


def _account_row(account: Account) -> dict[str, object]:
    roles, recovery = ",".join(account.roles), ",".join(account.recovery)
    return {**plain(account), "roles": roles, "recovery": recovery}


def _account_of(row: RowMapping) -> Account:
    roles = tuple(Role(role) for role in row["roles"].split(",") if role)
    recovery = tuple(code for code in row["recovery"].split(",") if code)
    return of(Account, row, roles=roles, recovery=recovery)
