"""One sheet of questions in the agency's workbook: headings, codes, inputs, and the help beside each input."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from babel.numbers import format_decimal
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from plancycle.adapters.workbooks import layout
from plancycle.adapters.workbooks.plan import LABEL_COLUMN, FieldColumn, Given, SheetPlan, adds_up
from plancycle.adapters.workbooks.styles import Styles
from plancycle.domain.assignments import field_for
from plancycle.domain.forms import FieldKind, FormField, FormRow, FormSheet
from plancycle.domain.periods import Period
from plancycle.services.ports import Texts, WorkbookContext

MAX_TITLE, MAX_PROMPT, MAX_ERROR = 32, 255, 224
"""What a spreadsheet shows in an input's help and in its refusal (MS-OI29500, 2.1.613)."""
FIRST_DATE, LAST_DATE = date(2000, 1, 1), date(2099, 12, 31)
LABEL_WIDTH, BASIS_WIDTH, GIVEN_WIDTH = 44, 16, 14
LINES_FOR_TEXT, LINES_FOR_LONG_TEXT, LONG_TEXT_WIDTH = 3, 5, 60
"""Room for typing: a row with text inputs, and one with an input that is wide because much is to be said."""

PROTECTION = {"format_columns": True, "format_rows": True}
"""Locks stop slips, not people: no password, and rows may be made taller for long texts."""


def list_name(sheet: FormSheet, field: FormField) -> str:
    """The defined name of a field's choices."""
    return f"dm_{sheet.code}_{field.code}".replace("-", "_")


class SheetWriter:
    """Writes one sheet of questions."""

    def __init__(self, book: Workbook, styles: Styles, plan: SheetPlan, context: WorkbookContext, texts: Texts) -> None:
        self._sheet: Worksheet = book.add_worksheet(plan.sheet.name)
        self._styles, self._plan, self._context, self._texts = styles, plan, context, texts

    def write(self) -> None:
        """Title, hidden codes, headings, one row a question, print set-up, protection."""
        self._titles()
        self._headings()
        heights = heights_of(self._plan, self._context.planned)
        for (number, row), height in zip(self._plan.rows(), heights, strict=True):
            self._sheet.set_row(number, height)
            self._row(number, row)
        self._helps()
        self._page()
        self._sheet.protect("", PROTECTION)

    def _titles(self) -> None:
        context = self._context
        title = self._texts.say("workbook.title", sheet=self._plan.sheet.name, period=context.period_title)
        self._sheet.write_string(0, 0, title, self._styles.title_left)
        self._sheet.write_string(1, 0, f"{context.agency_name} · {context.programme_title}", self._styles.subtitle)
        self._sheet.write_string(2, 0, self._texts.say("workbook.hint"), self._styles.hint)

    def _headings(self) -> None:
        plan, rows = self._plan, self._plan.sheet.rows
        self._heading(0, plan.code_width, layout.MARKER, self._texts.say("workbook.heading.code"))
        self._heading(LABEL_COLUMN, LABEL_WIDTH, "", self._texts.say("workbook.heading.label"))
        if plan.basis_column is not None:
            named = ("unit" if any(row.unit for row in rows) else "") + ("basis" if any(r.basis for r in rows) else "")
            self._heading(plan.basis_column, BASIS_WIDTH, "", self._texts.say(f"workbook.heading.{named}"))
        if plan.planned is not None and plan.planned_column is not None:
            code = f"{layout.PLANNED_PREFIX}{plan.planned.code}"
            self._heading(plan.planned_column, plan.planned.width, code, self._planned_label(plan.planned))
        for place in plan.fields:
            for column, code, label in self._beside(place):
                self._heading(column, GIVEN_WIDTH, code, label)
            self._heading(place.column, place.field.width, place.field.code, self._label(place.field))
        self._sheet.set_row(layout.CODE_ROW, None, None, {"hidden": True})
        labels = [(self._label(place.field), float(place.field.width)) for place in plan.fields]
        labels += [(label, float(GIVEN_WIDTH)) for place in plan.fields for _, _, label in self._beside(place)]
        self._sheet.set_row(layout.HEADING_ROW, layout.row_height(labels, least=2))

    def _beside(self, place: FieldColumn) -> Iterator[tuple[int, str, str]]:
        """The locked columns beside a field: (column, code, heading)."""
        field, planned = place.field, self._plan.planned
        if place.planned is not None and planned is not None:
            yield place.planned, f"{layout.PLANNED_PREFIX}{planned.code}", self._planned_label(planned)
        if place.previous is not None:
            yield place.previous, f"{layout.PREVIOUS_PREFIX}{field.code}", self._previous_label()
        if place.total is not None:
            label = self._texts.say("workbook.heading.total")
            yield place.total, f"{layout.TOTAL_PREFIX}{field.code}", label

    def _label(self, field: FormField) -> str:
        return self._texts.say("workbook.heading.required", label=field.label) if field.required else field.label

    def _planned_label(self, planned: FormField) -> str:
        return self._texts.say("workbook.heading.planned", label=planned.label)

    def _previous_label(self) -> str:
        """In the annual workbook a yearly total stands beside its quarters added up."""
        is_annual = self._context.dates.period is Period.ANNUAL
        return self._texts.say(f"workbook.heading.previous{'_annual' if is_annual else ''}")

    def _heading(self, column: int, width: int, code: str, label: str) -> None:
        self._sheet.set_column(column, column, width)
        self._sheet.write_string(layout.CODE_ROW, column, code)
        self._sheet.write_string(layout.HEADING_ROW, column, label, self._styles.heading)

    def _row(self, number: int, row: FormRow) -> None:
        plan, styles = self._plan, self._styles
        self._sheet.write_string(number, 0, row.code, styles.locked_centred)
        self._sheet.write_string(number, LABEL_COLUMN, row.label, styles.locked)
        if plan.basis_column is not None:
            self._sheet.write_string(number, plan.basis_column, row.unit or row.basis, styles.locked)
        if plan.planned is not None and plan.planned_column is not None:
            words = self._context.planned.get((row.code, plan.planned.code), "")
            self._sheet.write_string(number, plan.planned_column, words, styles.locked)
        for place in plan.fields:
            field = field_for(place.field, row)
            self._given(number, row, place, field)
            self._sheet.write_blank(number, place.column, None, self._format(field))

    def _given(self, number: int, row: FormRow, place: FieldColumn, field: FormField) -> None:
        """What stands already beside an input, and the year so far as a live formula."""
        look, context = self._styles.locked_as(_number_format(field)), self._context
        if place.planned is not None and self._plan.planned is not None:
            self._number(number, place.planned, context.planned.get((row.code, self._plan.planned.code), ""), look)
        if place.previous is not None:
            self._number(number, place.previous, context.previous.get((row.code, field.code), ""), look)
        if place.total is None:
            return
        if not adds_up(row):
            self._sheet.write_blank(number, place.total, None, look)
            return
        earlier = context.earlier.get((row.code, field.code), "0")
        formula = f"=SUM({layout.cell_name(number, place.column)})+{earlier}"
        self._sheet.write_formula(number, place.total, formula, look, earlier)

    def _number(self, row: int, column: int, value: str, look: Format) -> None:
        """A canonical number as a number, so that formulas may use it; shown as the program's language writes it."""
        if value:
            self._sheet.write_number(row, column, float(value), look)
        else:
            self._sheet.write_blank(row, column, None, look)

    def _helps(self) -> None:
        """One rule with its help for each run of cells of a column that are asked alike."""
        for place in self._plan.fields:
            first, last_field = 0, None
            asked = [field_for(place.field, row) for row in self._plan.sheet.rows]
            for number, field in enumerate([*asked, None]):
                if field == last_field:
                    continue
                if last_field is not None:
                    self._help(layout.FIRST_ROW + first, layout.FIRST_ROW + number - 1, place.column, last_field)
                first, last_field = number, field

    def _help(self, first: int, last: int, column: int, field: FormField) -> None:
        prompt = " ".join(self._texts.say(f"workbook.prompt.{part}", **_limits(field)) for part in _advice(field))
        help_ = {
            "ignore_blank": True,
            "input_title": _cut(field.label, MAX_TITLE),
            "input_message": _cut(prompt, MAX_PROMPT),
            "error_title": _cut(self._texts.say("workbook.error_title"), MAX_TITLE),
            "error_message": _cut(prompt, MAX_ERROR),
        }
        self._sheet.data_validation(first, column, last, column, {**self._rule(field), **help_})

    def _rule(self, field: FormField) -> dict[str, object]:
        """What the spreadsheet itself refuses; the checks after receipt never rely on it."""
        if field.kind is FieldKind.CHOICE:
            return {"validate": "list", "source": f"={list_name(self._plan.sheet, field)}"}
        if field.kind is FieldKind.DATE:
            return {"validate": "date", "criteria": "between", "minimum": FIRST_DATE, "maximum": LAST_DATE}
        if field.kind is FieldKind.TEXT:
            return {"validate": "length", "criteria": "<=", "value": field.max_length}
        kind = "integer" if field.precision == 0 else "decimal"
        low, high = field.minimum, field.maximum
        if low is not None and high is not None:
            return {"validate": kind, "criteria": "between", "minimum": str(low), "maximum": str(high)}
        if low is None and high is not None:
            return {"validate": kind, "criteria": "<=", "value": str(high)}
        return {"validate": kind, "criteria": ">=", "value": str(low if low is not None else -(10**15))}

    def _format(self, field: FormField) -> Format:
        if field.kind is FieldKind.NUMBER:
            return self._styles.input_as(_number_format(field), "right")
        if field.kind is FieldKind.DATE:
            return self._styles.input_as("dd/mm/yyyy", "center")
        return self._styles.input

    def _page(self) -> None:
        self._sheet.freeze_panes(layout.FIRST_ROW, LABEL_COLUMN + 1)
        self._sheet.repeat_rows(layout.HEADING_ROW)
        self._sheet.hide_gridlines(2)
        codes = f"A{layout.FIRST_ROW + 1}:A{self._plan.last_row + 1}"
        self._sheet.ignore_errors({"number_stored_as_text": codes})
        set_page(self._sheet, landscape=True)


def heights_of(plan: SheetPlan, planned: Given) -> list[float]:
    """Points each question's row needs for its locked texts and for what will be typed."""
    widths = [place.field.width for place in plan.fields if place.field.kind is FieldKind.TEXT]
    least = 1 if not widths else LINES_FOR_LONG_TEXT if max(widths) >= LONG_TEXT_WIDTH else LINES_FOR_TEXT
    heights = []
    for row in plan.sheet.rows:
        texts = [(row.label, float(LABEL_WIDTH)), (row.unit or row.basis, float(BASIS_WIDTH))]
        if plan.planned is not None and plan.planned_column is not None:
            texts.append((planned.get((row.code, plan.planned.code), ""), float(plan.planned.width)))
        heights.append(layout.row_height(texts, least))
    return heights


def _number_format(field: FormField) -> str:
    """Shown as ``1.234,5`` where the program's language is Vietnamese; no decimal that will be refused is hidden."""
    return f"#,##0.{'0' * field.precision}###" if field.precision else "#,##0"


def set_page(sheet: Worksheet, *, landscape: bool) -> None:
    """A4, one page wide, page numbers."""
    sheet.set_paper(9)
    if landscape:
        sheet.set_landscape()
    sheet.set_margins(left=0.5, right=0.4, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f'&C&"{layout.FONT},Regular"&P/&N')


@lru_cache(8192)
def written(value: str) -> str:
    """A canonical number as people write it: ``1.234,5``; anything else unchanged."""
    try:
        return format_decimal(Decimal(value), "#,##0.#", locale="vi", decimal_quantization=False)
    except InvalidOperation:
        return value


def _advice(field: FormField) -> list[str]:
    """Which sentences help with this input."""
    if field.kind is not FieldKind.NUMBER:
        return [str(field.kind)]
    bounds = {(True, True): ["between"], (True, False): ["from"], (False, True): ["to"], (False, False): []}
    decimals = "decimals" if field.precision else "whole"
    return ["number", decimals, *bounds[field.minimum is not None, field.maximum is not None]]


def _limits(field: FormField) -> dict[str, str]:
    """The parameters an input's help may name."""
    return {
        "minimum": "" if field.minimum is None else written(str(field.minimum)),
        "maximum": "" if field.maximum is None else written(str(field.maximum)),
        "precision": str(field.precision),
        "length": str(field.max_length),
        "choices": "; ".join(field.choices),
    }


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
