"""What stands in figures for agencies that sent nothing: nothing, a value from before, or a declared estimate."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from plancycle.domain.consolidation import FigureRow, Filled, Origin
from plancycle.domain.figure_rules import FigureRule
from plancycle.domain.forms import Aggregation, Estimate, Missing
from plancycle.domain.numbers import canonical, from_scaled, half_up
from plancycle.domain.periods import CycleKey, ObligationKey, Period, preceding
from plancycle.domain.submissions import SubmissionStatus
from plancycle.services.cycle_view import CycleView
from plancycle.services.repositories import Work

Answers = dict[tuple[str, str], str]
Basis = tuple[Answers, tuple[str, ...]]
"""Canonical values by (row, field), and the submissions they stand in."""
NOTHING: Basis = ({}, ())


@dataclass(frozen=True, slots=True)
class Filling:
    """One missing agency in one figure: the row that goes into it, and how it is told."""

    row: FigureRow
    filled: Filled


def filled_in(
    work: Work,
    view: CycleView,
    period: Period,
    rules: Sequence[FigureRule],
    missing: Sequence[str],
    reported: Sequence[FigureRow],
) -> dict[str, list[Filling]]:
    """By figure, what stands in it for each missing agency that it has a basis for, in roster order.

    A body that answers for a figure alone is filled in for that figure only where it owns it.
    """
    asked = [rule for rule in rules if rule.is_filled]
    if not asked or not missing:
        return {}
    owner = {one.id: one.owner for one in view.programme.indicators}
    middle = {rule.suffix: _middle(rule, reported) for rule in asked if rule.estimate is Estimate.MEDIAN}
    found: dict[str, list[Filling]] = {}
    for agency in missing:
        known = _Known(work, view, period, agency)
        for rule in asked:
            if owner.get(rule.suffix.rpartition(".")[0]) in (None, agency):
                found.setdefault(rule.suffix, []).extend(_filling(rule, agency, known, middle.get(rule.suffix)))
    return found


def _filling(rule: FigureRule, agency: str, known: "_Known", middle: int | None) -> Iterator[Filling]:
    is_estimate = rule.missing is Missing.ESTIMATE
    origin = Origin.ESTIMATED if is_estimate else Origin.CARRIED_FORWARD
    answers, submissions = NOTHING
    if is_estimate and rule.estimate is Estimate.MEDIAN:
        part = None if middle is None else (middle, 1)
    else:
        answers, submissions = known.last_year() if is_estimate else known.before(rule)
        part = rule.part(answers)
    if part is not None:
        row = FigureRow(rule.suffix, agency, part[0], rule.precision, part[1], origin)
        told = answers.get((rule.row or "", rule.field)) or canonical(from_scaled(part[0], rule.precision))
        yield Filling(row, Filled(agency, origin, told, submissions))


def _middle(rule: FigureRule, reported: Sequence[FigureRow]) -> int | None:
    """The median of what was sent for a figure, rounded half up between two; None where nothing was."""
    values = sorted(row.scaled for row in reported if row.figure == rule.suffix)
    if not values:
        return None
    low, high = values[(len(values) - 1) // 2], values[len(values) // 2]
    return half_up(low + high, 2)


class _Known:
    """What is known of a missing agency from before, looked up at most once."""

    def __init__(self, work: Work, view: CycleView, period: Period, agency: str) -> None:
        self._work, self._view, self._period, self._agency = work, view, period, agency
        self._read: dict[str, Basis] = {}

    def last_year(self) -> Basis:
        """The same period a year before."""
        return self._standing(str(CycleKey(self._view.programme.id, self._view.year - 1)), self._period)

    def before(self, rule: FigureRule) -> Basis:
        """The period before; for a year that counts its check-ins together, all of them."""
        order, parts = self._view.programme.order, self._view.programme.check_ins
        if self._period is Period.ANNUAL and rule.aggregation is Aggregation.SUM:
            return _added([self._standing(self._view.id, part) for part in parts], (rule.row or "", rule.field))
        before = preceding(self._period, order)
        return self._standing(self._view.id, before) if before else NOTHING

    def _standing(self, cycle: str, period: Period) -> Basis:
        owed = ObligationKey(cycle, period, self._agency)
        if str(owed) not in self._read:
            versions = self._work.submissions.versions(owed)
            accepted = [one for one in versions if one.status is SubmissionStatus.ACCEPTED][-1:]
            self._read[str(owed)] = _answers(self._work, accepted[0].id) if accepted else NOTHING
        return self._read[str(owed)]


def _answers(work: Work, submission: str) -> Basis:
    entries = work.submissions.entries(submission)
    return {(one.row, one.field): one.value for one in entries if one.value is not None}, (submission,)


def _added(parts: Sequence[Basis], question: tuple[str, str]) -> Basis:
    """The check-ins that answered a question, added up."""
    given = [(answers[question], submissions) for answers, submissions in parts if question in answers]
    if not given:
        return NOTHING
    total = sum((Decimal(value) for value, _ in given), Decimal(0))
    return {question: canonical(total)}, tuple(one for _, submissions in given for one in submissions)
