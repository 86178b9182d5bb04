"""Consolidation: the edition of a period as it is now, or frozen."""

from typing import Any

from prefect import task

from plancycle.domain.periods import Period
from plancycle.services.consolidate_period import consolidate
from plancycle.services.ports import House
from tasks._artifacts import page
from tasks._documents import charts_page
from tasks._house import house_at
from tasks._pages import edition_page
from tasks._policy import LOCAL


@task(task_run_name="tổng hợp {period}", **LOCAL)
def consolidate_period(year: int, period: str, final: bool, as_of: str = "") -> dict[str, Any]:
    """Make or refresh the edition and leave its figures; returns its id ("" when nothing is accepted yet)."""
    with house_at(as_of) as house:
        return fold(house, year, Period(period), final)


def fold(house: House, year: int, period: Period, final: bool = False) -> dict[str, Any]:
    """The edition, and its page where it is a new one."""
    result = consolidate(house, year, period, final)
    if result.edition is None:
        return {"edition": "", "is_new": False}
    if result.is_new:
        body = f"{edition_page(house, result.edition)}\n\n{charts_page(house, year, period)}"
        page(house, "consolidated", body, year, period, edition=result.edition.id)
    return {"edition": result.edition.id, "is_new": result.is_new}
