"""Opening a cycle, and which cycles are open."""

from typing import Any

from prefect import task

from plancycle.domain.periods import CycleKey
from plancycle.services import open_cycle as opening
from tasks._house import house_at
from tasks._policy import LOCAL


@task(task_run_name="mở chu kỳ", **LOCAL)
def open_cycle(year: int, as_of: str = "") -> dict[str, Any]:
    """Open a programme's year (0: the year it is); returns its id and year. Opening an open one changes nothing."""
    with house_at(as_of) as house:
        cycle = opening.open_cycle(house, year or house.clock.now().year)
    return {"id": cycle.id, "year": cycle.year}


@task(task_run_name="xem chu kỳ", **LOCAL)
def find_cycle(year: int, as_of: str = "") -> dict[str, Any]:
    """Id and year of a cycle (0: the year it is) without opening it."""
    with house_at(as_of) as house:
        found = year or house.clock.now().year
        return {"id": str(CycleKey(house.programme_id, found)), "year": found}


@task(task_run_name="xem chu kỳ nào đang mở", **LOCAL)
def open_cycles(year: int, as_of: str = "") -> list[dict[str, Any]]:
    """Cycles to sweep: the year asked for, else this year and the last (its acknowledgements); opened ones only."""
    with house_at(as_of) as house:
        now = house.clock.now().year
        wanted = (year,) if year else (now - 1, now)
        with house.work() as work:
            opened = [one for one in work.cycles.all() if one.programme == house.programme_id]
        return [{"id": one.id, "year": one.year} for one in opened if one.year in wanted]
