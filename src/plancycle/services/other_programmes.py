"""Looking at every programme of an installation, not only the one it runs."""

from collections.abc import Iterator
from typing import Any, cast

from plancycle.domain.errors import PlancycleError
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.ports import House
from plancycle.services.repositories import Work


class _SameHouse:
    """The house as it is for another of its programmes."""

    def __init__(self, house: House, programme_id: str) -> None:
        self._house, self.programme_id = house, programme_id

    def __getattr__(self, name: str) -> Any:
        return getattr(self._house, name)


def house_of(house: House, programme_id: str) -> House:
    """The same house, running another programme."""
    return house if programme_id == house.programme_id else cast(House, _SameHouse(house, programme_id))


def views_of(house: House, work: Work, year: int) -> Iterator[CycleView]:
    """A year of every programme whose cycle was opened, and of the house's own; unreadable other ones are left out."""
    opened = [one.programme for one in work.cycles.all() if one.year == year]
    for programme in dict.fromkeys([house.programme_id, *opened]):
        try:
            yield cycle_view(house_of(house, programme), year, work)
        except PlancycleError:
            if programme == house.programme_id:
                raise
