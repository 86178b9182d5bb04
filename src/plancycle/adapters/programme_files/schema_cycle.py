"""The fields of the files that describe one cycle: calendar, indicators, form, and the coordinator's contacts."""

from typing import Literal

from plancycle.adapters.programme_files.value_types import (
    Code,
    Count,
    Day,
    Decimals,
    Email,
    Figure,
    Id,
    Length,
    Line,
    MonthDay,
    Offset,
    SheetName,
    Some,
    Strict,
    Text,
    Truth,
    Width,
    Zone,
)
from plancycle.domain.deadlines import Wording
from plancycle.domain.forms import Aggregation, FieldKind, RowSource
from plancycle.domain.periods import Period


class IndicatorEntry(Strict):
    """A figure: unit, decimals, how many become one, bounds."""

    id: Id
    name: Text
    unit: Text
    precision: Decimals
    aggregation: Aggregation
    owner: Id | None = None
    abbreviation: Text | None = None
    aim: Text | None = None
    line: Line | None = None
    minimum: Figure | None = None
    maximum: Figure | None = None


class IndicatorsFile(Strict):
    """``indicators.yaml``: the indicators the plan names, each with its owner."""

    indicators: tuple[IndicatorEntry, ...]
    outside_source: Text | None = None


class PeriodEntry(Strict):
    """The calendar of one period, as days of the year."""

    period: Period
    title: Text
    opens: MonthDay
    wording: Wording
    due: MonthDay
    cutoff: MonthDay
    freeze_days: Count
    basis: Text


class DeadlineEntry(Strict):
    """``before_date`` for one day, ``before_day`` (dd/MM) for every year; that day itself is too late."""

    id: Id
    title: Text
    kind: Literal["one_off", "yearly", "periodic", "event", "authority_sets", "external_schedule"]
    line: Line
    owner: Some[Id]
    text: Text | None = None
    before_date: Day | None = None
    before_day: MonthDay | None = None
    to: tuple[Id, ...] = ()
    configurable: Truth = False


class AnnouncedDaysEntry(Strict):
    """One announcement of days off or made-up working days."""

    outside_source: Text
    extra_days_off: tuple[Day, ...] = ()
    extra_working_days: tuple[Day, ...] = ()


class CalendarFile(Strict):
    """``calendar.yaml``: periods, the plan's own deadlines, reminders, announced days."""

    timezone: Zone
    periods: Some[PeriodEntry]
    deadlines: tuple[DeadlineEntry, ...] = ()
    reminders: Some[Offset]
    announced_days: tuple[AnnouncedDaysEntry, ...] = ()


class RowEntry(Strict):
    """A fixed row of a sheet."""

    code: Code
    label: Text


class FieldEntry(Strict):
    """A column of a sheet and the periods it is asked in."""

    code: Code
    label: Text
    kind: FieldKind
    periods: Some[Period]
    required: Truth = False
    choices: tuple[Text, ...] = ()
    precision: Decimals = 0
    minimum: Figure | None = None
    maximum: Figure | None = None
    max_length: Length = 2000
    width: Width = 20


class SheetEntry(Strict):
    """A sheet: where its rows come from and its fields; ``rows`` only for ``rows_from: fixed``."""

    code: Code
    name: SheetName
    rows_from: RowSource
    fields: Some[FieldEntry]
    rows: tuple[RowEntry, ...] = ()


class FormFile(Strict):
    """``form.yaml``: the sheets, the figures of every reporter, the thresholds of the warnings."""

    sheets: Some[SheetEntry]
    figures: tuple[IndicatorEntry, ...]
    done_status: Text
    nil_choice: Text
    jump_percent: Figure
    outside_source: Text | None = None


class OfficialEntry(Strict):
    """A named person with a position."""

    id: Id
    name: Text
    position: Text
    email: Email
    authority_line: Text | None = None


class ContactEntry(Strict):
    """Where one agency is reached."""

    agency: Id
    person: Text
    email: Email
    alternate_email: Email | None = None
    leader_email: Email | None = None
    phone: Text | None = None


class ContactsFile(Strict):
    """``contacts.yaml``: the coordinator's own address book, never shipped."""

    contacts: tuple[ContactEntry, ...] = ()
    preparer: OfficialEntry | None = None
    signatory: OfficialEntry | None = None
    approver: OfficialEntry | None = None
    operator_email: Email | None = None
