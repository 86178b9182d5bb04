"""Figures of bodies that ended inside the year and that no single successor can report: their quarters count on.

A department that took over another one gives the whole year itself. Ninety-two communes cannot give the half year of
nine districts: without this their work of January to June would be missing from the year's totals.
"""

from collections.abc import Mapping, Sequence

from plancycle.domain.consolidation import FigureRow, Origin
from plancycle.domain.figure_rules import VALUE, FigureRule, RuleBook, figure_rules
from plancycle.domain.forms import Aggregation
from plancycle.domain.periods import Period
from plancycle.domain.programme import Programme
from plancycle.domain.submissions import Entry, Submission, SubmissionStatus
from plancycle.services.cycle_view import CycleView
from plancycle.services.repositories import Work


def carried_now(work: Work, view: CycleView, period: Period) -> list[Submission]:
    """The accepted check-ins that the year's totals need besides the annual reports, by period and roster order."""
    if period is not Period.ANNUAL:
        return []
    reporting = set(view.reporters(period))
    ended = {
        agency
        for part in view.programme.check_ins
        for agency in view.reporters(part)
        if agency not in reporting and len(view.reports_now(agency)) != 1
    }
    return [one for part in view.programme.check_ins if ended for one in _standing(work, view, part, ended)]


def _standing(work: Work, view: CycleView, part: Period, ended: set[str]) -> list[Submission]:
    accepted = {
        one.obligation.agency: one
        for one in work.submissions.of_period(view.id, part)
        if one.status is SubmissionStatus.ACCEPTED
    }
    return [accepted[agency] for agency in view.reporters(part) if agency in ended and agency in accepted]


def carried_rows(
    programme: Programme, period: Period, earlier: Sequence[Submission], entries: Mapping[str, Sequence[Entry]]
) -> list[FigureRow]:
    """What earlier submissions add to the year's counted figures."""
    book = RuleBook([rule for rule in figure_rules(programme, period) if is_carried(rule)])
    return [
        row
        for one in earlier
        for row in book.rows(
            one.obligation.agency,
            [(entry.row, entry.field, entry.value) for entry in entries[one.id] if entry.value is not None],
            Origin.EARLIER,
        )
    ]


def is_carried(rule: FigureRule) -> bool:
    """Whether a figure of the year is the sum of its quarters."""
    return rule.row is not None and rule.field == VALUE and rule.aggregation is Aggregation.SUM
