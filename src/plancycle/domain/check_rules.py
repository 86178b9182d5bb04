"""The checks a programme declares: one small language, a table of kinds, no expressions.

A rule names its kind, where it looks (sheet, field, rows, periods) and the kind's own parameters. What every field
declares about itself (type, bounds, choices, required, length) needs no rule; rules say what one cell cannot know.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from plancycle.domain.periods import Period


class Severity(StrEnum):
    """What a finding does to a submission: an error blocks, a warning needs an explanation, a note informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class RuleKind(StrEnum):
    """What a rule asks."""

    REQUIRED = "required"
    REQUIRED_WHEN = "required_when"
    EVIDENCE = "evidence"
    CHOICE = "choice"
    RANGE = "range"
    SUM = "sum"
    JUMP = "jump"
    UNIT = "unit"
    NOT_FALLING = "not_falling"
    ANNUAL_TOTAL = "annual_total"
    DATE_WITHIN = "date_within"
    TEXT_SHORT = "text_short"
    COPIED = "copied"


class Against(StrEnum):
    """What a figure is compared with: the last accepted period, or the same period of the year before."""

    PERIOD = "period"
    YEAR = "year"


class Compare(StrEnum):
    """How a year's figure relates to its check-ins."""

    NOT_BELOW = "not_below"
    EQUAL = "equal"


class Within(StrEnum):
    """Between which days a date must lie: those the period reports on, or the cycle's calendar year."""

    PERIOD = "period"
    YEAR = "year"


class CopiedFrom(StrEnum):
    """Where a text may have been copied from."""

    LAST_PERIOD = "last_period"
    OTHER_AGENCY = "other_agency"


@dataclass(frozen=True, slots=True)
class CheckRule:
    """One declared check. Parameters that its kind does not use keep their defaults (see :data:`KINDS`)."""

    id: str
    kind: RuleKind
    severity: Severity
    sheet: str
    field: str
    rows: tuple[str, ...] = ()
    """Row codes; empty: every row of the sheet."""
    periods: tuple[Period, ...] = ()
    """Empty: every period in which the field is asked."""
    when_field: str | None = None
    """The field of the same row that decides whether ``field`` is required."""
    when: tuple[str, ...] = ()
    """The values that make it so; for evidence, the values of ``field`` itself that claim something."""
    needs: str | None = None
    """The field that must then hold the evidence."""
    choices: tuple[str, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    of_rows: tuple[str, ...] = ()
    of_fields: tuple[str, ...] = ()
    tolerance: Decimal = Decimal(0)
    percent: Decimal | None = None
    floor: Decimal = Decimal(0)
    """A change of at most this much, in the figure's own unit, is no jump."""
    against: Against = Against.PERIOD
    compare: Compare = Compare.NOT_BELOW
    within: Within = Within.PERIOD
    factor: Decimal = Decimal(1000)
    length: int | None = None
    likeness: int | None = None
    """Percent of likeness from which a text counts as copied."""
    sources: tuple[CopiedFrom, ...] = ()

    def is_asked_in(self, period: Period) -> bool:
        """Whether the rule applies in a period."""
        return not self.periods or period in self.periods


@dataclass(frozen=True, slots=True)
class KindSpec:
    """The parameters of one kind: those it needs, those it takes besides, and groups of which one must be given."""

    needs: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset()
    one_of: frozenset[str] = frozenset()


def _spec(needs: str = "", takes: str = "", one_of: str = "") -> KindSpec:
    return KindSpec(*(frozenset(names.split()) for names in (needs, takes, one_of)))


KINDS: Mapping[RuleKind, KindSpec] = {
    RuleKind.REQUIRED: _spec(),
    RuleKind.REQUIRED_WHEN: _spec("when_field when"),
    RuleKind.EVIDENCE: _spec("when needs"),
    RuleKind.CHOICE: _spec("choices"),
    RuleKind.RANGE: _spec(one_of="minimum maximum"),
    RuleKind.SUM: _spec(takes="tolerance", one_of="of_rows of_fields"),
    RuleKind.JUMP: _spec("percent", "floor against"),
    RuleKind.UNIT: _spec(takes="factor against"),
    RuleKind.NOT_FALLING: _spec(takes="against"),
    RuleKind.ANNUAL_TOTAL: _spec(takes="compare tolerance"),
    RuleKind.DATE_WITHIN: _spec(takes="within"),
    RuleKind.TEXT_SHORT: _spec("length"),
    RuleKind.COPIED: _spec("likeness sources", "length"),
}
"""The whole language. The check of a programme refuses a parameter its kind does not know."""

PARAMETERS = frozenset(name for spec in KINDS.values() for name in spec.needs | spec.takes | spec.one_of)


def usual_rules(sheets: Mapping[str, frozenset[str]], done: str, percent: Decimal) -> tuple[CheckRule, ...]:
    """The checks of a programme from before checks were declared: ``jump_percent`` stood for all of them.

    ``sheets``: the field codes of each sheet. A cycle follows the programme version it was opened with, so those files
    must go on meaning what they meant.
    """
    rules: list[CheckRule] = []
    warning = Severity.WARNING
    for sheet, fields in sheets.items():
        if {"status", "evidence"} <= fields:
            rules.append(
                CheckRule(f"{sheet}-done", RuleKind.EVIDENCE, warning, sheet, "status", when=(done,), needs="evidence")
            )
        if "progress" in fields:
            rules.append(CheckRule(f"{sheet}-progress", RuleKind.NOT_FALLING, warning, sheet, "progress"))
        if "value" in fields:
            rules.append(CheckRule(f"{sheet}-year", RuleKind.ANNUAL_TOTAL, warning, sheet, "value"))
            rules.append(CheckRule(f"{sheet}-jump", RuleKind.JUMP, warning, sheet, "value", percent=percent))
    return tuple(rules)
