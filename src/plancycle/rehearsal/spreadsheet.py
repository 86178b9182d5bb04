"""A clerk's spreadsheet program: open a workbook, find the yellow cells by their codes, type, save.

Saving gives the same bytes for the same content: no clock and no chance in the file.
"""

import re
import unicodedata
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from plancycle.adapters.workbooks.layout import IGNORED_MARKER, LOCKED_PREFIXES, MARKER, META_KEYS, META_SHEET
from plancycle.rehearsal.answers import Answer, typed
from plancycle.rehearsal.behaviours import Typing

SAVED_AT = datetime(2000, 1, 1)
LOOK_AT = 30
"""Rows and columns in which the marker of a sheet is looked for."""

ROW_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
MEMBER_DATE = (2000, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Question:
    """A cell to fill in, with the codes that say what is asked."""

    sheet: str
    row: str
    field: str
    cell: Cell


def opened(data: bytes) -> Workbook:
    """A workbook as the clerk sees it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # extensions the library does not know; they concern looks only
        return load_workbook(BytesIO(data))


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook, without the moment of saving."""
    buffer, result = BytesIO(), BytesIO()
    with ZipFile(buffer, "w", ZIP_STORED) as archive:
        book.properties.modified = SAVED_AT
        ExcelWriter(book, archive).save()
    with ZipFile(buffer) as source, ZipFile(result, "w", ZIP_DEFLATED, compresslevel=6) as target:
        for name in source.namelist():
            member = ZipInfo(name, MEMBER_DATE)
            member.compress_type = ZIP_DEFLATED
            target.writestr(member, source.read(name))
    return result.getvalue()


def stamp_of(book: Workbook) -> dict[str, str]:
    """Cycle, period, agency … as the hidden sheet says."""
    sheet = book[META_SHEET]
    return {str(sheet.cell(line, 1).value): str(sheet.cell(line, 2).value) for line in range(1, len(META_KEYS) + 1)}


def questions(book: Workbook) -> Iterator[Question]:
    """Every cell of the form that is asked for."""
    for sheet in book.worksheets:
        marker = _marker(sheet)
        if marker is None:
            continue
        top, left = marker
        fields = {column: code for column, code in _codes(sheet, top) if column > left}
        for line in range(top + 1, sheet.max_row + 1):
            code = str(sheet.cell(line, left).value or "")
            if not ROW_CODE.fullmatch(code):
                continue
            for column, field in fields.items():
                cell = sheet.cell(line, column)
                if isinstance(cell, Cell):
                    yield Question(sheet.title, code, field, cell)


def _marker(sheet: Worksheet) -> tuple[int, int] | None:
    """Row and column of the marker; None for a sheet that asks nothing."""
    for line, row in enumerate(_top_left(sheet), start=1):
        if IGNORED_MARKER in row:
            return None
        if MARKER in row:
            return line, row.index(MARKER) + 1
    return None


def _codes(sheet: Worksheet, line: int) -> Iterator[tuple[int, str]]:
    """The field codes of the hidden row by column; columns that repeat last period's values ask nothing."""
    for column in range(1, sheet.max_column + 1):
        code = str(sheet.cell(line, column).value or "")
        if code and not code.startswith(LOCKED_PREFIXES):
            yield column, code


def put(question: Question, answer: Answer, typing: Typing) -> None:
    """Type one answer the way this clerk types."""
    question.cell.value = as_typed(answer, typing)
    if isinstance(question.cell.value, str):
        question.cell.data_type = "s"


def as_typed(answer: Answer, typing: Typing) -> str | int | float | date | None:
    """An answer the way this clerk types it."""
    if isinstance(answer, Decimal):
        if typing is Typing.TEXT:
            return typed(answer)
        return int(answer) if answer == answer.to_integral_value() else float(answer)
    if isinstance(answer, date):
        return f"{answer:%d/%m/%Y}" if typing is Typing.TEXT else answer
    if isinstance(answer, str) and typing is Typing.DECOMPOSED:
        return unicodedata.normalize("NFD", answer)
    return answer


def to_mend(book: Workbook) -> set[tuple[str, str]]:
    """(Sheet, cell) pairs the first sheet of a returned workbook links to."""
    links = [
        cell.hyperlink.location or ""
        for sheet in book.worksheets
        if _is_list(sheet)
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell, Cell) and cell.hyperlink is not None
    ]
    places = [link.rpartition("!") for link in links]
    return {(sheet.strip("'").replace("''", "'"), cell) for sheet, _, cell in places}


def _is_list(sheet: Worksheet) -> bool:
    return any(IGNORED_MARKER in row for row in _top_left(sheet))


def _top_left(sheet: Worksheet) -> Iterable[tuple[object, ...]]:
    """The corner where markers stand; never beyond the sheet's own size, since looking makes cells."""
    last_row, last_column = min(LOOK_AT, sheet.max_row), min(LOOK_AT, sheet.max_column)
    return sheet.iter_rows(max_row=last_row, max_col=last_column, values_only=True)
