"""The workbook of an agency made anew with openpyxl: what that library takes for the same content, used with care.

Giving each cell its font, fill and border would take ten times longer than anything else: each kind of look is put
together once a workbook, and its number copied to the cells that have it.
"""

from collections.abc import Callable, Iterator
from copy import copy
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

LOOKS = ("font", "fill", "border", "alignment", "number_format", "protection")
Cells = list[tuple[int, int, Any, int]]
"""Row, column, value, and the number of its looks; 0: none of its own."""
Made = dict[int, Any]
"""How a workbook in the making knows a look."""


def replay(data: bytes) -> Callable[[], bytes]:
    """Writes the same workbook when called: values, looks, rules, names, widths, protection; it is read beforehand."""
    from openpyxl import Workbook, load_workbook

    source = load_workbook(BytesIO(data))
    looks: dict[int, dict[str, Any]] = {}
    cells = {sheet.title: list(_cells(sheet, looks)) for sheet in source.worksheets}

    def write() -> bytes:
        book, made = Workbook(), dict[int, Any]()
        book.remove(book.worksheets[0])
        for sheet in source.worksheets:
            _sheet(book, sheet, cells[sheet.title], looks, made)
        for name, defined in source.defined_names.items():
            book.defined_names[name] = copy(defined)
        stream = BytesIO()
        book.save(stream)
        return stream.getvalue()

    return write


def _cells(sheet: "Worksheet", looks: dict[int, dict[str, Any]]) -> Iterator[tuple[int, int, Any, int]]:
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is None and not cell.has_style:
                continue
            number = cell.style_id
            if number and number not in looks:
                looks[number] = {name: copy(getattr(cell, name)) for name in LOOKS}
            yield cell.row or 1, cell.column or 1, cell.value, number


def _sheet(book: "Workbook", like: "Worksheet", cells: Cells, looks: dict[int, dict[str, Any]], made: Made) -> None:
    sheet = book.create_sheet(like.title)
    for row, column, value, number in cells:
        cell: Any = sheet.cell(row, column, value)
        if number in made:
            cell._style = made[number]
        elif number:
            for name, look in looks[number].items():
                setattr(cell, name, look)
            made[number] = cell._style
    for letter, width in like.column_dimensions.items():
        sheet.column_dimensions[letter].width, sheet.column_dimensions[letter].hidden = width.width, width.hidden
    for number, height in like.row_dimensions.items():
        sheet.row_dimensions[number].height, sheet.row_dimensions[number].hidden = height.height, height.hidden
    for rule in like.data_validations.dataValidation:
        sheet.add_data_validation(copy(rule))
    for place in like.conditional_formatting:
        for condition in place.rules:
            sheet.conditional_formatting.add(str(place.sqref), copy(condition))
    for merged in like.merged_cells.ranges:
        sheet.merge_cells(str(merged))
    sheet.sheet_state, sheet.freeze_panes, sheet.protection = like.sheet_state, like.freeze_panes, copy(like.protection)
