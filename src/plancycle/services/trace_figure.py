"""Lead a consolidated figure back to the cells it was made from, and a cell forward to the figures it feeds."""

from dataclasses import dataclass

from plancycle.domain.consolidation import Edition, Figure, Filled, Origin, SourceCell
from plancycle.domain.errors import NotFound
from plancycle.domain.figure_rules import FigureRule, figure_rules
from plancycle.domain.periods import ObligationKey, Period
from plancycle.domain.submissions import Entry, Submission
from plancycle.services.carried import is_carried
from plancycle.services.cycle_view import cycle_view
from plancycle.services.ports import House
from plancycle.services.repositories import Work


@dataclass(frozen=True, slots=True)
class Trace:
    """A figure with every cell that went into it."""

    figure: str
    value: str
    edition: str
    sources: tuple[SourceCell, ...]
    rule: str = ""
    """How they became one: an aggregation's name."""


@dataclass(frozen=True, slots=True)
class Fed:
    """A figure that a cell went into, in one edition."""

    figure: str
    label: str
    value: str
    rule: str
    edition: str


@dataclass(frozen=True, slots=True)
class CellTrace:
    """A cell of one version, with the figures of every edition it went into."""

    agency: str
    submission: str
    sha256: str
    sheet: str
    cell: str
    raw: str
    value: str | None
    figures: tuple[Fed, ...]


def trace(house: House, figure_id: str, number: int = 0) -> Trace:
    """Trace a figure of one edition of its period (0: the newest). Raises NotFound."""
    cycle, period, suffix = _parts(figure_id)
    view = cycle_view(house, int(cycle.rpartition("-")[2]))
    rule = next((rule for rule in figure_rules(view.programme, period) if rule.suffix == suffix), None)
    with house.work() as work:
        editions = work.editions.of_period(cycle, period)
        wanted = [one for one in editions if number in (0, one.number)]
        edition = wanted[-1] if wanted else None
        figure = _figure(edition, figure_id)
        if rule is None or edition is None or figure is None:
            raise NotFound("not_found.figure", figure=figure_id)
        sources = _sources(work, edition, figure, rule)
    return Trace(figure_id, str(figure.value), edition.id, tuple(sources), str(rule.aggregation))


def trace_cell(house: House, submission_id: str, cell: str, sheet: str = "") -> list[CellTrace]:
    """The figures that a cell (``D7``) of a version went into, edition by edition; one answer a sheet that has it.

    Raises NotFound for a version nobody knows or a cell nothing stands in.
    """
    with house.work() as work:
        submission = work.submissions.get(submission_id)
        if submission is None:
            raise NotFound("not_found.submission", obligation=submission_id)
        found = [
            entry
            for entry in work.submissions.entries(submission_id)
            if entry.cell == cell.upper() and sheet in ("", entry.sheet)
        ]
        if not found:
            raise NotFound("not_found.cell", cell=cell, submission=submission_id)
        view = cycle_view(house, int(submission.obligation.cycle.rpartition("-")[2]), work)
        editions = [
            (edition, rules)
            for period in view.programme.order
            for rules in (figure_rules(view.programme, period),)
            for edition in work.editions.of_period(view.id, period)
        ]
    return [
        _cell(submission, entry, [fed for one in editions for fed in _fed(*one, submission, entry)]) for entry in found
    ]


def _cell(submission: Submission, entry: Entry, figures: list[Fed]) -> CellTrace:
    place = (submission.obligation.agency, submission.id, submission.sha256)
    return CellTrace(*place, entry.sheet, entry.cell, entry.raw, entry.value, tuple(figures))


def _fed(edition: Edition, rules: tuple[FigureRule, ...], submission: Submission, entry: Entry) -> list[Fed]:
    """The edition's figures the cell is in: as a member's, as an ended body's, or standing in for a missing agency."""
    is_member = any(one.submission == submission.id for one in edition.members)
    is_earlier = submission.id in edition.coverage.carried
    found = []
    for rule in rules:
        figure = _figure(edition, f"{edition.cycle}/{edition.period}/{rule.suffix}")
        if figure is None or entry.value is None or not rule.takes(entry.row, entry.field, entry.value):
            continue
        is_filled = any(submission.id in one.submissions for one in figure.filled)
        if is_member or is_filled or (is_earlier and is_carried(rule)):
            found.append(Fed(figure.id, figure.label, str(figure.value), str(rule.aggregation), edition.id))
    return found


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


def _sources(work: Work, edition: Edition, figure: Figure, rule: FigureRule) -> list[SourceCell]:
    entries = work.submissions.entries_of([member.submission for member in edition.members])
    found = []
    for member in edition.members:
        for entry in entries[member.submission]:
            if entry.value is not None and rule.takes(entry.row, entry.field, entry.value):
                cell = (entry.sheet, entry.cell, entry.raw, entry.value)
                found.append(SourceCell(member.agency, member.submission, member.sha256, *cell))
    for earlier in edition.coverage.carried if is_carried(rule) else ():
        found.extend(_earlier(work, earlier, rule, Origin.EARLIER))
    for filled in figure.filled:
        found.extend(_filled(work, filled, rule))
    return found


def _filled(work: Work, filled: Filled, rule: FigureRule) -> list[SourceCell]:
    """The cells an agency's missing value was taken from; a median is of others' and has none of its own."""
    if not filled.submissions:
        return [SourceCell(filled.agency, "", "", "", "", "", filled.value, filled.origin)]
    return [cell for one in filled.submissions for cell in _earlier(work, one, rule, filled.origin)]


def _earlier(work: Work, submission_id: str, rule: FigureRule, origin: Origin) -> list[SourceCell]:
    """The cells of an earlier report: of a body that has ended since, or of one that is missing."""
    key = ObligationKey.parse(submission_id.rpartition("/")[0])
    sha256 = next(one.sha256 for one in work.submissions.versions(key) if one.id == submission_id)
    return [
        SourceCell(key.agency, submission_id, sha256, entry.sheet, entry.cell, entry.raw, entry.value, origin)
        for entry in work.submissions.entries(submission_id)
        if entry.value is not None and rule.takes(entry.row, entry.field, entry.value)
    ]
