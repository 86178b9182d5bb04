"""Reminders: which are due, and queueing them."""

from typing import Any

from prefect import task

from plancycle.domain.periods import Period
from plancycle.services import chase_agencies
from tasks._artifacts import sheet
from tasks._house import agency_names, as_data, house_at
from tasks._policy import LOCAL

PREVIEW = ("agency", "kind", "key", "outcome")


@task(task_run_name="xem thư nhắc đến hạn", **LOCAL)
def reminders_due(year: int, period: str, as_of: str = "") -> list[str]:
    """Keys of the reminders that are due now; ``period`` empty: of every period."""
    with house_at(as_of) as house:
        return [one.key for one in chase_agencies.due(house, year) if period in ("", one.period)]


@task(task_run_name="nhắc hạn theo nhóm", **LOCAL)
def remind(year: int, keys: list[str], as_of: str = "") -> list[dict[str, Any]]:
    """Queue a batch of reminders; whoever has answered meanwhile is no longer due and gets none."""
    with house_at(as_of) as house:
        due = [one for one in chase_agencies.due(house, year) if one.key in set(keys)]
        return [as_data(chase_agencies.queue(house, year, one)) for one in due]


@task(task_run_name="xem trước thư nhắc", **LOCAL)
def preview_reminders(year: int, period: str, as_of: str = "") -> str:
    """What reminding would send now; nothing is queued."""
    with house_at(as_of) as house:
        names, write = agency_names(house), house.texts
        would = write.say("prefect.outcome.would_send")
        due = [one for one in chase_agencies.due(house, year) if one.period is Period(period)]
        rows = [(names[one.agency], write.say(f"message_kind.{one.kind}"), one.key, would) for one in due]
        return sheet(house, "preview", PREVIEW, rows, year, period)
