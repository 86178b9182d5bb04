"""How each consolidated figure is made: which entries it takes, and what each of them adds."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from plancycle.domain.consolidation import FigureRow, Origin
from plancycle.domain.forms import Aggregation, Estimate, FieldKind, FormField, Indicator, Missing, RowSource
from plancycle.domain.numbers import to_scaled
from plancycle.domain.periods import Period
from plancycle.domain.programme import Programme

VALUE = "value"
"""The field of a figure that reports what was done; goals are never carried on or estimated."""
Answers = Mapping[tuple[str, str], str]
"""Canonical values by (row, field)."""


@dataclass(frozen=True, slots=True)
class FigureRule:
    """How one consolidated figure is made: which entries it takes and how they become one.

    ``row`` None takes the field from every row; ``match`` counts the entries with that very value. ``other`` is the
    second figure of a weighted mean (the weight) or of a ratio (the denominator).
    """

    suffix: str
    label: str
    unit: str
    precision: int
    aggregation: Aggregation
    field: str
    row: str | None = None
    match: str | None = None
    other: str | None = None
    row_precision: int = 0
    other_precision: int = 0
    per: int = 1
    missing: Missing = Missing.EXCLUDE
    estimate: Estimate = Estimate.LAST_YEAR

    def scaled(self, value: str) -> int:
        """What one entry adds, as a scaled integer: a count adds 1."""
        return 1 if self.match is not None else scaled_text(value, self.precision)

    def takes(self, row: str, field: str, value: str) -> bool:
        """Whether an entry belongs to this figure; of a weighted mean or a ratio, both figures do."""
        return (
            field == self.field and (self.row is None or row in (self.row, self.other)) and self.match in (None, value)
        )

    @property
    def is_filled(self) -> bool:
        """Whether something stands in it for agencies that sent nothing."""
        return self.missing is not Missing.EXCLUDE and self.field == VALUE and self.row is not None

    def part(self, answers: Answers) -> tuple[int, int] | None:
        """(What one agency adds, its weight or divisor), both scaled; None when it gives the figure nothing."""
        mine = answers.get((self.row or "", self.field))
        if mine is None:
            return None
        if self.other is None:
            return self.scaled(mine), 1
        other = answers.get((self.other, self.field))
        if other is None:
            return None
        divisor = to_scaled(Decimal(other), self.other_precision)
        if self.aggregation is Aggregation.WEIGHTED_MEAN:
            return self.scaled(mine), divisor
        # Both sides brought to whole numbers whose plain quotient is the ratio in units of 10^-precision.
        counted = (
            to_scaled(Decimal(mine), self.row_precision) * self.per * 10 ** (self.precision + self.other_precision)
        )
        return counted, divisor * 10**self.row_precision


def scaled_text(value: str, precision: int) -> int:
    """A canonical number as an integer of 10^-precision units. Raises ValueError when digits would be lost.

    The digits are moved as text: a national round has a million of them, and decimals take ten times as long.
    """
    whole, _, decimals = value.partition(".")
    kept = decimals.ljust(precision, "0")
    digits = whole.removeprefix("-")
    if len(kept) > precision or not (digits.isdecimal() and (digits + kept).isdecimal()):
        return to_scaled(Decimal(value), precision)
    return int(whole + kept)


_NO_RULES: list[FigureRule] = []


class RuleBook:
    """The rules of a period, found by question: most entries of an answer feed no figure or one."""

    def __init__(self, rules: Sequence[FigureRule]) -> None:
        self.rules = tuple(rules)
        of_rows = [rule for rule in rules if rule.row is not None]
        self._plain = [
            (one.suffix, (one.row or "", one.field), one.precision)
            for one in of_rows
            if one.other is None and one.match is None
        ]
        self._of_pairs = [one for one in of_rows if one.other is not None or one.match is not None]
        self._of_fields: dict[str, list[FigureRule]] = {}
        self._of_questions: dict[tuple[str, str], list[FigureRule]] = {}
        for rule in rules:
            if rule.row is None:
                self._of_fields.setdefault(rule.field, []).append(rule)
            for row in {rule.row, rule.other} - {None}:
                self._of_questions.setdefault((row or "", rule.field), []).append(rule)

    def taking(self, row: str, field: str, value: str) -> list[FigureRule]:
        """The rules an entry belongs to, in no particular order; only to be looked at."""
        of_question = self._of_questions.get((row, field), _NO_RULES)
        if field not in self._of_fields:
            return of_question
        return [*(rule for rule in self._of_fields[field] if rule.match in (None, value)), *of_question]

    def rows(
        self, agency: str, entries: Iterable[tuple[str, str, str]], origin: Origin = Origin.REPORTED
    ) -> Iterator[FigureRow]:
        """What one answer, given as (row, field, canonical value), adds to every figure."""
        answers: dict[tuple[str, str], str] = {}
        for row, field, value in entries:
            answers[row, field] = value
            for rule in self._of_fields.get(field, ()):
                if rule.match in (None, value):
                    yield FigureRow(rule.suffix, agency, rule.scaled(value), rule.precision, 1, origin)
        for suffix, question, precision in self._plain:
            mine = answers.get(question)
            if mine is not None:
                yield FigureRow(suffix, agency, scaled_text(mine, precision), precision, 1, origin)
        for rule in self._of_pairs:
            part = rule.part(answers)
            if part is not None:
                yield FigureRow(rule.suffix, agency, part[0], rule.precision, part[1], origin)


def figure_rules(programme: Programme, period: Period) -> tuple[FigureRule, ...]:
    """Every consolidated figure of a period, in the form's order: indicators, then counts by choice, then means."""
    return tuple(rule for rule in all_rules(programme, period) if rule.aggregation is not Aggregation.NONE)


def all_rules(programme: Programme, period: Period) -> tuple[FigureRule, ...]:
    """As :func:`figure_rules`, with those figures that have no total, only each agency's own value."""
    rules: list[FigureRule] = []
    for sheet in programme.form.sheets:
        asked = [field for field in sheet.fields if period in field.periods]
        if sheet.source is RowSource.FIGURES:
            indicators = (*programme.form.figures, *programme.indicators)
            decimals = {one.id: one.precision for one in indicators}
            numbers = [field for field in asked if field.kind is FieldKind.NUMBER]
            rules += [_indicator_rule(programme, one, field, decimals) for one in indicators for field in numbers]
        if sheet.source is RowSource.ASSIGNMENTS:
            for field in asked:
                rules += _work_rules(sheet.code, field)
    return tuple(rules)


def _indicator_rule(programme: Programme, one: Indicator, field: FormField, decimals: Mapping[str, int]) -> FigureRule:
    usual = programme.form.inclusion
    first = one.numerator or one.id
    other = one.denominator or one.weight
    return FigureRule(
        suffix=f"{one.id}.{field.code}",
        label=one.name,
        unit=one.unit,
        precision=one.precision,
        aggregation=one.aggregation,
        field=field.code,
        row=first,
        other=other,
        row_precision=decimals.get(first, 0),
        other_precision=decimals.get(other or "", 0),
        per=one.per,
        missing=one.when_missing or usual.when_missing,
        estimate=one.estimate or usual.estimate,
    )


def _work_rules(sheet: str, field: FormField) -> list[FigureRule]:
    if field.kind is FieldKind.NUMBER:
        suffix = f"{sheet}.{field.code}"
        return [FigureRule(suffix, field.label, "", field.precision, Aggregation.MEAN, field.code)]
    return [
        FigureRule(f"{sheet}.{field.code}.{number}", choice, "", 0, Aggregation.COUNT, field.code, match=choice)
        for number, choice in enumerate(field.choices, start=1)
    ]
