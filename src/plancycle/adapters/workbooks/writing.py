"""The workbook an agency fills in, written with XlsxWriter: same inputs, same bytes.

All text is written as strings, never as formulas, links or numbers: names of agencies and works are data. The only
formulas are our own, on the sheet that counts what is still missing.
"""

import threading
import zipfile
from collections.abc import Hashable, Iterator, Sequence
from datetime import UTC
from functools import lru_cache
from io import BytesIO

from xlsxwriter import Workbook

from plancycle.adapters.workbooks import layout
from plancycle.adapters.workbooks.plan import SheetPlan, plan_of
from plancycle.adapters.workbooks.splicing import Shell, fill
from plancycle.adapters.workbooks.styles import Styles
from plancycle.adapters.workbooks.tokens import LETTERS, shape_of, texts_of, with_tokens
from plancycle.adapters.workbooks.writing_bodies import BodyLine, body_heights, lines_of, write_bodies
from plancycle.adapters.workbooks.writing_check import write_check
from plancycle.adapters.workbooks.writing_sheet import PROTECTION, SheetWriter, list_name, set_page
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
    """The agency's ``.xlsx``. Its only date is the period's opening, so that the bytes never change by themselves.

    Agencies whose forms have the same shape share one workbook with tokens.
    """
    plans = tuple(plan_of(sheet, context) for sheet in form.sheets)
    bodies = lines_of(plans, context)
    own = texts_of(form, context, plans, bodies)
    shown = (*own, context.programme_title, context.period_title, context.contact)
    if len(own) > LETTERS or not all(map(_is_plain, shown)):
        return write_directly(form, context, texts)
    return fill(_shell(form, context, plans, bodies, texts), own, context, plans, bodies)


def write_directly(form: Form, context: WorkbookContext, texts: Texts) -> bytes:
    """The same workbook, written whole by the library."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for member, content in _parts(form, context, texts):
            target.writestr(member, content)
    return buffer.getvalue()


def _parts(form: Form, context: WorkbookContext, texts: Texts) -> Iterator[tuple[zipfile.ZipInfo, bytes]]:
    """The files of the archive as the library writes them, and the language that it cannot say."""
    buffer = BytesIO()
    book = Workbook(buffer, _OPTIONS)
    _describe(book, form, context)
    styles = Styles(book)
    _guide(book, styles, form, context, texts)
    plans = [plan_of(sheet, context) for sheet in form.sheets]
    for plan in plans:
        SheetWriter(book, styles, plan, context, texts).write()
    if context.previous_by_body:
        write_bodies(book, styles, plans, context, texts)
    write_check(book, styles, plans, context, texts)
    _lists(book, form)
    _stamp(book, form, context)
    book.close()
    with zipfile.ZipFile(buffer) as source:
        for member in source.infolist():
            yield member, _in_vietnamese(member.filename, source.read(member))


_SHELLS_KEPT = 256
_shells: dict[Hashable, Shell] = {}
_making = threading.Lock()


def _shell(
    form: Form, context: WorkbookContext, plans: Sequence[SheetPlan], bodies: Sequence[BodyLine], texts: Texts
) -> Shell:
    """The shape's workbook with tokens: made once a process, the oldest let go when there are too many."""
    shape = (texts, shape_of(form, context, plans, bodies))
    found = _shells.get(shape)
    if found is not None:
        return found
    with _making:
        if shape not in _shells:
            if len(_shells) >= _SHELLS_KEPT:
                del _shells[next(iter(_shells))]
            parts = _parts(*with_tokens(form, context, plans, bodies), texts)
            named = ((member.filename, content) for member, content in parts)
            _shells[shape] = Shell(named, plans, len(body_heights(context, bodies)))
        return _shells[shape]


def shapes_kept() -> int:
    """How many shared workbooks this process holds."""
    return len(_shells)


def forget_shapes() -> None:
    """Let go of every shared workbook."""
    with _making:
        _shells.clear()


@lru_cache(8192)
def _is_plain(text: str) -> bool:
    """Whether a text stands in a workbook as it is: no control characters, nothing blank at its ends."""
    return text == text.strip() and (text.isprintable() or text.replace("\n", "").isprintable())


def _in_vietnamese(name: str, content: bytes) -> bytes:
    """Screen readers and spell checkers ask what language a document is in."""
    end = b"</cp:coreProperties>"
    return content.replace(end, b"<dc:language>vi-VN</dc:language>" + end) if name == "docProps/core.xml" else content


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
    if context.joined_on is not None:
        yield "banner", "", texts.say("workbook.guide.partial_year", day=f"{context.joined_on:%d/%m/%Y}")
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
