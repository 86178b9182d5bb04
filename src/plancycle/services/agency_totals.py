"""A counted figure by agency: under the bodies that reported it then, or under those that stand for them now.

Both ways have the same sum: every accepted value is counted once, whoever it is shown under.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from plancycle.domain.errors import NotFound
from plancycle.domain.figure_rules import FigureRule, figure_rules
from plancycle.domain.periods import Period
from plancycle.services.carried import is_carried
from plancycle.services.consolidate_period import accepted_now
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.ports import House
from plancycle.services.repositories import Work


@dataclass(frozen=True, slots=True)
class AgencyTotal:
    """One body's line; ``reported_by`` are the bodies whose accepted reports are in it."""

    agency: str
    name: str
    value: Decimal
    reported_by: tuple[str, ...]
    has_ended: bool
    """A body that several others followed, or none: its figures cannot be shown under one of today's."""


def agency_totals(
    house: House, year: int, figure: str, period: Period | None = None, as_now: bool = False
) -> list[AgencyTotal]:
    """The sum of a counted figure (``inspections.value``) by agency, over one period or all check-ins so far.

    Raises NotFound for a figure that is not counted in that period.
    """
    with house.work() as work:
        view = cycle_view(house, year, work)
        parts = (period,) if period else view.programme.check_ins
        values = [value for part in parts for value in _values(work, view, part, figure)]
    found: dict[str, list[tuple[str, Decimal]]] = {}
    for agency, value in values:
        found.setdefault(shown_under(view, agency) if as_now else agency, []).append((agency, value))
    return [_total(view, agency, given) for agency, given in found.items()]


def _values(work: Work, view: CycleView, period: Period, figure: str) -> Iterator[tuple[str, Decimal]]:
    rule = _rule(view, period, figure)
    for submission in accepted_now(work, view, period):
        for entry in work.submissions.entries(submission.id):
            if entry.value is not None and rule.takes(entry.row, entry.field, entry.value):
                yield submission.obligation.agency, Decimal(entry.value)


def _rule(view: CycleView, period: Period, figure: str) -> FigureRule:
    for rule in figure_rules(view.programme, period):
        if rule.suffix == figure and is_carried(rule):
            return rule
    raise NotFound("not_found.figure", figure=figure)


def shown_under(view: CycleView, agency: str) -> str:
    """Who stands today for a body; one that several followed, or none, is shown as itself."""
    following = view.reports_now(agency)
    return following[0] if len(following) == 1 else agency


def _total(view: CycleView, agency: str, given: list[tuple[str, Decimal]]) -> AgencyTotal:
    value = sum((part for _, part in given), Decimal(0))
    reported_by = tuple(dict.fromkeys(body for body, _ in given))
    return AgencyTotal(agency, view.name(agency), value, reported_by, agency not in view.reports_now(agency))
