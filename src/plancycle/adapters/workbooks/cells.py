"""From parsed sheets to the stamp and the entries: rows and columns by their codes, every value as text.

Sheets, rows and columns may have been renamed, moved or inserted; a cell is found by the code of its row and the code
of its field. Nothing is judged here: what was typed goes on as text to :mod:`plancycle.domain.findings`.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from unicodedata import normalize
from xml.etree import ElementTree

from plancycle.adapters.workbooks import layout
from plancycle.adapters.workbooks.gate_cells import CellFacts
from plancycle.domain import numbers

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""Row and field codes; the visible heading of the code column (``Mã``) is none."""
CODES_REMEMBERED = 4096

Cell = str | bool | int | float | date | time | timedelta
"""What the parser makes of a cell; a ``datetime`` is a ``date``, a blank is an empty text."""
Rows = Sequence[Sequence[Cell]]
Inputs = tuple[list[str], list[str], list[list[str]]]
"""Of a sheet: the letters of its columns of inputs, their field codes, and of each row its number, code and raw texts.

Columns and rows are named once: the texts of a form are few beside the places they stand in.
"""


def stamp(sheets: Sequence[tuple[str, Rows]], properties: bytes) -> list[str] | None:
    """The stamp's values in the order of :data:`layout.META_KEYS`; None when any of them is missing.

    From the sheet of that name, else from one that was renamed, else from the document's properties: each carries the
    seal, and only the seal makes a stamp genuine.
    """
    named = sorted(sheets, key=lambda sheet: sheet[0] != layout.META_SHEET)
    for _, rows in named:
        found = _stamp_on(rows)
        if found is not None:
            return found
    return _stamp_in(properties)


def _stamp_on(rows: Rows) -> list[str] | None:
    if not any(layout.META_KEYS[0] in row for row in rows):
        return None
    found: dict[str, str] = {}
    for row in rows:
        texts = [one for one in map(text, row) if one]
        if len(texts) > 1:
            found.setdefault(texts[0], texts[1])
    values = [found.get(key, "") for key in layout.META_KEYS]
    return values if all(values) else None


def _stamp_in(properties: bytes) -> list[str] | None:
    if layout.STAMP_PROPERTY.encode() not in properties:
        return None
    for element in ElementTree.fromstring(properties):
        if element.get("name") == layout.STAMP_PROPERTY:
            values = "".join(element.itertext()).strip().split("|")
            return values if len(values) == len(layout.META_KEYS) and all(values) else None
    return None


def inputs(rows: Rows, facts: CellFacts | None = None) -> Inputs | None:
    """Every input of one sheet, row by row; None when it has none.

    Inputs in rows that carry no code come along when something stands in them.
    """
    marker = _marker(rows)
    if marker is None:
        return None
    top, left = marker
    fields = [(column, layout.column_letters(column), code) for column, code in _codes(rows[top]) if column != left]
    columns = [column for column, _, _ in fields]
    found: list[list[str]] = []
    for number, row in enumerate(rows[top + 1 :], start=top + 2):
        code = text(row[left])
        if code and not _is_code(code):
            continue
        if facts is None:
            cells = [row[column] for column in columns]
            raws = [normalize("NFC", cell) if isinstance(cell, str) else _raw(cell) for cell in cells]
        else:
            raws = [_seen(f"{letters}{number}", row[column], facts) for column, letters, _ in fields]
        if code or any(map(str.strip, raws)):
            found.append([str(number), code, *raws])
    return ([letters for _, letters, _ in fields], [code for _, _, code in fields], found) if found else None


def _marker(rows: Rows) -> tuple[int, int] | None:
    """Where the hidden row of codes starts; None for a sheet that asks nothing."""
    for number, row in enumerate(rows):
        if layout.IGNORED_MARKER in row:
            return None
        if layout.MARKER in row:
            return number, row.index(layout.MARKER)
    return None


def _codes(row: Sequence[Cell]) -> Iterator[tuple[int, str]]:
    for column, cell in enumerate(row):
        code = text(cell)
        if _is_code(code):
            yield column, code


@lru_cache(CODES_REMEMBERED)
def _is_code(text: str) -> bool:
    return _CODE.fullmatch(text) is not None


def text(cell: Cell) -> str:
    """A cell as people read it, without blanks around it."""
    return _raw(cell).strip()


def _seen(name: str, cell: Cell, facts: CellFacts) -> str:
    """A cell as the person saw it: an error, a formula without a result, ``50%`` where 0,5 is stored."""
    if name in facts.lost:
        return facts.lost[name]
    if name in facts.percents and isinstance(cell, float):
        hundredth = numbers.from_spreadsheet(cell)
        if isinstance(hundredth, Decimal):
            return f"{_written(numbers.from_hundredth(hundredth))}%"
    return _raw(cell)


def _raw(cell: Cell) -> str:
    """A cell as text: NFC, numbers with a decimal comma and no grouping, days as people write them."""
    if isinstance(cell, str):
        return normalize("NFC", cell)
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int | float):
        number = numbers.from_spreadsheet(cell)
        return _written(number) if isinstance(number, Decimal) else str(cell)
    if isinstance(cell, datetime) and cell.time() != time():
        return f"{cell:%d/%m/%Y %H:%M}"
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else str(cell)


def _written(number: Decimal) -> str:
    return format(number, "f").replace(".", ",")
