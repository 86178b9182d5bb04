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
from io import BytesIO
from pathlib import PurePosixPath

from plancycle.adapters.workbooks.kinds import kind_of, kind_of_zip
from plancycle.adapters.workbooks.remembering import remembered
from plancycle.domain.errors import UnreadableFile

MAX_MEMBERS = 200
MAX_UNPACKED = 20 * 1024 * 1024
MAX_RATIO = 100
RATIO_MATTERS_FROM = 1024 * 1024
"""A part smaller than this may compress as well as it likes: a sheet of repeated blanks does."""
PARTS_REMEMBERED = 512
"""Styles, lists and guide are the same in file after file."""

_MACRO_PARTS = re.compile(r"vbaproject|vbadata|macrosheets/|dialogsheets/")
_FOREIGN_PARTS = re.compile(
    r"externallinks/|embeddings/|activex/|connections\.xml|querytables/|webextensions/|customui/|xl/model/"
)
_HEADER = struct.Struct("<4s22xHH")
"""A member's own header up to its name: signature, length of the name, length of the extra field."""
_END = struct.Struct("<4s16xH")
"""The end of the directory: signature and length of the comment behind it."""
_LOCAL, _CENTRAL, _LAST = struct.Struct("<4s5H3I2H"), struct.Struct("<4s6H3I5H2I"), struct.Struct("<4s4H2IH")
"""Of a member, of its line in the directory, and of the directory's end (APPNOTE.TXT 4.3.7, 4.3.12, 4.3.16)."""
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
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
        self._contents: dict[str, bytes] = {}
        self._members = {member.filename: member for member in members}
        _check_sizes(members)
        _check_names([member.filename.casefold() for member in members])
        if _is_patchwork(members):
            raise UnreadableFile("file.abnormal")

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes:
        """One part, whole. Raises KeyError, BadZipFile, zlib.error, and UnreadableFile for unusual packing."""
        if name not in self._contents:
            self._contents[name] = self._unpack(name)
        return self._contents[name]

    def checksum(self, name: str) -> int:
        """The CRC-32 of a part, as checked when it is read. Raises KeyError."""
        return self._members[name].CRC

    def _unpack(self, name: str) -> bytes:
        member = self._members[name]
        start = member.header_offset
        signature, name_length, extra_length = _HEADER.unpack_from(self._data, start)
        begin = start + _HEADER.size + name_length
        own_name = self._data[start + _HEADER.size : begin]
        encoding = "utf-8" if member.flag_bits & _IS_UTF8 else "cp437"
        if signature != b"PK\x03\x04" or own_name != member.orig_filename.encode(encoding):
            raise UnreadableFile("file.abnormal")
        packed = self._data[begin + extra_length : begin + extra_length + member.compress_size]
        return _unpacked(packed, member.compress_type, member.file_size, member.CRC)


def stored(parts: Mapping[str, bytes], sums: Mapping[str, int]) -> bytes:
    """A zip file of these parts as they are, not compressed. ``sums``: checksums (CRC-32) that are known already."""
    bodies: list[bytes] = []
    directory: list[bytes] = []
    place = 0
    for name, content in parts.items():
        called, size = name.encode(), len(content)
        facts = (20, _IS_UTF8, zipfile.ZIP_STORED, 0, _LONG_AGO, _sum(name, content, sums), size, size, len(called), 0)
        bodies += [_LOCAL.pack(b"PK\x03\x04", *facts), called, content]
        directory += [_CENTRAL.pack(b"PK\x01\x02", 20, *facts, 0, 0, 0, 0, place), called]
        place += _LOCAL.size + len(called) + size
    listing, count = b"".join(directory), len(parts)
    return b"".join([*bodies, listing, _LAST.pack(b"PK\x05\x06", 0, 0, count, count, len(listing), place, 0)])


def _sum(name: str, content: bytes, sums: Mapping[str, int]) -> int:
    known = sums.get(name)
    return zlib.crc32(content) if known is None else known


def check_size(data: bytes) -> None:
    """Raises UnreadableFile for more bytes than any workbook of ours unpacks to."""
    if len(data) > MAX_UNPACKED:
        raise _too_large()


@remembered(PARTS_REMEMBERED)
def _unpacked(packed: bytes, kind: int, size: int, checksum: int) -> bytes:
    if kind == zipfile.ZIP_STORED:
        content = packed
    elif kind == zipfile.ZIP_DEFLATED:
        content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, size + 1)
    else:
        raise UnreadableFile("file.abnormal")
    if len(content) != size or zlib.crc32(content) != checksum:
        raise zipfile.BadZipFile
    return content


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


def _check_sizes(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise UnreadableFile("file.abnormal")
    if any(member.flag_bits & _IS_ENCRYPTED for member in members):
        raise UnreadableFile("file.password")
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        raise _too_large()
    if any(_is_bomb(member) for member in members):
        raise UnreadableFile("file.abnormal")


def _is_bomb(member: zipfile.ZipInfo) -> bool:
    return member.file_size > RATIO_MATTERS_FROM and member.file_size > MAX_RATIO * max(1, member.compress_size)


def _check_names(names: list[str]) -> None:
    if len(set(names)) != len(names):
        raise UnreadableFile("file.abnormal")
    if (kind := kind_of_zip(names)) is not None:
        raise UnreadableFile(kind)
    for name in names:
        if _MACRO_PARTS.search(name):
            raise UnreadableFile("file.macros")
        if _FOREIGN_PARTS.search(name):
            raise UnreadableFile("file.external", part=PurePosixPath(name).name)


def _is_patchwork(members: list[zipfile.ZipInfo]) -> bool:
    """Whether two members share bytes, or bytes stand before the first: no honest writer does either."""
    end, places = 0, sorted(members, key=lambda member: member.header_offset)
    for member in places:
        if member.header_offset < end:
            return True
        end = member.header_offset + _HEADER.size + len(member.filename) + member.compress_size
    return bool(places) and places[0].header_offset != 0
