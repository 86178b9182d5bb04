"""Where a report's figures come from, and what they were before: sources, earlier periods, last year."""

from collections.abc import Mapping, Sequence

from plancycle.domain.consolidation import Edition, EditionKind, Figure
from plancycle.domain.document_register import CHOICES, RegisterEntry
from plancycle.domain.figure_rules import RuleBook, figure_rules
from plancycle.domain.periods import CycleKey, Period
from plancycle.domain.submissions import Entry
from plancycle.services.cycle_view import CycleView
from plancycle.services.document_register import as_chosen
from plancycle.services.report_contents import FigureSource, PeriodFigures
from plancycle.services.repositories import Work


def report_base(view: CycleView, period: Period) -> str:
    """What the number of a period's report is asked for."""
    return f"{view.key(period)}/report"


def replacements_of(work: Work, view: CycleView, period: Period) -> list[RegisterEntry]:
    """The replacements and supplements of a period's report that have been ordered, as they are chosen now."""
    line = work.register.line(view.programme.consolidator, report_base(view, period))
    return [as_chosen(work, one) for one in line if one.relation in CHOICES]


def figure_sources(
    view: CycleView, edition: Edition, answers: Mapping[str, Sequence[Entry]], names: Mapping[str, str]
) -> tuple[FigureSource, ...]:
    """Every cell of every figure, figure by figure in the form's order, agencies in roster order."""
    found: dict[str, list[FigureSource]] = {figure.id: [] for figure in edition.figures}
    prefix, book = view.key(edition.period), RuleBook(figure_rules(view.programme, edition.period))
    id_of = {rule.suffix: f"{prefix}/{rule.suffix}" for rule in book.rules}
    for member in edition.members:
        agency, name, submission = member.agency, names[member.agency], member.submission
        for sheet, cell, row, field, raw, value in answers[agency]:
            for rule in book.taking(row, field, value) if value is not None else ():
                figure = id_of[rule.suffix]
                if figure in found:
                    found[figure].append(FigureSource(figure, agency, name, submission, sheet, cell, raw, value or ""))
    return tuple(source for sources in found.values() for source in sources)


def figures_so_far(work: Work, view: CycleView, edition: Edition) -> tuple[PeriodFigures, ...]:
    """The year's periods up to the edition's own, each by its newest edition, the frozen one first."""
    order = view.programme.order
    earlier = order[: order.index(edition.period)]
    known = [(period, newest(work, view.id, period)) for period in earlier]
    found = [PeriodFigures(period, view.title(period), one.figures) for period, one in known if one is not None]
    return (*found, PeriodFigures(edition.period, view.title(edition.period), edition.figures))


def figures_of_last_year(work: Work, view: CycleView, edition: Edition) -> tuple[Figure, ...]:
    """The same period's figures a year before; none when there is no edition of it."""
    before = newest(work, str(CycleKey(view.programme.id, view.year - 1)), edition.period)
    return before.figures if before else ()


def newest(work: Work, cycle: str, period: Period) -> Edition | None:
    """The newest final edition of a period, else the newest provisional one."""
    editions = work.editions.of_period(cycle, period)
    finals = [one for one in editions if one.kind is EditionKind.FINAL]
    return (finals or editions)[-1] if editions else None
