"""Where things stand in a workbook: what the writer, the reader and the marker agree on.

Codes, not positions, are the agreement: a form sheet has one hidden row that starts with :data:`MARKER` and holds
the field codes; below it, the marker's column holds the row codes.
"""

from collections.abc import Iterable
from functools import lru_cache
from math import ceil

MARKER = "#ma"
"""First cell of the hidden row of field codes."""
IGNORED_MARKER = "#bo-qua"
"""First cell of a sheet that is no part of the answer (the list of what to mend)."""
CARRIED_MARKER = "#da-chuyen"
"""Beside it on the sheet that lists what was carried over: the workbook is still to be filled in."""
PREVIOUS_PREFIX, PLANNED_PREFIX, TOTAL_PREFIX = "prev:", "plan:", "sum:"
LOCKED_PREFIXES = (PREVIOUS_PREFIX, PLANNED_PREFIX, TOTAL_PREFIX)
"""Codes of locked columns: a field's value in the last approved period, what the plan said, the year so far."""

CODE_ROW, HEADING_ROW, FIRST_ROW = 3, 4, 5
"""Rows counted from 0: hidden codes, visible headings, first question."""

META_SHEET, LISTS_SHEET = "_meta", "_dm"
META_KEYS = ("cycle", "period", "agency", "version", "seal")
STAMP_PROPERTY = "plancycle"
"""Custom document property that repeats the stamp for people; the reader trusts only ``_meta`` and its seal."""

FONT = "Times New Roman"
"""Of official documents (Decree 30/2020/NĐ-CP, Annex I)."""
YELLOW, GREY, RED, AMBER, GREEN = "FFFFCC", "EDEDED", "FF9C9C", "FFC64D", "C6E7C8"


LINE_HEIGHT = 16.0
"""Points of one line of 12-point text."""
MAX_HEIGHT = 409.0
PIXEL = 0.75
"""Points of one pixel: the library keeps whole ones."""


def row_height(texts: Iterable[tuple[str, float]], least: int = 1) -> float:
    """Points a row needs for texts of (content, column width) that wrap; ``least`` lines at any rate.

    Not every spreadsheet measures wrapped rows by itself when it opens a file, so heights are written down.
    """
    lines = max((_lines(text, width) for text, width in texts), default=1)
    points = min(MAX_HEIGHT, max(lines, least) * LINE_HEIGHT + 3)
    return int(points / PIXEL) * PIXEL


@lru_cache(8192)
def _lines(text: str, width: float) -> int:
    """Lines of wrapped text, by the average letter of the font."""
    return sum(max(1, ceil(len(part) / (width * 1.05))) for part in text.split("\n"))


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
