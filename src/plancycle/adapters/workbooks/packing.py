"""How a workbook is packed: the zip directory judged before a byte is unpacked, then each part within its limits.

Two readers of one zip file must see the same parts, or what was judged is not what is parsed. So one directory, at the
very end, that covers the file from its first byte; members that share no bytes and are named alike in both places; and
never more unpacked than the directory says.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from plancycle.adapters.workbooks.directory import CENTRAL, LAST, Member, members_of
from plancycle.adapters.workbooks.kinds import kind_of, kind_of_zip
from plancycle.domain.errors import UnreadableFile

MAX_MEMBERS = 200
MAX_UNPACKED = 20 * 1024 * 1024
MAX_RATIO = 100
RATIO_MATTERS_FROM = 1024 * 1024
"""A part smaller than this may compress as well as it likes: a sheet of repeated blanks does."""

_MACRO_PARTS = re.compile(r"vbaproject|vbadata|macrosheets/|dialogsheets/")
_FOREIGN_PARTS = re.compile(
    r"externallinks/|embeddings/|activex/|connections\.xml|querytables/|webextensions/|customui/|xl/model/"
)
_HEADER = struct.Struct("<4s22xHH")
"""A member's own header up to its name: signature, length of the name, length of the extra field."""
_END = struct.Struct("<4s16xH")
"""The end of the directory: signature and length of the comment behind it."""
_LOCAL = struct.Struct("<4s5H3I2H")
"""What stands before a member (APPNOTE.TXT 4.3.7)."""
_LONG_AGO = 33
"""01/01/1980 as zip files write days."""
_IS_ENCRYPTED, _IS_UTF8 = 0x1, 0x800


class Package:
    """The parts of one workbook, by name. Opening it judges the directory; reading a part unpacks that part."""

    def __init__(self, data: bytes) -> None:
        """Raises UnreadableFile naming the first thing that rules the file out, and BadZipFile."""
        check_size(data)
        if (kind := kind_of(data)) is not None:
            raise UnreadableFile(kind)
        self._data = data
        _check_end(data)
        members = members_of(data)
        _check_sizes(members)
        _check_names([member.name.casefold() for member in members])
        if _is_patchwork(members):
            raise UnreadableFile("file.abnormal")
        self._members = {member.name: member for member in members}

    def __iter__(self) -> Iterator[Member]:
        return iter(self._members.values())

    def get(self, name: str) -> Member | None:
        """The member of that name; None when there is none."""
        return self._members.get(name)

    def packed(self, member: Member) -> bytes:
        """A part as it is packed. Raises UnreadableFile when the member says another name than the directory."""
        start = member.place
        signature, name_length, extra_length = _HEADER.unpack_from(self._data, start)
        begin = start + _HEADER.size + name_length
        if signature != b"PK\x03\x04" or self._data[start + _HEADER.size : begin] != member.written:
            raise UnreadableFile("file.abnormal")
        return self._data[begin + extra_length : begin + extra_length + member.packed]


def unpacked(packed: bytes, member: Member) -> bytes:
    """One part, whole. Raises BadZipFile, zlib.error, and UnreadableFile for unusual packing."""
    if member.kind == zipfile.ZIP_STORED:
        content = packed
    elif member.kind == zipfile.ZIP_DEFLATED:
        content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, member.size + 1)
    else:
        raise UnreadableFile("file.abnormal")
    if len(content) != member.size or zlib.crc32(content) != member.checksum:
        raise zipfile.BadZipFile
    return content


def stored(parts: Mapping[str, bytes], sums: Mapping[str, int]) -> bytes:
    """A zip file of these parts as they are, not compressed. ``sums``: checksums (CRC-32) that are known already."""
    bodies: list[bytes] = []
    directory: list[bytes] = []
    place = 0
    for name, content in parts.items():
        called, size = name.encode(), len(content)
        facts = (20, _IS_UTF8, zipfile.ZIP_STORED, 0, _LONG_AGO, _sum(name, content, sums), size, size, len(called), 0)
        bodies += [_LOCAL.pack(b"PK\x03\x04", *facts), called, content]
        directory += [CENTRAL.pack(b"PK\x01\x02", 20, *facts, 0, 0, 0, 0, place), called]
        place += _LOCAL.size + len(called) + size
    listing, count = b"".join(directory), len(parts)
    return b"".join([*bodies, listing, LAST.pack(b"PK\x05\x06", 0, 0, count, count, len(listing), place, 0)])


def _sum(name: str, content: bytes, sums: Mapping[str, int]) -> int:
    known = sums.get(name)
    return zlib.crc32(content) if known is None else known


def check_size(data: bytes) -> None:
    """Raises UnreadableFile for more bytes than any workbook of ours unpacks to."""
    if len(data) > MAX_UNPACKED:
        raise _too_large()


def _too_large() -> UnreadableFile:
    return UnreadableFile("file.too_large", maximum=str(MAX_UNPACKED // 1024**2))


def _check_end(data: bytes) -> None:
    """One directory, and nothing behind it but its own comment."""
    end = data.rfind(b"PK\x05\x06")
    if end < 0:
        raise zipfile.BadZipFile
    _, comment = _END.unpack_from(data, end)
    if end + _END.size + comment != len(data):
        raise UnreadableFile("file.abnormal")


def _check_sizes(members: list[Member]) -> None:
    if len(members) > MAX_MEMBERS:
        raise UnreadableFile("file.abnormal")
    if any(member.flags & _IS_ENCRYPTED for member in members):
        raise UnreadableFile("file.password")
    if sum(member.size for member in members) > MAX_UNPACKED:
        raise _too_large()
    if any(map(_is_bomb, members)):
        raise UnreadableFile("file.abnormal")


def _is_bomb(member: Member) -> bool:
    return member.size > RATIO_MATTERS_FROM and member.size > MAX_RATIO * max(1, member.packed)


def _check_names(names: list[str]) -> None:
    if len(set(names)) != len(names):
        raise UnreadableFile("file.abnormal")
    if (kind := kind_of_zip(names)) is not None:
        raise UnreadableFile(kind)
    every = "\n".join(names)  # no sign goes across lines: what is not found here is in no name
    if not _MACRO_PARTS.search(every) and not _FOREIGN_PARTS.search(every):
        return
    for name in names:
        if _MACRO_PARTS.search(name):
            raise UnreadableFile("file.macros")
        if _FOREIGN_PARTS.search(name):
            raise UnreadableFile("file.external", part=PurePosixPath(name).name)


def _is_patchwork(members: list[Member]) -> bool:
    """Whether two members share bytes, or bytes stand before the first: no honest writer does either."""
    end, places = 0, sorted(members)
    for member in places:
        if member.place < end:
            return True
        end = member.place + _HEADER.size + len(member.written) + member.packed
    return bool(places) and places[0].place != 0
