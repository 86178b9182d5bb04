"""Decide about one agency's wish for more time."""

from typing import Any

from prefect import flow, tags
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows._forms import (
    PERIODS,
    AgencyName,
    AsOf,
    Confirm,
    Decider,
    Document,
    DryRun,
    NewDay,
    PeriodChoice,
    Position,
    Reason,
    Requester,
    Verdict,
    Year,
    labels,
    run_name,
)
from flows._story import RUNNER, closing, send, show
from plancycle.domain.orders import Decision
from tasks.confirming import confirm_decision
from tasks.deciding import decide_extension, preview_decision
from tasks.opening import find_cycle


@flow(name="Quyết định gia hạn", flow_run_name=run_name("quyết định gia hạn"), task_runner=RUNNER)
def grant_extension(
    period: PeriodChoice,
    year: Year,
    agency: AgencyName,
    last_day: NewDay,
    reason: Reason,
    document: Document,
    requested_by: Requester,
    decided_by: Decider,
    position: Position = "",
    verdict: Verdict = "Cho gia hạn",
    as_of: AsOf = "",
    dry_run: DryRun = True,
    confirm: Confirm = 0,
) -> State[Any]:
    """When: an agency asked for more time and somebody else decided.

    Why: a due date is moved for one agency, by a named person, with a reason and a document, and never silently.
    Leaves: the letter that tells the agency, the act with its reason, the matrix.
    """
    key, is_granted = PERIODS[period], verdict == "Cho gia hạn"
    decision = Decision(year, key, agency, reason, requested_by, decided_by, position, document, is_granted)
    with tags(*labels(find_cycle(year, as_of)["id"], key)):
        if dry_run:
            return Completed(message="Chạy thử: chưa quyết định.", data=preview_decision(decision, last_day, as_of))
        confirm_decision(decision, last_day, confirm, as_of)
        obligation = decide_extension(decision, last_day, as_of)
        has_sent = send(year, as_of)
        show(year, [key], as_of)
        return closing([], has_sent, {"obligation": obligation})
