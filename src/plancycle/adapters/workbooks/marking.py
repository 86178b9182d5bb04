"""The file that goes back: the clerk's own workbook, with a first sheet of what to mend and the cells marked.

Nothing the clerk typed is changed. Marks of an earlier round are taken off first, so that a file may go back and
forth. The first sheet carries :data:`layout.IGNORED_MARKER`, so the reader passes over it. A clerk's file is opened in
a limited process only (:mod:`.marking_child`); :mod:`.returning` is the way in.
"""

import re
import warnings
import zipfile
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.styles import PatternFill
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from plancycle.adapters.workbooks import gate, layout
from plancycle.adapters.workbooks.marking_list import say, write_list
from plancycle.adapters.workbooks.reason_cells import make_room
from plancycle.domain.findings import Finding, Severity
from plancycle.domain.forms import REASONS
from plancycle.services.ports import Texts

AUTHOR = "plancycle"
_OUR_NOTE = re.compile(r"^[✖⚠] ", re.MULTILINE)
"""How our notes begin, in both languages; what a clerk wrote above one of them stays."""
_TOP = 30
_LONG_AGO = datetime(2000, 1, 1)
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_CELL = re.compile(r"[A-Z]{1,2}[1-9][0-9]{0,3}")


def mark(data: bytes, findings: Sequence[Finding], texts: Texts, reasons: str = REASONS) -> bytes:
    """The marked file; same inputs, same bytes. Raises UnreadableFile for a file that does not pass the gate.

    When openpyxl cannot open what the parser could read, the list goes back in a workbook of its own: the clerk
    still has the file itself.
    """
    gate.scan(data)
    book = _open(data)
    name = texts.say("workbook.sheet.returned")
    for sheet in book.worksheets:
        _remove_marks(sheet)
    _remove_list(book, name)
    places = [_find_cell(book, finding) for finding in findings]
    for finding, cell in zip(findings, places, strict=True):
        if cell is not None:
            _mark_cell(cell, finding, texts)
    make_room(book, findings, places, texts, reasons)
    write_list(book.create_sheet(name, 0), list(zip(findings, places, strict=True)), texts)
    show_first(book)
    return bytes_of(book)


def list_only(findings: Sequence[Finding], texts: Texts) -> bytes:
    """The list in a workbook of its own, for a file that cannot be opened to be marked; same inputs, same bytes."""
    book = _empty()
    write_list(book.create_sheet(texts.say("workbook.sheet.returned"), 0), [(one, None) for one in findings], texts)
    show_first(book)
    return bytes_of(book)


def _open(data: bytes) -> Workbook:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # extensions it does not know; they concern looks only
            return load_workbook(BytesIO(data))
    except (InvalidFileException, ValueError, TypeError, KeyError, AttributeError, IndexError):
        return _empty()


def _empty() -> Workbook:
    book = Workbook()
    for sheet in book.worksheets:
        sheet.sheet_state = "hidden"
    return book


def _find_cell(book: Workbook, finding: Finding) -> Cell | None:
    """The cell a finding is about; None when it has none, or one that is covered by a merged area."""
    if finding.sheet not in book.sheetnames or not _CELL.fullmatch(finding.cell):
        return None
    cell = book[finding.sheet][finding.cell]
    return cell if isinstance(cell, Cell) else None


def _mark_cell(cell: Cell, finding: Finding, texts: Texts) -> None:
    is_error = finding.severity is Severity.ERROR
    if finding.severity is Severity.NOTE:
        return
    params = {"why": say(texts, finding), "fix": say(texts, finding, ".fix")}
    note = texts.say(f"workbook.returned.{'error' if is_error else 'warning'}_note", **params)
    earlier = cell.comment.text if cell.comment is not None else ""
    if is_error or not earlier:
        cell.fill = PatternFill("solid", fgColor=layout.RED if is_error else layout.AMBER)
    comment = Comment(f"{earlier}\n\n{note}" if earlier else note, AUTHOR)
    comment.width, comment.height = 320, 150
    cell.comment = comment


def _remove_marks(sheet: Worksheet) -> None:
    """Take off what an earlier round put on: our notes and our colours, also where somebody deleted the note."""
    is_ours = _holds(sheet, layout.MARKER)
    for cell in _cells(sheet):
        note = cell.comment
        has_our_note = note is not None and _OUR_NOTE.search(note.text) is not None
        if note is not None and has_our_note:
            own = _OUR_NOTE.split(note.text)[0].strip()
            cell.comment = Comment(own, note.author) if own else None
        if has_our_note or (is_ours and _is_marked(cell)):
            colour = layout.GREY if cell.protection.locked else layout.YELLOW
            cell.fill = PatternFill("solid", fgColor=colour)


def _cells(sheet: Worksheet) -> list[Cell | MergedCell]:
    """The cells that are there: the library's own walk makes every cell up to the last one, XFD1048576 for one."""
    return list(sheet._cells.values())


def _is_marked(cell: Cell | MergedCell) -> bool:
    if not cell.has_style or cell.fill.fill_type != "solid":
        return False
    colour = cell.fill.fgColor.rgb
    return isinstance(colour, str) and colour[-6:] in (layout.RED, layout.AMBER)


def _holds(sheet: Worksheet, sign: str) -> bool:
    """Whether a sign stands near the top of a sheet: rows may have been put above it."""
    return any(row <= _TOP and cell.value == sign for (row, _), cell in sheet._cells.items())


def _remove_list(book: Workbook, name: str) -> None:
    """An earlier list, and any sheet that took its name: the name is needed, so that sheet keeps its content aside."""
    for sheet in book.worksheets:
        if _holds(sheet, layout.IGNORED_MARKER):
            book.remove(sheet)
        elif sheet.title == name:
            sheet.title = f"{name} (2)"


def show_first(book: Workbook) -> None:
    """Open at the first sheet."""
    book.active = 0
    for number, sheet in enumerate(book.worksheets):
        sheet.sheet_view.tabSelected = number == 0


class _InMemory(ExcelWriter):
    """Writes sheets without the library's temporary files: a limited process opens none."""

    def write_worksheet(self, ws: Any) -> None:
        """As the library does it, into memory."""
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        written = BytesIO()
        writer: Any = WorksheetWriter(ws, written)
        writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], written.getvalue())  # type: ignore[attr-defined]
        self.manifest.append(ws)


def bytes_of(book: Workbook) -> bytes:
    """Saved with a fixed date instead of the clock: saving twice gives the same bytes."""
    book.properties.created = book.properties.modified = _LONG_AGO
    saved, fixed = BytesIO(), BytesIO()
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_STORED) as archive:
        _InMemory(book, archive).save()
    with zipfile.ZipFile(saved) as archive, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for member in archive.infolist():
            entry = zipfile.ZipInfo(member.filename, _ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, archive.read(member))
    return fixed.getvalue()
