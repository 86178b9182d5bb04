"""One agency's letters of a whole year, written by the product's own services as if it never answered."""

from collections.abc import Iterator
from datetime import datetime

from plancycle.adapters.clock import FixedClock
from plancycle.bootstrap import Household
from plancycle.domain.errors import NotFound
from plancycle.domain.messages import Message
from plancycle.services import chase_agencies, data_calls
from plancycle.services.cycle_view import cycle_view
from plancycle.services.open_cycle import open_cycle


def letters_of_a_year(house: Household, year: int, agency: str = "") -> Iterator[tuple[str, bytes]]:
    """File names and bytes, in order; ``agency`` empty: the roster's first. The house must be a throw-away one.

    Raises NotFound for a body the folder's ``contacts.yaml`` has no address of.
    """
    programme = house.programmes.load(house.programme_id)
    chosen = agency or programme.reporters[0]
    if house.programmes.address_book(programme.id).contact(chosen) is None:
        raise NotFound("rehearse.no_address", agency=chosen)
    written = 0
    for at, act in _moments(house, year, chosen):
        house.clock = FixedClock(at)
        for one in _queued(house, year, chosen, act):
            written += 1
            yield f"{written:03d}-{at:%Y%m%d}-{one.kind}.eml", house.files.get(one.sha256)


def _moments(house: Household, year: int, agency: str) -> Iterator[tuple[datetime, str]]:
    """The opening of every period the agency reports in, and each day on which a rung lies."""
    from plancycle.domain.deadlines import RungTo, rung_dates

    view = cycle_view(house, year)
    for period in view.programme.order:
        dates = view.dates(period)
        house.clock = FixedClock(dates.opens_at)
        if agency not in cycle_view(house, year).reporters(period):
            continue
        yield dates.opens_at, str(period)
        for day, rung in rung_dates(view.programme.ladder, dates.soft_due_at.date(), view.calendar):
            at = datetime.combine(day, dates.opens_at.timetz())
            if rung.to is not RungTo.OPERATOR and day > dates.opens_at.date():
                yield at, ""


def _queued(house: Household, year: int, agency: str, period: str) -> list[Message]:
    from plancycle.domain.periods import Period

    with house.work() as work:
        before = {one.key for one in work.outbox.all()}
    if period:
        open_cycle(house, year)
        data_calls.queue(house, year, Period(period), agency)
    else:
        keys = {one.key for one in chase_agencies.due(house, year) if one.agency == agency}
        chase_agencies.queue_all(house, year, keys)
    with house.work() as work:
        return [one for one in work.outbox.all() if one.key not in before]
