"""Who takes over from whom: what is known, and keeping a named person's decision."""

from collections.abc import Sequence

from prefect import task

from plancycle.adapters.programme_files.value_types import read_date
from plancycle.domain.errors import DataProblem
from plancycle.services import settle_succession
from plancycle.services.ports import House
from plancycle.services.settle_succession import SuccessionLine
from tasks._artifacts import page, say
from tasks._house import house_at
from tasks._markup import safe, table
from tasks._names import agency_called
from tasks._policy import LOCAL

SHOWN = 3


@task(task_run_name="ghi quyết định về {succession}", **LOCAL)
def settle(
    act: str, succession: str, successors: str, effective: str, reference: str, decided_by: str, as_of: str = ""
) -> str:
    """Keep one decision; returns its verdict. ``successors`` are ids or names with semicolons, empty: nobody."""
    with house_at(as_of) as house:
        if act == "confirm":
            return settle_succession.confirm(house, succession, reference, decided_by).verdict
        if act == "reject":
            return settle_succession.reject(house, succession, reference, decided_by).verdict
        bodies = tuple(agency_called(house, one) for one in successors.split(";") if one.strip())
        day = read_date(effective)
        if day is None:
            raise DataProblem("deadline.not_a_date", text=effective)
        return settle_succession.decide(house, succession, bodies, day, reference, decided_by).verdict


@task(task_run_name="lập bảng cơ quan kế thừa", **LOCAL)
def show_successions(as_of: str = "") -> str:
    """Leave the page of all successions: which count, since when, and which are to be checked locally."""
    with house_at(as_of) as house:
        columns = ("succession", "from", "to", "effective", "works", "standing")
        head = [say(house, f"column.{name}") for name in columns]
        rows = [_row(house, line) for line in settle_succession.successions(house)]
        return page(house, "successions", table(head, rows))


def _row(house: House, line: SuccessionLine) -> list[str]:
    one = line.succession
    standing = "applied" if line.applied_from else "waiting" if line.is_waiting else "rejected"
    effective = say(house, "day", on=one.effective) if one.effective else ""
    bodies = [safe(_short(names)) for names in (line.names, line.successor_names)]
    return [one.id, *bodies, effective, ", ".join(one.works), house.texts.say(f"cli.succession.{standing}")]


def _short(names: Sequence[str]) -> str:
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" … (+{more})" if more > 0 else "")
