"""The first sheet of a returned workbook: every finding with its cell as a link, why, and how to mend it."""

import unicodedata
from collections.abc import Sequence
from typing import cast

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from plancycle.adapters.workbooks import layout
from plancycle.domain.findings import Finding, Severity
from plancycle.services.ports import Texts

COLUMNS = (("number", 6), ("cell", 22), ("label", 44), ("value", 26), ("why", 42), ("fix", 46), ("done", 10))
HEADING_ROW = 4
OPEN_BOX, TICKED_BOX = "☐", "☑"
MAX_SHOWN = 300
"""Characters of an entered value that are repeated in the list; the cell itself has it all."""

_LINE = Side(style="thin", color="7F7F7F")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
_COLOURS = {Severity.ERROR: layout.RED, Severity.WARNING: layout.AMBER, Severity.NOTE: layout.GREY}


def write_list(sheet: Worksheet, findings: Sequence[tuple[Finding, Cell | None]], texts: Texts) -> None:
    """Fill the sheet: errors first, then warnings, each in the order of the form."""
    _head(sheet, [finding for finding, _ in findings], texts)
    ordered = sorted(findings, key=lambda pair: _ORDER[pair[0].severity])
    for number, (finding, cell) in enumerate(ordered, start=1):
        _line(sheet, HEADING_ROW + number, number, finding, cell, texts)
    last = HEADING_ROW + max(1, len(ordered))
    boxes = DataValidation("list", formula1=f'"{OPEN_BOX},{TICKED_BOX}"', prompt=texts.say("workbook.returned.prompt"))
    boxes.add(f"G{HEADING_ROW + 1}:G{last}")
    sheet.add_data_validation(boxes)
    _page(sheet)


def _head(sheet: Worksheet, findings: Sequence[Finding], texts: Texts) -> None:
    counts = {severity: str(sum(f.severity is severity for f in findings)) for severity in Severity}
    _put(sheet["A1"], layout.IGNORED_MARKER)
    sheet.row_dimensions[1].hidden = True
    title = texts.say("workbook.returned.title", errors=counts[Severity.ERROR], warnings=counts[Severity.WARNING])
    _put(sheet["A2"], title, size=14, bold=True)
    _put(sheet["A3"], texts.say("workbook.returned.hint"), italic=True)
    for column, (name, width) in enumerate(COLUMNS, start=1):
        cell = _cell(sheet, HEADING_ROW, column)
        _put(cell, texts.say(f"workbook.returned.{name}"), bold=True)
        cell.fill, cell.border = PatternFill("solid", fgColor="D9E2F3"), _BORDER
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[layout.column_letters(column - 1)].width = width


def _line(sheet: Worksheet, row: int, number: int, finding: Finding, place: Cell | None, texts: Texts) -> None:
    where = f"{finding.sheet} · {finding.cell}" if finding.cell else texts.say("workbook.returned.nowhere")
    shown = (
        str(number),
        where,
        finding.label,
        visible(finding.value)[:MAX_SHOWN] or texts.say("workbook.returned.blank"),
        say(texts, finding),
        say(texts, finding, ".fix"),
        OPEN_BOX,
    )
    widths = [width for _, width in COLUMNS]
    sheet.row_dimensions[row].height = layout.row_height(list(zip(shown, widths, strict=True)))
    for column, text in enumerate(shown, start=1):
        cell = _cell(sheet, row, column)
        _put(cell, visible(text))
        cell.border = _BORDER
        cell.alignment = Alignment("center" if column in (1, 7) else "left", "center", wrap_text=True)
    _cell(sheet, row, 1).fill = PatternFill("solid", fgColor=_COLOURS[finding.severity])
    done = _cell(sheet, row, len(COLUMNS))
    done.protection, done.fill = Protection(locked=False), PatternFill("solid", fgColor=layout.YELLOW)
    if place is not None:
        _link(_cell(sheet, row, 2), place)


def _link(cell: Cell, place: Cell) -> None:
    title = str(place.parent.title).replace("'", "''")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{title}'!{place.coordinate}")
    cell.font = Font(name=layout.FONT, size=12, color="0563C1", underline="single")


def _cell(sheet: Worksheet, row: int, column: int) -> Cell:
    """A cell of this sheet; it has no merged ones."""
    return cast(Cell, sheet.cell(row, column))


def _put(cell: Cell, text: str, *, size: int = 12, bold: bool = False, italic: bool = False) -> None:
    """Text stays text: what looks like a formula is stored as a string."""
    cell.value = text
    cell.data_type = "s"
    cell.font = Font(name=layout.FONT, size=size, bold=bold, italic=italic)


def _page(sheet: Worksheet) -> None:
    sheet.freeze_panes = f"A{HEADING_ROW + 1}"
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{HEADING_ROW}:{HEADING_ROW}"
    if sheet.oddFooter is not None:
        sheet.oddFooter.center.text = "&P/&N"
    sheet.protection.sheet = True
    sheet.protection.formatRows = sheet.protection.formatColumns = False


def say(texts: Texts, finding: Finding, part: str = "") -> str:
    """The words of a finding, safe to show; ``part`` is ``.fix`` for how to mend it."""
    return visible(texts.say(f"finding.{finding.code}{part}", **finding.params))


def visible(text: str) -> str:
    """Hidden and control characters spelled out: a person sees what is there, and the file stays valid."""
    return "".join(
        f"⟨U+{ord(letter):04X}⟩"
        if letter not in "\n\t" and unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn")
        else letter
        for letter in text.replace("\r\n", "\n")
    )
