"""The directory of a zip file: which members it names, where they begin and how they are packed.

Nearly every directory is plain: one line a member, nothing added, names in ASCII. Those are read here; anything else is
left to the standard library, whose answer to a plain one is the same.
"""

import struct
import zipfile
from io import BytesIO
from typing import NamedTuple

CENTRAL, LAST = struct.Struct("<4s6H3I5H2I"), struct.Struct("<4s4H2IH")
"""A member's line, and the directory's end (APPNOTE.TXT 4.3.12 and 4.3.16)."""
_LONG, _LONG_SIZE = b"PK\x06\x07", 20
"""What stands before the end of a directory in 64-bit form, and its length (APPNOTE.TXT 4.3.15)."""
_NEWEST = 63
"""The version of the format up to which the library reads a directory."""
_IS_UTF8 = 0x800


class Member(NamedTuple):
    """One line. ``written``: the name's own bytes; ``packed`` and ``size``: bytes before and after unpacking."""

    place: int
    written: bytes
    name: str
    flags: int
    kind: int
    checksum: int
    packed: int
    size: int


def members_of(data: bytes) -> list[Member]:
    """The members in the order of the directory. Raises BadZipFile, NotImplementedError and ValueError."""
    found = _plainly(data)
    return _by_library(data) if found is None else found


def _plainly(data: bytes) -> list[Member] | None:
    """None when the library has more to consider: a comment, 64-bit numbers, additions, other alphabets, a gap."""
    end = len(data) - LAST.size
    if end < 0 or data.startswith(_LONG, max(0, end - _LONG_SIZE)):
        return None
    signature, _, _, _, _, length, place, comment = LAST.unpack_from(data, end)
    if signature != b"PK\x05\x06" or comment or place + length != end:
        return None
    found: list[Member] = []
    while place + CENTRAL.size <= end:
        line = CENTRAL.unpack_from(data, place)
        signature, _, needed, flags, kind, _, _, checksum, packed, size, length, extra, comment, _, _, _, start = line
        place += CENTRAL.size
        written = data[place : place + length]
        is_usual = signature == b"PK\x01\x02" and needed <= _NEWEST and not (extra or comment)
        if not is_usual or not written.isascii() or b"\0" in written:
            return None
        found.append(Member(start, written, written.decode("ascii"), flags, kind, checksum, packed, size))
        place += length
    return found if place == end else None


def _by_library(data: bytes) -> list[Member]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return [_member(one) for one in archive.infolist()]


def _member(one: zipfile.ZipInfo) -> Member:
    written = one.orig_filename.encode("utf-8" if one.flag_bits & _IS_UTF8 else "cp437")
    facts = (one.flag_bits, one.compress_type, one.CRC, one.compress_size, one.file_size)
    return Member(one.header_offset, written, one.filename, *facts)
