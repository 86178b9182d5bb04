"""Send the letters that wait in the outbox."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows._forms import AsOf, Confirm, DryRun, run_name
from flows._story import RUNNER, closing, send
from tasks.confirming import confirm_waiting
from tasks.letters import preview_letters


@flow(name="Gửi thư chờ", flow_run_name=run_name("gửi thư đang chờ"), task_runner=RUNNER)
def deliver_mail(as_of: AsOf = "", dry_run: DryRun = True, confirm: Confirm = 0) -> State[Any]:
    """When: after a mail relay came back and nobody wants to wait for the sweep.

    Why: a letter that waits was decided already; each goes out once, and what may have gone twice is listed.
    Leaves: the letters' standing in the ledger, shown by the next table of letters.
    """
    if dry_run:
        return Completed(message="Chạy thử: chưa gửi gì.", data=preview_letters(as_of))
    confirm_waiting(confirm, as_of)
    return closing([], send(0, as_of), {})
