"""The edition of a period and the page it leaves."""

from typing import Any

from plancycle.domain.periods import Period
from plancycle.services.consolidate_period import consolidate
from plancycle.services.ports import House
from tasks._artifacts import page
from tasks._documents import charts_page
from tasks._pages import edition_page


def fold(house: House, year: int, period: Period, final: bool = False) -> dict[str, Any]:
    """The edition, and its page where it is a new one."""
    result = consolidate(house, year, period, final)
    if result.edition is None:
        return {"edition": "", "is_new": False}
    if result.is_new:
        body = f"{edition_page(house, result.edition)}\n\n{charts_page(house, year, period)}"
        page(house, "consolidated", body, year, period, edition=result.edition.id)
    return {"edition": result.edition.id, "is_new": result.is_new}
