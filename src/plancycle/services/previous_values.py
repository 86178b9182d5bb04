"""What an agency is compared with: its own last values, and those of the bodies it has taken over."""

from decimal import Decimal

from plancycle.domain.findings import is_yearly_total
from plancycle.domain.forms import Aggregation
from plancycle.domain.numbers import canonical
from plancycle.domain.periods import ObligationKey, Period, preceding
from plancycle.domain.submissions import SubmissionStatus
from plancycle.services.cycle_view import CycleView
from plancycle.services.repositories import Work

Values = dict[tuple[str, str], str]
"""Canonical values by (row, field)."""


def previous_values(work: Work, view: CycleView, period: Period, agency: str) -> Values:
    """Canonical values the agency is compared with, by (row, field); empty when there are none.

    They are those of its last accepted period; for a yearly total they are the check-ins added up. Where it has taken
    over another body, counted figures of both are added, and work that moved comes with its last state.
    """
    before = preceding(period, view.programme.order)
    if before is None:
        return {}
    values = _values(work, view, period, before, agency)
    if period is Period.ANNUAL:
        parts = [_values(work, view, period, part, agency) for part in view.programme.check_ins]
        values.update(_added_up(view, parts))
    return values


def earlier_values(work: Work, view: CycleView, period: Period, agency: str) -> Values:
    """What the check-ins before this one add up to, by (row, field); empty in the first one and outside check-ins."""
    if period not in view.programme.check_ins:
        return {}
    done = view.programme.check_ins[: view.programme.check_ins.index(period)]
    return _added_up(view, [_values(work, view, period, part, agency) for part in done])


def planned_values(work: Work, view: CycleView, period: Period, agency: str) -> Values:
    """What the agency's accepted plan of the year says, by (row, field); empty before or without one."""
    if period is Period.PLAN or Period.PLAN not in view.programme.order:
        return {}
    return _values(work, view, period, Period.PLAN, agency)


def values_by_body(work: Work, view: CycleView, period: Period, agency: str) -> list[tuple[str, Values]]:
    """For an agency that took others over: (name, its last values) of itself and of each; else empty."""
    before = preceding(period, view.programme.order)
    bodies = view.roster.predecessors(agency, view.standpoint.day)
    if before is None or not bodies:
        return []
    found = [(view.name(body), accepted_values(work, view, before, body)) for body in (agency, *bodies)]
    return [(name, values) for name, values in found if values] if any(values for _, values in found[1:]) else []


def _values(work: Work, view: CycleView, period: Period, before: Period, agency: str) -> Values:
    """The values of one earlier period, from the agency itself and from those it has taken over."""
    share = view.share(period, agency)
    mine = {one.id for one in share.works if not one.is_for_all} | {one.id for one in share.indicators}
    own = accepted_values(work, view, before, agency)
    found: Values = {}
    counted = [own]
    for body in reversed(view.roster.predecessors(agency, view.standpoint.day)):
        is_whole = view.reports_now(body) == (agency,)
        values = accepted_values(work, view, before, body) if is_whole or mine else {}
        if is_whole:
            counted.append(values)
            found.update(values)
        else:
            found.update({question: value for question, value in values.items() if question[0] in mine})
    return {**found, **own, **_sums(view, counted)}


def _sums(view: CycleView, counted: list[Values]) -> Values:
    """Counted figures of several bodies, added; a figure that only one has given is that one's."""
    totals: Values = {}
    for indicator in view.programme.form.figures:
        for field in ("value", "goal"):
            given = [values[indicator.id, field] for values in counted if (indicator.id, field) in values]
            if len(given) > 1 and indicator.aggregation is Aggregation.SUM:
                totals[indicator.id, field] = canonical(sum(map(Decimal, given), Decimal(0)))
    return totals


def accepted_values(work: Work, view: CycleView, period: Period, agency: str) -> Values:
    """What stands as an agency's answer of a period; empty when nothing does."""
    versions = work.submissions.versions(ObligationKey(view.id, period, agency))
    accepted = [version for version in versions if version.status is SubmissionStatus.ACCEPTED]
    entries = work.submissions.entries(accepted[-1].id) if accepted else []
    return {(entry.row, entry.field): entry.value for entry in entries if entry.value is not None}


def _added_up(view: CycleView, parts: list[Values]) -> Values:
    totals: Values = {}
    for indicator in (*view.programme.form.figures, *view.programme.indicators):
        question = (indicator.id, "value")
        given = [Decimal(values[question]) for values in parts if question in values]
        if given and is_yearly_total(Period.ANNUAL, indicator):
            totals[question] = canonical(sum(given, Decimal(0)))
    return totals
