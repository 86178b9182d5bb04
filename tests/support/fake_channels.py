"""A mailbox in memory and a key that signs by hashing."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from plancycle.adapters.mail.incoming import open_mail
from plancycle.domain.incoming_mail import IncomingMail
from plancycle.services.ports import FetchedMail


@dataclass
class FakeMailbox:
    """Mails in the order they arrived; those dealt with carry a mark. Reading them is the real thing."""

    address: str = "bao-cao@so-noi-vu.example"
    authserv: str = "mx.so-noi-vu.example"
    mails: list[FetchedMail] = field(default_factory=list)
    settled: set[int] = field(default_factory=set)

    def waiting(self) -> Iterator[FetchedMail]:
        return iter([mail for mail in self.mails if mail.uid not in self.settled])

    def settle(self, mail: FetchedMail) -> None:
        self.settled.add(mail.uid)

    def open(self, data: bytes) -> IncomingMail:
        return open_mail(data)

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class FakeReceiptKey:
    """A signature is a hash with the key's name in it."""

    public_pem: bytes = b"the key"

    @property
    def key_id(self) -> str:
        return self.key_id_of(self.public_pem)

    def sign(self, data: bytes) -> str:
        return hashlib.sha256(self.public_pem + data).hexdigest()

    def is_signed(self, public_pem: bytes, data: bytes, signature: str) -> bool:
        return signature == hashlib.sha256(public_pem + data).hexdigest()

    def key_id_of(self, public_pem: bytes) -> str:
        return hashlib.sha256(public_pem).hexdigest()[:16]
