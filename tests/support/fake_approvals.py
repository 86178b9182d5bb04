"""Delegations, signed copies and the approvers' keys, in memory."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from plancycle.domain.agencies import Official
from plancycle.domain.delegations import Delegation
from plancycle.domain.errors import UnreadableFile
from plancycle.domain.signatures import SignatureFact, SignatureReport, SignerRole
from plancycle.domain.signed_copies import SignedCopy


class FakeDelegations:
    """Held to the same contract as the database's table."""

    def __init__(self, tables: Any) -> None:
        self.rows: dict[str, Delegation] = tables.delegations

    def add(self, delegation: Delegation) -> None:
        """Store a new one."""
        if delegation.id in self.rows:
            from fake_ledger import Clash

            raise Clash(delegation.id)
        self.rows[delegation.id] = delegation

    def get(self, delegation_id: str) -> Delegation | None:
        """One delegation."""
        return self.rows.get(delegation_id)

    def of(self, programme: str) -> list[Delegation]:
        """Delegations of a programme, oldest first."""
        found = [one for one in self.rows.values() if one.programme == programme]
        return sorted(found, key=lambda one: (one.made_at, one.id))

    def revoke(self, delegation_id: str, at: datetime, by: str) -> None:
        """It gives no right from that instant on."""
        if delegation_id in self.rows:
            self.rows[delegation_id] = replace(self.rows[delegation_id], revoked_at=at, revoked_by=by)


class FakeSignedCopies:
    """Held to the same contract as the database's table."""

    def __init__(self, tables: Any) -> None:
        self.rows: dict[tuple[str, str, int], SignedCopy] = tables.signed_copies

    def add(self, copy: SignedCopy) -> None:
        """Store a new one."""
        key = (copy.edition, copy.approved_sha256, copy.number)
        if key in self.rows:
            from fake_ledger import Clash

            raise Clash(key)
        self.rows[key] = copy

    def of(self, edition: str) -> list[SignedCopy]:
        """Signed copies of an edition's files, oldest first."""
        return [self.rows[key] for key in sorted(self.rows) if key[0] == edition]


@dataclass
class FakeApproverKeys:
    """A signature is a hash with the person in it; a key is there once it has signed."""

    people: set[str] = field(default_factory=set)
    given_up: dict[str, int] = field(default_factory=dict)

    def sign(self, person: str, data: bytes) -> tuple[str, str]:
        self.people.add(person)
        return self.key_id(person), self._made(person, self.key_id(person), data)

    def new_key(self, person: str) -> tuple[str, str]:
        old = self.key_id(person) if person in self.people else ""
        self.people.add(person)
        self.given_up[person] = self.given_up.get(person, 0) + 1
        return old, self.key_id(person)

    def _made(self, person: str, key_id: str, data: bytes) -> str:
        return hashlib.sha256(person.encode() + key_id.encode() + data).hexdigest()

    def is_signed(self, person: str, key_id: str, data: bytes, signature: str) -> bool:
        known = {self.key_id(person, number) for number in range(self.given_up.get(person, 0) + 1)}
        return person in self.people and key_id in known and signature == self._made(person, key_id, data)

    def public_pem(self, person: str) -> bytes:
        return person.encode() if person in self.people else b""

    def key_id(self, person: str, number: int | None = None) -> str:
        number = self.given_up.get(person, 0) if number is None else number
        return hashlib.sha256(f"{person}{number or ''}".encode()).hexdigest()[:16]


@dataclass
class FakeSigning:
    """A signature is a line at the end: ``role:name``."""

    required: tuple[SignerRole, ...] = ()
    here: tuple[SignerRole, ...] = ()
    fails: Exception | None = None
    signers: dict[SignerRole, str] = field(default_factory=dict)

    def sign(self, pdf: bytes, signatory: Official, at: datetime) -> bytes:
        if self.fails is not None:
            raise self.fails
        return pdf + b"".join(f"\nsigned {role}:{signatory.name}".encode() for role in self.here)

    def sign_annex(self, pdf: bytes, number: str, at: datetime) -> bytes:
        if self.fails is not None:
            raise self.fails
        return pdf + f"\nsigned {SignerRole.BODY}:{number}".encode()

    def verify(self, data: bytes, approved: bytes | None = None) -> SignatureReport:
        if not data:
            raise UnreadableFile("document.not_readable", format="PDF")
        lines = [line for line in data.decode(errors="replace").splitlines() if line.startswith("signed ")]
        facts = tuple(
            SignatureFact(line[7:].partition(":")[0], line.partition(":")[2], True, True, True, None, False)
            for line in lines
        )
        rest = data[len(approved or b"") :].decode(errors="replace").splitlines()
        is_same = approved is None or (data.startswith(approved) and all(one[:7] in ("", "signed ") for one in rest))
        return SignatureReport(facts, None if approved is None else is_same)
