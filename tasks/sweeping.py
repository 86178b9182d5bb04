"""What is due at this moment, asked of the rows."""

from prefect import task

from plancycle.services.sweep import due_actions
from tasks._artifacts import sheet
from tasks._house import agency_names, house_at
from tasks._pages import action_rows
from tasks._policy import LOCAL

COLUMNS = ("action", "agency", "period", "key")


@task(task_run_name="xem việc đến hạn", **LOCAL)
def actions_due(year: int, as_of: str = "", show: bool = True) -> list[dict[str, str]]:
    """Everything that is due in a year, in the order it is done; ``show`` leaves it as a table."""
    with house_at(as_of) as house:
        year = year or house.clock.now().year
        actions = due_actions(house, year)
        if show:
            sheet(house, "sweep", COLUMNS, action_rows(house, agency_names(house), actions), year)
    return [{"kind": one.kind, "agency": one.agency, "period": one.period, "key": one.key} for one in actions]
