"""What goes wrong in a clerk's file: one small change each, applied after the right answers have been typed."""

import struct
from collections.abc import Callable, Iterable
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import PatternFill, Protection
from openpyxl.worksheet.datavalidation import DataValidationList

from plancycle.rehearsal.answers import DONE, FIGURES, typed
from plancycle.rehearsal.behaviours import Mishap
from plancycle.rehearsal.dice import phrases
from plancycle.rehearsal.spreadsheet import Question, questions

JUMP = 4
NUMBER_FIELDS = ("progress", "value", "goal")


def _asked(book: Workbook, *fields: str) -> list[Question]:
    return [question for question in questions(book) if question.field in fields]


def _numeric(book: Workbook) -> list[Question]:
    return [one for one in _asked(book, *NUMBER_FIELDS) if isinstance(one.cell.value, int | float)]


def _two_readings(book: Workbook) -> None:
    first, *_, last = _numeric(book)
    _type_text(first, phrases()["mistakes"]["two_readings"])
    _type_text(last, phrases()["mistakes"]["about"])


def _blank(book: Workbook) -> None:
    for question in _numeric(book)[:3]:
        question.cell.value = None


def _out_of_range(book: Workbook) -> None:
    _asked(book, "progress")[0].cell.value = 150


def _wrong_choice(book: Workbook) -> None:
    for question in _asked(book, "status", "nil")[-2:]:
        _type_text(question, phrases()["mistakes"]["wrong_choice"])


def _error_cell(book: Workbook) -> None:
    question = _numeric(book)[-1]
    question.cell.value = phrases()["mistakes"]["error_cell"]
    question.cell.data_type = "e"


def _inserted_row(book: Workbook) -> None:
    works = _asked(book, "target", "result")
    sheet = book[works[0].sheet]
    sheet.insert_rows(works[2].cell.row)
    sheet.cell(works[1].cell.row + 1, 2).value = phrases()["mistakes"]["inserted_note"]
    below = sheet.max_row + 2
    sheet.cell(below, 2).value = phrases()["mistakes"]["inserted_note"]
    sheet.merge_cells(start_row=below, end_row=below, start_column=2, end_column=4)


def _pasted_over(book: Workbook) -> None:
    for sheet in {question.sheet for question in questions(book)}:
        book[sheet].data_validations = DataValidationList()
    for question in questions(book):
        question.cell.fill = PatternFill()
        question.cell.number_format = "General"
        question.cell.protection = Protection(locked=True)


def _unexplained_jump(book: Workbook) -> None:
    for question in _asked(book, "value"):
        if question.row in FIGURES and isinstance(question.cell.value, int):
            question.cell.value = question.cell.value * JUMP
            _clear(book, question, "explanation")
            return


def _correction(book: Workbook) -> None:
    for question in _numeric(book):
        if question.row in FIGURES and isinstance(question.cell.value, int):
            question.cell.value += 1
            return


def _no_evidence(book: Workbook) -> None:
    done = phrases()["choices"]["done"]
    status = _asked(book, "status")[0]
    status.cell.value = done
    for question in _asked(book, "progress"):
        if question.row == status.row:
            is_text = isinstance(question.cell.value, str)
            question.cell.value = typed(Decimal(DONE)) if is_text else int(DONE)
    _clear(book, status, "evidence", "explanation")


def _clear(book: Workbook, question: Question, *fields: str) -> None:
    for other in _asked(book, *fields):
        if (other.sheet, other.row) == (question.sheet, question.row):
            other.cell.value = None


def _type_text(question: Question, text: str) -> None:
    question.cell.value = text
    question.cell.data_type = "s"


EDITS: dict[Mishap, Callable[[Workbook], None]] = {
    Mishap.TWO_READINGS: _two_readings,
    Mishap.BLANK: _blank,
    Mishap.OUT_OF_RANGE: _out_of_range,
    Mishap.WRONG_CHOICE: _wrong_choice,
    Mishap.ERROR_CELL: _error_cell,
    Mishap.INSERTED_ROW: _inserted_row,
    Mishap.PASTED_OVER: _pasted_over,
    Mishap.UNEXPLAINED_JUMP: _unexplained_jump,
    Mishap.NO_EVIDENCE: _no_evidence,
    Mishap.CORRECTION: _correction,
}
"""Mishaps inside a workbook."""

STREAMS: dict[Mishap, tuple[str, ...]] = {
    Mishap.OLD_FORMAT: ("Workbook",),
    Mishap.PASSWORD: ("EncryptionInfo", "EncryptedPackage"),
}
"""Mishaps of the file itself: both are OLE2 compound files (MS-CFB), told apart by their streams."""

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_MINIMUM_STREAM = 4096
"""Smaller streams would need a second allocation table."""


def compound_file(streams: Iterable[str], content: bytes) -> bytes:
    """A small OLE2 compound file whose streams all hold ``content``, padded: header, table, directory, streams."""
    size = max(_MINIMUM_STREAM, -(-len(content) // _SECTOR) * _SECTOR)
    body, names = content.ljust(size, b"\0"), list(streams)
    sectors = size // _SECTOR
    table = [_FAT, _END]
    starts = []
    for _ in names:
        starts.append(len(table))
        table.extend([*range(len(table) + 1, len(table) + sectors), _END])
    table.extend([_FREE] * (_SECTOR // 4 - len(table)))
    entries = [_entry("Root Entry", 5, _END, 0, child=1)]
    for number, name in enumerate(names, start=1):
        following = number + 1 if number < len(names) else _FREE
        entries.append(_entry(name, 2, starts[number - 1], size, right=following))
    directory = b"".join(entries).ljust(_SECTOR, b"\0")
    return _header() + struct.pack(f"<{len(table)}I", *table) + directory + body * len(names)


def _header() -> bytes:
    head = struct.pack("<8s16x5H6x", bytes.fromhex("d0cf11e0a1b11ae1"), 0x3E, 3, 0xFFFE, 9, 6)
    counts = struct.pack("<9I", 0, 1, 1, 0, _MINIMUM_STREAM, _END, 0, _END, 0)
    return (head + counts + struct.pack("<109I", 0, *[_FREE] * 108)).ljust(_SECTOR, b"\0")


def _entry(name: str, kind: int, start: int, size: int, child: int = _FREE, right: int = _FREE) -> bytes:
    spelt = (name + "\0").encode("utf-16-le")
    head = struct.pack("<64sHBB3I", spelt, len(spelt), kind, 1, _FREE, right, child)
    return head + struct.pack("<16xI16xIQ", 0, start, size)
