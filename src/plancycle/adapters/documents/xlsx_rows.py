"""Rows of a workbook, spelt here: through the library a nation's cells take ten times as long and all fit in memory.

The library writes the workbook with its sheets, looks, headings and links; the rows below a sheet's last line are put
in while the archive is packed, piece by piece, and their texts are added to the workbook's list of texts.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from itertools import islice
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from plancycle.adapters import vietnamese

Cell = str | int | Decimal | datetime
MAX_CELL = 32_767
"""Characters a cell can hold."""
EXACT_DIGITS = 15
"""Spreadsheets calculate with binary numbers; beyond 15 digits a figure is written as text, so that none is lost."""
FIRST_DAY = datetime(1899, 12, 30)
"""From it spreadsheets count days, from March 1900 on."""
A_DAY = 86_400
PIECE = 2_000
"""Rows that are packed at once."""
USUAL_HEIGHT = 15.0
"""Points of a row that says nothing of its height."""
OLDEST_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_LOOK = re.compile(rb'<c r="[A-Z]+\d+" s="(\d+)"')
_EXTENT = re.compile(rb'<dimension ref="[^"]*"/>')
_END, _END_OF_TEXTS = b"</sheetData>", b"</sst>"


class Link(str):
    """A text that leads somewhere, which the sheet itself says; it looks it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one sheet below everything else in it.

    ``first`` is counted from 0. ``looks``: names of the looks in the order in which the library has been given them
    as cells of that first row (``text``, ``link``, ``moment``, a number's decimals); none for plain cells.
    """

    first: int
    columns: int
    cells: Sequence[Sequence[Cell]]
    looks: Sequence[str | int] = ()
    height: Callable[[Sequence[Cell]], float] | None = None
    """Points of a row; None leaves it to the spreadsheet."""


def decimals_written(value: Decimal) -> int:
    """Decimals as they stand in the value, trailing zeros included: 63.40 has two."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def is_exact(value: Decimal) -> bool:
    """Whether a spreadsheet keeps every digit of it."""
    return len(value.as_tuple().digits) <= EXACT_DIGITS


def with_rows(workbook: bytes, by_sheet: Mapping[int, Rows]) -> bytes:
    """The library's archive with the rows of its sheets (numbered from 1) put in."""
    packed = BytesIO()
    with ZipFile(BytesIO(workbook)) as source, ZipFile(packed, "w") as target:
        texts = _Texts(source.read(_Texts.PART))
        # The list of texts comes last: only then are all of them known.
        for name in sorted(source.namelist(), key=lambda one: one == _Texts.PART):
            info = ZipInfo(name, OLDEST_ZIP_TIME)
            info.compress_type, info.create_system = ZIP_DEFLATED, 0
            number = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name)
            rows = by_sheet.get(int(number[1])) if number else None
            with target.open(info, "w") as part:
                for piece in _pieces(source, name, rows, texts):
                    part.write(piece)
    return packed.getvalue()


def _pieces(source: ZipFile, name: str, rows: Rows | None, texts: "_Texts") -> Iterator[bytes]:
    if name == _Texts.PART:
        yield from texts.pieces()
    elif rows is not None and rows.cells:
        yield from _filled(source.read(name), rows, texts)
    else:
        yield source.read(name)


class _Texts:
    """The workbook's list of texts: the library's own, then ours (ECMA-376, 18.4.9)."""

    PART = "xl/sharedStrings.xml"

    def __init__(self, part: bytes) -> None:
        self._start, rest = part.split(b' count="')
        counts, self._known = rest.split(b">", 1)
        self._used, self._first = (int(one) for one in re.findall(rb"\d+", counts))
        self._ours: dict[str, int] = {}

    def at(self, text: str) -> int:
        """The place of a text in the list."""
        self._used += 1
        return self._ours.setdefault(text, self._first + len(self._ours))

    def pieces(self) -> Iterator[bytes]:
        """The whole part."""
        yield self._start + f' count="{self._used}" uniqueCount="{self._first + len(self._ours)}">'.encode()
        yield self._known.removesuffix(_END_OF_TEXTS)
        every = iter(self._ours)
        while some := list(islice(every, PIECE)):
            yield "".join(f"<si><t>{_escaped(text)}</t></si>" for text in some).encode()
        yield _END_OF_TEXTS


def _filled(sheet: bytes, rows: Rows, texts: _Texts) -> Iterator[bytes]:
    """A sheet's part with its rows in the place of the first one, which only shows their looks."""
    extent = f'<dimension ref="A1:{column_letters(rows.columns - 1)}{rows.first + len(rows.cells)}"/>'.encode()
    before, after = _EXTENT.sub(extent, sheet, count=1).split(_END)
    start = before.find(b'<row r="%d"' % (rows.first + 1))
    before, marks = (before[:start], before[start:]) if start >= 0 else (before, b"")
    found = [int(one) for one in _LOOK.findall(marks)[: len(rows.looks)]]
    yield before
    yield from _Speller(rows, dict(zip(rows.looks, found, strict=True)), texts).pieces()
    yield _END + after


@dataclass
class _Speller:
    """Rows as SpreadsheetML (ECMA-376, 18.3.1.73)."""

    rows: Rows
    looks: Mapping[str | int, int]
    texts: _Texts
    _columns: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self._columns = [f'<c r="{column_letters(at)}' for at in range(self.rows.columns)]

    def pieces(self) -> Iterator[bytes]:
        """All rows, some thousand at a time."""
        every, first = self.rows.cells, self.rows.first + 1
        for at in range(0, len(every), PIECE):
            told = (self._row(first + at + n, cells) for n, cells in enumerate(every[at : at + PIECE]))
            yield "".join(told).encode()

    def _row(self, number: int, cells: Sequence[Cell]) -> str:
        height = self.rows.height(cells) if self.rows.height else USUAL_HEIGHT
        tall = "" if height == USUAL_HEIGHT else f' ht="{height:g}" customHeight="1"'
        text, link, place_of = self._look("text"), self._look("link"), self.texts.at
        told = []
        for column, cell in zip(self._columns, cells, strict=True):
            if isinstance(cell, str):
                look = link if type(cell) is Link else text
                told.append(f'{column}{number}"{look} t="s"><v>{place_of(cell)}</v></c>')
            else:
                told.append(f'{column}{number}"{self._number(cell)}</v></c>')
        return f'<row r="{number}"{tall}>{"".join(told)}</row>'

    def _number(self, cell: int | Decimal | datetime) -> str:
        """Look and value of a cell with a number or a moment."""
        if isinstance(cell, datetime):
            return f"{self._look('moment')}><v>{_days(vietnamese.local(cell).replace(tzinfo=None)):.16G}"
        exact = Decimal(cell)
        if not is_exact(exact):
            return f'{self._look("text")} t="s"><v>{self.texts.at(vietnamese.number(exact))}'
        return f"{self._look(decimals_written(exact))}><v>{float(exact):.16G}"

    def _look(self, name: str | int) -> str:
        return f' s="{self.looks[name]}"' if name in self.looks else ""


def _days(moment: datetime) -> float:
    """A moment as spreadsheets count: days and their fraction."""
    passed = moment - FIRST_DAY
    return passed.days + (passed.seconds + passed.microseconds / 1e6) / A_DAY


def column_letters(at: int) -> str:
    """A column's name: 0 is A, 25 is Z, 26 is AA."""
    letters = ""
    while at >= 0:
        letters, at = chr(ord("A") + at % 26) + letters, at // 26 - 1
    return letters


def _escaped(text: str) -> str:
    """Markup is not markup, and what looks like an escaped character stays what it looks like (ECMA-376, 22.9.2.19)."""
    told = vietnamese.clean(text)[:MAX_CELL].strip()
    told = re.sub(r"_x[0-9a-fA-F]{4}_", r"_x005F\g<0>", told) if "_x" in told else told
    return told.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
