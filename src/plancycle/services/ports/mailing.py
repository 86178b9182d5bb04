"""Letters: composed, then handed over."""

from collections.abc import Mapping
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


class AddressRefused(Exception):
    """The relay refused this address for good (5xx); the reply is the text."""


class Postman(Protocol):
    """Hands bytes to the relay or the mail folder."""

    def deliver(self, to_address: str, data: bytes) -> str:
        """The relay's reply. Raises AddressRefused (permanent) or OutsideFailure (try again later)."""

    def close(self) -> None:
        """End the connection."""
