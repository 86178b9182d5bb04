"""Answers handed over by hand, entered by a named person."""

from typing import Any

from prefect import task

from plancycle.services import record_offline
from tasks._artifacts import page, say
from tasks._house import as_data, house_at, moment
from tasks._markup import safe
from tasks._policy import LOCAL


@task(task_run_name="xem các tệp nộp trực tiếp", **LOCAL)
def preview_by_hand(as_of: str = "") -> str:
    """List the files that wait in the folder; they stay where they are."""
    with house_at(as_of) as house:
        listed = "\n".join(f"- {safe(name)}" for name in record_offline.waiting(house))
        return page(house, "by_hand", listed or say(house, "inbox.empty"))


@task(task_run_name="ghi nhận {file}", **LOCAL)
def enter_by_hand(file: str, handed_over: str, person: str, reason: str, as_of: str = "") -> dict[str, Any]:
    """Take in one of those files as of the moment it was handed over; returns what became of it."""
    with house_at(as_of) as house:
        at = moment(handed_over) or house.clock.now()
        return as_data(record_offline.enter(house, file.strip(), at, person, reason))
