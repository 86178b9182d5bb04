"""What the rows say of each obligation, past and present, and the forecast made of them."""

import re
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from plancycle.domain.calibration import Calibration, calibrate
from plancycle.domain.counted_past import AVERAGE
from plancycle.domain.deadlines import RungTo, rung_dates
from plancycle.domain.errors import NotFound
from plancycle.domain.forecast import Forecast, forecast
from plancycle.domain.openings import VisitKind
from plancycle.domain.periods import Period
from plancycle.domain.submissions import Submission, SubmissionStatus
from plancycle.domain.tracks import Forebear, Track
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.matrix import versions_by_agency
from plancycle.services.ports import House
from plancycle.services.repositories import Work

RUNG = re.compile(r"remind([+-]\d+)")


@dataclass(frozen=True, slots=True)
class Foresight:
    """A period looked at ahead of time, names beside ids, and how well such forecasts did before."""

    title: str
    forecast: Forecast
    names: dict[str, str]
    calibration: Calibration | None
    history: int
    """Obligations that are over and were learnt from."""

    @property
    def period(self) -> str:
        """The period's id, ``annual``."""
        return self.forecast.period.rpartition("/")[2]


def foresee(house: House, year: int, period: Period | None = None, work: Work | None = None) -> Foresight:
    """Look ahead for a period (default: the next that is due and has opened). Raises NotFound when there is none.

    Inside a transaction ``work`` must be given.
    """
    with nullcontext(work) if work else house.work() as reading:
        return _foresee(house, reading, year, period)


def _foresee(house: House, work: Work, year: int, period: Period | None) -> Foresight:
    now, view = house.clock.now(), cycle_view(house, year, work)
    tracks = all_tracks(house, work, year)
    chosen = period or next_period(view, now)
    if chosen is None or chosen not in view.programme.order or view.dates(chosen).opens_at > now:
        raise NotFound("forecast.no_period", year=str(year))
    mine = [one for one in tracks if one.period == view.key(chosen)]
    if not mine:
        raise NotFound("forecast.no_period", year=str(year))
    dates = view.dates(chosen)
    history = [one for one in tracks if one.due_at <= min(now, dates.opens_at)]
    soft_due, today = dates.soft_due_at.date(), now.astimezone(ZoneInfo(view.programme.timezone)).date()
    dated = rung_dates(view.programme.ladder, soft_due, view.calendar)
    rungs = [rung.days for day, rung in dated if today <= day < dates.due_at.date() and rung.to is not RungTo.OPERATOR]
    names = {one.agency: view.name(one.agency) for one in mine}
    lineage = lineage_of(view, {one.agency for one in history})
    checked = _calibrated(tuple(history), tuple((heir, tuple(lineage[heir])) for heir in lineage))
    found = forecast(now, mine, history, rungs, lineage, checked.weights if checked else AVERAGE)
    return Foresight(view.title(chosen), found, names, checked, len(history))


@lru_cache(maxsize=4)
def _calibrated(
    history: tuple[Track, ...], lineage: tuple[tuple[str, tuple[Forebear, ...]], ...]
) -> Calibration | None:
    """How well such forecasts did: at every look of a day the past is the same, and a nation's takes a second."""
    return calibrate(history, lineage={heir: list(before) for heir, before in lineage})


def lineage_of(view: CycleView, bodies: Iterable[str]) -> dict[str, list[Forebear]]:
    """By successor: which of these bodies it took over wholly, and since which day.

    A body that became several hands its past on to each of them, but not where several bodies became several others
    together, as nine districts became ninety-two communes: nobody says who of them came from whom.
    """
    zone, found = ZoneInfo(view.programme.timezone), dict[str, dict[str, Forebear]]()
    split = set[str]()
    for body in sorted(bodies):
        for day in (one for one in view.roster.days if one <= view.standpoint.day):
            heirs = [heir for heir in view.roster.heirs(body, day) if heir != body]
            split |= {body} if len(heirs) > 1 else set()
            for heir in heirs:
                since, name = datetime.combine(day, time(0), zone), view.name(body, day - timedelta(days=1))
                found.setdefault(heir, {}).setdefault(body, Forebear(body, name, since))
    return {heir: kept for heir, forebears in found.items() if (kept := _clear(list(forebears.values()), split))}


def _clear(forebears: list[Forebear], split: set[str]) -> list[Forebear]:
    """Those that have one successor, and the one that has several if there is no other like it."""
    shared = [one for one in forebears if one.agency in split]
    return forebears if len(shared) < 2 else [one for one in forebears if one not in shared]


def next_period(view: CycleView, now: datetime) -> Period | None:
    """The period that is due next of those that have opened; when all are over, the last one."""
    opened = view.open_periods(now)
    waiting = [one for one in opened if view.dates(one).due_at > now]
    return min(waiting, key=lambda one: view.dates(one).due_at, default=opened[-1] if opened else None)


def all_tracks(house: House, work: Work, until_year: int) -> list[Track]:
    """Every obligation of the programme's cycles up to a year, of periods that have opened.

    What nobody was asked for and nobody answered (the system stood still, or was not in use yet) says nothing of an
    agency and is left out once it is over.
    """
    years = sorted({one.year for one in work.cycles.all() if one.programme == house.programme_id})
    now, found = house.clock.now(), list[Track]()
    for year in years:
        if year <= until_year:
            view = cycle_view(house, year, work)
            for period in view.open_periods(now):
                found += [one for one, was_asked in _tracks(work, view, period) if was_asked or one.due_at > now]
    return found


def _tracks(work: Work, view: CycleView, period: Period) -> list[tuple[Track, bool]]:
    """Each obligation of a period, and whether its agency was asked or answered."""
    prefix, dates, zone = f"{view.key(period)}/", view.dates(period), ZoneInfo(view.programme.timezone)
    versions = versions_by_agency(work, view, period)
    opened, drafted, (asked, reminded) = _openings(work, prefix), _drafts(work, prefix), _letters(work, prefix)
    returned = {
        event.subject: datetime.fromisoformat(event.at) for event in work.audit.find(("submission.returned",), prefix)
    }
    tracks = []
    for one in view.obligations(period, work.submissions.extensions(view.id)):
        agency = one.key.agency
        if one.is_elsewhere:
            continue
        answers = versions.get(agency, [])
        track = Track(
            agency=agency,
            period=view.key(period),
            opens_at=dates.opens_at,
            due_at=one.due_at,
            answered_at=_answered(answers),
            opened_at=opened.get(agency),
            drafted_at=drafted.get(agency),
            returned_at=_returned(answers, returned, zone),
            reminders=tuple(reminded.get(agency, ())),
        )
        tracks.append((track, bool(answers) or agency in asked))
    return tracks


def _answered(versions: Sequence[Submission]) -> datetime | None:
    """When the answer was sent that settled the obligation: the first of those not sent back."""
    good = [one for one in versions if one.status in (SubmissionStatus.ACCEPTED, SubmissionStatus.SUPERSEDED)]
    stands = [one for one in versions if one.status is SubmissionStatus.ACCEPTED]
    return min((one.sent_at for one in good if one.return_reason is None), default=None) if stands else None


def _returned(versions: Sequence[Submission], events: dict[str, datetime], zone: ZoneInfo) -> datetime | None:
    days = [events.get(one.id, one.received_at) for one in versions if one.return_reason is not None]
    return min(days).astimezone(zone) if days else None


def _openings(work: Work, prefix: str) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for visit in work.addresses.visits(prefix):
        if visit.kind is VisitKind.OPENED:
            agency = visit.obligation.agency
            found[agency] = min(visit.first_at, found.get(agency, visit.first_at))
    return found


def _drafts(work: Work, prefix: str) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for event in work.audit.find(("draft.saved",), prefix):
        found.setdefault(event.subject.rpartition("/")[2], datetime.fromisoformat(event.at))
    return found


def _letters(work: Work, prefix: str) -> tuple[set[str], dict[str, list[tuple[datetime, int]]]]:
    """Who was written to at all, and each agency's reminders with their rungs."""
    asked, reminded = set[str](), dict[str, list[tuple[datetime, int]]]()
    for agency, key, queued_at in work.outbox.when_queued(prefix):
        asked.add(agency)
        match = RUNG.search(key.removeprefix(prefix))
        if match:
            reminded.setdefault(agency, []).append((queued_at, int(match[1])))
    return asked, reminded
