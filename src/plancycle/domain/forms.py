"""What an agency is asked in a period: sheets of rows and fields, the same for workbook, web form and API.

A form is derived from the programme's ``form.yaml`` and the agency's assignments; nothing in it is typed twice.
Rows and fields are found by their codes, never by position.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from plancycle.domain.check_rules import CheckRule, RuleKind
from plancycle.domain.periods import Period

REASONS = "explanation"
"""The code of the column for explanations, unless the programme names another."""


class FieldKind(StrEnum):
    """How a cell's text is read and checked."""

    NUMBER = "number"
    TEXT = "text"
    CHOICE = "choice"
    DATE = "date"


class Aggregation(StrEnum):
    """How figures of many agencies become one."""

    SUM = "sum"
    MEAN = "mean"
    LAST = "last"
    """The owner's own value stands; nothing is added up."""
    WEIGHTED_MEAN = "weighted_mean"
    """Each value counts as often as another figure of the same agency says (``weight``)."""
    MAX = "max"
    RATIO = "ratio"
    """The sum of one figure over that of another (``numerator``, ``denominator``, ``per``); nobody is asked for it."""
    COUNT = "count"
    """How many entries have a choice; made from the form's choices, never declared for an indicator."""
    NONE = "none"
    """Every agency's value stands for itself; there is no total."""


class Missing(StrEnum):
    """What a figure takes for an agency that has sent nothing."""

    EXCLUDE = "exclude"
    CARRY_FORWARD = "carry_forward"
    """Its own value of the period before; for a yearly total, its check-ins added up."""
    ESTIMATE = "estimate"


class Estimate(StrEnum):
    """How a missing value is estimated: by one declared rule, never by a model."""

    LAST_YEAR = "last_year"
    """The agency's own value of the same period a year before."""
    MEDIAN = "median"
    """The value in the middle of those that were sent; of two, their mean."""


@dataclass(frozen=True, slots=True)
class Inclusion:
    """What the programme lets into an edition, and what stands for agencies that sent nothing."""

    late: bool = True
    unreviewed: bool = True
    unexplained: bool = True
    """Whether an answer counts although a warning about it has no reason yet; a reviewer lets it in with one."""
    when_missing: Missing = Missing.EXCLUDE
    estimate: Estimate = Estimate.LAST_YEAR
    fold_percent: int = 90
    """Percent of likeness from which two texts are told once, with both sources."""


class RowSource(StrEnum):
    """Where a sheet's rows come from."""

    FIXED = "fixed"
    ASSIGNMENTS = "assignments"
    FIGURES = "figures"


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure with unit, precision (decimals) and aggregation rule. ``owner`` None: every reporter fills it in."""

    id: str
    name: str
    unit: str
    precision: int
    aggregation: Aggregation
    owner: str | None = None
    abbreviation: str | None = None
    aim: str | None = None
    line: int | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    weight: str | None = None
    """Of a weighted mean: the id of the figure that says how often a value counts."""
    numerator: str | None = None
    denominator: str | None = None
    """Of a ratio of sums: the ids of the two figures."""
    per: int = 1
    """Of a ratio: 100 for per cent, 1000 for per mille."""
    when_missing: Missing | None = None
    estimate: Estimate | None = None
    """None: as the programme says for all figures."""

    @property
    def is_derived(self) -> bool:
        """Whether it is worked out from other figures, so that nobody fills it in."""
        return self.aggregation is Aggregation.RATIO


@dataclass(frozen=True, slots=True)
class FormField:
    """One column of a sheet. Bounds and precision of a figure's own value come from its indicator."""

    code: str
    label: str
    kind: FieldKind
    periods: tuple[Period, ...]
    required: bool = False
    choices: tuple[str, ...] = ()
    precision: int = 0
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    max_length: int = 2000
    width: int = 20


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row of a sheet. ``basis`` is shown beside the label (legal references, unit)."""

    code: str
    label: str
    unit: str = ""
    basis: str = ""
    indicator: Indicator | None = None

    @property
    def heading(self) -> str:
        """What people call the row: ``E17.1 Bảo đảm …``. A code that is a name for programs is left out."""
        is_of_the_plan = self.code[:1].isupper() or self.code[:1].isdigit()
        return f"{self.code} {self.label}" if is_of_the_plan else self.label


@dataclass(frozen=True, slots=True)
class SheetRules:
    """A sheet as the programme describes it, for every period."""

    code: str
    name: str
    source: RowSource
    fields: tuple[FormField, ...]
    rows: tuple[FormRow, ...] = ()


@dataclass(frozen=True, slots=True)
class FormRules:
    """``form.yaml``: the sheets, the figures every reporter gives, and the checks the programme declares."""

    sheets: tuple[SheetRules, ...]
    figures: tuple[Indicator, ...]
    done_status: str
    """The choice that claims a piece of work is finished; reports count it."""
    nil_choice: str
    """The choice in field ``nil`` that says there was nothing to report."""
    checks: tuple[CheckRule, ...] = ()
    """What is asked beyond the fields' own declarations, in this order."""
    explanation_field: str = REASONS
    """The column in which a clerk explains the warnings of a row."""
    shows_explanations: bool = False
    """Whether the report has an annex of the explanations given."""
    inclusion: Inclusion = Inclusion()
    dropped_status: str | None = None
    """The choice that says a piece of work will not be done; it asks for a reason."""
    estimated_choice: str | None = None
    """The choice beside a figure that says the agency has estimated it; its value is provisional until it says else."""

    def check(self, kind: RuleKind, sheet: str, field: str, period: Period) -> CheckRule | None:
        """The first declared check of a kind on a field that holds for every row, in a period."""
        places = (one for one in self.checks if (one.kind, one.sheet, one.field, one.rows) == (kind, sheet, field, ()))
        return next((one for one in places if one.is_asked_in(period)), None)


@dataclass(frozen=True, slots=True)
class FormSheet:
    """A sheet for one agency and period: the fields asked now and the rows that are its own."""

    code: str
    name: str
    fields: tuple[FormField, ...]
    rows: tuple[FormRow, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """Everything one agency is asked in one period. ``version`` changes whenever a question does."""

    cycle: str
    period: Period
    agency: str
    version: str
    sheets: tuple[FormSheet, ...]

    def cells(self) -> Iterator[tuple[FormSheet, FormRow, FormField]]:
        """Every question, sheet by sheet and row by row."""
        return ((sheet, row, field) for sheet in self.sheets for row in sheet.rows for field in sheet.fields)

    def sheet(self, code: str) -> FormSheet | None:
        """The sheet with that code, or None when this period does not ask it."""
        return next((sheet for sheet in self.sheets if sheet.code == code), None)
