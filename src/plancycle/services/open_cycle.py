"""Open a programme's year: pin the programme's version and keep its files. Doing it twice is doing it once."""

from plancycle.domain.periods import CycleKey
from plancycle.services.cycle_view import cycle_view
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.programme_versions import keep_version
from plancycle.services.project_calendar import projection
from plancycle.services.repositories import Cycle


def open_cycle(house: House, year: int) -> Cycle:
    """The opened cycle. Raises ProgrammeProblem when the programme's files have errors and it is not yet open."""
    cycle_id = str(CycleKey(house.programme_id, year))
    with house.work() as work:
        known = work.cycles.get(cycle_id)
        if known is not None:
            return known
        programme = keep_version(house, work)
        cycle = Cycle(cycle_id, programme.id, year, programme.version, house.clock.now())
        work.cycles.add(cycle)
        view = cycle_view(house, year, work)
        record(house, work, "cycle.opened", cycle.id, version=programme.version, told=projection(work, view))
        return cycle
