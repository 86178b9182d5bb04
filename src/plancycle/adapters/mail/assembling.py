"""The bytes of a letter (RFC 5322, 2045): the same as Python's ``email`` writes, without an object for each header.

Most of a letter is said in thousands of others: the sender, the subject, whole lines of the text. Each is encoded by
the library once and kept; what is a letter's own is one line each. A test holds every letter to the library's bytes.
"""

import hashlib
import re
from binascii import b2a_base64
from collections.abc import Sequence
from datetime import datetime, timedelta
from email import base64mime, quoprimime
from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.quoprimime import body_encode
from email.utils import format_datetime
from functools import lru_cache

from plancycle.services.ports import Attachment

_UNBREAKABLE = {"In-Reply-To", "List-Id", "Message-ID", "References"}
"""Headers of marks between angle brackets."""
_KEPT = 8192
_PLAIN_NAME = re.compile(r"[A-Za-z0-9._-]{1,60}")
"""Short enough for one line; a longer one is cut into pieces."""
_BASE64_LINE, _HEADER_LINE = 76, 78
_AROUND_A_WORD = len("=?utf-8?b??=")


class _Headers(HeaderRegistry):
    """The library's header classes, each made once instead of once a header: they cost more than the letter's text."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, type] = {}

    def __getitem__(self, name: str) -> type:
        """The class of a header name."""
        key = name.lower()
        if key not in self._made:
            self._made[key] = super().__getitem__(name)
        return self._made[key]


def encoded_words(name: str, text: str) -> list[str]:
    """A header's text as RFC 2047 words, one a line of at most 78 characters; as the library cuts and encodes it.

    The library measures a line anew with each letter it adds to it; here only what the letter adds is measured.
    """
    whole = text.encode()
    is_base64 = base64mime.header_length(whole) < quoprimime.header_length(whole)
    encoded = base64mime.header_encode if is_base64 else quoprimime.header_encode
    words, word, taken, room = list[str](), b"", 0, _HEADER_LINE - len(name) - len(": ") - _AROUND_A_WORD
    for letter in text:
        octets = letter.encode()
        taken += len(octets) if is_base64 else quoprimime.header_length(octets)
        if (-(-taken // 3) * 4 if is_base64 else taken) > room:
            words.append(encoded(word, "utf-8") if words or word else "")
            word, room = b"", _HEADER_LINE - len(" ") - _AROUND_A_WORD
            taken = len(octets) if is_base64 else quoprimime.header_length(octets)
        word += octets
    return [*words, encoded(word, "utf-8")]


class _Policy(EmailPolicy):
    """SMTP policy whose Vietnamese headers survive: the library's own folding loses blanks between encoded words."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """Encode a header that has letters beyond ASCII as RFC 2047 words of at most 75 characters.

        Message-IDs are folded between, never inside: the library would encode one that is too long for a line.
        """
        if name in _UNBREAKABLE:
            return f"{name}: {f'{self.linesep} '.join(str(value).split())}{self.linesep}".encode("ascii")
        addresses: tuple[Address, ...] = getattr(value, "addresses", ())
        if value.isascii() or not (addresses or name == "Subject"):
            return super().fold_binary(name, value)
        if addresses:
            return self.named(name, addresses[0].display_name, addresses[0].addr_spec)
        return f"{name}: {self._encoded(name, str(value))}{self.linesep}".encode("ascii")

    def named(self, name: str, display_name: str, address: str) -> bytes:
        """A header of one address whose name has letters beyond ASCII."""
        encoded = self._encoded(name, display_name)
        return f"{name}: {encoded}{self.linesep} <{address}>{self.linesep}".encode("ascii")

    def _encoded(self, name: str, text: str) -> str:
        return f"{self.linesep} ".join(encoded_words(name, text))


POLICY = _Policy(linesep="\r\n", header_factory=_Headers())


@lru_cache(_KEPT)
def text_header(name: str, value: str) -> bytes:
    """A header of plain text, folded."""
    if name == "Subject" and not value.isascii():  # encoded as it is: nothing in it need be understood
        return POLICY.fold_binary(name, value)
    stored, parsed = POLICY.header_store_parse(name, value)
    return POLICY.fold_binary(stored, parsed)


def mark_header(name: str, value: str) -> bytes:
    """A header of marks between angle brackets, hardly ever the same twice."""
    return POLICY.fold_binary(name, value)


@lru_cache(_KEPT)
def address_header(name: str, display_name: str, address: str) -> bytes:
    """A header of one person or body with an address, folded."""
    if not display_name.isascii():  # the library would take the name apart word by word and put it together again
        return POLICY.named(name, display_name, address)
    stored, parsed = POLICY.header_store_parse(name, Address(display_name, addr_spec=address))
    return POLICY.fold_binary(stored, parsed)


def date_header(at: datetime) -> bytes:
    """The day and time a letter was written."""
    return _dated(at, at.utcoffset())


@lru_cache(64)
def _dated(at: datetime, _from_utc: timedelta | None) -> bytes:
    """Many letters are written in one moment; the same moment elsewhere has other words."""
    return f"Date: {format_datetime(at)}\r\n".encode("ascii")


def assembled(
    headers: Sequence[bytes], mark: str, text: str, html: str, attachments: Sequence[tuple[str, Attachment]]
) -> bytes:
    """The whole letter. ``mark`` (its Message-ID) decides the boundaries, which can stand in no encoded part.

    ``attachments``: each with the name it is to have.
    """
    alternatives = [_text_part("plain", text), _text_part("html", html)]
    if not attachments:
        body = _several("alternative", _boundary(mark, 0), alternatives)
        return b"".join((*headers, b"MIME-Version: 1.0\r\n", body))
    first = _several("alternative", _boundary(mark, 1), alternatives)
    parts = [first, *(_attached(name, one) for name, one in attachments)]
    return b"".join((*headers, b"MIME-Version: 1.0\r\n", _several("mixed", _boundary(mark, 0), parts)))


def _boundary(mark: str, number: int) -> str:
    return f"=_{hashlib.sha256(f'{mark}|{number}'.encode()).hexdigest()[:32]}"


def _several(kind: str, boundary: str, parts: Sequence[bytes]) -> bytes:
    """A part of parts."""
    blank = " " if kind == "mixed" else "\r\n "  # the longer kind has no room beside it
    head = f'Content-Type: multipart/{kind};{blank}boundary="{boundary}"\r\n\r\n'.encode("ascii")
    between = f"\r\n--{boundary}\r\n".encode("ascii")
    return b"".join((head, between[2:], between.join(parts), between[:-2], b"--\r\n"))


def _text_part(kind: str, text: str) -> bytes:
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n'
    head += "MIME-Version: 1.0\r\n\r\n" if kind == "html" else "\r\n"
    lines = [_quoted(line) for line in text.encode().splitlines()]
    return b"".join((head.encode("ascii"), b"\r\n".join(lines), b"\r\n"))


@lru_cache(_KEPT)
def _quoted(line: bytes) -> bytes:
    """One line of text as quoted-printable; most stand in every letter of a kind."""
    assert POLICY.max_line_length is not None
    return body_encode(line.decode("latin-1"), POLICY.max_line_length, "\r\n").encode("ascii")


def _attached(name: str, attachment: Attachment) -> bytes:
    encoded = b2a_base64(attachment.data, newline=False)
    lines = [encoded[at : at + _BASE64_LINE] for at in range(0, len(encoded), _BASE64_LINE)]
    return b"".join((_attached_head(attachment.media_type, name), b"\r\n".join(lines), b"\r\n" if lines else b""))


def _attached_head(media_type: str, name: str) -> bytes:
    """The headers of an attached file. Short names of plain letters are folded by their length alone."""
    if not _PLAIN_NAME.fullmatch(name):
        return _written_head(media_type, name)
    stand_in = "x" * len(name)
    return _written_head(media_type, stand_in).replace(stand_in.encode(), name.encode())


@lru_cache(_KEPT)
def _written_head(media_type: str, name: str) -> bytes:
    message = EmailMessage(policy=POLICY)
    maintype, _, subtype = media_type.partition("/")
    message.set_content(b"", maintype=maintype, subtype=subtype, disposition="attachment", filename=name)
    return message.as_bytes()
