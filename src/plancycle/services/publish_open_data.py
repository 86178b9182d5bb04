"""Editions and timeliness for everybody: only what was approved, no person, nothing anybody typed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from plancycle.domain.consolidation import Edition, EditionKind, Origin
from plancycle.domain.errors import DataProblem, NotAllowed, NotFound
from plancycle.domain.obligations import MatrixCell, ObligationStatus
from plancycle.domain.open_data import LICENCES, TABLES, Publication, Words
from plancycle.domain.periods import Period
from plancycle.services.approval_proof import approved
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.matrix import cells_of
from plancycle.services.ports import House
from plancycle.services.repositories import Work

Row = dict[str, str | int | None]

STANDINGS = {
    ObligationStatus.SUBMITTED: "on_time",
    ObligationStatus.SUBMITTED_EXCUSED: "excused",
    ObligationStatus.SUBMITTED_LATE: "late",
    ObligationStatus.ELSEWHERE: "elsewhere",
}
"""Everything else is ``missing``: by then the period is over."""


@dataclass(slots=True)
class _Gathered:
    rows: dict[str, list[Row]] = field(default_factory=lambda: {table.name: [] for table in TABLES})
    agencies: dict[str, None] = field(default_factory=dict)
    frozen: list[datetime] = field(default_factory=list)


def gather(
    house: House, years: tuple[int, ...] = (), licence: str = "notspecified", provisional: bool = False
) -> Publication:
    """What can be published of these years (none: all that were opened), of each period its last approved edition.

    ``provisional`` takes, where nothing was approved yet, the newest edition. Raises DataProblem (an unknown licence)
    and NotFound (nothing was approved yet).
    """
    if licence not in LICENCES:
        raise DataProblem("open_data.no_licence", value=licence, choices=tuple(LICENCES))
    found = _Gathered()
    with house.work() as work:
        opened = [one.year for one in work.cycles.all() if one.programme == house.programme_id]
        view = cycle_view(house, max(opened, default=house.clock.now().year), work)
        for year in sorted(set(opened) & set(years or opened)):
            _year(house, work, cycle_view(house, year, work), found, provisional)
    if not found.frozen:
        raise NotFound("open_data.nothing")
    programme = view.programme
    found.rows["agencies"] = [_agency(view, one) for one in found.agencies]
    return Publication(
        name=f"{programme.id}-bao-cao",
        title=programme.title,
        publisher=view.name(view.stands_for(programme.consolidator)),
        version=programme.version[:12],
        updated=_moment(max(found.frozen), view),
        licence=licence,
        sources=tuple(_sources(view)),
        rows=found.rows,
        words=_words(house),
    )


def _words(house: House) -> dict[str, Words]:
    keys = ["open_data.about"]
    for table in TABLES:
        keys.append(f"open_data.table.{table.name}")
        keys += [f"open_data.column.{table.name}.{one.name}" for one in table.columns]
    return {key: Words(house.texts.say(key, "vi"), house.texts.say(key, "en")) for key in keys}


def _sources(view: CycleView) -> Iterator[str]:
    for one in view.programme.legal_refs:
        if one.role == "basis":
            yield " ".join(part for part in (one.kind, one.number, one.subject) if part)
    yield view.programme.title


def _year(house: House, work: Work, view: CycleView, found: _Gathered, provisional: bool) -> None:
    for period in view.programme.order:
        editions = work.editions.of_period(view.id, period)
        chosen = [(one, at) for one in editions if (at := _approved_at(house, work, one)) is not None]
        last: tuple[Edition, datetime | None] | None = chosen[-1] if chosen else None
        if last is None and provisional and editions:
            last = editions[-1], None
        if last is not None:
            _period(house, work, view, period, found)
            _edition(view, *last, found)


def _approved_at(house: House, work: Work, edition: Edition) -> datetime | None:
    """When the last step approved a final edition, as its records prove; None while it has not."""
    if edition.kind is not EditionKind.FINAL:
        return None
    try:
        return approved(house, work, edition).decided_at
    except NotAllowed:
        return None


def _period(house: House, work: Work, view: CycleView, period: Period, found: _Gathered) -> None:
    dates = view.dates(period)
    days = {"opens": dates.opens_at.date(), "cutoff": dates.cutoff, "last_day": dates.last_day}
    found.rows["periods"].append(
        {
            **{"period_key": view.key(period), "year": view.year, "period": str(period), "title": view.title(period)},
            **{name: day.isoformat() for name, day in days.items()},
            "due": _moment(dates.due_at, view),
        }
    )
    for cell in cells_of(work, view, period, house.clock.now()):
        agency = cell.obligation.key.agency
        found.agencies.setdefault(agency)
        found.rows["timeliness"].append(_timeliness(view, period, cell))


def _timeliness(view: CycleView, period: Period, cell: MatrixCell) -> Row:
    """The day of sending, not its hour: hours say when a person was at work."""
    standing = STANDINGS.get(cell.status, "missing")
    is_in = cell.submission is not None and standing not in ("missing", "elsewhere")
    zone = ZoneInfo(view.programme.timezone)
    return {
        "period_key": view.key(period),
        "agency": cell.obligation.key.agency,
        "due": _moment(cell.obligation.due_at, view),
        "sent": _local_day(cell.judged_at, zone) if is_in else None,
        "corrected": _local_day(cell.corrected_at, zone) if is_in else None,
        "standing": standing,
        "days_late": cell.late_by.days + 1 if cell.late_by is not None and standing == "late" else 0,
    }


def _local_day(at: datetime | None, zone: ZoneInfo) -> str | None:
    return at.astimezone(zone).date().isoformat() if at else None


def _edition(view: CycleView, edition: Edition, approved_at: datetime | None, found: _Gathered) -> None:
    coverage = edition.coverage
    counts = {
        name: len(getattr(coverage, name))
        for name in ("expected", "included", "late", "excused", "missing", "elsewhere")
    }
    found.frozen.append(approved_at or edition.frozen_at)
    found.rows["editions"].append(
        {
            **{"edition": edition.id, "period_key": view.key(edition.period), "kind": str(edition.kind)},
            "frozen_at": _moment(edition.frozen_at, view),
            "approved_at": _moment(approved_at, view) if approved_at else None,
            "sha256": edition.sha256,
            **counts,
        }
    )
    for one in edition.figures:
        found.rows["figures"].append(
            {
                **{"edition": edition.id, "figure": one.id, "label": one.label, "unit": one.unit or None},
                **{"value": format(one.value, "f"), "decimals": one.precision, "aggregation": one.aggregation},
                "contributors": one.contributors,
                "carried_forward": one.count(Origin.CARRIED_FORWARD),
                "estimated": one.count(Origin.ESTIMATED),
            }
        )


def _agency(view: CycleView, agency: str) -> Row:
    body = view.programme.agency(agency)
    return {
        **{"agency": body.id, "name": view.name(agency), "kind": str(body.kind)},
        "code": body.code_on(view.standpoint.day),
        **{"from": _day(body.valid_from), "until": _day(body.valid_until)},
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _moment(at: datetime, view: CycleView) -> str:
    return at.astimezone(ZoneInfo(view.programme.timezone)).replace(microsecond=0).isoformat()
