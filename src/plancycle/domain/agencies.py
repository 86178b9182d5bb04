"""Bodies of the programme: who reports, who is invited, who receives."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar

from plancycle.domain.webhooks import Endpoint


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
class DatedName:
    """What a body was called from a day on; ``until`` is the last day (None: still)."""

    name: str
    valid_from: date | None = None
    valid_until: date | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class DatedCode:
    """An identification code of a body (Decision 20/2020/QĐ-TTg, for example ``H55``) and the days it holds."""

    code: str
    valid_from: date | None = None
    valid_until: date | None = None
    source: str | None = None


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
    names: tuple[DatedName, ...] = ()
    """Other names with their days; on every other day the body is called ``name``."""
    codes: tuple[DatedCode, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    """First and last day of the body itself; None where nothing is known. Successors are recorded apart."""
    unclassified_only: bool = False
    """Part of its results can be state secrets (army, police): they must stay out of the system."""
    other_channel: bool = False
    """It may declare that a report went another way; then it is neither missing nor overdue."""

    def name_on(self, day: date) -> str:
        """What the body is called on that day: documents use the name valid on the day they are signed."""
        dated = _valid(self.names, day)
        return dated.name if dated else self.name

    def code_on(self, day: date) -> str | None:
        """Its identification code on that day; None when none is known. Codes are never invented."""
        dated = _valid(self.codes, day)
        return dated.code if dated else None

    def exists_on(self, day: date) -> bool:
        """Whether the body is there on that day, as far as its own dates say."""
        return _holds(self.valid_from, self.valid_until, day)


_Dated = TypeVar("_Dated", DatedName, DatedCode)


def _valid(entries: Sequence[_Dated], day: date) -> _Dated | None:
    return next((one for one in entries if _holds(one.valid_from, one.valid_until, day)), None)


def _holds(first: date | None, last: date | None, day: date) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)


@dataclass(frozen=True, slots=True)
class Contact:
    """Where an agency is reached. Kept apart from the programme: people change more often than plans."""

    agency: str
    person: str
    email: str
    alternate_email: str | None = None
    leader_email: str | None = None
    phone: str | None = None
    channels: tuple[str, ...] = ("mail",)
    """How its letters go: always by mail; with ``webhook`` also to its own system."""
    webhook: Endpoint | None = None


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
    officials: tuple[Official, ...] = ()
    """Further people who approve, or who may decide in another's place."""
    _by_agency: dict[str, Contact] = field(init=False, default_factory=dict, compare=False, repr=False)
    _by_address: dict[str, set[str]] = field(init=False, default_factory=dict, compare=False, repr=False)

    def everybody(self) -> tuple[Official, ...]:
        """Every named official, each once."""
        named = [one for one in (self.preparer, self.signatory, self.approver) if one]
        return tuple({one.id: one for one in (*self.officials, *named)}.values())

    def official(self, who: str) -> Official | None:
        """The official in a role (``preparer``, ``signatory``, ``approver``) or with that id; None when not entered."""
        roles = {"preparer": self.preparer, "signatory": self.signatory, "approver": self.approver}
        if who in roles:
            return roles[who]
        return next((one for one in self.everybody() if one.id == who), None)

    def is_same_person(self, one: str, other: str) -> bool:
        """Whether two ids are one person's: the same id, or the same mailbox."""
        first, second = self.official(one), self.official(other)
        if one == other:
            return True
        return first is not None and second is not None and first.email.casefold() == second.email.casefold()

    def contact(self, agency: str) -> Contact | None:
        """The contact of an agency, or None when the coordinator has not entered one yet."""
        if self.contacts and not self._by_agency:
            self._by_agency.update({contact.agency: contact for contact in reversed(self.contacts)})
        return self._by_agency.get(agency)

    def writing_from(self, address: str) -> frozenset[str]:
        """The agencies whose own address that is, or their other one; case plays no part."""
        if self.contacts and not self._by_address:
            for contact in self.contacts:
                for one in filter(None, (contact.email, contact.alternate_email)):
                    self._by_address.setdefault(one.lower(), set()).add(contact.agency)
        return frozenset(self._by_address.get(address.lower(), ()))
