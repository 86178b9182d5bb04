"""Who answers for which work, and therefore what each agency is asked."""

import hashlib
from dataclasses import dataclass, replace
from functools import lru_cache

from plancycle.domain.forms import FieldKind, Form, FormField, FormRow, FormSheet, RowSource, SheetRules
from plancycle.domain.periods import Period
from plancycle.domain.programme import AssignedWork, Programme
from plancycle.domain.shares import Share


def works_of(programme: Programme, agency: str) -> tuple[AssignedWork, ...]:
    """The work one agency answers for: its own entry first, then what the plan asks of every body."""
    own = tuple(work for work in programme.works if agency in work.agencies)
    common = tuple(work for work in programme.works if work.is_for_all)
    return own + common


def share_of(programme: Programme, agency: str) -> Share:
    """What the programme itself names an agency for, before any succession."""
    owned = tuple(indicator for indicator in programme.indicators if indicator.owner == agency)
    return Share(agency, works_of(programme, agency), owned)


def form_for(programme: Programme, cycle: str, period: Period, agency: str, share: Share | None = None) -> Form:
    """Everything ``agency`` is asked in ``period``; sheets with no row or no field this time are left out.

    ``share`` says what it answers for after successions; without one it is what the programme names it for.
    """
    asked = _asked(programme, period, share or share_of(programme, agency))
    return Form(cycle, period, agency, _version(period, agency, asked.spelt), asked.sheets)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The sheets of all who answer for the same in a period, and how they are spelt where a version is made of them."""

    programme: Programme
    share: Share
    sheets: tuple[FormSheet, ...]
    spelt: str


_MOST_KEPT = 256
_KNOWN: dict[tuple[int, ...], _Asked] = {}
"""By the places in memory of programme, works and indicators; these are kept beside, so that no others take them."""


def _asked(programme: Programme, period: Period, share: Share) -> _Asked:
    parts = (*share.works, None, *share.indicators)
    known = (id(programme), list(Period).index(period), *map(id, parts))
    if known not in _KNOWN:
        if len(_KNOWN) >= _MOST_KEPT:
            _KNOWN.clear()
        sheets = tuple(
            FormSheet(rules.code, rules.name, _fields(rules, period), _rows(programme, rules, share))
            for rules in programme.form.sheets
        )
        asked = tuple(sheet for sheet in sheets if sheet.rows and sheet.fields)
        _KNOWN[known] = _Asked(programme, share, asked, repr(asked))
    return _KNOWN[known]


def _fields(rules: SheetRules, period: Period) -> tuple[FormField, ...]:
    return tuple(field for field in rules.fields if period in field.periods)


def _rows(programme: Programme, rules: SheetRules, share: Share) -> tuple[FormRow, ...]:
    if rules.source is RowSource.ASSIGNMENTS:
        return tuple(_work_row(programme, work) for work in share.works)
    if rules.source is RowSource.FIGURES:
        return tuple(
            FormRow(indicator.id, indicator.name, unit=indicator.unit, indicator=indicator)
            for indicator in (*programme.form.figures, *share.indicators)
            if not indicator.is_derived
        )
    return rules.rows


def _work_row(programme: Programme, work: AssignedWork) -> FormRow:
    numbers = {ref.id: ref.number or ref.subject for ref in programme.legal_refs}
    return FormRow(work.id, work.title, basis="; ".join(numbers[ref] for ref in work.legal_refs))


def field_for(field: FormField, row: FormRow) -> FormField:
    """A field as it applies to one row: a figure's own value takes bounds and decimals from its indicator."""
    if row.indicator is None or field.kind is not FieldKind.NUMBER:
        return field
    indicator = row.indicator
    return replace(field, precision=indicator.precision, minimum=indicator.minimum, maximum=indicator.maximum)


@lru_cache(_MOST_KEPT)
def _version(period: Period, agency: str, sheets: str) -> str:
    """Eight hex digits over every question: an old template is recognised even when only a label moved."""
    asked = f"({str(period)!r}, {agency!r}, {sheets})"
    return hashlib.sha256(asked.encode()).hexdigest()[:8]
