"""Open a programme's year: pin the programme's version. Doing it twice is doing it once."""

from plancycle.services.cycle_view import cycle_view
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.repositories import Cycle


def open_cycle(house: House, year: int) -> Cycle:
    """The opened cycle. Raises ProgrammeProblem when the programme's files have errors."""
    view = cycle_view(house, year)
    with house.work() as work:
        known = work.cycles.get(view.id)
        if known is not None:
            return known
        cycle = Cycle(view.id, view.programme.id, year, view.programme.version, house.clock.now())
        work.cycles.add(cycle)
        record(house, work, "cycle.opened", cycle.id, version=view.programme.version)
        return cycle
