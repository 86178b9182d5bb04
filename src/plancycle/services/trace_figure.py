"""Lead a consolidated figure back to the cells it was made from."""

from dataclasses import dataclass

from plancycle.domain.consolidation import Edition, Figure, FigureRule, SourceCell, figure_rules
from plancycle.domain.errors import NotFound
from plancycle.domain.periods import ObligationKey, Period
from plancycle.services.carried import is_carried
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.ports import House
from plancycle.services.repositories import Work


@dataclass(frozen=True, slots=True)
class Trace:
    """A figure with every cell that went into it."""

    figure: str
    value: str
    edition: str
    sources: tuple[SourceCell, ...]


def trace(house: House, figure_id: str) -> Trace:
    """Trace a figure of the newest edition of its period. Raises NotFound."""
    cycle, period, suffix = _parts(figure_id)
    view = cycle_view(house, int(cycle.rpartition("-")[2]))
    rule = next((rule for rule in figure_rules(view.programme, period) if rule.suffix == suffix), None)
    with house.work() as work:
        editions = work.editions.of_period(cycle, period)
        edition = editions[-1] if editions else None
        figure = _figure(edition, figure_id)
        if rule is None or edition is None or figure is None:
            raise NotFound("not_found.figure", figure=figure_id)
        sources = _sources(work, view, edition, rule)
    return Trace(figure_id, str(figure.value), edition.id, tuple(sources))


def _parts(figure_id: str) -> tuple[str, Period, str]:
    try:
        cycle, period, suffix = figure_id.split("/", 2)
        int(cycle.rpartition("-")[2])
        return cycle, Period(period), suffix
    except ValueError as broken:
        raise NotFound("not_found.figure", figure=figure_id) from broken


def _figure(edition: Edition | None, figure_id: str) -> Figure | None:
    figures = edition.figures if edition else ()
    return next((figure for figure in figures if figure.id == figure_id), None)


def _sources(work: Work, view: CycleView, edition: Edition, rule: FigureRule) -> list[SourceCell]:
    found = []
    for member in edition.members:
        for entry in work.submissions.entries(member.submission):
            if entry.value is not None and rule.takes(entry.row, entry.field, entry.value):
                cell = (entry.sheet, entry.cell, entry.raw, entry.value)
                found.append(SourceCell(member.agency, member.submission, member.sha256, *cell))
    for earlier in edition.coverage.carried if is_carried(rule) else ():
        found.extend(_carried(work, earlier, rule))
    return found


def _carried(work: Work, submission_id: str, rule: FigureRule) -> list[SourceCell]:
    """The cells of an earlier period's report of a body that has ended since."""
    key = ObligationKey.parse(submission_id.rpartition("/")[0])
    sha256 = next(one.sha256 for one in work.submissions.versions(key) if one.id == submission_id)
    return [
        SourceCell(key.agency, submission_id, sha256, entry.sheet, entry.cell, entry.raw, entry.value)
        for entry in work.submissions.entries(submission_id)
        if entry.value is not None and rule.takes(entry.row, entry.field, entry.value)
    ]
