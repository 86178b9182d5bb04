"""For a successor: what each body it took over had reported, one column a body."""

from collections.abc import Sequence
from dataclasses import dataclass

from xlsxwriter import Workbook

from plancycle.adapters.workbooks import layout
from plancycle.adapters.workbooks.plan import SheetPlan
from plancycle.adapters.workbooks.styles import Styles
from plancycle.adapters.workbooks.writing_sheet import PROTECTION, set_page, written
from plancycle.domain.forms import FieldKind, FormField, FormRow
from plancycle.services.ports import Texts, WorkbookContext

CODE_WIDTH, LABEL_WIDTH, BODY_WIDTH = 22, 60, 26
HEADING_ROW = 3
"""Counted from 0; the questions follow."""


@dataclass(frozen=True, slots=True)
class BodyLine:
    """One question that at least one body had answered: (sheet, row) it stands at in the form, and the answers."""

    place: tuple[int, int]
    row: FormRow
    field: FormField
    shown: tuple[str, ...]
    """As people write them, one a body; empty where a body said nothing."""

    @property
    def label(self) -> str:
        """What the question is called."""
        return f"{self.row.label} · {self.field.label}"


def lines_of(plans: Sequence[SheetPlan], context: WorkbookContext) -> list[BodyLine]:
    """Every question some body had answered, in form order; none where nobody was taken over."""
    if not context.previous_by_body:
        return []
    found = []
    for sheet, plan in enumerate(plans):
        for number, row in enumerate(plan.sheet.rows):
            for field in plan.sheet.fields:
                values = [given.get((row.code, field.code), "") for _, given in context.previous_by_body]
                if any(values):
                    shown = map(written, values) if field.kind is FieldKind.NUMBER else values
                    found.append(BodyLine((sheet, number), row, field, tuple(shown)))
    return found


def body_heights(context: WorkbookContext, lines: Sequence[BodyLine]) -> list[float]:
    """Points of the heading's row and of each question's; none without the sheet."""
    if not context.previous_by_body:
        return []
    names = [(name, float(BODY_WIDTH)) for name, _ in context.previous_by_body]
    heights = [layout.row_height(names, least=2)]
    for line in lines:
        shown = ((text, float(BODY_WIDTH)) for text in line.shown)
        heights.append(layout.row_height([(line.label, float(LABEL_WIDTH)), *shown]))
    return heights


def write_bodies(
    book: Workbook, styles: Styles, plans: Sequence[SheetPlan], context: WorkbookContext, texts: Texts
) -> None:
    """Add the sheet to the workbook."""
    sheet = book.add_worksheet(texts.say("workbook.sheet.by_body"))
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, texts.say("workbook.by_body.title"), styles.title_left)
    sheet.write_string(1, 0, texts.say("workbook.by_body.hint"), styles.hint)
    names = [name for name, _ in context.previous_by_body]
    headings = [texts.say("workbook.heading.code"), texts.say("workbook.heading.label"), *names]
    for column, heading in enumerate(headings):
        sheet.set_column(column, column, (CODE_WIDTH, LABEL_WIDTH)[column] if column < 2 else BODY_WIDTH)
        sheet.write_string(HEADING_ROW, column, heading, styles.heading)
    lines = lines_of(plans, context)
    for number, height in enumerate(body_heights(context, lines), start=HEADING_ROW):
        sheet.set_row(number, height)
    for number, line in enumerate(lines, start=HEADING_ROW + 1):
        for column, text in enumerate((line.row.code, line.label, *line.shown)):
            sheet.write_string(number, column, text, styles.locked)
    sheet.freeze_panes(HEADING_ROW + 1, 2)
    sheet.repeat_rows(HEADING_ROW)
    set_page(sheet, landscape=True)
    sheet.protect("", PROTECTION)
