"""Send an agency's submission back with a reason."""

from typing import Any

from prefect import flow, tags
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows._forms import PERIODS, Actor, AgencyName, AsOf, DryRun, PeriodChoice, Reason, Year, labels, run_name
from flows._story import RUNNER, closing, send, show
from tasks.deciding import preview_act, send_back
from tasks.opening import find_cycle


@flow(name="Trả lại bản nộp", flow_run_name=run_name("trả lại bản nộp"), task_runner=RUNNER)
def return_submission(
    period: PeriodChoice,
    year: Year,
    agency: AgencyName,
    reason: Reason,
    actor: Actor,
    as_of: AsOf = "",
    dry_run: DryRun = True,
) -> State[Any]:
    """When: a reviewer finds in an accepted submission what the checks could not.

    Why: the agency must learn what to mend, and the period counts it as owing again.
    Leaves: the letter with the marked workbook, the act with its reason, the matrix.
    """
    key = PERIODS[period]
    with tags(*labels(find_cycle(year, as_of)["id"], key)):
        if dry_run:
            shown = preview_act(year, key, agency, reason, actor, as_of)
            return Completed(message="Chạy thử: chưa trả lại.", data=shown)
        returned = send_back(year, key, agency, reason, actor, as_of)
        has_sent = send(year, as_of)
        show(year, [key], as_of)
        return closing([], has_sent, {"submission": returned})
