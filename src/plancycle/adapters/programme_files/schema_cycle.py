"""The fields of the files that describe one cycle: calendar, indicators, form, and the coordinator's contacts."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

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
    Percent,
    SecretName,
    SheetName,
    Some,
    Strict,
    Text,
    Truth,
    Url,
    Width,
    Year,
    Zone,
)
from plancycle.domain.check_rules import Against, Compare, CopiedFrom, RuleKind, Severity, Within
from plancycle.domain.deadlines import Counting, Roll, RungTo, Wording
from plancycle.domain.extensions import BeyondFreeze
from plancycle.domain.forms import Aggregation, Estimate, FieldKind, Missing, RowSource
from plancycle.domain.periods import Period
from plancycle.domain.webhooks import MAX_SECRETS


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
    weight: Id | None = None
    numerator: Id | None = None
    denominator: Id | None = None
    per: Count = 1
    when_missing: Missing | None = None
    estimate: Estimate | None = None


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
    roll: Roll = Roll.NONE
    roll_basis: Text | None = None


class DeadlineEntry(Strict):
    """One day, or days that come round every year; ``before`` excludes the day itself, ``by`` includes it.

    ``before_date``, ``by_date``: one day. ``before_day`` (dd/MM): every year. ``before_days``, ``by_days``: several
    times a year (quarterly, half-yearly), each with its data cut-off in ``cutoffs`` where the plan has one.
    """

    id: Id
    title: Text
    kind: Literal[
        "one_off", "yearly", "half_yearly", "quarterly", "periodic", "event", "authority_sets", "external_schedule"
    ]
    line: Line
    owner: Some[Id]
    text: Text | None = None
    before_date: Day | None = None
    before_day: MonthDay | None = None
    by_date: Day | None = None
    before_days: tuple[MonthDay, ...] = ()
    by_days: tuple[MonthDay, ...] = ()
    cutoffs: tuple[MonthDay, ...] = ()
    roll: Roll = Roll.NONE
    roll_basis: Text | None = None
    to: tuple[Id, ...] = ()
    configurable: Truth = False


class AnnouncedDaysEntry(Strict):
    """One announcement of days off or worked days: who announced it where, and when."""

    source: Text
    announced: Day | None = None
    days_off: tuple[Day, ...] = ()
    worked_days: tuple[Day, ...] = ()


class WorkingDaysFile(Strict):
    """``working-days.yaml``: announcements against the general calendar; not part of the plan's version."""

    announced_days: tuple[AnnouncedDaysEntry, ...] = ()
    confirmed_years: tuple[Year, ...] | None = None


class RungEntry(Strict):
    """One reminder: days from the soft due date, counted in calendar or working days, and whom it goes to."""

    days: Offset
    count: Counting = Counting.CALENDAR
    to: RungTo = RungTo.CONTACT


def _short_rung(value: Any) -> Any:
    """A bare number of days is a calendar-day reminder to the contact."""
    return {"days": value} if isinstance(value, str) else value


Reminder = Annotated[
    RungEntry,
    BeforeValidator(_short_rung),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "object", "required": ["days"]}]}),
]


class CalendarFile(Strict):
    """``calendar.yaml``: periods, the plan's own deadlines, reminders."""

    timezone: Zone
    periods: Some[PeriodEntry]
    deadlines: tuple[DeadlineEntry, ...] = ()
    reminders: Some[Reminder]
    extensions_beyond_freeze: BeyondFreeze = BeyondFreeze.FLAG


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


class CheckEntry(Strict):
    """One check: what it asks, where it looks, and the parameters of its kind (the table of kinds is the judge)."""

    id: Id
    kind: RuleKind
    severity: Severity
    sheet: Code
    field: Code
    rows: tuple[Id, ...] = ()
    periods: tuple[Period, ...] = ()
    when_field: Code | None = None
    when: tuple[Text, ...] = ()
    needs: Code | None = None
    choices: tuple[Text, ...] = ()
    minimum: Figure | None = None
    maximum: Figure | None = None
    of_rows: tuple[Id, ...] = ()
    of_fields: tuple[Code, ...] = ()
    tolerance: Figure = Decimal(0)
    percent: Figure | None = None
    floor: Figure = Decimal(0)
    against: Against = Against.PERIOD
    compare: Compare = Compare.NOT_BELOW
    within: Within = Within.PERIOD
    factor: Figure = Decimal(1000)
    length: Length | None = None
    likeness: Percent | None = None
    sources: tuple[CopiedFrom, ...] = ()


class InclusionEntry(Strict):
    """Which reports count, what stands for agencies that sent nothing, from which likeness texts are told once."""

    late: Truth = True
    unreviewed: Truth = True
    unexplained: Truth = True
    when_missing: Missing = Missing.EXCLUDE
    estimate: Estimate = Estimate.LAST_YEAR
    fold_percent: Percent = 90


class FormFile(Strict):
    """``form.yaml``: the sheets, the figures of every reporter, and the checks.

    ``jump_percent`` is how files from before ``checks`` set the one threshold they had; kept versions still carry it.
    """

    sheets: Some[SheetEntry]
    figures: tuple[IndicatorEntry, ...]
    done_status: Text
    nil_choice: Text
    checks: tuple[CheckEntry, ...] | None = None
    explanation_field: Code = "explanation"
    shows_explanations: Truth = False
    inclusion: InclusionEntry = InclusionEntry()
    dropped_status: Text | None = None
    estimated_choice: Text | None = None
    jump_percent: Figure | None = None
    outside_source: Text | None = None


class OfficialEntry(Strict):
    """A named person with a position."""

    id: Id
    name: Text
    position: Text
    email: Email
    authority_line: Text | None = None


class WebhookEntry(Strict):
    """Where an agency's own system listens; the secret itself stands in the environment or in a file."""

    url: Url
    secret_env: Annotated[tuple[SecretName, ...], Field(max_length=MAX_SECRETS)] = ()
    secret_file: Text | None = None


class ContactEntry(Strict):
    """Where one agency is reached."""

    agency: Id
    person: Text
    email: Email
    alternate_email: Email | None = None
    leader_email: Email | None = None
    phone: Text | None = None
    channels: Some[Literal["mail", "webhook"]] = ("mail",)
    webhook: WebhookEntry | None = None


class ContactsFile(Strict):
    """``contacts.yaml``: the coordinator's own address book, never shipped."""

    contacts: tuple[ContactEntry, ...] = ()
    preparer: OfficialEntry | None = None
    signatory: OfficialEntry | None = None
    approver: OfficialEntry | None = None
    officials: tuple[OfficialEntry, ...] = ()
    operator_email: Email | None = None
