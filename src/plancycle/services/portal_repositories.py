"""What the portal keeps: accounts and sessions, mailed links, drafts."""

from datetime import datetime
from typing import Protocol

from plancycle.domain.clerk_access import ClerkLink, DraftPart
from plancycle.domain.people import Account, StaffSession
from plancycle.domain.periods import ObligationKey


class People(Protocol):
    """Accounts of the coordinating side and the browsers they are signed in with."""

    def add(self, account: Account) -> None:
        """Store a new account."""

    def save(self, account: Account) -> None:
        """Store its new standing."""

    def get(self, name: str) -> Account | None:
        """One account."""

    def with_subject(self, subject: str) -> Account | None:
        """The account of a person of the province's own sign-in."""

    def all(self) -> list[Account]:
        """Every account, by name."""

    def is_empty(self) -> bool:
        """Whether nobody has ever been given an account."""

    def begin(self, session: StaffSession) -> None:
        """Store a new session."""

    def session(self, session_id: str) -> StaffSession | None:
        """One session."""

    def seen(self, session_id: str, at: datetime) -> None:
        """It was used."""

    def end(self, session_id: str, at: datetime) -> None:
        """It opens nothing from now on."""

    def end_all(self, account: str, at: datetime) -> None:
        """Every session of an account ends."""


class Links(Protocol):
    """Links in letters to agencies."""

    def add(self, link: ClerkLink) -> None:
        """Store a link."""

    def get(self, link_id: str) -> ClerkLink | None:
        """One link."""

    def of(self, obligation: ObligationKey) -> list[ClerkLink]:
        """Links of an obligation, oldest first."""

    def revoke(self, link_id: str, at: datetime, by: str) -> None:
        """It opens nothing from now on."""


class Drafts(Protocol):
    """What clerks have typed and not handed in."""

    def of(self, obligation: ObligationKey) -> list[DraftPart]:
        """Every group of an obligation, by name."""

    def save(self, part: DraftPart, known: int) -> bool:
        """Store a group if it still has the revision the writer saw (``known``, 0: none); else False."""

    def clear(self, obligation: ObligationKey) -> None:
        """The answer has been handed in."""
