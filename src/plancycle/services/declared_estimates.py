"""Figures that agencies themselves called estimates: how many stand in each total, and what became of them later.

An evaluation that is due before 10 December holds the last weeks of the year as estimates. An agency says so beside
the figure; a later version of its answer says what it was.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from plancycle.domain.figure_rules import VALUE, figure_rules
from plancycle.domain.forms import FormRules, RowSource
from plancycle.domain.periods import Period
from plancycle.domain.programme import Programme
from plancycle.domain.reconciliation import Settled
from plancycle.domain.submissions import Entry

Answers = Mapping[str, Sequence[Entry]]
"""An edition's entries by agency."""


def declared_estimates(programme: Programme, period: Period, answers: Answers) -> dict[str, tuple[str, ...]]:
    """By figure (``inspections.value``) the agencies whose part of it is an estimate of their own."""
    rules = [one for one in figure_rules(programme, period) if one.field == VALUE and one.row is not None]
    found: dict[str, list[str]] = {}
    for agency, rows in _estimated(programme.form, answers):
        for rule in rules:
            if not rows.isdisjoint((rule.row or "", rule.other or "")):
                found.setdefault(rule.suffix, []).append(agency)
    return {suffix: tuple(agencies) for suffix, agencies in found.items()}


def settled(programme: Programme, before: Answers, after: Answers) -> tuple[Settled, ...]:
    """Every value that was an estimate, with what it is now, in the order of the earlier answers."""
    still = dict(_estimated(programme.form, after))
    asked = {one.id: one for one in (*programme.form.figures, *programme.indicators)}
    return tuple(
        Settled(
            agency,
            asked[row].name if row in asked else row,
            asked[row].unit if row in asked else "",
            _value(before[agency], row),
            "" if row in still.get(agency, ()) else _value(after.get(agency, ()), row),
        )
        for agency, rows in _estimated(programme.form, before)
        for row in (entry.row for entry in before[agency] if entry.field == VALUE and entry.row in rows)
    )


def _estimated(form: FormRules, answers: Answers) -> Iterator[tuple[str, set[str]]]:
    """By agency the rows it has called an estimate; agencies without one are left out."""
    fields = {
        field.code
        for sheet in form.sheets
        if sheet.source is RowSource.FIGURES
        for field in sheet.fields
        if form.estimated_choice is not None and form.estimated_choice in field.choices
    }
    for agency, entries in answers.items() if fields else ():
        rows = {entry.row for entry in entries if entry.field in fields and entry.value == form.estimated_choice}
        if rows:
            yield agency, rows


def _value(entries: Iterable[Entry], row: str) -> str:
    return next((entry.value or "" for entry in entries if (entry.row, entry.field) == (row, VALUE)), "")
