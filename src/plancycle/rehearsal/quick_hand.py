"""A clerk's quick hand: answers typed straight into the sheets of our own workbook, everything else left as it was.

For casts of thousands: a spreadsheet library takes a tenth of a second a file, this a thirtieth of that. What is not
typed into is not even unpacked.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from html import unescape
from string import ascii_uppercase, digits
from xml.sax.saxutils import escape

from plancycle.adapters.workbooks.layout import IGNORED_MARKER, LOCKED_PREFIXES, MARKER
from plancycle.rehearsal.answers import Answer
from plancycle.rehearsal.behaviours import Typing
from plancycle.rehearsal.packing import Archive
from plancycle.rehearsal.spreadsheet import ROW_CODE, as_typed

FIRST_DAY = date(1899, 12, 30)
"""Day 0 of a sheet's dates."""
STRINGS, BOOK, PLACES = "xl/sharedStrings.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_BLANK = re.compile(r'<c r="([A-Z]+)([0-9]+)"( s="[0-9]+")? ?/>')
_TEXT = re.compile(
    r'<c r="([A-Z]+)([0-9]+)"[^>]* t="(?:s"[^>]*><v>([0-9]+)</v>|inlineStr"[^>]*><is><t[^>]*>([^<]*)</t></is>)'
)
_STRING = re.compile(r"<si>(?:<t[^>]*>([^<]*)</t>)?")
_SHEET = re.compile(r'<sheet [^>]*?name="([^"]*)"[^>]* r:id="([^"]*)"')
_TARGET, _ID = re.compile(r' Target="/?(?:xl/)?([^"]*)"'), re.compile(r' Id="([^"]*)"')
_LINK = re.compile(r'<hyperlink [^>]*?location="([^"]*)"')

Say = Callable[[str, str], Answer]
"""What the clerk answers to a question: row code and field code."""


def type_in(data: bytes, say: Say, typing: Typing) -> bytes:
    """The workbook with an answer in every blank cell that asks for one."""
    archive, typed = Archive(data), dict[str, bytes]()
    strings = _strings(archive)
    for part in _sheets(archive).values():
        sheet = archive.read(part).decode()
        fields, rows = _asked(sheet, strings)
        if fields:
            typed[part] = _BLANK.sub(_Hand(fields, rows, say, typing).cell, sheet).encode()
    return archive.with_parts(typed)


def type_again(data: bytes, say: Say, typing: Typing) -> bytes | None:
    """A returned workbook with the marked cells typed again; None when none is marked."""
    archive, typed = Archive(data), dict[str, str]()
    strings, sheets = _strings(archive), _sheets(archive)
    for link in _links(archive, strings, sheets.values()):
        name, _, cell = unescape(link).rpartition("!")
        part = sheets.get(name.strip("'").replace("''", "'"), "")
        sheet = typed.get(part) or archive.read(part).decode()
        fields, rows = _asked(sheet, strings)
        one = re.compile(
            rf'<c r="({cell.rstrip(digits)})({cell.lstrip(ascii_uppercase)})"( s="[0-9]+")?[^>]*?(?:/>|>.*?</c>)'
        )
        typed[part] = one.sub(_Hand(fields, rows, say, typing).cell, sheet, count=1)
    return archive.with_parts({part: sheet.encode() for part, sheet in typed.items()}) if typed else None


def _strings(archive: Archive) -> list[str]:
    return [unescape(text) for text in _STRING.findall(archive.read(STRINGS).decode())]


def _sheets(archive: Archive) -> dict[str, str]:
    """Parts by the names of their sheets."""
    places = archive.read(PLACES).decode().split("<Relationship ")[1:]
    targets = {_found(_ID, place): _found(_TARGET, place) for place in places}
    named = _SHEET.findall(archive.read(BOOK).decode())
    return {unescape(name): f"xl/{targets[place]}" for name, place in named}


def _found(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(f" {text}")
    return found[1] if found else ""


def _links(archive: Archive, strings: list[str], parts: Iterable[str]) -> list[str]:
    """The places a list of what to mend links to."""
    sheets = (archive.read(part).decode() for part in parts)
    lists = (sheet for sheet in sheets if any(text == IGNORED_MARKER for _, _, text in _texts(sheet, strings)))
    return [link for sheet in lists for link in _LINK.findall(sheet)]


def _texts(sheet: str, strings: list[str]) -> list[tuple[str, str, str]]:
    """Column, row and text of every cell with a text."""
    found = _TEXT.findall(sheet)
    return [(column, row, strings[int(at)] if at else unescape(text)) for column, row, at, text in found]


def _asked(sheet: str, strings: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Field codes by column and row codes by row of a sheet's XML; both empty for a sheet that asks nothing."""
    texts = _texts(sheet, strings)
    top = next(((column, row) for column, row, text in texts if text == MARKER), None)
    if top is None or any(text == IGNORED_MARKER for _, _, text in texts):
        return {}, {}
    fields = {column: text for column, row, text in texts if row == top[1] and text and text != MARKER}
    rows = {row: text for column, row, text in texts if column == top[0] and ROW_CODE.fullmatch(text)}
    return {column: text for column, text in fields.items() if not text.startswith(LOCKED_PREFIXES)}, rows


class _Hand:
    """Fills in one sheet."""

    def __init__(self, fields: Mapping[str, str], rows: Mapping[str, str], say: Say, typing: Typing) -> None:
        self._fields, self._rows, self._say, self._typing = fields, rows, say, typing

    def cell(self, found: re.Match[str]) -> str:
        """A cell's XML, with its answer when it asks for one."""
        field, row = self._fields.get(found[1]), self._rows.get(found[2])
        answer = self._say(row, field) if row and field else None
        if answer is None:
            return found[0]
        return f'<c r="{found[1]}{found[2]}"{found[3] or ""}{_content(as_typed(answer, self._typing))}'


def _content(value: str | int | float | date | None) -> str:
    if isinstance(value, str):
        return f' t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    if isinstance(value, date):
        value = (value - FIRST_DAY).days
    return f"><v>{value}</v></c>"
