"""Sets up a whole rehearsed year and plays it: folder, people, relay, ministry, then one tick after another."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from plancycle.adapters.clock import FixedClock
from plancycle.adapters.memory import give_back
from plancycle.bootstrap import Household, forget, open_house
from plancycle.domain.deadlines import PeriodDates
from plancycle.domain.periods import Period
from plancycle.domain.programme import Programme
from plancycle.rehearsal import people, stage
from plancycle.rehearsal.behaviours import EVENING, behaviour_of
from plancycle.rehearsal.cast import cast_of, roster_of_the_play, to_confirm
from plancycle.rehearsal.conductor import Conductor, clerks_of
from plancycle.rehearsal.desk import desks
from plancycle.rehearsal.dice import phrases
from plancycle.rehearsal.exchange import Exchange
from plancycle.rehearsal.faults import Fault
from plancycle.rehearsal.ministry import Ministry
from plancycle.rehearsal.relay_beside import RelayBeside
from plancycle.rehearsal.runners import Runner, ServiceRunner
from plancycle.rehearsal.summary import PeriodCount, Summary, count, summarise, write_index
from plancycle.rehearsal.timetable import Tick, timetable
from plancycle.services.bulk import settled
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.settle_succession import confirm
from plancycle.settings import Settings

PROGRAMME = "tn-nq94"
BASE_URL = "http://127.0.0.1:8600"
"""In every letter of a rehearsal, so that its bytes do not depend on which port was free."""
SENDER = "so-noi-vu@plancycle.example"
EXCHANGE_CODE = "H55"
"""The province's code on the document exchange, as its public services spell it."""


@dataclass(frozen=True, slots=True)
class Plot:
    """What is rehearsed: which year, how many agencies (0: all), which seed, into which folder."""

    out: Path
    year: int = 2025
    agencies: int = 0
    seed: int = 2026


@dataclass(frozen=True, slots=True)
class Moment:
    """Where the rehearsal stands after a tick."""

    number: int
    total: int
    tick: Tick
    is_last_of_month: bool
    count: Callable[[], PeriodCount]


@contextmanager
def only_these_settings(data: Path, mail_url: str, gateway_url: str, exchange_url: str = "") -> Iterator[None]:
    """The environment of a rehearsal: none of the caller's own ``PLANCYCLE_*``, put back afterwards."""
    before = {name: value for name, value in os.environ.items() if name.startswith("PLANCYCLE_")}
    for name in before:
        del os.environ[name]
    mine = {
        "PLANCYCLE_DATA": str(data),
        "PLANCYCLE_PROGRAMME": PROGRAMME,
        "PLANCYCLE_BASE_URL": BASE_URL,
        "PLANCYCLE_MAIL_URL": mail_url,
        "PLANCYCLE_MAIL_FROM": SENDER,
        "PLANCYCLE_GATEWAY_URL": gateway_url,
        "PLANCYCLE_EXCHANGE_URL": exchange_url,
        "PLANCYCLE_EXCHANGE_CODE": EXCHANGE_CODE,
        "PLANCYCLE_LOG_LEVEL": "error",  # a year has some two thousand lines, and the screen belongs to the story
    }
    os.environ.update(mine)
    try:
        yield
    finally:
        for name in mine:
            os.environ.pop(name, None)
        os.environ.update(before)


def rehearse(
    plot: Plot,
    runner: Callable[[], Runner] | None = None,
    on_tick: Callable[[Moment], None] = lambda moment: None,
    is_cleared: bool = False,
) -> Summary:
    """Play the year into ``plot.out``. ``runner`` is made when the environment stands; None: the services directly.

    ``is_cleared``: the caller has emptied the folder. Raises ActionNeeded when the folder is not a rehearsal's.
    """
    out = plot.out.resolve()
    forget(out)
    if not is_cleared:
        stage.clear(out)
    programme = stage.furnish(out, PROGRAMME, plot.agencies, plot.seed)
    busy_once = {agency.agency: [Fault.BUSY] for agency in programme.addressees if agency.channel == "http"}
    with (
        desks() as executor,
        RelayBeside(out / "mail", people.dead_addresses(cast_of(programme))) as relay,
        Ministry(out / "ministry", busy_once, register_after=None) as ministry,
        Exchange(lambda: house.clock.now()) as exchange,  # the house is open by the time anything arrives
        only_these_settings(out, relay.url, ministry.url, exchange.url),
        open_house(Settings()) as house,
    ):
        view = cycle_view(house, plot.year)
        calendar = {period: view.dates(period) for period in view.programme.order}
        conductor = Conductor(
            year=plot.year,
            programme=programme,
            calendar=calendar,
            house=house,
            runner=runner() if runner else ServiceRunner(house),
            relay=relay,
            ministry=ministry,
            exchange=exchange,
            clerks=clerks_of(programme, plot.year, plot.seed, calendar),
            chair=_deputy_chair(view, calendar),
            executor=executor,
        )
        ticks = timetable(calendar)
        _confirm_locally(house, programme, ticks[0].at)
        try:
            with settled():
                _play_through(house, conductor, ticks, plot.year, on_tick)
        finally:
            summary = _close(house, plot.year)
            forget(out)
    return summary


def _play_through(
    house: Household, conductor: Conductor, ticks: tuple[Tick, ...], year: int, on_tick: Callable[[Moment], None]
) -> None:
    for number, tick in enumerate(ticks, start=1):
        conductor.play(tick)
        house.catch_up(at_once=True)
        give_back()  # a worker's runs are processes of their own, whose memory ends with them; this one plays them all
        on_tick(_moment(house, ticks, number, year))


def _deputy_chair(view: CycleView, calendar: Mapping[Period, PeriodDates]) -> people.DeputyChair:
    will_return = _somebody_sends_in_the_evening(view.programme, calendar)
    return people.DeputyChair(view.title(Period.ANNUAL), will_return)


def _somebody_sends_in_the_evening(programme: Programme, calendar: Mapping[Period, PeriodDates]) -> bool:
    """Whether a second annual edition will come of a returned first one."""
    reporting = roster_of_the_play(programme).reporters(calendar[Period.ANNUAL].opens_at.date())
    return any(behaviour_of(agency).in_period(Period.ANNUAL) is EVENING for agency in reporting)


def _confirm_locally(house: Household, programme: Programme, begins_at: datetime) -> None:
    """Somebody (invented) has checked what the programme marks "check locally", a week before it takes effect."""
    words = phrases()["operator"]
    for one in to_confirm(programme):
        if one.effective is not None:
            day = datetime.combine(one.effective - timedelta(days=7), time(9), begins_at.tzinfo)
            house.clock = FixedClock(min(begins_at, day))
            confirm(house, one.id, words["succession_reference"], words["succession_by"])
    house.clock = FixedClock(begins_at)


def _close(house: Household, year: int) -> Summary:
    """Look back at the last moment that was played, however far it came."""
    summary = summarise(house, year, stage.communes(house.data_dir, house.programme_id))
    write_index(house, summary)
    return summary


def _moment(house: Household, ticks: tuple[Tick, ...], number: int, year: int) -> Moment:
    tick = ticks[number - 1]
    following = ticks[number] if number < len(ticks) else None
    ends_month = following is None or following.at.month != tick.at.month
    return Moment(number, len(ticks), tick, ends_month, lambda: count(house, year, tick.period))
