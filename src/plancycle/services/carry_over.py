"""What was typed into a workbook that is no longer asked for goes into the one that is: nothing typed is lost.

The answer itself is still not accepted: the agency looks the new workbook over and sends it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from plancycle.domain.assignments import field_for
from plancycle.domain.findings import by_question, read_cell
from plancycle.domain.forms import Form
from plancycle.domain.periods import Period
from plancycle.domain.submissions import Entry
from plancycle.services.cycle_view import CycleView
from plancycle.services.make_template import Template, make_template
from plancycle.services.ports import CarriedAnswer, House
from plancycle.services.repositories import Work


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """Answers by whether the new form has their question (same row code and field code)."""

    kept: tuple[CarriedAnswer, ...]
    left: tuple[Entry, ...]
    """Typed, but the new form has no place for it, or another answer to the same question was taken."""


def carried_over(form: Form, entries: Sequence[Entry], rows: Collection[str] | None = None) -> CarriedOver:
    """Sort what was typed by the form it is to go into; blanks are no answers. ``rows`` limits what may be kept."""
    typed = [entry for entry in entries if entry.raw.strip()]
    answers = by_question(typed)
    asked = {(row.code, field.code): (row, field) for _, row, field in form.cells()}
    kept, left = [], []
    for entry in typed:
        question = entry.row, entry.field
        if question not in asked or entry is not answers[question] or (rows is not None and entry.row not in rows):
            left.append(entry)
            continue
        row, field = asked[question]
        its_field = field_for(field, row)
        value, problem = read_cell(its_field, entry.raw, needed=False)
        kept.append(CarriedAnswer(entry, its_field.kind, f"{row.label} · {field.label}", value, problem))
    return CarriedOver(tuple(kept), tuple(left))


def make_carried(
    house: House,
    work: Work,
    view: CycleView,
    period: Period,
    agency: str,
    entries: Sequence[Entry],
    rows: Collection[str] | None = None,
) -> tuple[Template, CarriedOver]:
    """The workbook an agency is asked for, with the answers put in and a first sheet that says which."""
    template = make_template(house, work, view, period, agency)
    moved = carried_over(view.form(period, agency), entries, rows)
    if not moved.kept and not moved.left:
        return template, moved
    data = house.workbooks.carry(template.data, moved.kept, moved.left)
    return Template(template.file_name, data), moved


def rows_taken_over(view: CycleView, period: Period, agency: str) -> set[str]:
    """Rows of a body's own work: what a successor of a part may be given of the whole's answers."""
    share = view.share(period, agency)
    return {one.id for one in share.works if not one.is_for_all} | {one.id for one in share.indicators}
