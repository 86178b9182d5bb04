"""Reminders: which are due, and queueing them."""

from typing import Any

from prefect import task

from plancycle.domain.errors import NotFound
from plancycle.domain.periods import Period
from plancycle.services import chase_agencies, daily_digest, sending_acts
from plancycle.services.foresee import foresee
from plancycle.services.ports import House
from plancycle.services.preview_letters import letters_of
from plancycle.services.sweep import REMINDING
from tasks._artifacts import page
from tasks._house import as_data, house_at
from tasks._pages import forecast_page
from tasks._policy import LOCAL
from tasks._previews import show

REMINDERS = frozenset(REMINDING.values())
"""The kinds of what is due that remind somebody."""


@task(task_run_name="xem thư nhắc đến hạn", **LOCAL)
def reminders_due(year: int, period: str, as_of: str = "") -> list[str]:
    """Keys of the reminders that are due now; ``period`` empty: of every period."""
    with house_at(as_of) as house:
        return [one.key for one in chase_agencies.due(house, year) if period in ("", one.period)]


@task(task_run_name="nhắc hạn theo nhóm", **LOCAL)
def remind(year: int, keys: list[str], as_of: str = "") -> list[dict[str, Any]]:
    """Queue a batch of reminders; whoever has answered meanwhile is no longer due and gets none."""
    with house_at(as_of) as house:
        return [as_data(one) for one in chase_agencies.queue_all(house, year, set(keys))]


@task(task_run_name="xem trước thư nhắc", **LOCAL)
def preview_reminders(year: int, period: str, as_of: str = "") -> dict[str, Any]:
    """What reminding would send, letter by letter; nothing is queued. Returns the count to confirm."""
    with house_at(as_of) as house:
        letters = letters_of(house, lambda dry: sending_acts.remind_all(dry, year, Period(period)))
        return show(house, f"{period}-nhac-han", letters, year, period)


@task(task_run_name="viết tóm tắt cho người vận hành", **LOCAL)
def write_digest(year: int, as_of: str = "") -> str:
    """Queue the operator's letter of the day when one is due, leave the forecast it speaks of; returns its key."""
    with house_at(as_of) as house:
        key = daily_digest.queue(house, year)
        if key:
            show_forecast(house, year)
        return key


def show_forecast(house: House, year: int) -> None:
    """Leave the page of the period that is due next, if one has opened and is not over."""
    try:
        found = foresee(house, year)
    except NotFound:
        return
    if found.forecast.due_at > house.clock.now():
        page(house, "forecast", forecast_page(house, found), year, found.period, when=found.title)
