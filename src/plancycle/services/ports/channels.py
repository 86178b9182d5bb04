"""The channels in: the mailbox, and the key that signs what comes out of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from plancycle.domain.incoming_mail import IncomingMail


@dataclass(frozen=True, slots=True)
class FetchedMail:
    """A mail as it lies in the mailbox. ``arrived_at`` is when our server put it there (INTERNALDATE)."""

    uidvalidity: int
    uid: int
    data: bytes
    arrived_at: datetime
    is_cut: bool = False
    """Too large to be fetched: ``data`` is its headers only; the mail itself stays in the mailbox."""


class Mailbox(Protocol):
    """The mailbox agencies reply to. Nothing in it is ever deleted or moved: mails that were dealt with get a mark."""

    @property
    def address(self) -> str:
        """The address agencies reply to; empty when there is no mailbox."""

    @property
    def authserv(self) -> str:
        """The name our own mail server writes into Authentication-Results."""

    def waiting(self) -> Iterator[FetchedMail]:
        """Mails without our mark, oldest first. Raises ActionNeeded (no mailbox) or OutsideFailure."""

    def settle(self, mail: FetchedMail) -> None:
        """Mark a mail as dealt with. Raises OutsideFailure."""

    def open(self, data: bytes) -> IncomingMail:
        """Take a mail apart, attachments unpacked (zip one level, winmail.dat). Raises UnreadableFile."""

    def close(self) -> None:
        """End the connection."""


class ReceiptKey(Protocol):
    """The installation's signing key."""

    @property
    def public_pem(self) -> bytes:
        """The public half, as PEM."""

    @property
    def key_id(self) -> str:
        """A short name of the public key, made from it."""

    def sign(self, data: bytes) -> str:
        """The signature, as text."""

    def is_signed(self, public_pem: bytes, data: bytes, signature: str) -> bool:
        """Whether the holder of the key signed these bytes. Raises DataProblem for a public key that is none."""

    def key_id_of(self, public_pem: bytes) -> str:
        """The short name of any public key. Raises DataProblem for one that is none."""
