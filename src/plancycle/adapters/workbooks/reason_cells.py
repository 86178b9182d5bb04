"""Where a clerk types the reason for a doubted value on a sheet that asks for none: a column is put beside the form.

Runs with :mod:`.marking`, in the limited process. The reader finds the column by its code, as it finds every other.
"""

from collections.abc import Sequence
from copy import copy
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, PatternFill, Protection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from plancycle.adapters.workbooks import layout
from plancycle.adapters.workbooks.gate_cells import MAX_COLUMNS
from plancycle.domain.findings import Finding, Severity
from plancycle.services.ports import Texts

WIDTH = 40
LONGEST = 2000
OF_A_CELL = "field."
"""How the rules of single cells begin: what they doubt is mended in its place, never explained."""


def make_room(
    book: Workbook, findings: Sequence[Finding], places: Sequence[Cell | None], texts: Texts, reasons: str
) -> None:
    """Give every doubted row an unlocked cell for its reason; ``reasons`` is the code of its column.

    Rows of a sheet that has the column already keep theirs; on one that has none, it is put right of everything.
    """
    doubted: dict[str, list[Cell]] = {}
    for finding, cell in zip(findings, places, strict=True):
        if cell is not None and _takes_a_reason(finding):
            doubted.setdefault(finding.sheet, []).append(cell)
    for name, cells in doubted.items():
        sheet = book[name]
        codes = _code_row(sheet)
        column = _column(sheet, codes, reasons, texts) if codes else None
        if column is not None:
            rows = sorted({cell.row: cell for cell in cells}.items())
            made = [_open(sheet, row, column, beside) for row, beside in rows]
            _help(sheet, [name for name in made if name], texts)


def _takes_a_reason(finding: Finding) -> bool:
    is_declared = bool(finding.rule) and not finding.rule.startswith(OF_A_CELL)
    return is_declared and finding.severity is Severity.WARNING


def _code_row(sheet: Worksheet) -> int | None:
    """The number of the hidden row of codes."""
    for row in sheet.iter_rows():
        if any(cell.value == layout.MARKER for cell in row):
            return row[0].row
    return None


def _column(sheet: Worksheet, codes: int, reasons: str, texts: Texts) -> int | None:
    """The column of that code, made where there is none; None when the sheet is too wide for another."""
    for cell in sheet[codes]:
        if cell.value == reasons:
            return cell.column
    last = max(cell.column for row in sheet.iter_rows() for cell in row if cell.value is not None)
    if last >= MAX_COLUMNS:
        return None
    sheet.cell(codes, last + 1).value = reasons
    heading = sheet.cell(codes + 1, last + 1)
    if isinstance(heading, Cell):
        heading.value = texts.say("workbook.returned.reason")
        _look_like(heading, sheet.cell(codes + 1, last))
    sheet.column_dimensions[layout.column_letters(last)].width = WIDTH
    return last + 1


def _open(sheet: Worksheet, row: int, column: int, beside: Cell) -> str | None:
    """Unlock the cell and make it look like an input; its name when it was locked, so that it still needs its help."""
    cell = sheet.cell(row, column)
    if not isinstance(cell, Cell) or not cell.protection.locked:
        return None
    _look_like(cell, beside)
    cell.number_format = "General"
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    cell.protection, cell.fill = Protection(locked=False), PatternFill("solid", fgColor=layout.YELLOW)
    return cell.coordinate


def _look_like(cell: Any, other: Any) -> None:
    """Take over another cell's whole style."""
    cell._style = copy(other._style)


def _help(sheet: Worksheet, cells: Sequence[str], texts: Texts) -> None:
    if not cells:
        return
    prompt = texts.say("workbook.returned.reason_prompt")
    help_ = DataValidation("textLength", operator="lessThanOrEqual", formula1=str(LONGEST), prompt=prompt)
    for name in cells:
        help_.add(name)
    sheet.add_data_validation(help_)
