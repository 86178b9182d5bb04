"""Carries out the checks a programme declares: every doubt in the order of the form, then of the rules."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from plancycle.domain import numbers
from plancycle.domain.check_rules import Against, CheckRule, Compare, CopiedFrom, RuleKind, Within
from plancycle.domain.forms import Aggregation, FieldKind, Form, FormField, FormRow, FormSheet, Indicator
from plancycle.domain.periods import Period
from plancycle.domain.submissions import Entry

Question = tuple[str, str]
"""Row code and field code."""
Answers = Mapping[Question, Entry]
"""Entries by (row code, field code)."""
Likeness = Callable[[str, Sequence[str], int], int]
"""How like a text is to the likest of others, in percent; 0 when none reaches the percent asked for."""


def no_likeness(text: str, others: Sequence[str], percent: int) -> int:
    """Without a measure only the very same text is a copy."""
    return 100 if text in others else 0


@dataclass(frozen=True, slots=True)
class Background:
    """What an answer is held against. ``others``: what other agencies wrote, by question, without their names."""

    previous: Mapping[Question, str] = field(default_factory=dict)
    """Canonical values of the last accepted period; for a yearly total, its check-ins added up."""
    last_year: Mapping[Question, str] = field(default_factory=dict)
    """Canonical values of the same period of the year before."""
    others: Mapping[Question, Sequence[str]] = field(default_factory=dict)
    reported: tuple[date, date] | None = None
    """First and last day the period reports on."""
    likeness: Likeness = no_likeness


@dataclass(frozen=True, slots=True)
class Doubt:
    """What one rule doubts at one cell."""

    rule: CheckRule
    sheet: FormSheet
    row: FormRow
    field: FormField
    entry: Entry
    code: str
    params: Mapping[str, str]


@dataclass(slots=True)
class _Case:
    """One cell under one rule. ``value`` is its canonical text, empty when nothing stands there."""

    period: Period
    row: FormRow
    field: FormField
    value: str
    read: Answers
    background: Background
    is_nil: bool

    def of(self, code: str) -> str | None:
        """The value of another field of the row; None when it is not asked."""
        entry = self.read.get((self.row.code, code))
        return None if entry is None else entry.value or ""

    def before(self, against: Against) -> Decimal | None:
        """The figure this one is compared with."""
        known = self.background.previous if against is Against.PERIOD else self.background.last_year
        text = known.get((self.row.code, self.field.code))
        return Decimal(text) if text else None


_Verdict = tuple[str, dict[str, str]] | None
"""A finding's code with its parameters; None: nothing to ask about."""
_Check = tuple[CheckRule, Callable[[CheckRule, _Case], _Verdict]]


def doubts(
    form: Form, rules: Sequence[CheckRule], read: Answers, background: Background, *, is_nil: bool
) -> Iterator[Doubt]:
    """Every doubt of every rule, in one pass. ``is_nil``: nothing is required of one who has nothing to report."""
    asked: dict[tuple[str, str], list[_Check]] = {}
    for rule in rules:
        if rule.is_asked_in(form.period):
            asked.setdefault((rule.sheet, rule.field), []).append((rule, _CHECKS[rule.kind]))
    for sheet in form.sheets:
        checked = [
            (field, its, [check for check in its if check[0].kind in _OF_EMPTY])
            for field in sheet.fields
            if (its := asked.get((sheet.code, field.code))) is not None
        ]
        for row in sheet.rows if checked else ():
            for field_, its, of_empty in checked:
                entry = read.get((row.code, field_.code))
                if entry is None or (not entry.value and entry.raw.strip()):  # not there, or not to be read
                    continue
                if checks := its if entry.value else of_empty:
                    case = _Case(form.period, row, field_, entry.value or "", read, background, is_nil)
                    yield from _of_cell(sheet, checks, case, entry)


def _of_cell(sheet: FormSheet, checks: Sequence[_Check], case: _Case, entry: Entry) -> Iterable[Doubt]:
    found = []
    for rule, check in checks:
        if not rule.rows or case.row.code in rule.rows:
            verdict = check(rule, case)
            if verdict is not None:
                found.append(Doubt(rule, sheet, case.row, case.field, entry, *verdict))
    if len(found) < 2:
        return found
    # A figure in the wrong unit has jumped, too; saying so once, with the likelier reason, is enough.
    units = {one.rule.against for one in found if one.rule.kind is RuleKind.UNIT}
    return [one for one in found if one.rule.kind is not RuleKind.JUMP or one.rule.against not in units]


def shown(value: Decimal | None) -> str:
    """A number inside a message: with a decimal comma; … for none."""
    return "…" if value is None else numbers.canonical(value).replace(".", ",")


def is_yearly_total(period: Period, indicator: Indicator | None) -> bool:
    """Whether the annual value is the whole year's, so that it is compared with the quarters added up."""
    return period is Period.ANNUAL and indicator is not None and indicator.aggregation is Aggregation.SUM


def _required(rule: CheckRule, case: _Case) -> _Verdict:
    return None if case.value or case.is_nil else ("required", {})


def _required_when(rule: CheckRule, case: _Case) -> _Verdict:
    decisive = case.of(rule.when_field or "")
    if case.value or case.is_nil or decisive not in rule.when:
        return None
    return "required_when", {"value": decisive or ""}


def _evidence(rule: CheckRule, case: _Case) -> _Verdict:
    is_claimed = case.value in rule.when and case.of(rule.needs or "") == ""
    return ("done_without_evidence", {}) if is_claimed else None


def _choice(rule: CheckRule, case: _Case) -> _Verdict:
    return None if case.value in rule.choices else ("choice", {"choices": "; ".join(rule.choices)})


def _range(rule: CheckRule, case: _Case) -> _Verdict:
    number, low, high = Decimal(case.value), rule.minimum, rule.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        return "number_range", {"minimum": shown(low), "maximum": shown(high)}
    return None


def _sum(rule: CheckRule, case: _Case) -> _Verdict:
    questions = [*((row, case.field.code) for row in rule.of_rows), *((case.row.code, one) for one in rule.of_fields)]
    parts = [Decimal(entry.value) for one in questions if (entry := case.read.get(one)) is not None and entry.value]
    total = sum(parts, Decimal(0))
    if not parts or abs(Decimal(case.value) - total) <= rule.tolerance:
        return None
    return "sum_mismatch", {"sum": shown(total), "parts": ", ".join(rule.of_rows or rule.of_fields)}


def _jump(rule: CheckRule, case: _Case) -> _Verdict:
    old = case.before(rule.against)
    is_year_against_quarters = rule.against is Against.PERIOD and is_yearly_total(case.period, case.row.indicator)
    if not old or is_year_against_quarters:
        return None
    moved = Decimal(case.value) - old
    if abs(moved) <= rule.floor or abs(moved) * 100 <= (rule.percent or 0) * abs(old):
        return None
    percent = numbers.rounded(moved * 100 / abs(old), 1)
    code = "value_jumped" if rule.against is Against.PERIOD else "value_jumped_year"
    return code, {"before": shown(old), "percent": shown(percent)}


def _unit(rule: CheckRule, case: _Case) -> _Verdict:
    """A figure about ``factor`` times the last one, or that fraction of it: between half and twice of it."""
    before = case.before(rule.against)
    if not before or not Decimal(case.value):
        return None
    old, new = abs(before), abs(Decimal(case.value))
    ratio = max(old, new) / min(old, new)
    if not rule.factor / 2 <= ratio <= rule.factor * 2:
        return None
    return "unit_suspect", {"before": shown(before), "factor": shown(rule.factor)}


def _not_falling(rule: CheckRule, case: _Case) -> _Verdict:
    old = case.before(rule.against)
    if old is None or Decimal(case.value) >= old:
        return None
    return "progress_fell" if case.field.code == "progress" else "value_fell", {"before": shown(old)}


def _annual_total(rule: CheckRule, case: _Case) -> _Verdict:
    """A year's sum against its check-ins; with ``equal`` also a cumulative figure against its last one.

    Who reported figures in the year and then says that nothing arose in it has left them out: a blank is then 0.
    """
    indicator, old = case.row.indicator, case.before(Against.PERIOD)
    if case.period is not Period.ANNUAL or indicator is None or old is None or not (case.value or case.is_nil):
        return None
    new = Decimal(case.value or 0)
    if rule.compare is Compare.NOT_BELOW:
        is_below = indicator.aggregation is Aggregation.SUM and new < old
        return ("annual_below_quarters", {"before": shown(old)}) if is_below else None
    if indicator.aggregation is Aggregation.MEAN or abs(new - old) <= rule.tolerance:
        return None
    code = "annual_not_sum" if indicator.aggregation is Aggregation.SUM else "annual_not_last"
    return code, {"before": shown(old)}


def _date_within(rule: CheckRule, case: _Case) -> _Verdict:
    reported = case.background.reported
    if reported is None:
        return None
    first, last = reported
    if rule.within is Within.YEAR:
        first, last = date(last.year, 1, 1), date(last.year, 12, 31)
    if first <= date.fromisoformat(case.value) <= last:
        return None
    return "date_outside", {"first": first.strftime("%d/%m/%Y"), "last": last.strftime("%d/%m/%Y")}


def _text_short(rule: CheckRule, case: _Case) -> _Verdict:
    least, length = rule.length or 0, len(" ".join(case.value.split()))
    return ("text_short", {"length": str(length), "minimum": str(least)}) if length < least else None


def plain_words(text: str) -> str:
    """A text as it is compared with others: case and blanks do not count."""
    return " ".join(text.casefold().split())


def _copied(rule: CheckRule, case: _Case) -> _Verdict:
    """The likeness alone is told: neither whose text it is like nor what stands there."""
    text, question, percent = plain_words(case.value), (case.row.code, case.field.code), rule.likeness or 100
    if len(text) < (rule.length or 0):
        return None
    own = case.background.previous.get(question, "")
    likeness = case.background.likeness
    if CopiedFrom.LAST_PERIOD in rule.sources and own and (like := likeness(text, [plain_words(own)], percent)):
        return "copied_last_period", {"percent": str(like)}
    others = case.background.others.get(question, ())
    if CopiedFrom.OTHER_AGENCY in rule.sources and others and likeness(text, others, percent):
        return "copied_elsewhere", {}
    return None


_OF_EMPTY = frozenset({RuleKind.REQUIRED, RuleKind.REQUIRED_WHEN, RuleKind.ANNUAL_TOTAL})
"""Kinds that ask about empty cells."""

_CHECKS: Mapping[RuleKind, Callable[[CheckRule, _Case], _Verdict]] = {
    RuleKind.REQUIRED: _required,
    RuleKind.REQUIRED_WHEN: _required_when,
    RuleKind.EVIDENCE: _evidence,
    RuleKind.CHOICE: _choice,
    RuleKind.RANGE: _range,
    RuleKind.SUM: _sum,
    RuleKind.JUMP: _jump,
    RuleKind.UNIT: _unit,
    RuleKind.NOT_FALLING: _not_falling,
    RuleKind.ANNUAL_TOTAL: _annual_total,
    RuleKind.DATE_WITHIN: _date_within,
    RuleKind.TEXT_SHORT: _text_short,
    RuleKind.COPIED: _copied,
}


_NUMERIC = {
    RuleKind.RANGE,
    RuleKind.SUM,
    RuleKind.JUMP,
    RuleKind.UNIT,
    RuleKind.NOT_FALLING,
    RuleKind.ANNUAL_TOTAL,
}
EXPECTED: Mapping[RuleKind, tuple[FieldKind, ...]] = {
    **dict.fromkeys(_NUMERIC, (FieldKind.NUMBER,)),
    **dict.fromkeys((RuleKind.TEXT_SHORT, RuleKind.COPIED), (FieldKind.TEXT,)),
    RuleKind.DATE_WITHIN: (FieldKind.DATE,),
    RuleKind.CHOICE: (FieldKind.CHOICE, FieldKind.TEXT),
}
"""The kinds of field a rule can look at; a kind that is not listed looks at any."""
