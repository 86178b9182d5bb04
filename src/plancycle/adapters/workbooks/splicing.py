"""One workbook for every agency of a shape: written once with tokens, then only the agency's own parts are put in.

Writing with the library takes tens of milliseconds, putting in a fraction of one; ``docs/decisions/0016`` has the
measurement. What comes out equals what the library would have written for the agency, cell by cell.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from plancycle.adapters.workbooks import layout, tokens
from plancycle.adapters.workbooks.plan import SheetPlan
from plancycle.adapters.workbooks.writing_bodies import HEADING_ROW, BodyLine, body_heights
from plancycle.adapters.workbooks.writing_sheet import heights_of
from plancycle.services.ports import WorkbookContext

FIRST_SHEET = 2
"""Number of the first sheet of questions among the parts; the guide is 1."""
_LETTER = re.compile(r"([\ue000-\uf8ff])\1*")
_NUMBER = re.compile(r"(?P<cell>><v>)?(?P<token>70000000\d{7})(?(cell)</v></c>)")
_HEIGHT = re.compile(r'(?<=<row r=")(\d+)("[^>]*? ht=")([\d.]+)')
_LOCAL, _CENTRAL, _END = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L"), struct.Struct("<4s4H2LH")
_DOS_DATE = 33
"""01/01/1980, the first day a zip archive knows."""
_LEVEL = 6

Slot = tuple[str, int]
"""Kind (``text``, ``number``, ``cell``, ``height``) and place in the agency's list of that kind."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One file of the archive: packed as it is, or pieces with slots between them (one slot fewer than pieces)."""

    name: bytes
    size: int
    crc: int
    packed: bytes
    pieces: tuple[bytes, ...] = ()
    slots: tuple[Slot, ...] = ()


class Shell:
    """A workbook with tokens, ready to be filled in."""

    def __init__(self, parts: Iterable[tuple[str, bytes]], plans: Sequence[SheetPlan], body_rows: int = 0) -> None:
        """``parts``: the archive's files by name. ``body_rows``: of the sheet of bodies taken over, its heading
        counted; 0 without that sheet.
        """
        self._rows = [(layout.FIRST_ROW, len(plan.sheet.rows)) for plan in plans]
        self._rows += [(HEADING_ROW, body_rows)] if body_rows else []
        self._parts = [self._part(name, content) for name, content in parts]

    def _part(self, name: str, content: bytes) -> _Part:
        found = list(self._slots(name, content.decode()))
        if not found:
            return _Part(name.encode(), len(content), zlib.crc32(content), _deflate(content))
        pieces, slots, end = [], [], 0
        text = content.decode()
        for start, stop, slot in sorted(found):
            pieces.append(text[end:start].encode())
            slots.append(slot)
            end = stop
        return _Part(name.encode(), 0, 0, b"", (*pieces, text[end:].encode()), tuple(slots))

    def _slots(self, name: str, text: str) -> list[tuple[int, int, Slot]]:
        found = [
            (place.start(), place.end(), ("text", ord(place[1]) - tokens.FIRST_LETTER))
            for place in (() if text.isascii() else _LETTER.finditer(text))
        ]
        for place in _NUMBER.finditer(text) if "70000000" in text else ():
            kind = "number" if place["cell"] is None else "cell"
            found.append((place.start(), place.end(), (kind, int(place["token"]) - tokens.FIRST_NUMBER)))
        number = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name)
        index = int(number[1]) - FIRST_SHEET if number else -1
        if 0 <= index < len(self._rows):
            before = sum(count for _, count in self._rows[:index])
            first, count = self._rows[index]
            for place in _HEIGHT.finditer(text):
                row = int(place[1]) - 1 - first
                if 0 <= row < count:
                    found.append((place.start(3), place.end(3), ("height", before + row)))
        return found

    def fill(self, texts: Sequence[str], numbers: Sequence[str], heights: Sequence[float]) -> bytes:
        """The agency's workbook; the lists are those of :mod:`.tokens`."""
        written = {
            "text": [_escaped(text) for text in texts],
            "number": [number.encode() for number in numbers],
            "cell": [f"><v>{number}</v></c>".encode() if number else b"/>" for number in numbers],
            "height": [f"{height:g}".encode() for height in heights],
        }
        return _packed([_filled(part, written) if part.pieces else part for part in self._parts])


def fill(
    shell: Shell,
    form_texts: Sequence[str],
    context: WorkbookContext,
    plans: Sequence[SheetPlan],
    bodies: Sequence[BodyLine] = (),
) -> bytes:
    """Put an agency's parts into its shape's workbook."""
    heights = [height for plan in plans for height in heights_of(plan, context.planned)]
    heights += body_heights(context, bodies)
    return shell.fill(form_texts, tokens.numbers_of(context, plans), heights)


def _filled(part: _Part, written: dict[str, list[bytes]]) -> _Part:
    pieces = [part.pieces[0]]
    for (kind, place), piece in zip(part.slots, part.pieces[1:], strict=True):
        pieces += (written[kind][place], piece)
    content = b"".join(pieces)
    has_texts = any(kind == "text" for kind, _ in part.slots)
    packed = _deflate(content) if has_texts else _deflated_before(content)
    return _Part(part.name, len(content), zlib.crc32(content), packed)


@lru_cache(8192)
def _escaped(text: str) -> bytes:
    """As the library writes a text: what looks like an escape is escaped, markup is not markup."""
    text = re.sub(r"_x[0-9a-fA-F]{4}_", r"_x005F\g<0>", text) if "_x" in text else text
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode()


def _deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


@lru_cache(256)
def _deflated_before(content: bytes) -> bytes:
    """The same for parts that many agencies have alike: sheets of theirs differ by figures and heights of rows."""
    return _deflate(content)


def _packed(parts: Sequence[_Part]) -> bytes:
    """A zip archive with one fixed date; the parts in the order the library gave them."""
    body: list[bytes] = []
    listing: list[bytes] = []
    offset = 0
    for part in parts:
        facts = (zipfile.ZIP_DEFLATED, 0, _DOS_DATE, part.crc, len(part.packed), part.size, len(part.name), 0)
        local = _LOCAL.pack(b"PK\x03\x04", 20, 0, *facts)
        body += (local, part.name, part.packed)
        listing += (_CENTRAL.pack(b"PK\x01\x02", 20, 20, 0, *facts, 0, 0, 0, 0, offset), part.name)
        offset += len(local) + len(part.name) + len(part.packed)
    directory = b"".join(listing)
    end = _END.pack(b"PK\x05\x06", 0, 0, len(parts), len(parts), len(directory), offset, 0)
    return b"".join((*body, directory, end))
