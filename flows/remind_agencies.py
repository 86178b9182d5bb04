"""Remind those who still owe a period."""

from typing import Any

from prefect import flow, tags
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows._forms import PERIODS, AsOf, Confirm, DryRun, PeriodChoice, Year, labels, run_name
from flows._story import RUNNER, chase, closing, send, show
from tasks.chasing import preview_reminders
from tasks.confirming import confirm_reminders
from tasks.opening import find_cycle


@flow(name="Nhắc hạn", flow_run_name=run_name("nhắc hạn"), task_runner=RUNNER)
def remind_agencies(
    period: PeriodChoice, year: Year, as_of: AsOf = "", dry_run: DryRun = True, confirm: Confirm = 0
) -> State[Any]:
    """When: whenever an operator does not want to wait for the daily sweep.

    Why: agencies that have not sent get the rung of the ladder that is due, once; whoever has sent gets nothing.
    Leaves: the letters, their table and the matrix; a dry run leaves the list of letters it would send.
    """
    key = PERIODS[period]
    with tags(*labels(find_cycle(year, as_of)["id"], key)):
        if dry_run:
            return Completed(message="Chạy thử: chưa gửi gì.", data=preview_reminders(year, key, as_of))
        confirm_reminders(year, key, confirm, as_of)
        count = chase(year, key, as_of)
        has_sent = send(year, as_of)
        show(year, [key], as_of)
        return closing([], has_sent, {"reminded": count})
