"""Mails taken apart: headers as the rules need them, attachments unpacked from zip files and winmail.dat.

Whatever arrives here was written by anybody: sizes, counts and depths are capped, and a mail that cannot be taken
apart is refused whole, never half read.
"""

import zipfile
import zlib
from collections.abc import Iterator
from email.message import Message
from email.utils import getaddresses
from io import BytesIO

from plancycle.adapters.mail.composing import one_line
from plancycle.domain.errors import UnreadableFile
from plancycle.domain.incoming_mail import IncomingMail, MailAttachment

MAX_MAIL = 30 * 1024 * 1024
"""Bytes of a whole mail; what mail servers commonly take."""
MAX_FILES = 30
"""Attachments of one mail, unpacked."""
MAX_UNPACKED = 60 * 1024 * 1024
"""Bytes of all attachments of one mail, unpacked."""
MEGABYTE = 1024 * 1024
_ZIP, _TNEF = b"PK\x03\x04", b"\x78\x9f\x3e\x22"
_WORKBOOK_PART = "[Content_Types].xml"
_MAC_LEFTOVERS = "__MACOSX/"
_RECIPIENTS = ("To", "Cc", "Delivered-To", "X-Original-To")


def open_mail(data: bytes) -> IncomingMail:
    """Take a mail apart. Raises UnreadableFile ("mail.unreadable", "mail.too_many_files", "mail.zip_broken" …)."""
    from imap_tools import MailMessage

    try:
        mail = MailMessage.from_bytes(data)
        headers, attachments = mail.obj, [(one.filename, one.payload, _is_decoration(one)) for one in mail.attachments]
        return IncomingMail(
            message_id=_first(headers, "Message-ID"),
            senders=_addresses(headers, "From"),
            recipients=_addresses(headers, *_RECIPIENTS),
            references=tuple(" ".join((_first(headers, "References"), _first(headers, "In-Reply-To"))).split()),
            subject=one_line(mail.subject),
            authentication=_every(headers, "Authentication-Results"),
            received=_every(headers, "Received"),
            auto_submitted=_first(headers, "Auto-Submitted") or _first(headers, "X-Autoreply"),
            precedence=_first(headers, "Precedence"),
            is_list="List-Id" in headers or "List-Unsubscribe" in headers,
            is_report=headers.get_content_type() == "multipart/report",
            attachments=tuple(_unpacked(attachments)),
        )
    except UnreadableFile:
        raise
    except Exception as problem:
        # The libraries promise nothing about hostile input: a header alone can raise almost anything.
        raise UnreadableFile("mail.unreadable", reason=type(problem).__name__) from problem


def _is_decoration(attachment: object) -> bool:
    """A picture that stands in the text, like the logo of a signature."""
    disposition = str(getattr(attachment, "content_disposition", "")).lower()
    is_picture = str(getattr(attachment, "content_type", "")).lower().startswith("image/")
    return is_picture and (disposition == "inline" or bool(getattr(attachment, "content_id", "")))


def _every(headers: Message, name: str) -> tuple[str, ...]:
    return tuple(one_line(str(value)) for value in headers.get_all(name, []))


def _first(headers: Message, name: str) -> str:
    return next(iter(_every(headers, name)), "")


def _addresses(headers: Message, *names: str) -> tuple[str, ...]:
    values = [str(value) for name in names for value in headers.get_all(name, [])]
    return tuple(address.strip().lower() for _, address in getaddresses(values) if address.strip())


def _unpacked(attachments: list[tuple[str, bytes, bool]]) -> Iterator[MailAttachment]:
    """Every file, with one level of packing undone; the caps count over the whole mail."""
    count, size = 0, 0
    for name, data, is_decoration in attachments:
        for inner_name, inner in _opened(name, data, MAX_UNPACKED - size):
            count, size = count + 1, size + len(inner)
            if count > MAX_FILES or size > MAX_UNPACKED:
                raise UnreadableFile("mail.too_many_files", files=MAX_FILES, maximum=MAX_UNPACKED // MEGABYTE)
            yield MailAttachment(_file_name(inner_name), inner, is_decoration)


def _file_name(name: str) -> str:
    base = one_line(name.replace("\\", "/").rsplit("/", 1)[-1])
    return base or "tep-khong-ten"


def _opened(name: str, data: bytes, room: int) -> Iterator[tuple[str, bytes]]:
    if data.startswith(_TNEF):
        yield from _from_tnef(data)
    elif data.startswith(_ZIP) and (members := _zip_members(data)) is not None:
        yield from _from_zip(data, members, room)
    else:
        yield name, data


def _zip_members(data: bytes) -> list[zipfile.ZipInfo] | None:
    """The files of a zip; None for a workbook or a zip without a directory, which are judged as they are."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as pack:
            members = [member for member in pack.infolist() if not member.is_dir()]
    except (zipfile.BadZipFile, ValueError, OSError):
        return None
    if any(member.filename == _WORKBOOK_PART for member in members):
        return None
    return [member for member in members if not member.filename.startswith(_MAC_LEFTOVERS)]


def _from_zip(data: bytes, members: list[zipfile.ZipInfo], room: int) -> Iterator[tuple[str, bytes]]:
    if len(members) > MAX_FILES:
        raise UnreadableFile("mail.too_many_files", files=MAX_FILES, maximum=MAX_UNPACKED // MEGABYTE)
    with zipfile.ZipFile(BytesIO(data)) as pack:
        for member in members:
            if member.flag_bits & 0x1:
                raise UnreadableFile("mail.zip_password")
            try:
                with pack.open(member) as packed:
                    inner = packed.read(room + 1)  # what the directory says of sizes is not believed
            except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError) as problem:
                raise UnreadableFile("mail.zip_broken") from problem
            room -= len(inner)
            if room < 0:
                raise UnreadableFile("mail.too_many_files", files=MAX_FILES, maximum=MAX_UNPACKED // MEGABYTE)
            yield member.filename, inner


def _from_tnef(data: bytes) -> Iterator[tuple[str, bytes]]:
    """What Outlook wrapped into winmail.dat."""
    from tnefparse import TNEF

    try:
        wrapped = [(str(one.long_filename() or one.name), bytes(one.data)) for one in TNEF(data).attachments]
    except Exception as problem:
        raise UnreadableFile("mail.winmail_broken") from problem
    if not all(data for _, data in wrapped):  # cut short: the library gives an empty file instead of an error
        raise UnreadableFile("mail.winmail_broken")
    yield from wrapped
