"""Consolidation: the edition of a period as it is now, or frozen."""

from typing import Any

from prefect import task

from plancycle.domain.periods import Period
from tasks._house import house_at
from tasks._policy import LOCAL
from tasks.editions import fold


@task(task_run_name="tổng hợp {period}", **LOCAL)
def consolidate_period(year: int, period: str, final: bool, as_of: str = "") -> dict[str, Any]:
    """Make or refresh the edition and leave its figures; returns its id ("" when nothing is accepted yet)."""
    with house_at(as_of) as house:
        return fold(house, year, Period(period), final)
