"""A PDF as the compiler writes it, taken apart into its objects and put together again with some of them replaced."""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

_START = re.compile(rb"startxref\n(\d+)\n%%EOF\s*\Z")
_OFFSET = re.compile(rb"(\d{10}) 00000 n\r\n")
_LENGTH = re.compile(rb"/Length \d+")
_FIRST_ENTRY = b"0000000000 65535 f\r\n"


class Unfamiliar(Exception):
    """The file is not built as this compiler builds it."""


@dataclass(frozen=True, slots=True)
class PdfObjects:
    """``start``: what stands before the first object; ``pieces``: each object in its frame, number 1 first."""

    start: bytes
    pieces: tuple[bytes, ...]
    trailer: bytes
    """Its dictionary."""

    def piece(self, number: int) -> bytes:
        """An object. Raises Unfamiliar for a number that is none."""
        if not 0 < number <= len(self.pieces):
            raise Unfamiliar(number)
        return self.pieces[number - 1]

    def only(self, sign: bytes) -> int:
        """The number of the one object that has this in it. Raises Unfamiliar when there are none or more."""
        found = [number for number, piece in enumerate(self.pieces, 1) if sign in piece]
        if len(found) != 1:
            raise Unfamiliar(sign)
        return found[0]

    def with_changed(self, changed: Mapping[int, bytes], identity: tuple[bytes, bytes]) -> bytes:
        """The whole file with other objects in place of some; ``identity``: what to put for what in the trailer."""
        pieces = [changed.get(number, piece) for number, piece in enumerate(self.pieces, 1)]
        at, entries = len(self.start), [_FIRST_ENTRY]
        for piece in pieces:
            entries.append(b"%010d 00000 n\r\n" % at)
            at += len(piece)
        table = b"xref\n0 %d\n%s" % (len(entries), b"".join(entries))
        end = b"trailer\n%s\nstartxref\n%d\n%%%%EOF" % (self.trailer.replace(*identity), at)
        return b"".join([self.start, *pieces, table, end])


def taken_apart(data: bytes) -> PdfObjects:
    """The objects of a file with a plain table of them. Raises Unfamiliar for any other."""
    table_at = int(one(_START, data)[1])
    table, trailer = data[table_at:], one(re.compile(rb"trailer\n(.*?)\nstartxref", re.DOTALL), data[table_at:])[1]
    offsets = [int(found) for found in _OFFSET.findall(table)]
    if not offsets or offsets != sorted(offsets):
        raise Unfamiliar(len(offsets))
    ends = [*offsets[1:], table_at]
    pieces = tuple(data[start:end] for start, end in zip(offsets, ends, strict=True))
    if any(not piece.startswith(b"%d 0 obj\n" % number) for number, piece in enumerate(pieces, 1)):
        raise Unfamiliar(len(pieces))
    return PdfObjects(data[: offsets[0]], pieces, trailer)


def one(pattern: re.Pattern[bytes], data: bytes) -> re.Match[bytes]:
    """The first match. Raises Unfamiliar when there is none."""
    found = pattern.search(data)
    if found is None:
        raise Unfamiliar(pattern.pattern)
    return found


def stream_of(piece: bytes) -> bytes:
    """What is in an object's stream. Raises Unfamiliar for an object without one."""
    head, begins, rest = piece.partition(b"\nstream\n")
    content, ends, _ = rest.rpartition(b"\nendstream")
    if not begins or not ends:
        raise Unfamiliar(piece[:40])
    return zlib.decompress(content) if b"/FlateDecode" in head else content


def with_stream(piece: bytes, content: bytes) -> bytes:
    """The object with something else in its stream, packed if that was."""
    head, begins, rest = piece.partition(b"\nstream\n")
    packed = zlib.compress(content) if b"/FlateDecode" in head else content
    end = rest[rest.rindex(b"\nendstream") :]
    return _LENGTH.sub(b"/Length %d" % len(packed), head, count=1) + begins + packed + end
