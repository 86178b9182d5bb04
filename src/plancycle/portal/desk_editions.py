"""Builds the pages that lead from a figure to its cells, and from a cell to the figures it goes into."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from plancycle.domain.consolidation import Edition
from plancycle.domain.errors import NotFound
from plancycle.domain.figure_rules import FigureRule, figure_rules
from plancycle.domain.periods import ObligationKey, period_called
from plancycle.domain.submissions import Entry
from plancycle.portal import reports
from plancycle.portal.desk_edition_pages import ChartsPage, EditionPage, FigurePage, FigureRow, SourceLine
from plancycle.portal.desk_frame import Desk, dossier_path
from plancycle.portal.desk_pages import CellLine, CellsPage, FedFigure
from plancycle.portal.desk_signing import signing_lines, signing_standing
from plancycle.portal.desk_upward import upward_path
from plancycle.portal.desk_words import capital, edition_words
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.period_charts import period_charts
from plancycle.services.trace_figure import trace


def edition_page(desk: Desk, year: int, text: str, number: int) -> EditionPage:
    """One edition with every figure. Raises NotFound."""
    house, period = desk.house, period_called(text)
    with house.work() as work:
        view = cycle_view(house, year, work)
        editions = work.editions.of_period(view.id, period)
        edition = next((one for one in editions if one.number == number), None)
        if edition is None:
            raise NotFound("not_found.edition", edition=f"{number} · {view.title(period)}")
        sent = work.transmittals.of_cycle(view.id)
        line = reports.edition_line(house, work, view.programme, edition, sent, desk.language)
        signing = signing_standing(desk, work, view, edition)
    is_newest = edition.number == editions[-1].number
    asked = "" if is_newest else f"?ban={number}"
    return EditionPage(
        title=view.title(period),
        period_href=f"/bao-cao?nam={year}&ky={period}",
        edition=line,
        is_newest=is_newest,
        late=tuple(view.name(one) for one in edition.coverage.late),
        partial_year=_partial_year(view, edition),
        figures=tuple(
            FigureRow(one, desk.say("portal.value", value=one.value), f"/so-lieu/{one.id}{asked}")
            for one in edition.figures
        ),
        signing=signing_lines(desk, signing),
        upward_href=upward_path(year, period),
    )


def _partial_year(view: CycleView, edition: Edition) -> tuple[str, ...]:
    """Who of the edition began to report inside the year, and from when."""
    joined = view.partial_year(edition.period)
    return tuple(
        f"{view.name(who)} ({day:%d/%m/%Y})" for who, day in joined.items() if who in edition.coverage.expected
    )


def charts_page(desk: Desk, year: int, text: str) -> ChartsPage:
    """A period in pictures: timeliness, progress, indicators. Raises NotFound."""
    period = period_called(text)
    title = cycle_view(desk.house, year).title(period)
    charts = desk.remember("charts", year, period, work_out=lambda: period_charts(desk.house, year, period))
    return ChartsPage(title, f"/bao-cao?nam={year}&ky={period}", charts)


def figure_page(desk: Desk, figure_id: str, number: int = 0) -> FigurePage:
    """A figure of an edition (0: its period's newest), led back to its cells. Raises NotFound."""
    found = desk.remember("figure", figure_id, number, work_out=lambda: trace(desk.house, figure_id, number))
    cycle, text, suffix = figure_id.split("/", 2)
    period, year = period_called(text), int(cycle.rpartition("-")[2])
    with desk.house.work() as work:
        view = cycle_view(desk.house, year, work)
        edition = work.editions.get(found.edition)
    assert edition is not None
    rule = next(one for one in figure_rules(view.programme, period) if one.suffix == suffix)
    return FigurePage(
        title=view.title(period),
        label=rule.label,
        figure=figure_id,
        value=_written(desk, found.value),
        unit=rule.unit,
        rule=_rule_words(desk, rule),
        edition=capital(edition_words(edition.number, desk.language)),
        edition_href=f"/tong-hop/{year}/{period}/{edition.number}",
        sources=tuple(
            SourceLine(one, view.name(one.agency), _written(desk, one.value or ""), cell_path(one.submission, one.cell))
            for one in found.sources
        ),
    )


def _rule_words(desk: Desk, rule: FigureRule) -> str:
    """How a figure is made of its cells."""
    if rule.match is not None:
        return desk.say("desk.rule.count", match=rule.match)
    return desk.say(f"desk.rule.{rule.aggregation}")


def _written(desk: Desk, value: str) -> str:
    """A canonical number as people write it; any other value as it stands."""
    try:
        return desk.say("portal.value", value=Decimal(value))
    except InvalidOperation:
        return value


def cell_path(submission_id: str, cell: str) -> str:
    """Where the version's cells are listed, at that one."""
    obligation, _, version = submission_id.rpartition("/v")
    return f"{dossier_path(ObligationKey.parse(obligation))}/so-lieu/{version}#{cell}"


def cells_page(desk: Desk, obligation: ObligationKey, version: int) -> CellsPage:
    """A version's filled-in cells and the figures each goes into. Raises NotFound."""
    year = int(obligation.cycle.rpartition("-")[2])
    with desk.house.work() as work:
        view = cycle_view(desk.house, year, work)
        found = next((one for one in work.submissions.versions(obligation) if one.version == version), None)
        if found is None:
            raise NotFound(
                "not_found.submission",
                obligation=f"{view.name(obligation.agency)} · {view.title(obligation.period)} · {version}",
            )
        entries = work.submissions.entries(found.id)
        editions = work.editions.of_period(view.id, obligation.period)
    newest = editions[-1] if editions else None
    is_included = newest is not None and any(one.submission == found.id for one in newest.members)
    return CellsPage(
        agency_name=view.name(obligation.agency, found.sent_at.date()),
        title=view.title(obligation.period),
        dossier_href=dossier_path(obligation),
        submission=found,
        is_included=is_included,
        last_day=view.dates(obligation.period).last_day,
        cells=tuple(_cell_lines(view, obligation, entries, newest if is_included else None)),
    )


def _cell_lines(
    view: CycleView, obligation: ObligationKey, entries: Sequence[Entry], edition: Edition | None
) -> list[CellLine]:
    prefix = f"{view.key(obligation.period)}/"
    known = {one.id for one in edition.figures} if edition else set()
    rules = [one for one in figure_rules(view.programme, obligation.period) if f"{prefix}{one.suffix}" in known]
    labels = {
        (row.code, field.code): f"{row.heading} · {field.label}"
        for _, row, field in view.form(obligation.period, obligation.agency).cells()
    }
    lines = []
    for entry in entries:
        if not entry.raw.strip():
            continue
        fed = [one for one in rules if entry.value is not None and one.takes(entry.row, entry.field, entry.value)]
        figures = tuple(FedFigure(one.label, f"/so-lieu/{prefix}{one.suffix}") for one in fed)
        label = labels.get((entry.row, entry.field), f"{entry.row} · {entry.field}")
        lines.append(CellLine(entry.sheet, entry.cell, label, entry.raw, figures))
    return lines
