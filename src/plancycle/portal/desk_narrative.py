"""Builds the narrative's page, and the one about how the newest edition stands."""

from decimal import Decimal

from plancycle.domain.contradictions import Contradiction, Found
from plancycle.domain.narrative import Said
from plancycle.domain.periods import ObligationKey, Period, period_called
from plancycle.portal.desk_editions import cell_path
from plancycle.portal.desk_frame import NOTHING_TYPED, Desk, Typed, dossier_path
from plancycle.portal.desk_narrative_pages import (
    ContradictionLine,
    NarrativePage,
    PassageRow,
    StandingLine,
    StandingPage,
)
from plancycle.portal.desk_words import edition_words
from plancycle.services.contradictions import contradictions_in
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.edition_standing import Reconciliation, standing_of
from plancycle.services.narrative import NAMED_KINDS
from plancycle.services.narrative_sheet import narrative_sheet
from plancycle.services.report_contents import PassageLine


def narrative_page(desk: Desk, year: int, text: str, typed: Typed = NOTHING_TYPED) -> NarrativePage:
    """The narrative as it stands now. Raises NotFound."""
    period = period_called(text)
    sheet = narrative_sheet(desk.house, year, period)
    view = cycle_view(desk.house, year)
    return NarrativePage(
        **desk.acting(typed),
        title=sheet.title,
        period_href=f"/bao-cao?nam={year}&ky={period}",
        here=f"/thuyet-minh/{year}/{period}",
        rows=tuple(_row(desk, view, one) for one in sheet.lines),
        orphans=tuple(one.text for one in sheet.orphans),
    )


def _row(desk: Desk, view: CycleView, line: PassageLine) -> PassageRow:
    kind = desk.say(f"narrative.kind.{line.kind}") if line.kind in NAMED_KINDS else line.kind
    sources = tuple((view.name(one.agency), one.text, _source_path(one)) for one in line.sources)
    return PassageRow(kind, line, sources)


def _source_path(one: Said) -> str:
    """The cell's page, or the record's."""
    return cell_path(one.submission, one.cell) if one.submission else f"/viec-khac/{one.row}"


def standing_page(desk: Desk, year: int, text: str) -> StandingPage:
    """The period's newest edition against what stands now, and the period's contradictions. Raises NotFound."""
    period = period_called(text)
    with desk.house.work() as work:
        view = cycle_view(desk.house, year, work)
        editions = work.editions.of_period(view.id, period)
    newest = editions[-1] if editions else None
    found = (
        desk.remember("standing", newest.id, work_out=lambda: standing_of(desk.house, newest.id)) if newest else None
    )
    told = desk.remember("contradictions", year, period, work_out=lambda: contradictions_in(desk.house, year, period))
    return StandingPage(
        title=view.title(period),
        period_href=f"/bao-cao?nam={year}&ky={period}",
        edition=edition_words(newest.number, desk.language) if newest else "",
        edition_href=f"/tong-hop/{year}/{period}/{newest.number}" if newest else "",
        is_stale=found.is_stale if found else False,
        members=_members(desk, view, found),
        figures=_figures(desk, found),
        estimates=_estimates(desk, view, found),
        passages=len(found.narrative) if found else 0,
        reopened=tuple(view.name(one) for one in found.reopened) if found else (),
        contradictions=tuple(_told(desk, view, period, one) for one in told),
    )


def _members(desk: Desk, view: CycleView, found: Reconciliation | None) -> tuple[StandingLine, ...]:
    changes = found.members if found else ()
    return tuple(
        StandingLine(view.name(one.agency), desk.say(f"edition.shift.{one.shift}"), one.before, one.after)
        for one in changes
    )


def _figures(desk: Desk, found: Reconciliation | None) -> tuple[StandingLine, ...]:
    changes = found.figures if found else ()
    return tuple(
        StandingLine(one.label, _value(desk, one.delta), _value(desk, one.before), _value(desk, one.after))
        for one in changes
    )


def _estimates(desk: Desk, view: CycleView, found: Reconciliation | None) -> tuple[StandingLine, ...]:
    return tuple(
        StandingLine(
            view.name(one.agency),
            f"{one.label} ({one.unit})",
            *(_value(desk, Decimal(value) if value else None) for value in (one.estimated, one.final)),
        )
        for one in (found.estimates if found else ())
    )


def _value(desk: Desk, value: Decimal | None) -> str:
    return "" if value is None else desk.say("portal.value", value=value)


def _told(desk: Desk, view: CycleView, period: Period, one: Found) -> ContradictionLine:
    what = desk.say(f"contradiction.{one.kind}")
    href = dossier_path(ObligationKey(view.id, period, one.agency))
    before = view.name(one.before) if one.kind is Contradiction.COPIED_FROM_OTHER else one.before
    return ContradictionLine(view.name(one.agency), one.title, what, before, one.now, href)
