"""Reads returned workbooks: gate, then the parser in its limited child, then cells by their codes.

Sheets, rows and columns may have been renamed, moved or inserted; a cell is found by the code of its row and the
code of its field. Nothing is judged here: what was typed goes on as text to :mod:`plancycle.domain.findings`.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from plancycle.adapters.workbooks import gate, layout
from plancycle.adapters.workbooks.worker import Cell, Rows, shared_worker
from plancycle.domain import numbers
from plancycle.domain.errors import UnreadableFile
from plancycle.domain.submissions import Entry, Stamp
from plancycle.services.ports import ReadWorkbook

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""Row and field codes; the visible heading of the code column (``Mã``) is none."""


def read(data: bytes, file_name: str) -> ReadWorkbook:
    """Every cell of a workbook of ours; ``stamp=None`` and no entries for a readable workbook that is not.

    Raises UnreadableFile with the reason; ``file_name`` goes along with it for the log.
    """
    try:
        lost = gate.scan(data).lost_cells
        sheets = shared_worker().parse(data)
    except UnreadableFile as refusal:
        raise type(refusal)(refusal.key, file=file_name, **refusal.params) from refusal
    stamp = _stamp(sheets)
    if stamp is None:
        return ReadWorkbook(None, ())
    entries = (entry for name, rows in sheets for entry in _entries(name, rows, lost.get(name, {})))
    return ReadWorkbook(stamp, tuple(entries))


def _stamp(sheets: Sequence[tuple[str, Rows]]) -> Stamp | None:
    """The stamp on the sheet of that name; None when any part of it is missing."""
    rows = next((rows for name, rows in sheets if name == layout.META_SHEET), [])
    found = {_text(row[0]): _text(row[1]) for row in rows if len(row) > 1}
    values = [found.get(key, "") for key in layout.META_KEYS]
    return Stamp(*values) if all(values) else None


def _entries(sheet: str, rows: Rows, lost: Mapping[str, str]) -> Iterator[Entry]:
    """Every input of one sheet; inputs in rows that carry no code come along when something stands in them."""
    marker = _marker(rows)
    if marker is None:
        return
    top, left = marker
    fields = {column: code for column, code in _codes(rows[top]) if column != left}
    for number in range(top + 1, len(rows)):
        code = _text(_at(rows[number], left))
        is_question = _CODE.fullmatch(code) is not None
        if code and not is_question:
            continue
        for column, field in fields.items():
            name = layout.cell_name(number, column)
            raw = lost.get(name) or _raw(_at(rows[number], column))
            if is_question or raw.strip():
                yield Entry(sheet, name, code, field, raw)


def _marker(rows: Rows) -> tuple[int, int] | None:
    """Where the hidden row of codes starts; None for a sheet that asks nothing."""
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell == layout.IGNORED_MARKER:
                return None
            if cell == layout.MARKER:
                return number, column
    return None


def _codes(row: Sequence[Cell]) -> Iterator[tuple[int, str]]:
    for column, cell in enumerate(row):
        code = _text(cell)
        if _CODE.fullmatch(code):
            yield column, code


def _at(row: Sequence[Cell], column: int) -> Cell:
    return row[column] if column < len(row) else ""


def _text(cell: Cell) -> str:
    return _raw(cell).strip()


def _raw(cell: Cell) -> str:
    """A cell as text: NFC, numbers with a decimal comma and no grouping."""
    if isinstance(cell, str):
        return unicodedata.normalize("NFC", cell)
    if isinstance(cell, bool):
        return str(cell).upper()
    number = numbers.from_spreadsheet(cell)
    if isinstance(number, Decimal):
        return format(number, "f").replace(".", ",")
    return str(cell)
