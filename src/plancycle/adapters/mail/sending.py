"""Two postmen: one hands letters to an SMTP relay, one writes them into a folder.

What a failure means decides what happens next (:mod:`plancycle.services.deliver_messages`): a letter that surely
was not taken is tried again; one whose last dot may have been read is *unknown* and gets listed (RFC 1047).
"""

import hashlib
import os
import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.headerregistry import Address
from email.parser import BytesHeaderParser
from email.policy import SMTP
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from plancycle.domain.errors import DataProblem, OutsideFailure
from plancycle.services.ports import AddressRefused, Postman

COMMAND_SECONDS = 60.0
FINAL_REPLY_SECONDS = 600.0
"""How long the relay may think after the last dot (RFC 5321, 4.5.3.2.6)."""

_GOODBYE = 421
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Relay:
    """Where the relay is. ``security`` is ``smtp`` (plain), ``smtp+starttls`` or ``smtps``."""

    host: str
    port: int
    security: str = "smtp"
    user: str = ""
    password: str = ""


class FolderPostman:
    """Writes each letter as an ``.eml`` file: for rehearsals, and for offices that send by hand."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deliver(self, to_address: str, data: bytes) -> str:
        """Write the letter, synced to disk; the same letter twice is one file.

        Returns the file's name. Raises OutsideFailure("mail.folder_failed").
        """
        name = letter_name(to_address, data)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if not (self._folder / name).exists():
                self._write(name, data)
        except OSError as error:
            raise OutsideFailure("mail.folder_failed", folder=str(self._folder), reply=error.strerror) from error
        return name

    def _write(self, name: str, data: bytes) -> None:
        """Under another name first, so that no half-written letter is ever seen."""
        partial = self._folder / f".{name}.part"
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(self._folder / name)
        directory = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    def close(self) -> None:
        """Nothing is held open between letters."""


def letter_name(to_address: str, data: bytes) -> str:
    """A letter's file name: when it was written, for whom, and a mark of its bytes; sorts by time.

    The address becomes letters, digits, dots and hyphens: it can name a file, never a folder.
    """
    recipient = re.sub(r"[^A-Za-z0-9.-]+", "-", to_address.replace("@", "-at-")).strip("-.")[:80]
    headers = BytesHeaderParser(policy=SMTP).parsebytes(data)
    written = f"{parsedate_to_datetime(headers['Date']):%Y%m%d-%H%M%S}" if headers["Date"] else "undated"
    return f"{written}_{recipient}_{hashlib.sha256(data).hexdigest()[:12]}.eml"


class SmtpPostman:
    """Hands letters to a relay over one connection, opened with the first letter and again after a break."""

    def __init__(
        self, relay: Relay, timeout: float = COMMAND_SECONDS, final_timeout: float = FINAL_REPLY_SECONDS
    ) -> None:
        """``timeout`` and ``final_timeout`` are seconds: for each command, and for the reply after the last dot."""
        self._relay = relay
        self._timeout = timeout
        self._final_timeout = final_timeout
        self._connection: smtplib.SMTP | None = None

    def deliver(self, to_address: str, data: bytes) -> str:
        """Hand over one letter; returns the relay's reply.

        Raises AddressRefused for a permanent refusal (5xx), OutsideFailure("mail.not_delivered") when the letter
        surely was not taken, and OutsideFailure("mail.unknown") when the connection broke after the letter had left.
        """
        sender = _sender_of(data)
        connection = self._ready(sender)
        self._expect(connection, lambda: connection.rcpt(to_address), permanent_is_final=True)
        return self._hand_over(connection, data)

    def _ready(self, sender: str) -> smtplib.SMTP:
        """A connection that has taken MAIL FROM. A kept one may have gone stale: then, once, a new one."""
        if self._connection is not None:
            try:
                kept = self._connection
                if kept.mail(sender)[0] == 250:
                    return kept
            except (OSError, smtplib.SMTPException):
                pass
            self.close()
        connection = self._connected()
        self._expect(connection, lambda: connection.mail(sender))
        return connection

    def _connected(self) -> smtplib.SMTP:
        relay = self._relay
        kind = smtplib.SMTP_SSL if relay.security == "smtps" else smtplib.SMTP
        try:
            self._connection = kind(relay.host, relay.port, timeout=self._timeout)
            if relay.security == "smtp+starttls":
                self._connection.starttls(context=ssl.create_default_context())
            if relay.user:
                self._connection.login(relay.user, relay.password)
            self._connection.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise self._failure("mail.not_delivered", str(error)) from error
        return self._connection

    def _expect(
        self, connection: smtplib.SMTP, command: Callable[[], tuple[int, bytes]], permanent_is_final: bool = False
    ) -> None:
        """Give one command before the letter leaves; anything but 2xx ends this letter."""
        try:
            code, reply = command()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise self._failure("mail.not_delivered", str(error)) from error
        if 200 <= code < 300:
            return
        self._reset(connection, code)
        if permanent_is_final and code >= 500:
            raise AddressRefused(_spelt(code, reply))
        raise self._failure("mail.not_delivered", _spelt(code, reply))

    def _hand_over(self, connection: smtplib.SMTP, data: bytes) -> str:
        """From DATA on, a broken connection means that nobody can say; a reply with a code is an answer."""
        if connection.sock is not None:
            connection.sock.settimeout(self._final_timeout)
        try:
            code, reply = connection.data(data)
        except smtplib.SMTPDataError as error:
            code, reply = error.smtp_code, _as_bytes(error.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise self._failure("mail.unknown", str(error)) from error
        if connection.sock is not None:
            connection.sock.settimeout(self._timeout)
        if 200 <= code < 300:
            return _spelt(code, reply)
        self._reset(connection, code)
        if code >= 500:
            raise AddressRefused(_spelt(code, reply))
        raise self._failure("mail.not_delivered", _spelt(code, reply))

    def _reset(self, connection: smtplib.SMTP, code: int) -> None:
        """Make the connection fit for the next letter, or give it up."""
        try:
            if code == _GOODBYE:
                self.close()
            else:
                connection.rset()
        except (OSError, smtplib.SMTPException):
            self.close()

    def _failure(self, key: str, reply: str) -> OutsideFailure:
        return OutsideFailure(key, host=self._relay.host, port=self._relay.port, reply=reply or "-")

    def close(self) -> None:
        """Say goodbye and end the connection; a new letter opens another."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.quit()
        except (OSError, smtplib.SMTPException):
            connection.close()


def postman_for(mail_url: str, data_dir: Path) -> Postman:
    """The postman of a mail URL: ``folder:`` (into ``data_dir/mail``), ``folder:/elsewhere``, ``smtp://host:port``.

    Also ``smtp+starttls://user:password@host`` and ``smtps://…``. Raises DataProblem("mail.url_invalid") for anything
    else, and DataProblem("mail.password_in_clear") for a password over a plain connection.
    """
    parts = urlsplit(mail_url)
    if parts.scheme == "folder":
        return FolderPostman(Path(parts.path) if parts.path else data_dir / "mail")
    if parts.scheme in _PORTS:
        return SmtpPostman(_relay(parts))
    raise DataProblem("mail.url_invalid", url=f"{parts.scheme}:…")


def _relay(parts: SplitResult) -> Relay:
    """Raises DataProblem; the message shows no part that may hold a password."""
    try:
        port = parts.port or _PORTS[parts.scheme]
    except ValueError:
        port = 0
    if not parts.hostname or not port:
        raise DataProblem("mail.url_invalid", url=f"{parts.scheme}://…")
    if parts.password and parts.scheme == "smtp":
        raise DataProblem("mail.password_in_clear", host=parts.hostname)
    return Relay(parts.hostname, port, parts.scheme, unquote(parts.username or ""), unquote(parts.password or ""))


def _sender_of(data: bytes) -> str:
    sender = BytesHeaderParser(policy=SMTP).parsebytes(data)["From"]
    addresses: tuple[Address, ...] = sender.addresses
    return addresses[0].addr_spec


def _spelt(code: int, reply: bytes) -> str:
    return f"{code} {reply.decode('utf-8', 'replace')}".replace("\n", " ")[:300]


def _as_bytes(reply: bytes | str) -> bytes:
    return reply.encode() if isinstance(reply, str) else reply
