"""Where things stand in a workbook: what the writer, the reader and the marker agree on.

Codes, not positions, are the agreement: a form sheet has one hidden row that starts with :data:`MARKER` and holds
the field codes; below it, the marker's column holds the row codes.
"""

MARKER = "#ma"
"""First cell of the hidden row of field codes."""
IGNORED_MARKER = "#bo-qua"
"""First cell of a sheet that is no part of the answer (the list of what to mend)."""
PREVIOUS_PREFIX = "prev:"
"""Code of a locked column that shows the last period's value of a field."""

CODE_ROW, HEADING_ROW, FIRST_ROW = 3, 4, 5
"""Rows counted from 0: hidden codes, visible headings, first question."""

META_SHEET, LISTS_SHEET = "_meta", "_dm"
META_KEYS = ("cycle", "period", "agency", "version", "seal")
STAMP_PROPERTY = "plancycle"
"""Custom document property that repeats the stamp for people; the reader trusts only ``_meta`` and its seal."""

FONT = "Times New Roman"
"""Of official documents (Decree 30/2020/NĐ-CP, Annex I)."""
YELLOW, GREY, RED, AMBER, GREEN = "FFFFCC", "EDEDED", "FF9C9C", "FFC64D", "C6E7C8"


def column_letters(column: int) -> str:
    """``E`` for 4, ``AA`` for 26 (columns counted from 0)."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """``E7`` for row 6, column 4 (both counted from 0)."""
    return f"{column_letters(column)}{row + 1}"
