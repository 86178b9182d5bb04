"""Which mails are answers: rules over headers, as our own server wrote them (RFC 8601, RFC 3834, RFC 3464).

Anybody can write ``From: so-y-te``. Only the topmost Authentication-Results header is believed, and only when it is
our own server's; whatever stands below it may have come with the mail.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"^\s*([a-z0-9-]+)\s*=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(r"\b(header\.(?:from|d|i))\s*=\s*\"?([^\s\";]+)", re.IGNORECASE)
_BY = re.compile(r"\bby\s+([^\s;()]+)", re.IGNORECASE)
_NOT_AUTOMATIC = ("", "no")
_BULK = {"bulk", "list", "junk", "auto_reply"}


@dataclass(frozen=True, slots=True)
class MailAttachment:
    """A file in a mail; ``is_decoration`` marks pictures that stand in the text (a signature's logo)."""

    file_name: str
    data: bytes
    is_decoration: bool = False


@dataclass(frozen=True, slots=True)
class IncomingMail:
    """A mail as far as the rules need it; header values are unfolded, newest (topmost) first."""

    message_id: str
    senders: tuple[str, ...]
    """Addresses of every From header, in lower case; an honest mail has exactly one."""
    recipients: tuple[str, ...]
    """To, Cc, Delivered-To, X-Original-To, in lower case."""
    references: tuple[str, ...]
    subject: str
    authentication: tuple[str, ...]
    received: tuple[str, ...]
    auto_submitted: str
    precedence: str
    is_list: bool
    is_report: bool
    attachments: tuple[MailAttachment, ...]

    @property
    def sender(self) -> str:
        """The one address it is from; empty when there is none, or more than one."""
        return self.senders[0] if len(self.senders) == 1 else ""

    @property
    def files(self) -> tuple[MailAttachment, ...]:
        """Attachments that can be an answer."""
        return tuple(one for one in self.attachments if not one.is_decoration)


def is_automatic(mail: IncomingMail) -> bool:
    """An out-of-office note, a list's copy: no person is answering, and it must get no reply (RFC 3834, section 2)."""
    said = mail.auto_submitted.split(";")[0].strip().lower()
    return said not in _NOT_AUTOMATIC or mail.is_list or mail.precedence.strip().lower() in _BULK


def is_authentic(mail: IncomingMail, authserv: str) -> bool:
    """Whether our own server found the sender's domain genuine: DMARC passed, or DKIM by that domain did.

    ``authserv`` is the name our server writes into the header; with none configured nothing is authentic.
    """
    domain = mail.sender.rpartition("@")[2]
    if not (authserv and domain and mail.authentication):
        return False
    server, results = results_of(mail.authentication[0])
    if server != authserv.lower():
        return False
    by_method = [(method, result) for method, result, _ in results]
    if any(method == "dmarc" and result == "fail" for method, result in by_method):
        return False
    return any(result == "pass" and _is_for(domain, method, found) for method, result, found in results)


def results_of(header: str) -> tuple[str, list[tuple[str, str, dict[str, str]]]]:
    """The server that speaks, and per method its result and the properties it names (comments are dropped)."""
    text, before = header, ""
    while text != before:
        text, before = _COMMENT.sub(" ", text), text
    server, *methods = text.split(";")
    found = []
    for method in methods:
        if result := _RESULT.match(method):
            properties = {name.lower(): value.lower() for name, value in _PROPERTY.findall(method)}
            found.append((result[1].lower(), result[2].lower(), properties))
    words = server.split()
    return (words[0].lower() if words else ""), found


def _is_for(domain: str, method: str, properties: dict[str, str]) -> bool:
    """Whether a pass speaks for the sender's domain: its own name, or (DKIM) a domain above it."""
    if method == "dmarc":
        return properties.get("header.from", domain).rpartition("@")[2] == domain
    if method == "dkim":
        signer = properties.get("header.d") or properties.get("header.i", "").rpartition("@")[2]
        return "." in signer and (domain == signer or domain.endswith(f".{signer}"))
    return False


def sent_at(mail: IncomingMail, arrived_at: datetime, authserv: str) -> datetime:
    """When it reached our server: the topmost Received line if our server wrote it, else the mailbox's own date.

    The Date header is the sender's claim and plays no part. Never later than the mailbox's date.
    """
    if not mail.received:
        return arrived_at
    writer, stamped = _BY.search(mail.received[0]), _date_of(mail.received[0])
    if stamped is None or writer is None or writer[1].lower().rstrip(".") != authserv.lower():
        return arrived_at
    return min(stamped, arrived_at)


def _date_of(received: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(received.rpartition(";")[2].strip())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else None


def plus_parts(addresses: Sequence[str]) -> list[str]:
    """What stands after the plus sign in addresses: ``bao-cao+3f2a@so.vn`` gives ``3f2a``."""
    locals_ = (address.rpartition("@")[0] for address in addresses)
    return [local.partition("+")[2] for local in locals_ if "+" in local]
