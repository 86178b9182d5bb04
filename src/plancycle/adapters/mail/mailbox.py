"""The mailbox agencies reply to, over IMAP. Nothing is moved or deleted: what was dealt with gets a keyword of ours.

The keyword is a convenience, the ledger is the truth: a server that forgets keywords makes us look at mails again,
never take one in twice.
"""

import ssl
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property
from imaplib import IMAP4, Internaldate2tuple
from time import mktime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from plancycle.adapters.mail.incoming import MAX_MAIL, open_mail
from plancycle.domain.errors import ActionNeeded, DataProblem, OutsideFailure
from plancycle.domain.incoming_mail import IncomingMail
from plancycle.services.ports import FetchedMail

if TYPE_CHECKING:
    from imap_tools import BaseMailBox

KEYWORD = "PlancycleDone"
SECONDS = 30
"""How long the server may take for one answer."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")
DEFAULT_FOLDER = "INBOX"


class ImapMailbox:
    """Implements :class:`plancycle.services.ports.Mailbox`; connects when it is first looked into."""

    def __init__(self, url: str, password: str, address: str, authserv: str) -> None:
        self._url = url
        self._password = password
        self.address = address.strip().lower()
        self.authserv = authserv.strip().lower()

    def waiting(self) -> Iterator[FetchedMail]:
        """Mails without our keyword, oldest first, fetched one at a time.

        Raises ActionNeeded("mailbox.none"), DataProblem("mailbox.url_wrong"), OutsideFailure("mailbox.unreachable").
        """
        try:
            validity = self._uidvalidity
            for uid in self._box.uids(f"UNKEYWORD {KEYWORD}", charset=None):
                fetched = self._fetch(validity, int(uid))
                if fetched is not None:
                    yield fetched
        except (OSError, IMAP4.error, _mailbox_error()) as problem:
            raise self._unreachable(problem) from problem

    def settle(self, mail: FetchedMail) -> None:
        """Put our keyword on a mail. Raises OutsideFailure."""
        try:
            # Not the library's own flag(): that expunges, and would delete what somebody else marked for deletion.
            answer, said = self._box.client.uid("STORE", str(mail.uid), "+FLAGS.SILENT", f"({KEYWORD})")
            if answer != "OK":
                raise IMAP4.error(str(said))
        except (OSError, IMAP4.error, _mailbox_error()) as problem:
            raise self._unreachable(problem) from problem

    def open(self, data: bytes) -> IncomingMail:
        """Take a mail apart. Raises UnreadableFile."""
        return open_mail(data)

    def close(self) -> None:
        """End the connection, if there is one."""
        if "_box" in self.__dict__:
            with suppress(OSError, IMAP4.error, _mailbox_error()):
                self._box.logout()
            del self.__dict__["_box"]

    @cached_property
    def _box(self) -> "BaseMailBox":
        from imap_tools import MailBox, MailBoxUnencrypted

        host, port, user, folder, is_encrypted = self._place()
        box: BaseMailBox
        if is_encrypted:
            box = MailBox(host, port, timeout=SECONDS, ssl_context=ssl.create_default_context())
        else:
            box = MailBoxUnencrypted(host, port, timeout=SECONDS)
        try:
            return box.login(user, self._password, initial_folder=folder)
        except BaseException:
            box.client.shutdown()
            raise

    def _place(self) -> tuple[str, int, str, str, bool]:
        """Host, port, user, folder and whether the connection is encrypted; unencrypted only to this very machine."""
        if not self._url:
            raise ActionNeeded("mailbox.none")
        try:
            parts = urlsplit(self._url)
            port = parts.port
        except ValueError:
            raise DataProblem("mailbox.url_wrong") from None
        is_encrypted = parts.scheme == "imaps"
        is_near = parts.scheme == "imap" and parts.hostname in LOOPBACK
        if not (parts.hostname and parts.username and (is_encrypted or is_near)) or parts.password:
            raise DataProblem("mailbox.url_wrong")
        folder = unquote(parts.path.strip("/")) or DEFAULT_FOLDER
        return parts.hostname, port or (993 if is_encrypted else 143), unquote(parts.username), folder, is_encrypted

    @property
    def _uidvalidity(self) -> int:
        folder = self._box.folder.get() or DEFAULT_FOLDER
        return int(self._box.folder.status(folder, ["UIDVALIDITY"])["UIDVALIDITY"])

    def _fetch(self, validity: int, uid: int) -> FetchedMail | None:
        """One mail without marking it as read; None when it has gone meanwhile."""
        about = self._ask(uid, "(INTERNALDATE RFC822.SIZE)")
        if about is None:
            return None
        text = about if isinstance(about, bytes) else about[0]
        is_cut = _size_of(text) > MAX_MAIL
        found = self._ask(uid, "(BODY.PEEK[HEADER])" if is_cut else "(BODY.PEEK[])")
        if not isinstance(found, tuple):
            return None
        return FetchedMail(validity, uid, bytes(found[1]), _arrived_at(text), is_cut)

    def _ask(self, uid: int, what: str) -> Any:
        _, answer = self._box.client.uid("FETCH", str(uid), what)
        return next((one for one in answer or [] if one is not None), None)

    def _unreachable(self, problem: Exception) -> OutsideFailure:
        host = urlsplit(self._url).hostname or ""
        broken = self.__dict__.pop("_box", None)  # it is not used again
        if broken is not None:
            with suppress(OSError):
                broken.client.shutdown()
        return OutsideFailure(
            "mailbox.unreachable", host=host, reason=str(problem).replace(self._password or "\0", "…")
        )


def _mailbox_error() -> type[Exception]:
    from imap_tools import ImapToolsError

    return ImapToolsError


def _size_of(answer: bytes) -> int:
    _, _, rest = answer.partition(b"RFC822.SIZE ")
    digits = rest.split(b")")[0].split(b" ")[0]
    return int(digits) if digits.isdigit() else 0


def _arrived_at(answer: bytes) -> datetime:
    local = Internaldate2tuple(answer)  # in this machine's zone, whatever that is
    if local is None:
        raise IMAP4.error("no INTERNALDATE")
    return datetime.fromtimestamp(mktime(local), UTC)
