"""Two postmen: one hands letters to an SMTP relay, one writes them into a folder.

What a failure means decides what happens next (:mod:`plancycle.services.deliver_messages`): a letter that surely
was not taken is tried again; one whose last dot may have been read is *unknown* and gets listed (RFC 1047).
"""

import base64
import errno
import hashlib
import os
import re
import smtplib
import ssl
from collections.abc import Callable
from email.headerregistry import Address
from email.parser import BytesHeaderParser
from email.policy import SMTP
from email.utils import parsedate_to_datetime
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from plancycle.adapters.mail.relays import Relay, relay_of
from plancycle.domain.errors import OutsideFailure
from plancycle.services.ports import AddressPostponed, AddressRefused, Postman

COMMAND_SECONDS = 60.0
FINAL_REPLY_SECONDS = 600.0
"""How long the relay may think after the last dot (RFC 5321, 4.5.3.2.6)."""

TRIES = 3
"""Connections tried for one letter when the relay hangs up before it has been given the letter."""

_GOODBYE = 421
_GO_ON = 354


class _HungUp(Exception):
    """The relay ended the conversation before it was given the letter; its reply or the error is the text."""


class FolderPostman:
    """Writes each letter as an ``.eml`` file: for rehearsals, and for offices that send by hand."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deliver(self, to_address: str, data: bytes, about_to_leave: Callable[[], None]) -> str:
        """Write the letter, synced to disk; the same letter twice is one file.

        Returns the file's name. Raises OutsideFailure("mail.folder_failed").
        """
        about_to_leave()
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

    def greet(self) -> None:
        """See that letters can be written here. Raises OutsideFailure("mail.folder_failed")."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if not os.access(self._folder, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        except OSError as error:
            raise OutsideFailure("mail.folder_failed", folder=str(self._folder), reply=error.strerror) from error

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

    def deliver(self, to_address: str, data: bytes, about_to_leave: Callable[[], None]) -> str:
        """Hand over one letter to one recipient; returns the relay's reply.

        A relay that hangs up before it was given the letter is called again. Raises AddressRefused for a permanent
        refusal of the letter (5xx), AddressPostponed for a temporary one (4xx), OutsideFailure("mail.not_delivered")
        when the relay is out of reach, and OutsideFailure("mail.unknown") when the connection broke after the letter
        had left.
        """
        sender, why = _sender_of(data), ""
        for _ in range(TRIES):
            try:
                return self._try(sender, to_address, data, about_to_leave)
            except _HungUp as broken:
                why = str(broken)
                self.close()
        raise self._failure("mail.not_delivered", why)

    def greet(self) -> None:
        """Connect, secure and sign in as for a letter, and leave again. Raises OutsideFailure("mail.not_delivered")."""
        self._connected()
        self.close()

    def _try(self, sender: str, to_address: str, data: bytes, about_to_leave: Callable[[], None]) -> str:
        is_kept = self._connection is not None
        connection = self._connection or self._connected()
        code, reply = self._say(lambda: connection.mail(sender))
        if not _is_yes(code) and is_kept:
            raise _HungUp(_spelt(code, reply))
        if not _is_yes(code):
            self._reset(connection)
            raise self._failure("mail.not_delivered", _spelt(code, reply))
        code, reply = self._say(lambda: connection.rcpt(to_address))
        if not _is_yes(code):
            raise self._refusal(connection, code, reply)
        try:
            about_to_leave()
        except BaseException:
            self._reset(connection)
            raise
        code, reply = self._say(lambda: connection.docmd("DATA"))
        if code != _GO_ON:
            raise self._refusal(connection, code, reply)
        return self._hand_over(connection, data)

    def _connected(self) -> smtplib.SMTP:
        """A new connection, greeted, secured and signed in. Raises OutsideFailure("mail.not_delivered")."""
        relay = self._relay
        try:
            if relay.security == "smtps":
                opened: smtplib.SMTP = smtplib.SMTP_SSL(
                    relay.host, relay.port, timeout=self._timeout, context=self._trust()
                )
            else:
                opened = smtplib.SMTP(relay.host, relay.port, timeout=self._timeout)
            self._connection = opened
            if relay.security == "smtp+starttls":
                opened.starttls(context=self._trust())
            if relay.user:
                _sign_in(opened, relay)
            opened.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise self._failure("mail.not_delivered", str(error)) from error
        return opened

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._relay.authority_file or None)

    def _say(self, command: Callable[[], tuple[int, bytes]]) -> tuple[int, bytes]:
        """One command before the letter leaves. Raises _HungUp when no answer comes, or a goodbye."""
        try:
            code, reply = command()
        except (OSError, smtplib.SMTPException) as error:
            raise _HungUp(str(error)) from error
        if code == _GOODBYE:
            raise _HungUp(_spelt(code, reply))
        return code, reply

    def _refusal(self, connection: smtplib.SMTP, code: int, reply: bytes) -> Exception:
        """Reset, then say that the letter is not taken: for good or for the time being; the next one may be."""
        self._reset(connection)
        refusal = AddressRefused if code >= 500 else AddressPostponed
        return refusal(_spelt(code, reply))

    def _hand_over(self, connection: smtplib.SMTP, data: bytes) -> str:
        """From here on, a broken connection means that nobody can say; a reply with a code is an answer."""
        try:
            _set_timeout(connection, self._final_timeout)
            connection.send(_dotted(data))
            code, reply = connection.getreply()
            _set_timeout(connection, self._timeout)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise self._failure("mail.unknown", str(error)) from error
        if _is_yes(code):
            return _spelt(code, reply)
        if code == _GOODBYE:
            self.close()
        raise self._refusal(connection, code, reply)

    def _reset(self, connection: smtplib.SMTP) -> None:
        """Make the connection fit for the next letter, or give it up."""
        try:
            if connection.rset()[0] == 250:
                return
        except (OSError, smtplib.SMTPException):
            pass
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


def postman_for(mail_url: str, data_dir: Path, password: str = "", authority_file: str = "") -> Postman:
    """The postman of a mail URL: ``folder:`` (into ``data_dir/mail``), ``folder:/elsewhere``, or a relay's.

    Raises DataProblem as :func:`relay_of` does.
    """
    parts = urlsplit(mail_url)
    if parts.scheme == "folder":
        return FolderPostman(Path(parts.path) if parts.path else data_dir / "mail")
    return SmtpPostman(relay_of(mail_url, password, authority_file))


_FROM = re.compile(rb"^From:.*(?:\r?\n[ \t].*)*", re.IGNORECASE | re.MULTILINE)


def _sender_of(data: bytes) -> str:
    """The address in the letter's From header, for the envelope."""
    found = _FROM.search(data.partition(b"\r\n\r\n")[0])
    return _address_in(found.group() if found else b"")


@lru_cache(maxsize=16)
def _address_in(header: bytes) -> str:
    """Letters of one installation share a sender, and reading a header costs as much as handing a letter over."""
    sender = BytesHeaderParser(policy=SMTP).parsebytes(header)["From"]
    addresses: tuple[Address, ...] = sender.addresses
    return addresses[0].addr_spec


def _spelt(code: int, reply: bytes) -> str:
    return f"{code} {reply.decode('utf-8', 'replace')}".replace("\n", " ")[:300]


def _sign_in(connection: smtplib.SMTP, relay: Relay) -> None:
    """Whatever way both sides know; the library knows ASCII only, so another password goes as RFC 4616 spells it."""
    if f"{relay.user}{relay.password}".isascii():
        connection.login(relay.user, relay.password)
        return
    connection.ehlo_or_helo_if_needed()
    secret = base64.b64encode(f"\0{relay.user}\0{relay.password}".encode()).decode()
    code, reply = connection.docmd("AUTH", f"PLAIN {secret}")
    if not _is_yes(code):
        raise smtplib.SMTPAuthenticationError(code, reply)


def _is_yes(code: int) -> bool:
    return 200 <= code < 300


def _set_timeout(connection: smtplib.SMTP, seconds: float) -> None:
    if connection.sock is not None:
        connection.sock.settimeout(seconds)


def _dotted(data: bytes) -> bytes:
    """The letter as it travels: every line that starts with a dot gets a second one, and a lone dot ends it."""
    ended = data if data.endswith(b"\r\n") else data + b"\r\n"
    started = b"." + ended if ended.startswith(b".") else ended
    return started.replace(b"\n.", b"\n..") + b".\r\n"
