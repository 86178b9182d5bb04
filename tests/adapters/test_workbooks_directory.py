"""The directory of a zip file is read as the standard library reads it, whichever way it was written."""

import random
import struct
import zipfile
from collections.abc import Callable
from io import BytesIO

import genuine_workbooks as genuine
import pytest

from plancycle.adapters.workbooks.directory import Member, members_of

LINE = b"PK\x01\x02"


def written(*names: str, comment: bytes = b"", extra: bytes = b"", front: bytes = b"", kind: int = 8) -> bytes:
    """A zip file of these members."""
    buffer = BytesIO()
    buffer.write(front)
    with zipfile.ZipFile(buffer, "a", kind) as archive:
        archive.comment = comment
        for name in names:
            member = zipfile.ZipInfo(name)
            member.extra, member.compress_type = extra, kind
            archive.writestr(member, name * 50)
    return buffer.getvalue()


def streamed() -> bytes:
    """Sizes stand behind each member, as programs write that cannot go back."""

    class Pipe(BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

    buffer = Pipe()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", "a" * 100)
    return buffer.getvalue()


def long_form() -> bytes:
    """64-bit numbers where 32 bits would do."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, archive.open("a.xml", "w", force_zip64=True) as part:
        part.write(b"a")
    return buffer.getvalue()


def with_line(data: bytes, place: int, kind: str, value: int) -> bytes:
    """The first line of the directory with one number changed."""
    changed = bytearray(data)
    struct.pack_into(kind, changed, data.index(LINE) + place, value)
    return bytes(changed)


PLAIN = written("xl/a.xml", "xl/b.xml")
FILES = {
    "plain": PLAIN,
    "stored": written("xl/a.xml", kind=0),
    "empty": written(),
    "no name": written("", "a"),
    "Vietnamese names": written("báo cáo.xml", "a.xml"),
    "a comment": written("a.xml", comment=b"xin ch\xc3\xa0o"),
    "an addition": written("a.xml", extra=struct.pack("<HH4s", 0xA220, 4, b"abcd")),
    "something in front": written("a.xml", front=b"x" * 100),
    "a name twice": PLAIN.replace(b"xl/b.xml", b"xl/a.xml"),
    "a NUL in a name": PLAIN.replace(b"xl/b.xml", b"xl/b\0xml"),
    "encrypted": with_line(PLAIN, 8, "<H", 1),
    "a version to come": with_line(PLAIN, 6, "<H", 99),
    "an unknown packing": with_line(PLAIN, 10, "<H", 99),
    "a place far away": with_line(PLAIN, 42, "<I", 0xFFFFFFFF),
    "a name that goes on behind the directory": with_line(PLAIN, 28, "<H", 500),
    "a name cut short": with_line(PLAIN, 28, "<H", 2),
    "no line": PLAIN.replace(LINE, b"PK\x01\x03", 1),
    "cut off": PLAIN[:-1],
    "an end alone": PLAIN[-22:],
    "nothing": b"",
    "streamed": streamed(),
    "64-bit form": long_form(),
    "a workbook": genuine.a_genuine(1).data,
}


def by_library(data: bytes) -> list[Member]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return [
            Member(
                one.header_offset,
                one.orig_filename.encode("utf-8" if one.flag_bits & 0x800 else "cp437"),
                one.filename,
                one.flag_bits,
                one.compress_type,
                one.CRC,
                one.compress_size,
                one.file_size,
            )
            for one in archive.infolist()
        ]


def outcome(read: Callable[[bytes], list[Member]], data: bytes) -> list[Member] | type[Exception]:
    try:
        return read(data)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
        return type(error)


@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
def test_a_directory_says_what_the_library_says(data: bytes) -> None:
    assert outcome(by_library, data) == outcome(members_of, data)


def test_a_spoiled_directory_says_what_the_library_says() -> None:
    chance, start = random.Random(1), PLAIN.index(LINE)
    for _ in range(4000):
        spoiled = bytearray(PLAIN)
        for _ in range(chance.randint(1, 3)):
            spoiled[chance.randrange(start, len(PLAIN))] = chance.choice((0, 1, 0x50, 0xFF, chance.randrange(256)))
        data = bytes(spoiled)
        assert outcome(by_library, data) == outcome(members_of, data), data[start:].hex()
