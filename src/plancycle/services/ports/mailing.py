"""Letters: composed, then handed over."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from plancycle.domain.messages import MessageKind


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along with a letter."""

    file_name: str
    data: bytes
    media_type: str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to compose. ``facts`` are data for the templates, never template text themselves."""

    kind: MessageKind
    key: str
    thread: str
    to_address: str
    reply_to: str | None
    date: datetime
    facts: Mapping[str, object]
    attachments: tuple[Attachment, ...] = ()
    answers: str = ""
    """Key of the letter this one follows (the period's data call); empty when it follows none."""
    reply_name: str = ""
    """The person a reply goes to."""


@dataclass(frozen=True, slots=True)
class ComposedMail:
    """A letter as bytes (RFC 5322), with the subject and Message-ID that are inside."""

    subject: str
    message_id: str
    data: bytes


class Composer(Protocol):
    """Turns letters into mail; the same letter gives the same bytes and the same Message-ID."""

    def compose(self, letter: Letter) -> ComposedMail:
        """Render subject, text and HTML parts and attach the files."""

    def readdress(self, data: bytes, key: str, to_address: str, date: datetime) -> ComposedMail:
        """The same letter for another address: new recipient, date and Message-ID (of ``key``), nothing else."""

    def message_id(self, key: str) -> str:
        """The Message-ID a letter or thread of that key has, with its angle brackets."""


class AddressRefused(Exception):
    """The relay refused this address for good (5xx); the reply is the text."""


class AddressPostponed(Exception):
    """The relay does not take this letter for the time being (4xx); the reply is the text. Others may go out."""


class Postman(Protocol):
    """Hands bytes to the relay or the mail folder."""

    def deliver(self, to_address: str, data: bytes, about_to_leave: Callable[[], None]) -> str:
        """The relay's reply. ``about_to_leave`` is called before the first byte of the letter leaves, again for each
        try; what it raises ends the delivery with nothing sent.

        Raises AddressRefused (permanent), AddressPostponed (this letter later), OutsideFailure("….unknown") when the
        letter may have been taken, and any other OutsideFailure when the relay is out of reach and nothing was taken.
        """

    def greet(self) -> None:
        """See whether a letter could be handed over now. Raises OutsideFailure."""

    def close(self) -> None:
        """End the connection."""


class Senders(Protocol):
    """Who sends letters besides this process, and the wall clock their leases are counted on."""

    def me(self) -> str:
        """A name no other sender has or ever had."""

    def now(self) -> datetime:
        """The wall clock, whatever the house's clock stands at."""

    def is_gone(self, owner: str) -> bool:
        """Whether that sender has surely ended; False when that cannot be seen from here."""
