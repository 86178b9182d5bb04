"""Periods that passed while nothing ran: who was never asked for a report, and can be asked by a person only.

The sweep asks until a period is frozen. After that a data call would ask for what is over; whether it is still wanted
is for the operator to say (the period's own step asks, whenever it is started).
"""

from datetime import timedelta

from plancycle.domain.messages import message_key
from plancycle.domain.periods import Period
from plancycle.services.cycle_view import CycleView
from plancycle.services.letters import CALL
from plancycle.services.matrix import cells_of
from plancycle.services.ports import House
from plancycle.services.repositories import Work


def never_asked(house: House, work: Work, view: CycleView, within: timedelta) -> dict[Period, list[str]]:
    """Agencies (ids, in roster order) with an address, without a data call and without an answer, by period.

    Periods frozen after the year was opened here and not longer ago than ``within``; empty for an unopened year.
    """
    cycle, now = work.cycles.get(view.id), house.clock.now()
    if cycle is None:
        return {}
    found = {}
    for period in view.open_periods(now):
        freeze_at = view.dates(period).freeze_at
        if cycle.opened_at < freeze_at <= now <= freeze_at + within:
            found[period] = _silent(house, work, view, period)
    return {period: agencies for period, agencies in found.items() if agencies}


def _silent(house: House, work: Work, view: CycleView, period: Period) -> list[str]:
    thread = view.key(period)
    called = set(work.outbox.keys(f"{thread}/"))
    book = house.programmes.address_book(view.programme.id)
    cells = cells_of(work, view, period, house.clock.now())
    return [
        agency
        for agency in (cell.obligation.key.agency for cell in cells if cell.submission is None)
        if message_key(thread, agency, CALL) not in called
        and f"{thread}/{agency}" not in view.standpoint.elsewhere
        and agency in view.reports_now(agency)
        and book.contact(agency) is not None
    ]
