"""An agency's form taken apart: the shape that many agencies share, and the texts and numbers of its own.

The shape is written once with a token in every place of an agency's own; :mod:`.splicing` puts the agency's parts in.
A text's token is a letter of Unicode's private area, which no programme uses; a number's is a number nobody reports.
"""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from plancycle.adapters.workbooks.plan import SheetPlan, adds_up
from plancycle.adapters.workbooks.writing_bodies import BodyLine
from plancycle.domain.forms import Form, FormRow, Indicator
from plancycle.services.ports import WorkbookContext

FIRST_LETTER, LETTERS = 0xE000, 6400
FIRST_NUMBER = 700_000_000_000_001
Question = tuple[str, str]


def shape_of(
    form: Form, context: WorkbookContext, plans: Sequence[SheetPlan], bodies: Sequence[BodyLine] = ()
) -> Hashable:
    """What two agencies must have in common to share one workbook with tokens."""
    sheets = tuple(
        (
            plan.sheet.code,
            plan.sheet.name,
            plan.sheet.fields,
            tuple((place.previous, place.planned, place.total) for place in plan.fields),
            max(len(row.code) for row in plan.sheet.rows),
            tuple((bool(row.unit), bool(row.basis), _bounds(row.indicator)) for row in plan.sheet.rows),
        )
        for plan in plans
    )
    planned = tuple(sorted(context.planned_fields.items()))
    words = context.programme_title, context.period_title, context.contact
    taken_over = len(context.previous_by_body), tuple((line.place, line.field.code) for line in bodies)
    return form.period, sheets, planned, words, context.dates, context.rules, context.joined_on, taken_over


def texts_of(
    form: Form, context: WorkbookContext, plans: Sequence[SheetPlan], bodies: Sequence[BodyLine] = ()
) -> list[str]:
    """Every text of the agency's own, in the order of the tokens."""
    texts = [form.cycle, form.agency, form.version, context.seal, context.agency_name]
    for plan in plans:
        for row in plan.sheet.rows:
            texts += [row.code, row.label, row.unit, row.basis]
            if plan.planned is not None and plan.planned_column is not None:
                texts.append(context.planned.get((row.code, plan.planned.code), ""))
    texts += [name for name, _ in context.previous_by_body]
    for line in bodies:
        texts += line.shown
    return texts


def numbers_of(context: WorkbookContext, plans: Sequence[SheetPlan]) -> list[str]:
    """Every number that stands there already, in the order of the tokens; empty where there is none."""
    numbers = []
    for plan in plans:
        for _, row, kind, question in _given(plan):
            numbers.append(getattr(context, kind).get((row.code, question), "0" if kind == "earlier" else ""))
    return numbers


def with_tokens(
    form: Form, context: WorkbookContext, plans: Sequence[SheetPlan], bodies: Sequence[BodyLine] = ()
) -> tuple[Form, WorkbookContext]:
    """The form and its context with a token for every text and number of the agency's own."""
    letters, numbers = map(chr, range(FIRST_LETTER, FIRST_LETTER + LETTERS)), iter(range(FIRST_NUMBER, 10**15))
    cycle, agency, version, seal, name = (next(letters) for _ in range(5))
    planned: dict[Question, str] = {}
    previous: dict[Question, str] = {}
    earlier: dict[Question, str] = {}
    given = {"planned": planned, "previous": previous, "earlier": earlier}
    sheets = []
    for plan in plans:
        rows = [_row_of_tokens(plan, row, letters, planned) for row in plan.sheet.rows]
        sheets.append(replace(plan.sheet, rows=tuple(rows)))
        for number, _, kind, question in _given(plan):
            given[kind][rows[number].code, question] = str(next(numbers))
    shape = replace(form, cycle=cycle, agency=agency, version=version, sheets=tuple(sheets))
    mine = replace(context, agency_name=name, seal=seal, planned=planned, previous=previous, earlier=earlier)
    return shape, replace(mine, previous_by_body=_bodies_of_tokens(context, shape, bodies, letters))


def _bodies_of_tokens(
    context: WorkbookContext, shape: Form, bodies: Sequence[BodyLine], letters: Iterator[str]
) -> list[tuple[str, dict[Question, str]]]:
    """A token for each body's name, then for each of its answers, empty or not."""
    found = [(next(letters), dict[Question, str]()) for _ in context.previous_by_body]
    for line in bodies:
        sheet, number = line.place
        for _, given in found:
            given[shape.sheets[sheet].rows[number].code, line.field.code] = next(letters)
    return found


def _row_of_tokens(plan: SheetPlan, row: FormRow, letters: Iterator[str], planned: dict[Question, str]) -> FormRow:
    code, label, unit, basis = (next(letters) for _ in range(4))
    code *= max(len(one.code) for one in plan.sheet.rows)  # the code column is as wide as its longest code
    if plan.planned is not None and plan.planned_column is not None:
        planned[code, plan.planned.code] = next(letters)
    return FormRow(code, label, unit if row.unit else "", basis if row.basis else "", row.indicator)


def _given(plan: SheetPlan) -> Iterator[tuple[int, FormRow, str, str]]:
    """Every locked number: (index of its row, row, which of the context's mappings has it, field code)."""
    for number, row in enumerate(plan.sheet.rows):
        for place in plan.fields:
            if place.planned is not None and plan.planned is not None:
                yield number, row, "planned", plan.planned.code
            if place.previous is not None:
                yield number, row, "previous", place.field.code
            if place.total is not None and adds_up(row):
                yield number, row, "earlier", place.field.code


def _bounds(indicator: Indicator | None) -> Any:
    """What of an indicator decides how its row is written."""
    if indicator is None:
        return None
    return indicator.precision, indicator.minimum, indicator.maximum, indicator.aggregation
