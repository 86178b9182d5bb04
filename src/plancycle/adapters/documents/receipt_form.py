"""A receipt's form: what the compiler set once, and how a receipt's own words are written into it.

Words stand where the compiler would have set them. Where that cannot be told without it (a letter the form has not, a
word that may have to be cut, too many lines), the form says so.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from plancycle.adapters.documents.pdf_objects import PdfObjects, one, stream_of, with_stream
from plancycle.domain.receipts import ALPHABET

FORM_DATE = date(2000, 1, 1)
FORM_NUMBER = ALPHABET
"""What stands in the form for a receipt's date and number."""
NEARLY = 0.01
"""Points: where a line ends nearer to the edge than this, the compiler breaks it."""
_IDENTITY = re.compile(rb"/ID\[\(([A-Za-z0-9+/=]+)\)")
_LEAST = re.compile(r"[(“‘\"'\[]*\w*\W?")
"""The part of a word after which the compiler might break it."""


@dataclass(frozen=True, slots=True)
class ReceiptWords:
    """Every word of a receipt; ``lines`` are labels with what stands beside them."""

    title: str
    number_label: str
    number: str
    lines: tuple[tuple[str, str], ...]
    footer: str


@dataclass(frozen=True, slots=True)
class Run:
    """A line of text as the compiler set it: its mark in the structure, place in points, look and glyphs."""

    mark: int
    x: float
    y: float
    look: bytes
    font: bytes
    size: float
    glyphs: bytes

    def shown(self, x: float, y: float, glyphs: bytes) -> bytes:
        """These glyphs in its look, at another place."""
        return b"q 1 0 0 -1 %.5f %.5f cm%s %s\nET\nQ\n" % (x, y, self.look, glyphs)

    def marked(self, content: bytes) -> bytes:
        """What stands on the page under its mark."""
        return b"/Span<</MCID %d>>BDC\n%sEMC\n" % (self.mark, content)


@dataclass(frozen=True, slots=True)
class Font:
    """Glyphs in hexadecimal and widths in thousandths of the size, by letter."""

    glyphs: dict[str, str]
    widths: dict[str, float]

    def has(self, text: str) -> bool:
        """Every letter of it."""
        return self.glyphs.keys() >= set(text)

    def width(self, text: str, size: float) -> float:
        """In points."""
        return sum(map(self.widths.__getitem__, text)) * size / 1000

    def show(self, text: str) -> bytes:
        """What puts it on the page."""
        return f"<{''.join(map(self.glyphs.__getitem__, text))}>Tj".encode()


@dataclass(frozen=True, slots=True)
class Form:
    """The compiled form, and where a receipt's own words go; lengths in points."""

    file: PdfObjects
    contents: int
    metadata: int
    properties: int
    """The objects that are the page, its metadata and its properties."""
    head: bytes
    tail: bytes
    """The page up to the number's label, and from the rule over the footer on."""
    number: tuple[Run, Run]
    """Its label and itself."""
    lines: tuple[tuple[Run, ...], ...]
    """Of each line the label, then the value's."""
    fonts: dict[bytes, Font]
    width: float
    """Of the page."""
    tracking: float
    """Between the letters of the number."""
    advance: float
    """From one line of a value to its next."""
    lowest: float
    """Where the last line may stand."""

    def page(self, words: ReceiptWords) -> bytes | None:
        """What stands on the page; None when it has to be compiled."""
        number, lower, lowest = self._numbered(words.number), 0.0, self.lowest
        shown = [self.head, number or b""]
        for runs, (_, value) in zip(self.lines, words.lines, strict=True):
            parts = self._broken(value, runs)
            shown += self._line(runs, parts, lower)
            lower += (len(parts) - len(runs) + 1) * self.advance
            lowest = runs[-1].y - lower
            if not parts or lowest < self.lowest:
                return None
        return b"".join([*shown, self.tail]) if number else None

    def file_of(self, page: bytes, words: ReceiptWords, on: date) -> bytes:
        """The whole file: the page, its title, its date, its identity."""
        told = f"{words.number} {on.isoformat()} ".encode() + page
        identity = one(_IDENTITY, self.file.trailer)[1], base64.b64encode(hashlib.sha256(told).digest()[:16])
        new = ((FORM_NUMBER, words.number), (FORM_DATE.isoformat(), on.isoformat()))
        contents, metadata = self.file.piece(self.contents), self.file.piece(self.metadata)
        stated, named = stream_of(metadata).replace(*identity), self.file.piece(self.properties)
        for before, after in new:
            stated = stated.replace(before.encode(), after.encode())
            named = named.replace(_as_text(before), _as_text(after)).replace(_as_day(before), _as_day(after))
        return self.file.with_changed(
            {
                self.contents: with_stream(contents, page),
                self.metadata: with_stream(metadata, stated),
                self.properties: named,
            },
            identity,
        )

    def _numbered(self, number: str) -> bytes | None:
        label, run = self.number
        font, gap = self.fonts[run.font], run.x - label.x
        if not font.has(number):
            return None
        width = gap + font.width(number, run.size) + self.tracking * (len(number) - 1)
        left = (self.width - width) / 2
        spread = b"%.5f Tc%s" % (self.tracking, font.show(number))
        said = label.marked(label.shown(left, label.y, label.glyphs))
        return said + run.marked(run.shown(left + gap, run.y, spread))

    def _line(self, runs: Sequence[Run], parts: Sequence[str], lower: float) -> list[bytes]:
        """A label with its value; marks of the structure that the value has no need of are left empty."""
        label, value, *others = runs
        font, top = self.fonts[value.font], value.y - lower
        said = [value.shown(value.x, top - at * self.advance, font.show(part)) for at, part in enumerate(parts)]
        named = label.shown(label.x, label.y - lower, label.glyphs)
        return [label.marked(named), value.marked(b"".join(said)), *(other.marked(b"") for other in others)]

    def _broken(self, value: str, runs: Sequence[Run]) -> list[str]:
        """A value in lines, each as long as it can be; none when the compiler has to say where it breaks."""
        label, run, *_ = runs
        font, room, words = self.fonts[run.font], self.width - label.x - run.x, value.split(" ")
        if "" in words or not font.has(value):
            return []
        if font.width(value, run.size) < room - NEARLY:
            return [value]
        lines = words[:1]
        for word in words[1:]:
            if font.width(f"{lines[-1]} {word}", run.size) < room - NEARLY:
                lines[-1] += f" {word}"
            elif font.width(f"{lines[-1]} {_least(word)}", run.size) > room + NEARLY:
                lines.append(word)
            else:
                return []
        return lines if all(font.width(one, run.size) < room - NEARLY for one in lines) else []


def _least(word: str) -> str:
    found = _LEAST.match(word)
    return found[0] if found else ""


def _as_text(words: str) -> bytes:
    """As a PDF writes text that is not plain ASCII."""
    return words.encode("utf-16-be").hex().upper().encode()


def _as_day(on: str) -> bytes:
    """As a PDF begins a date."""
    return f"D:{on.replace('-', '')}".encode()
