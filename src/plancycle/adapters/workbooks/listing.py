"""A first sheet that we add to a workbook: a title, a legend, one numbered line each with a link to its cell."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from plancycle.adapters.workbooks import layout

LEGEND_ROW, HEADING_ROW = 4, 5
MAX_SHOWN = 300
"""Characters of an entered value that are repeated in the list; the cell itself has it all."""
_LINE = Side(style="thin", color="7F7F7F")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEADING = "D9E2F3"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: the colour of its number, its texts from the second column on, the cell its linked column leads to."""

    colour: str
    texts: tuple[str, ...]
    cell: Cell | None


@dataclass(frozen=True, slots=True)
class Listing:
    """What stands on the sheet. ``headings`` are (text, width); the first ``printed`` columns go onto paper."""

    title: str
    hint: str
    legend: Sequence[tuple[str, str]]
    """(Colour, text), shown from the fourth column on: those before are narrow."""
    headings: Sequence[tuple[str, int]]
    lines: Sequence[Line]
    printed: int
    centred: tuple[int, ...] = (1, 3)
    """Columns (from 1) of short words."""
    marker: str = ""
    """A second marker, for a list of another kind than that of what to mend."""
    linked: int = 3
    """Column (from 1) whose cells lead to the cell of their line."""


def write_listing(sheet: Worksheet, listing: Listing) -> None:
    """Fill an empty sheet. The reader passes over it: it carries :data:`layout.IGNORED_MARKER`."""
    put(_cell(sheet, 1, 1), layout.IGNORED_MARKER)
    if listing.marker:
        put(_cell(sheet, 1, 2), listing.marker)
    sheet.row_dimensions[1].hidden = True
    put(_cell(sheet, 2, 1), listing.title, size=14, bold=True)
    put(_cell(sheet, 3, 1), listing.hint, italic=True)
    measured = [
        (text, float(width)) for (_, text), (_, width) in zip(listing.legend, listing.headings[3:], strict=False)
    ]
    sheet.row_dimensions[LEGEND_ROW].height = layout.row_height(measured)
    for column, (colour, text) in enumerate(listing.legend, start=4):
        cell = _cell(sheet, LEGEND_ROW, column)
        put(cell, text)
        _frame(cell, colour)
    for column, (text, width) in enumerate(listing.headings, start=1):
        cell = _cell(sheet, HEADING_ROW, column)
        put(cell, text, bold=True)
        _frame(cell, _HEADING, "center")
        sheet.column_dimensions[layout.column_letters(column - 1)].width = width
    for number, line in enumerate(listing.lines, start=1):
        _line(sheet, HEADING_ROW + number, (str(number), *line.texts), line, listing)
    _page(sheet, listing)


def _line(sheet: Worksheet, row: int, shown: Sequence[str], line: Line, listing: Listing) -> None:
    measured = [(text, float(width)) for text, (_, width) in zip(shown, listing.headings, strict=True)]
    sheet.row_dimensions[row].height = layout.row_height(measured)
    for column, text in enumerate(shown, start=1):
        cell = _cell(sheet, row, column)
        put(cell, visible(text))
        _frame(cell, line.colour if column == 1 else None, "center" if column in listing.centred else "left")
    if line.cell is not None:
        _link(_cell(sheet, row, listing.linked), line.cell)


def _frame(cell: Cell, colour: str | None, align: str = "left") -> None:
    cell.border, cell.alignment = _BORDER, Alignment(align, "center", wrap_text=True)
    if colour is not None:
        cell.fill = PatternFill("solid", fgColor=colour)


def _link(cell: Cell, place: Cell) -> None:
    title = str(place.parent.title).replace("'", "''")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{title}'!{place.coordinate}")
    cell.font = Font(name=layout.FONT, size=12, color="0563C1", underline="single")


def _cell(sheet: Worksheet, row: int, column: int) -> Cell:
    """A cell of this sheet; it has no merged ones."""
    return cast(Cell, sheet.cell(row, column))


def put(cell: Cell, text: str, *, size: int = 12, bold: bool = False, italic: bool = False) -> None:
    """Text stays text: what looks like a formula is stored as a string."""
    cell.value = text
    cell.data_type = "s"
    cell.font = Font(name=layout.FONT, size=size, bold=bold, italic=italic)


def _page(sheet: Worksheet, listing: Listing) -> None:
    sheet.freeze_panes = f"A{HEADING_ROW + 1}"
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{HEADING_ROW}:{HEADING_ROW}"
    last = HEADING_ROW + len(listing.lines)
    sheet.print_area = f"A2:{layout.column_letters(listing.printed - 1)}{last}"
    if sheet.oddFooter is not None:
        sheet.oddFooter.center.text, sheet.oddFooter.center.font = "&P/&N", f"{layout.FONT},Regular"
    sheet.protection.sheet = True
    sheet.protection.formatRows = sheet.protection.formatColumns = False


def visible(text: str) -> str:
    """Hidden and control characters spelled out: a person sees what is there, and the file stays valid."""
    return "".join(
        f"⟨U+{ord(letter):04X}⟩"
        if letter not in "\n\t" and unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn")
        else letter
        for letter in text.replace("\r\n", "\n")
    )
