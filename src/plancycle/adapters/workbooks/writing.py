"""The workbook an agency fills in, written with XlsxWriter: same inputs, same bytes.

All text is written as strings, never as formulas, links or numbers: names of agencies and works are data. The only
formulas are our own, on the sheet that counts what is still missing.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from plancycle.adapters.workbooks import layout
from plancycle.adapters.workbooks.writing_sheet import (
    PROTECTION,
    SheetPlan,
    SheetWriter,
    Styles,
    list_name,
    plan_of,
    set_page,
)
from plancycle.domain.forms import FieldKind, Form
from plancycle.services.ports import Texts, WorkbookContext

_GUIDE_WIDTH = 108
_MORE_ROOM = {"title": 16, "head": 10, "banner": 8}
"""Points above a plain line of the guide."""
_OPTIONS = {
    "in_memory": True,
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
}


def write(form: Form, context: WorkbookContext, texts: Texts) -> bytes:
    """The agency's ``.xlsx``. Its only date is the period's opening, so that the bytes never change by themselves."""
    buffer = BytesIO()
    book = Workbook(buffer, _OPTIONS)
    _describe(book, form, context)
    styles = Styles(book)
    _guide(book, styles, form, context, texts)
    plans = [plan_of(sheet, context.previous) for sheet in form.sheets]
    for plan in plans:
        SheetWriter(book, styles, plan, context, texts).write()
    _check(book, styles, plans, texts)
    _lists(book, form)
    _stamp(book, form, context)
    book.close()
    return buffer.getvalue()


def stamp_values(form: Form, context: WorkbookContext) -> tuple[str, str, str, str, str]:
    """The stamp in the order of :data:`layout.META_KEYS`."""
    return form.cycle, str(form.period), form.agency, form.version, context.seal


def _describe(book: Workbook, form: Form, context: WorkbookContext) -> None:
    created = context.dates.opens_at.astimezone(UTC).replace(tzinfo=None)
    book.set_properties({"title": context.programme_title, "subject": context.period_title, "created": created})
    book.set_custom_property(layout.STAMP_PROPERTY, "|".join(stamp_values(form, context)), "text")
    book.set_size(2400, 1400)


def _guide(book: Workbook, styles: Styles, form: Form, context: WorkbookContext, texts: Texts) -> None:
    sheet = book.add_worksheet(texts.say("workbook.sheet.guide"))
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 6, styles.text)
    sheet.set_column(1, 1, _GUIDE_WIDTH, styles.text)
    for row, (style, left, text) in enumerate(_guide_lines(form, context, texts)):
        left_style = {"swatch": styles.sample, "grey": styles.locked, "red": styles.red, "amber": styles.amber}.get(
            style
        )
        sheet.set_row(row, layout.row_height([(text, _GUIDE_WIDTH)]) + _MORE_ROOM.get(style, 2))
        sheet.write_string(row, 0, left, left_style or styles.text_centred)
        named = {"title": styles.title, "head": styles.heading_text, "banner": styles.banner}
        sheet.write_string(row, 1, text, named.get(style, styles.guide))
    set_page(sheet, landscape=False)
    sheet.protect("", PROTECTION)


def _guide_lines(form: Form, context: WorkbookContext, texts: Texts) -> Iterator[tuple[str, str, str]]:
    """Every line of the guide: (style, left cell, text)."""
    dates = context.dates
    yield "title", "", context.programme_title
    yield "head", "", texts.say("workbook.guide.period", period=context.period_title)
    yield "head", "", texts.say("workbook.guide.agency", agency=context.agency_name)
    yield "banner", "", texts.say("workbook.guide.secrets")
    yield "head", "", texts.say("workbook.guide.deadlines")
    last_day, soft = f"{dates.last_day:%d/%m/%Y}", f"{dates.soft_due_at:%d/%m/%Y}"
    yield "text", "•", texts.say("workbook.guide.due", day=last_day)
    yield "text", "•", texts.say("workbook.guide.soft_due", hour=str(dates.soft_due_at.hour), day=soft)
    yield "text", "•", texts.say("workbook.guide.cutoff", day=f"{dates.cutoff:%d/%m/%Y}")
    yield "head", "", texts.say("workbook.guide.steps")
    for number in range(1, 5):
        yield "text", str(number), texts.say(f"workbook.guide.step_{number}")
    yield "head", "", texts.say("workbook.guide.rules")
    for rule in ("numbers", "dates", "nil", "missing"):
        yield "text", "•", texts.say(f"workbook.guide.rule_{rule}")
    yield "head", "", texts.say("workbook.guide.colours")
    for colour in ("swatch", "grey", "red", "amber"):
        yield colour, "", texts.say(f"workbook.guide.colour_{colour}")
    yield "head", "", texts.say("workbook.guide.contact")
    yield "text", "", context.contact or texts.say("workbook.guide.no_contact")
    yield "text", "", texts.say("workbook.guide.template", version=form.version, code=_obligation(form))


def _obligation(form: Form) -> str:
    return f"{form.cycle}/{form.period}/{form.agency}"


def _check(book: Workbook, styles: Styles, plans: Sequence[SheetPlan], texts: Texts) -> None:
    """The sheet of live formulas: how many required cells of each sheet are still blank."""
    sheet = book.add_worksheet(texts.say("workbook.sheet.check"))
    sheet.hide_gridlines(2)
    for column, width in enumerate((34, 18, 14, 52)):
        sheet.set_column(column, column, width, styles.text)
    sheet.write_string(0, 0, texts.say("workbook.check.title"), styles.title_left)
    sheet.write_string(1, 0, texts.say("workbook.check.hint"), styles.hint)
    for column, part in enumerate(("sheet", "required", "blank", "result")):
        sheet.write_string(3, column, texts.say(f"workbook.check.{part}"), styles.heading)
    for row in range(3, 5 + len(plans)):
        sheet.set_row(row, layout.row_height([]) + 3)
    total = 0
    for row, plan in enumerate(plans, start=4):
        blanks, required = _blank_formula(plan)
        _check_row(sheet, styles, row, plan.sheet.name, (str(required), blanks), required, texts)
        total += required
    row = 4 + len(plans)
    sums = (f"SUM(B5:B{row})", f"SUM(C5:C{row})")
    _check_row(sheet, styles, row, texts.say("workbook.check.all"), sums, total, texts)
    blank_cells = f"C5:D{row + 1}"
    sheet.conditional_format(blank_cells, {"type": "formula", "criteria": "=$C5>0", "format": styles.amber_rule})
    sheet.conditional_format(blank_cells, {"type": "formula", "criteria": "=$C5=0", "format": styles.green_rule})
    set_page(sheet, landscape=False)
    sheet.protect("", PROTECTION)


def _check_row(
    sheet: Worksheet, styles: Styles, row: int, name: str, formulas: tuple[str, str], blank: int, texts: Texts
) -> None:
    """One line of the check sheet; ``blank`` is what both formulas give in the untouched workbook."""
    sheet.write_string(row, 0, name, styles.locked)
    for column, formula in enumerate(formulas, start=1):
        sheet.write_formula(row, column, f"={formula}", styles.locked_centred, blank)
    complete = texts.say("workbook.check.complete")
    incomplete = texts.say("workbook.check.incomplete", count="\0")
    words = _quoted(incomplete).replace("\0", f'"&C{row + 1}&"')
    formula = f"=IF(C{row + 1}=0,{_quoted(complete)},{words})"
    sheet.write_formula(row, 3, formula, styles.locked, incomplete.replace("\0", str(blank)) if blank else complete)


def _quoted(text: str) -> str:
    """Our own words as a string inside a formula."""
    return '"' + text.replace('"', '""') + '"'


def _blank_formula(plan: SheetPlan) -> tuple[str, int]:
    """(formula that counts the blank required cells of a sheet, how many required cells it has)."""
    name = plan.sheet.name.replace("'", "''")
    counted = []
    for place in plan.fields:
        if place.field.required:
            first = layout.cell_name(layout.FIRST_ROW, place.column)
            last = layout.cell_name(plan.last_row, place.column)
            counted.append(f"COUNTBLANK('{name}'!{first}:{last})")
    return "+".join(counted) or "0", len(counted) * len(plan.sheet.rows)


def _lists(book: Workbook, form: Form) -> None:
    """Choices behind defined names: an inline list breaks beyond 255 characters."""
    lists = book.add_worksheet(layout.LISTS_SHEET)
    column = 0
    for sheet in form.sheets:
        for field in sheet.fields:
            if field.kind is not FieldKind.CHOICE:
                continue
            for row, choice in enumerate(field.choices):
                lists.write_string(row, column, choice)
            letters = layout.column_letters(column)
            area = f"='{layout.LISTS_SHEET}'!${letters}$1:${letters}${len(field.choices)}"
            book.define_name(list_name(sheet, field), area)
            column += 1
    lists.protect("", PROTECTION)
    lists.hide()


def _stamp(book: Workbook, form: Form, context: WorkbookContext) -> None:
    meta = book.add_worksheet(layout.META_SHEET)
    for row, (key, value) in enumerate(zip(layout.META_KEYS, stamp_values(form, context), strict=True)):
        meta.write_string(row, 0, key)
        meta.write_string(row, 1, value)
    meta.protect("", PROTECTION)
    meta.very_hidden()
