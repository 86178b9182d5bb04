"""The portal's rows in memory: accounts, sessions, links, drafts, requests for more time."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from fake_intake import raise_clash

from plancycle.domain.clerk_access import ClerkLink, DraftPart
from plancycle.domain.people import Account, StaffSession
from plancycle.domain.periods import ObligationKey


@dataclass
class PortalTables:
    """All rows of this topic."""

    accounts: dict[str, Account] = field(default_factory=dict)
    sessions: dict[str, StaffSession] = field(default_factory=dict)
    links: dict[str, ClerkLink] = field(default_factory=dict)
    drafts: dict[tuple[str, str], DraftPart] = field(default_factory=dict)

    def __copy__(self) -> "PortalTables":
        return PortalTables(**{name: dict(rows) for name, rows in vars(self).items()})


class FakePeople:
    def __init__(self, tables: Any) -> None:
        self.rows = tables.portal.accounts
        self.sessions = tables.portal.sessions

    def add(self, account: Account) -> None:
        if account.name in self.rows:
            raise_clash(account.name)
        self.rows[account.name] = account

    def save(self, account: Account) -> None:
        self.rows[account.name] = account

    def get(self, name: str) -> Account | None:
        return self.rows.get(name)

    def with_subject(self, subject: str) -> Account | None:
        return next((row for row in self.rows.values() if subject and row.subject == subject), None)

    def all(self) -> list[Account]:
        return sorted(self.rows.values(), key=lambda row: row.name)

    def is_empty(self) -> bool:
        return not self.rows

    def begin(self, session: StaffSession) -> None:
        if session.id in self.sessions or session.account not in self.rows:
            raise_clash(session.id)
        self.sessions[session.id] = session

    def session(self, session_id: str) -> StaffSession | None:
        return self.sessions.get(session_id)

    def seen(self, session_id: str, at: datetime) -> None:
        self.sessions[session_id] = replace(self.sessions[session_id], seen_at=at)

    def end(self, session_id: str, at: datetime) -> None:
        self.sessions[session_id] = replace(self.sessions[session_id], ended_at=at)

    def end_all(self, account: str, at: datetime) -> None:
        for session in list(self.sessions.values()):
            if session.account == account and session.ended_at is None:
                self.end(session.id, at)


class FakeLinks:
    def __init__(self, tables: Any) -> None:
        self.rows = tables.portal.links

    def add(self, link: ClerkLink) -> None:
        if link.id in self.rows:
            raise_clash(link.id)
        self.rows[link.id] = link

    def get(self, link_id: str) -> ClerkLink | None:
        return self.rows.get(link_id)

    def of(self, obligation: ObligationKey) -> list[ClerkLink]:
        found = [row for row in self.rows.values() if row.obligation == obligation]
        return sorted(found, key=lambda row: (row.created_at, row.recipient, row.generation))

    def revoke(self, link_id: str, at: datetime, by: str) -> None:
        self.rows[link_id] = replace(self.rows[link_id], revoked_at=at, revoked_by=by)


class FakeDrafts:
    def __init__(self, tables: Any) -> None:
        self.rows = tables.portal.drafts

    def of(self, obligation: ObligationKey) -> list[DraftPart]:
        return [row for (owner, _), row in sorted(self.rows.items()) if owner == str(obligation)]

    def save(self, part: DraftPart, known: int) -> bool:
        place = (str(part.obligation), part.part)
        standing = self.rows[place].revision if place in self.rows else 0
        if standing != known:
            return False
        self.rows[place] = part
        return True

    def clear(self, obligation: ObligationKey) -> None:
        for place in [place for place in self.rows if place[0] == str(obligation)]:
            del self.rows[place]
