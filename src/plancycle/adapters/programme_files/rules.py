"""What a well-formed file can still get wrong: no time left, a form nobody can answer, one person twice."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from plancycle.adapters.calendars import working_days
from plancycle.adapters.programme_files.figure_checks import figure_places
from plancycle.adapters.programme_files.form_checks import check_places
from plancycle.adapters.programme_files.overlay import Overlay, overlay_places
from plancycle.adapters.programme_files.schema import ProgrammeFile
from plancycle.adapters.programme_files.schema_cycle import (
    CalendarFile,
    ContactsFile,
    DeadlineEntry,
    FieldEntry,
    FormFile,
    IndicatorEntry,
    IndicatorsFile,
    PeriodEntry,
    SheetEntry,
    WorkingDaysFile,
)
from plancycle.adapters.programme_files.value_types import Strict
from plancycle.adapters.programme_files.yaml_lines import Loc, YamlFile
from plancycle.domain.deadlines import PeriodRule, Roll, Wording, period_dates
from plancycle.domain.errors import DataProblem, Place
from plancycle.domain.forms import FieldKind, RowSource

YEARS_CHECKED = 10
"""A cut-off must leave a working day in the first year and in the ten that follow, Tết included."""

RESERVED_SHEETS = frozenset({"hướng dẫn", "kiểm tra", "_dm", "_meta"})
"""Sheets every workbook has anyway (compared without regard to case, as spreadsheets do)."""


def model_places(file: YamlFile, model: Strict, start_year: int, overlay: Overlay) -> list[Place]:
    """The problems of one file that passed its schema; ``overlay`` is what the calendar's years are judged with."""
    if isinstance(model, CalendarFile):
        return list(_calendar(file, model, start_year, overlay))
    if isinstance(model, WorkingDaysFile):
        return list(overlay_places(file, model))
    if isinstance(model, FormFile):
        return list(_form(file, model))
    if isinstance(model, IndicatorsFile):
        figures = figure_places(file, ("indicators",), model.indicators)
        return [*_bounds(file, ("indicators",), model.indicators), *figures]
    if isinstance(model, ContactsFile):
        return [*_persons(file, model), *_channels(file, model)]
    if isinstance(model, ProgrammeFile):
        return list(_steps(file, model))
    return []


def period_rule(entry: PeriodEntry) -> PeriodRule:
    """A period of ``calendar.yaml`` as the domain's rule."""
    return PeriodRule(**{**dict(entry), "roll_basis": entry.roll_basis or ""})


def _calendar(file: YamlFile, calendar: CalendarFile, start_year: int, overlay: Overlay) -> Iterator[Place]:
    zone, years = ZoneInfo(calendar.timezone), range(start_year, start_year + YEARS_CHECKED + 1)
    for index, entry in enumerate(calendar.periods):
        is_before = entry.wording is Wording.BEFORE
        rolls = list(_roll(file, ("periods", index), entry.roll, entry.roll_basis, is_before))
        yield from rolls or _period(file, ("periods", index), entry, zone, years, overlay)
    for index, deadline in enumerate(calendar.deadlines):
        yield from _deadline(file, ("deadlines", index), deadline)
    days = [rung.days for rung in calendar.reminders]
    for index, rung in enumerate(calendar.reminders):
        if rung.days in days[:index]:
            yield file.place(("reminders", index), "programme.twice_reminder", value=rung.days)


def _roll(file: YamlFile, loc: Loc, roll: Roll, basis: str | None, is_before: bool) -> Iterator[Place]:
    """A day that moves says by which law; one that excludes itself never moves past itself."""
    if roll is Roll.NEXT and is_before:
        yield file.place((*loc, "roll"), "programme.before_rolls_forward")
    elif roll is not Roll.NONE and not basis:
        yield file.place((*loc, "roll"), "programme.roll_without_basis", value=roll.value)


TIMES_A_YEAR = {"quarterly": 4, "half_yearly": 2}


def _deadline(file: YamlFile, loc: Loc, entry: DeadlineEntry) -> Iterator[Place]:
    """One way of naming the day, as often as the kind says, each with its cut-off or none."""
    ways = ("before_date", "by_date", "before_day", "before_days", "by_days")
    given = [name for name in ways if getattr(entry, name)]
    if len(given) > 1:
        yield file.place((*loc, given[1]), "programme.two_due_days", first=given[0], second=given[1])
        return
    if (given[:1] in (["before_date"], ["by_date"])) and entry.kind != "one_off":
        yield file.place((*loc, given[0]), "programme.day_of_other_kind", value=given[0], kind=entry.kind)
    days, times = entry.before_days or entry.by_days, TIMES_A_YEAR.get(entry.kind)
    if days and times and len(days) != times:
        yield file.place((*loc, given[0]), "programme.times_a_year", count=len(days), times=times, kind=entry.kind)
    if entry.cutoffs and len(entry.cutoffs) != len(days):
        yield file.place((*loc, "cutoffs"), "programme.cutoffs_mismatch", count=len(entry.cutoffs), times=len(days))
    yield from _roll(file, loc, entry.roll, entry.roll_basis, any(name.startswith("before") for name in given))


def _period(
    file: YamlFile, loc: Loc, entry: PeriodEntry, zone: ZoneInfo, years: Iterable[int], overlay: Overlay
) -> Iterator[Place]:
    if entry.due == (1, 1) and entry.wording is Wording.BEFORE:
        yield file.place((*loc, "due"), "programme.due_in_last_year")
        return
    if entry.opens >= entry.due:
        opens, due = _shown(entry.opens), _shown(entry.due)
        yield file.place((*loc, "opens"), "programme.opens_too_late", opens=opens, due=due)
    for year in years:
        try:
            period_dates(period_rule(entry), year, working_days(overlay.announced, year), zone)
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
    yield from figure_places(file, ("figures",), form.figures)
    choices = {choice for sheet in form.sheets for field in sheet.fields for choice in field.choices}
    yield from check_places(file, form)
    named = (
        ("done_status", form.done_status),
        ("nil_choice", form.nil_choice),
        ("dropped_status", form.dropped_status),
        ("estimated_choice", form.estimated_choice),
    )
    for name, value in named:
        if value is not None and value not in choices:
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


def _steps(file: YamlFile, programme: ProgrammeFile) -> Iterator[Place]:
    """Steps have ids and people of their own."""
    steps = programme.approval.steps if programme.approval else ()
    for index, step in enumerate(steps):
        place = ("approval", "steps", index)
        if step.id in [one.id for one in steps[:index]]:
            yield file.place((*place, "id"), "programme.twice_step", value=step.id)
        if step.who == "preparer" or step.who in [one.who for one in steps[:index]]:
            yield file.place((*place, "who"), "programme.step_of_other", value=step.who)


def _channels(file: YamlFile, contacts: ContactsFile) -> Iterator[Place]:
    """Mail is always one of the channels; a webhook needs an address and a secret."""
    for index, entry in enumerate(contacts.contacts):
        place = ("contacts", index)
        if "mail" not in entry.channels:
            yield file.place((*place, "channels"), "programme.mail_always", agency=entry.agency)
        if "webhook" in entry.channels and entry.webhook is None:
            yield file.place((*place, "channels"), "programme.webhook_without_url", agency=entry.agency)
        if entry.webhook is not None and not (entry.webhook.secret_env or entry.webhook.secret_file):
            yield file.place((*place, "webhook"), "programme.webhook_without_secret", agency=entry.agency)


def first_year(models: Mapping[str, Strict | None], default: int) -> int:
    """The programme's first year when ``programme.yaml`` could be read, else ``default``."""
    return int(getattr(models.get("programme.yaml"), "start_year", default))
