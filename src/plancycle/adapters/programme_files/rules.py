"""What a well-formed file can still get wrong: no time left, a form nobody can answer, one person twice."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from zoneinfo import ZoneInfo

from plancycle.adapters.calendars import working_days
from plancycle.adapters.programme_files.schema_cycle import (
    CalendarFile,
    ContactsFile,
    FieldEntry,
    FormFile,
    IndicatorEntry,
    IndicatorsFile,
    PeriodEntry,
    SheetEntry,
)
from plancycle.adapters.programme_files.value_types import Strict
from plancycle.adapters.programme_files.yaml_lines import Loc, YamlFile
from plancycle.domain.deadlines import PeriodRule, Wording, period_dates
from plancycle.domain.errors import DataProblem, Place
from plancycle.domain.forms import FieldKind, RowSource

YEARS_CHECKED = 10
"""A cut-off must leave a working day in the first year and in the ten that follow, Tết included."""

RESERVED_SHEETS = frozenset({"hướng dẫn", "kiểm tra", "_dm", "_meta"})
"""Sheets every workbook has anyway (compared without regard to case, as spreadsheets do)."""


def model_places(file: YamlFile, model: Strict, start_year: int) -> list[Place]:
    """The problems of one file that passed its schema."""
    if isinstance(model, CalendarFile):
        return list(_calendar(file, model, start_year))
    if isinstance(model, FormFile):
        return list(_form(file, model))
    if isinstance(model, IndicatorsFile):
        return list(_bounds(file, ("indicators",), model.indicators))
    if isinstance(model, ContactsFile):
        return list(_persons(file, model))
    return []


def period_rule(entry: PeriodEntry) -> PeriodRule:
    """A period of ``calendar.yaml`` as the domain's rule."""
    return PeriodRule(**dict(entry))


def announced(calendar: CalendarFile) -> tuple[tuple[date, ...], tuple[date, ...]]:
    """All announced days off, and all announced working days."""
    off = chain.from_iterable(entry.extra_days_off for entry in calendar.announced_days)
    worked = chain.from_iterable(entry.extra_working_days for entry in calendar.announced_days)
    return tuple(off), tuple(worked)


def _calendar(file: YamlFile, calendar: CalendarFile, start_year: int) -> Iterator[Place]:
    off, worked = announced(calendar)
    for day in sorted(set(off) & set(worked)):
        yield file.place(("announced_days",), "programme.day_off_and_worked", value=day)
    for index, entry in enumerate(calendar.periods):
        yield from _period(file, ("periods", index), entry, calendar, start_year)


def _period(file: YamlFile, loc: Loc, entry: PeriodEntry, calendar: CalendarFile, start_year: int) -> Iterator[Place]:
    if entry.due == (1, 1) and entry.wording is Wording.BEFORE:
        yield file.place((*loc, "due"), "programme.due_in_last_year")
        return
    if entry.opens >= entry.due:
        opens, due = _shown(entry.opens), _shown(entry.due)
        yield file.place((*loc, "opens"), "programme.opens_too_late", opens=opens, due=due)
    for year in range(start_year, start_year + YEARS_CHECKED + 1):
        days = working_days(*announced(calendar), year)
        try:
            period_dates(period_rule(entry), year, days, ZoneInfo(calendar.timezone))
        except DataProblem as problem:
            yield file.place((*loc, "cutoff"), problem.key, **problem.params)
            return


def _shown(month_day: tuple[int, int]) -> str:
    month, day = month_day
    return f"{day:02d}/{month:02d}"


def _form(file: YamlFile, form: FormFile) -> Iterator[Place]:
    for index, sheet in enumerate(form.sheets):
        yield from _sheet(file, ("sheets", index), sheet)
    yield from _bounds(file, ("figures",), form.figures)
    choices = {choice for sheet in form.sheets for field in sheet.fields for choice in field.choices}
    for name, value in (("done_status", form.done_status), ("nil_choice", form.nil_choice)):
        if value not in choices:
            yield file.place((name,), "programme.unknown_choice", value=value, choices=", ".join(sorted(choices)))


def _sheet(file: YamlFile, loc: Loc, sheet: SheetEntry) -> Iterator[Place]:
    if sheet.name.casefold() in RESERVED_SHEETS:
        yield file.place((*loc, "name"), "programme.reserved_sheet_name", value=sheet.name)
    if (sheet.rows_from is RowSource.FIXED) != bool(sheet.rows):
        yield file.place((*loc, "rows_from"), "programme.rows_mismatch", value=sheet.rows_from.value)
    for index, field in enumerate(sheet.fields):
        if (field.kind is FieldKind.CHOICE) != bool(field.choices):
            yield file.place((*loc, "fields", index), "programme.choices_mismatch", value=field.code)
    yield from _bounds(file, (*loc, "fields"), sheet.fields)


def _bounds(file: YamlFile, loc: Loc, entries: Sequence[IndicatorEntry | FieldEntry]) -> Iterator[Place]:
    for index, entry in enumerate(entries):
        if entry.minimum is not None and entry.maximum is not None and entry.minimum > entry.maximum:
            reversed_bounds = {"minimum": entry.minimum, "maximum": entry.maximum}
            yield file.place((*loc, index, "minimum"), "programme.bounds_reversed", **reversed_bounds)


def _persons(file: YamlFile, contacts: ContactsFile) -> Iterator[Place]:
    """Preparer and approver are two persons (nobody approves what they prepared)."""
    preparer, approver = contacts.preparer, contacts.approver
    if preparer is None or approver is None:
        return
    if preparer.id == approver.id or preparer.email.casefold() == approver.email.casefold():
        yield file.place(("approver",), "programme.same_person", value=approver.name)


def first_year(models: Mapping[str, Strict | None], default: int) -> int:
    """The programme's first year when ``programme.yaml`` could be read, else ``default``."""
    return int(getattr(models.get("programme.yaml"), "start_year", default))
