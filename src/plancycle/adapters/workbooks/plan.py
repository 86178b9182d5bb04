"""Which columns a sheet of questions gets, before anything is written: the writer and the check sheet agree on them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from plancycle.adapters.workbooks import layout
from plancycle.domain.forms import Aggregation, FieldKind, FormField, FormRow, FormSheet
from plancycle.domain.periods import CHECK_INS
from plancycle.services.ports import WorkbookContext

LABEL_COLUMN = 1
Given = Mapping[tuple[str, str], str]
"""Canonical values by (row, field)."""


@dataclass(frozen=True, slots=True)
class FieldColumn:
    """Where one field stands; ``planned``, ``previous`` and ``total`` are the locked columns beside it, if any."""

    field: FormField
    column: int
    planned: int | None = None
    previous: int | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """The columns of one sheet: code, label, unit or basis (when any row has one), the plan's words, the fields."""

    sheet: FormSheet
    basis_column: int | None
    fields: tuple[FieldColumn, ...]
    planned: FormField | None = None
    planned_column: int | None = None

    @property
    def code_width(self) -> int:
        """Wide enough for the longest row code."""
        return min(26, max(8, *(len(row.code) + 3 for row in self.sheet.rows)))

    @property
    def last_row(self) -> int:
        """Of the last question, counted from 0."""
        return layout.FIRST_ROW + len(self.sheet.rows) - 1

    @property
    def quoted_name(self) -> str:
        """The sheet's name as formulas spell it."""
        return "'" + self.sheet.name.replace("'", "''") + "'"

    def rows(self) -> Iterator[tuple[int, FormRow]]:
        """Every question row with its number, counted from 0."""
        return enumerate(self.sheet.rows, start=layout.FIRST_ROW)

    def place(self, code: str) -> FieldColumn | None:
        """Where the field of that code stands; None when this sheet does not ask it."""
        return next((place for place in self.fields if place.field.code == code), None)


def plan_of(sheet: FormSheet, context: WorkbookContext) -> SheetPlan:
    """Decide the columns. What the plan set and the last approved value stand before a figure, the year so far after.

    The year so far is shown for figures that are added up, in the check-ins: the annual figure is the whole year's.
    """
    planned = context.planned_fields.get(sheet.code)
    has_basis = any(row.unit or row.basis for row in sheet.rows)
    column = LABEL_COLUMN + 1 + has_basis
    is_text = planned is not None and planned.kind is not FieldKind.NUMBER
    planned_column = column if is_text else None
    column += is_text
    fields = []
    for field in sheet.fields:
        is_number = field.kind is FieldKind.NUMBER
        is_value = is_number and field.code == "value"
        before = [
            is_value and planned is not None and not is_text,
            is_number and any((row.code, field.code) in context.previous for row in sheet.rows),
        ]
        places = [column + sum(before[:number]) if shown else None for number, shown in enumerate(before)]
        column += sum(before)
        has_total = is_value and context.dates.period in CHECK_INS and any(map(adds_up, sheet.rows))
        fields.append(FieldColumn(field, column, places[0], places[1], column + 1 if has_total else None))
        column += 1 + has_total
    return SheetPlan(sheet, LABEL_COLUMN + 1 if has_basis else None, tuple(fields), planned, planned_column)


def adds_up(row: FormRow) -> bool:
    """Whether a row's figures of several periods are added."""
    return row.indicator is not None and row.indicator.aggregation is Aggregation.SUM
