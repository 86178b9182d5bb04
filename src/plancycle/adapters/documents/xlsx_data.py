"""The workbook's sheet for programs."""

from typing import TYPE_CHECKING

from plancycle.adapters import vietnamese
from plancycle.adapters.documents.data import COLUMNS, data_rows
from plancycle.services.report_contents import ReportFacts

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

MAX_CELL = 32_767
DATA_SHEET = "data"
"""The sheet for programs keeps its name in every language."""
MOST_DATA = 20_000
"""Values on the data sheet; a province has a quarter of it."""


def data_sheet(workbook: "Workbook", facts: ReportFacts) -> None:
    """The values under stable codes, headings in the first row: what the ``.csv`` holds, for programs.

    Beyond :data:`MOST_DATA` values only the figures: the ``.csv`` is there for programs, and has every one.
    """
    sheet = workbook.add_worksheet(DATA_SHEET)
    rows = [COLUMNS, *data_rows(facts)]
    if len(rows) > MOST_DATA:
        rows = [rows[0], *(row for row in rows if row[COLUMNS.index("record")] == "figure")]
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            sheet.write_string(row, column, vietnamese.clean(cell)[:MAX_CELL])
    sheet.freeze_panes(1, 0)
