"""One sheet of questions in the agency's workbook: headings, codes, inputs, and the help beside each input."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from babel.numbers import format_decimal
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from plancycle.adapters.workbooks import layout
from plancycle.domain.assignments import field_for
from plancycle.domain.forms import FieldKind, FormField, FormRow, FormSheet
from plancycle.domain.periods import Period
from plancycle.services.ports import Texts, WorkbookContext

MAX_TITLE, MAX_PROMPT, MAX_ERROR = 32, 255, 224
"""What a spreadsheet shows in an input's help and in its refusal (MS-OI29500, 2.1.613)."""
FIRST_DATE, LAST_DATE = date(2000, 1, 1), date(2099, 12, 31)
LABEL_COLUMN = 1
LABEL_WIDTH, BASIS_WIDTH, PREVIOUS_WIDTH = 44, 16, 14
LINES_FOR_TEXT, LINES_FOR_LONG_TEXT, LONG_TEXT_WIDTH = 3, 5, 60
"""Room for typing: a row with text inputs, and one with an input that is wide because much is to be said."""

PROTECTION = {"format_columns": True, "format_rows": True}
"""Locks stop slips, not people: no password, and rows may be made taller for long texts."""

Previous = Mapping[tuple[str, str], str]


class Styles:
    """The formats of one workbook."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self.text = self._make()
        self.text_centred = self._make(align="center")
        self.guide = self._make(indent=1)
        self.title = self._make(bold=True, font_size=16, align="center")
        self.title_left = self._make(bold=True, font_size=14, text_wrap=False)
        self.subtitle = self._make(bold=True, text_wrap=False)
        self.heading_text = self._make(bold=True, font_size=13, font_color="#1F3864", valign="bottom")
        self.hint = self._make(italic=True, text_wrap=False)
        self.banner = self._make(indent=1, bold=True, font_color="#9C0006", bg_color="#FFE1E1", border=1)
        self.heading = self._make(bold=True, border=1, align="center", bg_color="#D9E2F3")
        self.locked = self._cell(layout.GREY)
        self.locked_centred = self._cell(layout.GREY, align="center")
        self.locked_right = self._cell(layout.GREY, align="right")
        self.input = self._cell(layout.YELLOW, locked=False)
        self.sample = self._cell(layout.YELLOW)
        self.red = self._cell(layout.RED)
        self.amber = self._cell(layout.AMBER)
        self.amber_rule = book.add_format({"bg_color": f"#{layout.AMBER}"})
        self.green_rule = book.add_format({"bg_color": f"#{layout.GREEN}"})
        self._inputs: dict[str, Format] = {}

    def input_as(self, number_format: str, align: str = "left") -> Format:
        """An unlocked yellow cell that shows its value in that number format."""
        if number_format not in self._inputs:
            self._inputs[number_format] = self._cell(layout.YELLOW, locked=False, num_format=number_format, align=align)
        return self._inputs[number_format]

    def _cell(self, colour: str, **more: object) -> Format:
        return self._make(bg_color=f"#{colour}", border=1, border_color="#7F7F7F", **more)

    def _make(self, **more: object) -> Format:
        common = {"font_name": layout.FONT, "font_size": 12, "valign": "vcenter", "text_wrap": True}
        return self._book.add_format({**common, **more})


@dataclass(frozen=True, slots=True)
class FieldColumn:
    """Where one field stands; ``previous`` is the column of last period's values, if there are any."""

    field: FormField
    column: int
    previous: int | None


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """The columns of one sheet: code, label, unit or basis (when any row has one), then the fields."""

    sheet: FormSheet
    basis_column: int | None
    fields: tuple[FieldColumn, ...]

    @property
    def code_width(self) -> int:
        """Wide enough for the longest row code."""
        return min(26, max(8, *(len(row.code) + 3 for row in self.sheet.rows)))

    @property
    def last_row(self) -> int:
        """Of the last question, counted from 0."""
        return layout.FIRST_ROW + len(self.sheet.rows) - 1


def plan_of(sheet: FormSheet, previous: Previous) -> SheetPlan:
    """Decide the columns. Last period's value stands before a figure's value when there is one to show."""
    has_basis = any(row.unit or row.basis for row in sheet.rows)
    column = LABEL_COLUMN + 1 + has_basis
    fields = []
    for field in sheet.fields:
        is_shown = field.kind is FieldKind.NUMBER and any((row.code, field.code) in previous for row in sheet.rows)
        fields.append(FieldColumn(field, column + is_shown, column if is_shown else None))
        column += 1 + is_shown
    return SheetPlan(sheet, LABEL_COLUMN + 1 if has_basis else None, tuple(fields))


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
        for offset, row in enumerate(self._plan.sheet.rows):
            self._row(layout.FIRST_ROW + offset, row)
        self._page()
        self._sheet.protect("", PROTECTION)

    def _titles(self) -> None:
        context = self._context
        title = self._texts.say("workbook.title", sheet=self._plan.sheet.name, period=context.period_title)
        self._sheet.write_string(0, 0, title, self._styles.title_left)
        self._sheet.write_string(1, 0, f"{context.agency_name} · {context.programme_title}", self._styles.subtitle)
        self._sheet.write_string(2, 0, self._texts.say("workbook.hint"), self._styles.hint)

    def _headings(self) -> None:
        rows = self._plan.sheet.rows
        self._heading(0, self._plan.code_width, layout.MARKER, self._texts.say("workbook.heading.code"))
        self._heading(LABEL_COLUMN, LABEL_WIDTH, "", self._texts.say("workbook.heading.label"))
        if self._plan.basis_column is not None:
            named = ("unit" if any(row.unit for row in rows) else "") + ("basis" if any(r.basis for r in rows) else "")
            self._heading(self._plan.basis_column, BASIS_WIDTH, "", self._texts.say(f"workbook.heading.{named}"))
        for place in self._plan.fields:
            field = place.field
            if place.previous is not None:
                code = f"{layout.PREVIOUS_PREFIX}{field.code}"
                self._heading(place.previous, PREVIOUS_WIDTH, code, self._previous_label())
            label = self._texts.say("workbook.heading.required", label=field.label) if field.required else field.label
            self._heading(place.column, field.width, field.code, label)
        self._sheet.set_row(layout.CODE_ROW, None, None, {"hidden": True})
        labels = [(self._previous_label(), float(PREVIOUS_WIDTH))]
        labels += [(f"{place.field.label} (*)", float(place.field.width)) for place in self._plan.fields]
        self._sheet.set_row(layout.HEADING_ROW, layout.row_height(labels, least=2))

    def _previous_label(self) -> str:
        """In the annual workbook a yearly total stands beside its quarters added up."""
        is_annual = self._context.dates.period is Period.ANNUAL
        return self._texts.say(f"workbook.heading.previous{'_annual' if is_annual else ''}")

    def _heading(self, column: int, width: int, code: str, label: str) -> None:
        self._sheet.set_column(column, column, width)
        self._sheet.write_string(layout.CODE_ROW, column, code)
        self._sheet.write_string(layout.HEADING_ROW, column, label, self._styles.heading)

    def _height(self, row: FormRow) -> float:
        widths = [place.field.width for place in self._plan.fields if place.field.kind is FieldKind.TEXT]
        least = 1 if not widths else LINES_FOR_LONG_TEXT if max(widths) >= LONG_TEXT_WIDTH else LINES_FOR_TEXT
        return layout.row_height([(row.label, LABEL_WIDTH), (row.unit or row.basis, BASIS_WIDTH)], least)

    def _row(self, number: int, row: FormRow) -> None:
        self._sheet.set_row(number, self._height(row))
        self._sheet.write_string(number, 0, row.code, self._styles.locked_centred)
        self._sheet.write_string(number, LABEL_COLUMN, row.label, self._styles.locked)
        if self._plan.basis_column is not None:
            self._sheet.write_string(number, self._plan.basis_column, row.unit or row.basis, self._styles.locked)
        for place in self._plan.fields:
            if place.previous is not None:
                before = self._context.previous.get((row.code, place.field.code), "")
                self._sheet.write_string(number, place.previous, written(before), self._styles.locked_right)
            self._input(number, place.column, field_for(place.field, row))

    def _input(self, row: int, column: int, field: FormField) -> None:
        self._sheet.write_blank(row, column, None, self._format(field))
        prompt = " ".join(self._texts.say(f"workbook.prompt.{part}", **_limits(field)) for part in _advice(field))
        help_ = {
            "ignore_blank": True,
            "input_title": _cut(field.label, MAX_TITLE),
            "input_message": _cut(prompt, MAX_PROMPT),
            "error_title": _cut(self._texts.say("workbook.error_title"), MAX_TITLE),
            "error_message": _cut(prompt, MAX_ERROR),
        }
        self._sheet.data_validation(row, column, row, column, {**self._rule(field), **help_})

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
            decimals = f".{'0' * field.precision}###" if field.precision else ""
            return self._styles.input_as(f"#,##0{decimals}", "right")
        if field.kind is FieldKind.DATE:
            return self._styles.input_as("dd/mm/yyyy", "center")
        return self._styles.input

    def _page(self) -> None:
        self._sheet.freeze_panes(layout.FIRST_ROW, LABEL_COLUMN + 1)
        self._sheet.repeat_rows(layout.HEADING_ROW)
        self._sheet.hide_gridlines(2)
        codes = f"A{layout.FIRST_ROW + 1}:A{self._plan.last_row + 1}"
        self._sheet.ignore_errors({"number_stored_as_text": f"{codes} {self._previous_ranges()}".strip()})
        set_page(self._sheet, landscape=True)

    def _previous_ranges(self) -> str:
        columns = [layout.column_letters(place.previous) for place in self._plan.fields if place.previous is not None]
        first, last = layout.FIRST_ROW + 1, self._plan.last_row + 1
        return " ".join(f"{letters}{first}:{letters}{last}" for letters in columns)


def set_page(sheet: Worksheet, *, landscape: bool) -> None:
    """A4, one page wide, page numbers."""
    sheet.set_paper(9)
    if landscape:
        sheet.set_landscape()
    sheet.set_margins(left=0.5, right=0.4, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&P/&N")


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
