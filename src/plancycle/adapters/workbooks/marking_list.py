"""The first sheet of a returned workbook: every finding with its cell as a link, why, and how to mend it."""

from collections.abc import Sequence
from typing import cast

from openpyxl.cell.cell import Cell
from openpyxl.styles import PatternFill, Protection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from plancycle.adapters.workbooks import layout
from plancycle.adapters.workbooks.listing import HEADING_ROW, MAX_SHOWN, Line, Listing, visible, write_listing
from plancycle.domain.findings import Finding, Severity
from plancycle.services.ports import Texts

COLUMNS = (
    ("number", 6),
    ("sheet", 18),
    ("cell", 10),
    ("label", 44),
    ("value", 26),
    ("why", 42),
    ("fix", 46),
    ("done", 10),
)
TWINS = (("why", 42), ("fix", 46))
"""The same words in English, right of the part that is printed."""
OPEN_BOX, TICKED_BOX = "☐", "☑"
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
_COLOURS = {Severity.ERROR: layout.RED, Severity.WARNING: layout.AMBER, Severity.NOTE: layout.GREY}


def write_list(sheet: Worksheet, findings: Sequence[tuple[Finding, Cell | None]], texts: Texts) -> None:
    """Fill the sheet: errors first, then warnings, each in the order of the form."""
    counts = {severity: str(sum(one.severity is severity for one, _ in findings)) for severity in Severity}
    numbers = {"errors": counts[Severity.ERROR], "warnings": counts[Severity.WARNING]}
    headings = [(texts.say(f"workbook.returned.{name}"), width) for name, width in COLUMNS]
    headings += [(texts.say(f"workbook.returned.{name}", "en"), width) for name, width in TWINS]
    ordered = sorted(findings, key=lambda pair: _ORDER[pair[0].severity])
    listing = Listing(
        title=_twice(texts, "workbook.returned.title", **numbers),
        hint=texts.say("workbook.returned.hint"),
        legend=[
            (_COLOURS[severity], texts.say(f"workbook.returned.legend_{severity}"))
            for severity in (Severity.ERROR, Severity.WARNING)
        ],
        headings=headings,
        lines=[_line(finding, cell, texts) for finding, cell in ordered],
        printed=len(COLUMNS),
        centred=(1, 3, len(COLUMNS)),
    )
    write_listing(sheet, listing)
    _boxes(sheet, len(ordered), texts)


def _twice(texts: Texts, key: str, **params: str) -> str:
    return f"{texts.say(key, **params)} / {texts.say(key, 'en', **params)}"


def _line(finding: Finding, cell: Cell | None, texts: Texts) -> Line:
    shown = (
        finding.sheet or texts.say("workbook.returned.nowhere"),
        finding.cell or texts.say("workbook.returned.nowhere"),
        finding.label,
        visible(finding.value)[:MAX_SHOWN] or texts.say("workbook.returned.blank"),
        say(texts, finding),
        say(texts, finding, ".fix"),
        OPEN_BOX,
        say(texts, finding, language="en"),
        say(texts, finding, ".fix", "en"),
    )
    return Line(_COLOURS[finding.severity], shown, cell)


def _boxes(sheet: Worksheet, count: int, texts: Texts) -> None:
    """The last printed column is for ticking off."""
    letters, last = layout.column_letters(len(COLUMNS) - 1), HEADING_ROW + max(1, count)
    boxes = DataValidation("list", formula1=f'"{OPEN_BOX},{TICKED_BOX}"', prompt=texts.say("workbook.returned.prompt"))
    boxes.add(f"{letters}{HEADING_ROW + 1}:{letters}{last}")
    sheet.add_data_validation(boxes)
    for row in range(HEADING_ROW + 1, HEADING_ROW + 1 + count):
        box = cast(Cell, sheet.cell(row, len(COLUMNS)))
        box.protection, box.fill = Protection(locked=False), PatternFill("solid", fgColor=layout.YELLOW)


def say(texts: Texts, finding: Finding, part: str = "", language: str = "vi") -> str:
    """The words of a finding, safe to show; ``part`` is ``.fix`` for how to mend it."""
    return visible(texts.say(f"finding.{finding.code}{part}", language, **finding.params))
