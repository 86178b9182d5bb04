"""The workbook's sheet for programs."""

from itertools import islice
from typing import TYPE_CHECKING

from plancycle.adapters.documents.data import COLUMNS, data_rows
from plancycle.adapters.documents.xlsx_rows import Rows
from plancycle.services.report_contents import ReportFacts

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

DATA_SHEET = "data"
"""The sheet for programs keeps its name in every language."""
MOST_DATA = 20_000
"""Values on the data sheet; a province has a quarter of it."""


def data_sheet(workbook: "Workbook", facts: ReportFacts) -> Rows:
    """The values under stable codes, headings in the first row: what the ``.csv`` holds, for programs.

    Beyond :data:`MOST_DATA` values only the figures: the ``.csv`` is there for programs, and has every one.
    """
    sheet = workbook.add_worksheet(DATA_SHEET)
    rows = list(islice(data_rows(facts), MOST_DATA))
    if len(rows) == MOST_DATA:
        rows = [row for row in rows if row[COLUMNS.index("record")] == "figure"]
    for column, heading in enumerate(COLUMNS):
        sheet.write_string(0, column, heading)
    sheet.freeze_panes(1, 0)
    return Rows(1, len(COLUMNS), rows)
