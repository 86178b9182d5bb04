"""Bodies of the programme: who reports, who is invited, who receives."""

from dataclasses import dataclass
from enum import StrEnum


class AgencyKind(StrEnum):
    """What a body is to the programme; decides whether it can owe anything."""

    AUTHORITY = "authority"
    DEPARTMENT = "department"
    VERTICAL = "vertical"
    MEDIA = "media"
    LOCAL = "local"
    COUNCIL = "council"
    MINISTRY = "ministry"
    INVITED = "invited"


@dataclass(frozen=True, slots=True)
class Agency:
    """A body with a stable id. ``entry`` is its place in the plan's list of duties (None: no entry of its own)."""

    id: str
    name: str
    kind: AgencyKind
    entry: int | None = None
    line: int | None = None
    outside_source: str | None = None
    """Where the name comes from when the plan's text does not have it; None when it does."""

    @property
    def unclassified_only(self) -> bool:
        """Army and police: part of their results can be state secrets and must stay out of the system."""
        return self.kind is AgencyKind.VERTICAL


@dataclass(frozen=True, slots=True)
class Contact:
    """Where an agency is reached. Kept apart from the programme: people change more often than plans."""

    agency: str
    person: str
    email: str
    alternate_email: str | None = None
    leader_email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Official:
    """A named person with a position, as the approval and the signature block need them."""

    id: str
    name: str
    position: str
    email: str
    authority_line: str | None = None
    """``KT. CHỦ TỊCH`` and the like (Decree 30/2020, Annex I); None when the person heads the body."""


@dataclass(frozen=True, slots=True)
class AddressBook:
    """Who is behind each id, filled in by the coordinator (``contacts.yaml``); empty in the shipped programme."""

    contacts: tuple[Contact, ...] = ()
    preparer: Official | None = None
    signatory: Official | None = None
    approver: Official | None = None
    operator_email: str | None = None

    def contact(self, agency: str) -> Contact | None:
        """The contact of an agency, or None when the coordinator has not entered one yet."""
        return next((contact for contact in self.contacts if contact.agency == agency), None)
