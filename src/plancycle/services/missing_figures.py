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

    A body that answers for a figure alone is filled in for that figure only where it owns it. One that took others
    over stands with what each of them last reported.
    """
    asked = [rule for rule in rules if rule.is_filled]
    if not asked or not missing:
        return {}
    owned = {one.id for one in view.programme.indicators if one.owner is not None}
    middle = {rule.suffix: _middle(rule, reported) for rule in asked if rule.estimate is Estimate.MEDIAN}
    found: dict[str, list[Filling]] = {}
    still = frozenset(view.reporters(period))
    for agency in missing:
        known = _Known(work, view, period, agency, still)
        for rule in asked:
            figure = rule.suffix.rpartition(".")[0]
            if figure not in owned or figure in known.held:
                found.setdefault(rule.suffix, []).extend(_filling(rule, agency, known, middle.get(rule.suffix)))
    return found


def _filling(rule: FigureRule, agency: str, known: "_Known", middle: int | None) -> Iterator[Filling]:
    is_estimate = rule.missing is Missing.ESTIMATE
    origin = Origin.ESTIMATED if is_estimate else Origin.CARRIED_FORWARD
    if is_estimate and rule.estimate is Estimate.MEDIAN:
        parts = [] if middle is None else [((middle, 1), NOTHING)]
    else:
        bases = known.last_year(rule) if is_estimate else known.before(rule)
        parts = [(part, basis) for basis in bases if (part := rule.part(basis[0])) is not None]
    for part, (answers, submissions) in parts:
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
    """What is known of a missing agency from before, looked up at most once; its predecessors' first, its own last."""

    def __init__(self, work: Work, view: CycleView, period: Period, agency: str, still: frozenset[str]) -> None:
        """``still``: everybody who reports in the period."""
        self._work, self._view, self._period, self._agency = work, view, period, agency
        self._read: dict[str, Basis] = {}
        self.held = {one.id for one in view.share(period, agency).indicators}
        """The figures it alone answers for, taken over ones among them."""
        before = [one for one in view.roster.predecessors(agency, view.standpoint.day) if one not in still]
        self._whole = [one for one in before if view.reports_now(one) == (agency,)]
        self._in_part = [one for one in before if one not in self._whole]

    def last_year(self, rule: FigureRule) -> list[Basis]:
        """The same period a year before."""
        cycle = str(CycleKey(self._view.programme.id, self._view.year - 1))
        return [self._standing(cycle, self._period, body) for body in self._bodies(rule)]

    def before(self, rule: FigureRule) -> list[Basis]:
        """The period before; for a year that counts its check-ins together, all of them."""
        order, parts = self._view.programme.order, self._view.programme.check_ins
        if self._period is Period.ANNUAL and rule.aggregation is Aggregation.SUM:
            # What bodies that ended without a single successor did in the year counts by itself: carried_now.
            bodies, question = (*self._whole, self._agency), (rule.row or "", rule.field)
            told = [[self._standing(self._view.id, part, body) for part in parts] for body in bodies]
            return [_added(one, question) for one in told]
        before = preceding(self._period, order)
        return [self._standing(self._view.id, before, body) for body in self._bodies(rule)] if before else []

    def _bodies(self, rule: FigureRule) -> list[str]:
        """Those whose values it stands with: of a body that it took only a part of, no more than that part."""
        in_part = self._in_part if rule.row in self.held else []
        return [*in_part, *self._whole, self._agency]

    def _standing(self, cycle: str, period: Period, body: str) -> Basis:
        owed = ObligationKey(cycle, period, body)
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
