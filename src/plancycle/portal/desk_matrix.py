"""Builds the matrix of a year and the page of a period, and leaves out what nobody asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from plancycle.adapters.table_sheet import table_sheet
from plancycle.domain.obligations import ObligationStatus
from plancycle.domain.periods import period_called
from plancycle.domain.programme import Programme
from plancycle.domain.searching import matches
from plancycle.portal import reports
from plancycle.portal.desk_frame import Desk
from plancycle.portal.desk_pages import (
    Choice,
    DeskLink,
    MatrixFilter,
    MatrixLine,
    MatrixMark,
    MatrixPage,
    Paging,
    PeriodDesk,
)
from plancycle.portal.desk_runs import period_links
from plancycle.portal.pages import PeriodColumn
from plancycle.portal.rendering import percent
from plancycle.services.matrix import Matrix, MatrixRow, year_matrix
from plancycle.services.programme_versions import current_programme
from plancycle.services.review_answers import waiting

LINES = 130
"""Agencies on one page: about 95 KB with five periods."""
LATE = "late"
"""A wish for whatever is or was late, besides the statuses themselves."""
LATE_ONES = (ObligationStatus.MISSING, ObligationStatus.SUBMITTED_LATE)
NOBODY = "·"
"""The mark of a body that is not of a period: it had ended, or was not there yet."""
OWING = (ObligationStatus.OPEN, ObligationStatus.DUE_SOON, ObligationStatus.RETURNED, ObligationStatus.MISSING)


@dataclass(frozen=True, slots=True)
class YearStanding:
    """A year's matrix as every page of it needs it: worked out once after each change."""

    programme: Programme
    periods: Sequence[Matrix]
    lines: Sequence[dict[str, MatrixRow]]
    agencies: Sequence[str]
    """In the programme's order."""
    kinds: Mapping[str, str]
    names: Mapping[str, str]
    """Every name a body has in the year, to be searched."""


def _year(desk: Desk, year: int) -> YearStanding:
    return desk.remember("matrix", year, work_out=lambda: _work_out(desk, year))


def _work_out(desk: Desk, year: int) -> YearStanding:
    programme, periods = current_programme(desk.house, year), year_matrix(desk.house, year)
    lines = [{row.agency: row for row in period.rows} for period in periods]
    agencies = _in_roster_order(programme, lines)
    called = {one: dict.fromkeys(line[one].agency_name for line in lines if one in line) for one in agencies}
    kinds = {one.id: str(one.kind) for one in programme.agencies}
    return YearStanding(programme, periods, lines, agencies, kinds, {one: " ".join(called[one]) for one in agencies})


def matrix_page(desk: Desk, year: int, years: tuple[int, ...], wanted: MatrixFilter, number: int) -> MatrixPage:
    """Agency × period: the lines that were asked for, one page of them."""
    standing = _year(desk, year)
    programme, periods, lines, agencies = standing.programme, standing.periods, standing.lines, standing.agencies
    kept = _kept(standing, wanted)
    count = max(1, -(-len(kept) // LINES))
    number = min(max(1, number), count)
    shown = kept[(number - 1) * LINES : number * LINES]
    return MatrixPage(
        programme_title=programme.title,
        year=year,
        years=years,
        now=desk.house.clock.now(),
        columns=tuple(_column(year, period) for period in periods),
        lines=tuple(_line(desk, year, agency, periods, lines) for agency in shown),
        wanted=wanted,
        found=len(kept),
        total=len(agencies),
        paging=_paging(year, wanted, number, count),
        statuses=_statuses(desk),
        kinds=_kinds(desk, programme, agencies),
        periods=tuple(Choice(str(one.period), one.title) for one in periods),
        reminders=_reminders(desk, year, periods),
        sheet_href=f"/bao-cao/excel?{urlencode(_asked(year, wanted))}",
    )


def matrix_sheet(desk: Desk, year: int, wanted: MatrixFilter) -> bytes:
    """The lines that were asked for, every page of them, as a workbook."""
    standing = _year(desk, year)
    periods = standing.periods
    shown = [_line(desk, year, agency, periods, standing.lines) for agency in _kept(standing, wanted)]
    heads = (desk.say("desk.sheet.body"), *(one.title for one in periods))
    title = desk.say("desk.sheet.title", year=year, at=desk.house.clock.now())
    return table_sheet(title, str(year), heads, [(one.name, *(mark.words for mark in one.marks)) for one in shown])


def _reminders(desk: Desk, year: int, periods: Sequence[Matrix]) -> tuple[DeskLink, ...]:
    """Where to remind those who owe, in periods that are open."""
    now, found = desk.house.clock.now(), []
    for one in periods:
        count = sum(row.status in OWING for row in one.rows)
        if count and one.dates.opens_at <= now < one.dates.freeze_at:
            words = desk.say("desk.remind", count=count, period=one.title)
            found.append(DeskLink(words, f"/luot-chay/remind_agencies?nam={year}&ky={one.period}"))
    return tuple(found)


def _in_roster_order(programme: Programme, lines: Sequence[dict[str, MatrixRow]]) -> list[str]:
    """Every agency of any period, in the programme's order: the bodies expected differ from period to period."""
    expected = {agency for line in lines for agency in line}
    order = [one.id for one in programme.agencies if one.id in expected]
    return [*order, *sorted(expected - set(order))]


def _kept(standing: YearStanding, wanted: MatrixFilter) -> Sequence[str]:
    if wanted == MatrixFilter():
        return standing.agencies
    kinds, of_period = standing.kinds, zip(standing.periods, standing.lines, strict=True)
    looked_at = [line for period, line in of_period if wanted.period in ("", period.period)]

    def is_wanted(agency: str) -> bool:
        rows = [line[agency] for line in looked_at if agency in line]
        if wanted.kind and kinds.get(agency) != wanted.kind:
            return False
        if wanted.status and not any(_has(row, wanted.status) for row in rows):
            return False
        return bool(rows) and (not wanted.name or matches(standing.names[agency], wanted.name))

    return [agency for agency in standing.agencies if is_wanted(agency)]


def _has(row: MatrixRow, status: str) -> bool:
    return row.status in LATE_ONES if status == LATE else row.status == status


def _line(
    desk: Desk, year: int, agency: str, periods: Sequence[Matrix], lines: Sequence[dict[str, MatrixRow]]
) -> MatrixLine:
    rows = [line.get(agency) for line in lines]
    name = next(row.agency_name for row in reversed(rows) if row is not None)
    marks = [_mark(desk, year, period, row) for period, row in zip(periods, rows, strict=True)]
    return MatrixLine(name, tuple(marks))


def _mark(desk: Desk, year: int, period: Matrix, row: MatrixRow | None) -> MatrixMark:
    if row is None:
        return MatrixMark(f"{NOBODY} {desk.say('status.not_asked')}", "not_asked", "")
    seen = reports.mark(desk.house, row, desk.language)
    words = f"{seen.symbol} {seen.word}" + (f" ({seen.note})" if seen.note else "")
    # Relative to /bao-cao: short, because a page may hold a thousand of them.
    return MatrixMark(words, seen.css, f"don-vi/{year}/{period.period}/{row.agency}")


def _column(year: int, period: Matrix) -> PeriodColumn:
    counts = period.timeliness
    return PeriodColumn(
        title=period.title,
        href=f"/bao-cao?nam={year}&ky={period.period}",
        last_day=period.dates.last_day,
        submitted=counts.submitted,
        expected=counts.expected,
        rate=percent(counts.submitted, counts.expected),
        on_time_rate=percent(counts.on_time, counts.expected),
    )


def _asked(year: int, wanted: MatrixFilter) -> dict[str, str]:
    """The filter as an address says it."""
    asked = {"nam": str(year), "tim": wanted.name, "tt": wanted.status, "loai": wanted.kind, "trong": wanted.period}
    return {name: value for name, value in asked.items() if value}


def _paging(year: int, wanted: MatrixFilter, number: int, count: int) -> Paging:
    kept = _asked(year, wanted)

    def address(page: int) -> str:
        return f"/bao-cao?{urlencode({**kept, 'trang': page})}" if 1 <= page <= count else ""

    return Paging(number, count, address(number - 1), address(number + 1))


def _statuses(desk: Desk) -> tuple[Choice, ...]:
    late = Choice(LATE, desk.say("desk.late"))
    return (late, *(Choice(str(one), desk.say(f"status.{one}")) for one in ObligationStatus))


def _kinds(desk: Desk, programme: Programme, agencies: Sequence[str]) -> tuple[Choice, ...]:
    shown = set(agencies)
    there = dict.fromkeys(str(one.kind) for one in programme.agencies if one.id in shown)
    return tuple(Choice(kind, desk.say(f"agency_kind.{kind}")) for kind in there)


def period_desk(desk: Desk, year: int, text: str) -> PeriodDesk:
    """One period and what can be done about it. Raises NotFound."""
    period = period_called(text)
    page = reports.period_page(desk.house, year, period, desk.language)
    return PeriodDesk(
        period=page,
        key=str(period),
        hrefs={row.agency: f"/don-vi/{year}/{period}/{row.agency}" for row in page.rows},
        waiting=sum(row.mark.css in OWING for row in page.rows),
        to_review=waiting(desk.house, year, period),
        runs=period_links(desk, year, period),
        charts_href=f"/bieu-do/{year}/{period}",
    )
