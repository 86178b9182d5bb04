"""One table as a workbook: a heading, a row of heads, lines of text. Whatever a cell says, it is only ever text."""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO

OPTIONS = {
    "in_memory": True,
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
}
CREATED = datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""What the file says of its making: the same table gives the same bytes."""
FONT = {"font_name": "Times New Roman", "font_size": 11}
FIRST_WIDTH, WIDTH = 44, 24
"""Characters."""


def table_sheet(title: str, name: str, heads: Sequence[str], lines: Sequence[Sequence[str]]) -> bytes:
    """The workbook's bytes; ``name`` is the sheet's. Printed on A4, lying, with its heads on every sheet of paper."""
    import xlsxwriter

    out = BytesIO()
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        book.set_properties({"title": title, "created": CREATED})
        plain = book.add_format({**FONT, "border": 1, "text_wrap": True, "valign": "top"})
        bold = book.add_format({**FONT, "border": 1, "bold": True, "text_wrap": True, "bg_color": "#E7EDF3"})
        sheet = book.add_worksheet(name)
        sheet.write_string(0, 0, title, book.add_format({**FONT, "bold": True, "font_size": 14}))
        for column, text in enumerate(heads):
            sheet.write_string(2, column, text, bold)
        for row, line in enumerate(lines, start=3):
            for column, text in enumerate(line):
                sheet.write_string(row, column, text, plain)
        sheet.set_column(0, 0, FIRST_WIDTH)
        sheet.set_column(1, max(1, len(heads) - 1), WIDTH)
        sheet.freeze_panes(3, 1)
        sheet.autofilter(2, 0, 2 + len(lines), len(heads) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(2)
    return out.getvalue()
