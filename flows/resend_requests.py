"""Send a period's request again to those who still owe it."""

from typing import Any

from prefect import flow, tags
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows._forms import (
    PERIODS,
    Actor,
    AsOf,
    Confirm,
    DryRun,
    PeriodChoice,
    Reason,
    Receivers,
    SecondPerson,
    Year,
    labels,
    run_name,
)
from flows._story import RUNNER, closing, send, show
from plancycle.domain.orders import Resend
from tasks.asking import preview_resend, send_again
from tasks.confirming import confirm_resend
from tasks.opening import find_cycle


@flow(name="Gửi lại yêu cầu", flow_run_name=run_name("gửi lại yêu cầu"), task_runner=RUNNER)
def resend_requests(
    period: PeriodChoice,
    year: Year,
    reason: Reason,
    actor: Actor,
    seconded_by: SecondPerson = "",
    agencies: Receivers = "",
    as_of: AsOf = "",
    dry_run: DryRun = True,
    confirm: Confirm = 0,
) -> State[Any]:
    """When: a request was lost at the agencies' end and waiting for the next reminder would be too late.

    Why: writing to all again is an act of two people; whoever has answered is not written to.
    Leaves: the letters, their table and the matrix; a dry run leaves every letter it would send.
    """
    order = Resend(year, PERIODS[period], agencies, reason, actor, seconded_by)
    with tags(*labels(find_cycle(year, as_of)["id"], order.period)):
        if dry_run:
            return Completed(message="Chạy thử: chưa gửi gì.", data=preview_resend(order, as_of))
        confirm_resend(order, confirm, as_of)
        queued = send_again(order, as_of)
        has_sent = send(year, as_of)
        show(year, [order.period], as_of)
        return closing([], has_sent, {"resent": len(queued)})
