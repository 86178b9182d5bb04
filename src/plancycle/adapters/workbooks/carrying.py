"""The workbook that is asked for now, with what was typed into an older one put in, and a first sheet that says so."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import PatternFill

from plancycle.adapters.workbooks import layout
from plancycle.adapters.workbooks.listing import MAX_SHOWN, Line, Listing, visible, write_listing
from plancycle.adapters.workbooks.marking import bytes_of, show_first
from plancycle.domain.forms import FieldKind
from plancycle.domain.submissions import Entry
from plancycle.services.ports import CarriedAnswer, Texts

COLUMNS = (("number", 6), ("sheet", 20), ("cell", 10), ("label", 56), ("value", 40), ("outcome", 56))
Places = Mapping[tuple[str, str], Cell]


def carry(data: bytes, kept: Sequence[CarriedAnswer], left: Sequence[Entry], texts: Texts) -> bytes:
    """``data`` is a workbook of ours as it was written; same inputs, same bytes."""
    book = load_workbook(BytesIO(data))
    places = _places(book)
    lines = []
    for entry in left:
        label = f"{entry.row} · {entry.field}".removeprefix(" · ")
        words = entry.sheet, entry.cell, label, _shown(entry.raw), texts.say("workbook.carried.left")
        lines.append(Line(layout.RED, words, None))
    for answer in kept:
        cell = places[answer.entry.row, answer.entry.field]
        _put(cell, answer)
        lines.append(_line(cell, answer, texts))
    name = texts.say("workbook.sheet.carried")
    write_listing(book.create_sheet(name, 0), _listing(lines, len(kept), len(left), texts))
    show_first(book)
    return bytes_of(book)


def _listing(lines: Sequence[Line], kept: int, left: int, texts: Texts) -> Listing:
    colours = {"kept": layout.GREEN, "doubtful": layout.AMBER, "left": layout.RED}
    return Listing(
        title=texts.say("workbook.carried.title", kept=str(kept), left=str(left)),
        hint=f"{texts.say('workbook.carried.hint')} / {texts.say('workbook.carried.hint', 'en')}",
        legend=[(colour, texts.say(f"workbook.carried.legend_{name}")) for name, colour in colours.items()],
        headings=[(texts.say(f"workbook.carried.{column}"), width) for column, width in COLUMNS],
        lines=lines,
        printed=len(COLUMNS),
        marker=layout.CARRIED_MARKER,
    )


def _places(book: Workbook) -> dict[tuple[str, str], Cell]:
    """Every input of a workbook as we write it, by row and field code."""
    found = {}
    for sheet in book.worksheets:
        if sheet.cell(layout.CODE_ROW + 1, 1).value != layout.MARKER:
            continue
        codes = [(cell.column, cell.value) for cell in sheet[layout.CODE_ROW + 1] if cell.value]
        for row in sheet.iter_rows(min_row=layout.FIRST_ROW + 1):
            for column, field in codes:
                cell = row[column - 1]
                if isinstance(cell, Cell):
                    found[str(row[0].value), str(field)] = cell
    return found


def _put(cell: Cell, answer: CarriedAnswer) -> None:
    """A readable answer as the form wants it, anything else as the text it was."""
    if answer.value is not None and answer.kind is FieldKind.NUMBER:
        cell.value = Decimal(answer.value)
    elif answer.value is not None and answer.kind is FieldKind.DATE:
        cell.value = date.fromisoformat(answer.value)
    else:
        cell.value = visible(answer.entry.raw)
        cell.data_type = "s"
    if answer.problem is not None:
        cell.fill = PatternFill("solid", fgColor=layout.AMBER)


def _line(cell: Cell, answer: CarriedAnswer, texts: Texts) -> Line:
    outcome, colour = texts.say("workbook.carried.kept"), layout.GREEN
    if answer.problem is not None:
        why = texts.say(f"finding.{answer.problem.code}", **answer.problem.params)
        outcome, colour = texts.say("workbook.carried.doubtful", why=why), layout.AMBER
    where = cell.parent.title, cell.coordinate
    return Line(colour, (*where, answer.label, _shown(answer.entry.raw), outcome), cell)


def _shown(raw: str) -> str:
    return visible(raw)[:MAX_SHOWN]
