"""Walks one XML part of a workbook: refuses a DOCTYPE, far and double cells; finds what the parser would lose."""

import re
from collections.abc import Mapping
from xml.parsers import expat

from plancycle.adapters.workbooks.layout import column_letters
from plancycle.domain.errors import UnreadableFile

MAX_COLUMNS, MAX_ROWS = 52, 9_999
"""The last column is AZ. A parser holds the whole rectangle, so one far cell costs as much as a full sheet."""
MAX_CELLS = 200_000

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


class CellScan:
    """One part. Blank formatted cells may stand anywhere: spreadsheets leave them, and parsers skip them."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._first
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._lost: dict[str, str] = {}
        self._seen: set[tuple[int, int]] = set()
        self._row, self._column = 0, 0
        self._in_cell = False
        self._kind = ""
        self._parts: dict[str, str] = {}
        self._open: str | None = None

    def read(self, content: bytes) -> Mapping[str, str]:
        """Cells the parser would lose: ``{"E7": "#REF!"}``; empty for parts that are no sheet.

        Raises UnreadableFile (``file.abnormal``, ``file.far_cell``, ``file.too_large``) and ExpatError.
        """
        self._parser.Parse(content, True)
        return self._lost

    def _doctype(self, *_: object) -> None:
        raise UnreadableFile("file.abnormal")

    def _first(self, name: str, _: dict[str, str]) -> None:
        """The root element decides: only a sheet is walked cell by cell, the rest is read at full speed."""
        is_sheet = _local(name) == "worksheet"
        self._parser.StartElementHandler = self._start if is_sheet else None
        if is_sheet:
            self._parser.EndElementHandler = self._end
            self._parser.CharacterDataHandler = self._text

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if local == "row":
            self._row, self._column = _integer(attributes.get("r")) or self._row + 1, 0
        elif local == "c":
            self._place(attributes.get("r"))
            self._in_cell, self._kind, self._parts = True, attributes.get("t", ""), {}
        elif self._in_cell and local in ("v", "f", "is"):
            self._open = local
            self._parts.setdefault(local, "")

    def _text(self, text: str) -> None:
        if self._open is not None:
            self._parts[self._open] += text

    def _end(self, name: str) -> None:
        local = _local(name)
        if local == self._open:
            self._open = None
        elif local == "c" and self._in_cell:
            self._in_cell = False
            if any(self._parts.values()):
                self._check_content()

    def _place(self, reference: str | None) -> None:
        """Where the cell stands; without a reference it follows the one before."""
        if reference is None:
            self._column += 1
        else:
            match = _REFERENCE.fullmatch(reference)
            if match is None:
                raise UnreadableFile("file.abnormal")
            self._column, self._row = _column_number(match[1]), int(match[2])
        if (self._row, self._column) in self._seen:
            raise UnreadableFile("file.abnormal")
        self._seen.add((self._row, self._column))
        if len(self._seen) > MAX_CELLS:
            raise UnreadableFile("file.too_large", maximum="20")

    def _check_content(self) -> None:
        if self._column > MAX_COLUMNS or self._row > MAX_ROWS:
            last = column_letters(MAX_COLUMNS - 1)
            raise UnreadableFile("file.far_cell", cell=self._cell_name(), column=last, row=str(MAX_ROWS))
        value, formula = self._parts.get("v", ""), self._parts.get("f", "")
        if self._kind == "e":
            self._lost[self._cell_name()] = value
        elif formula and not value and self._kind != "str":
            self._lost[self._cell_name()] = f"={formula}"

    def _cell_name(self) -> str:
        return f"{column_letters(self._column - 1)}{self._row}"


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _integer(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() else None


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
