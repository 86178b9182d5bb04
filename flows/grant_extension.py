"""Postpone one agency's due date."""

from typing import Any

from prefect import flow, tags
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows._forms import (
    PERIODS,
    AgencyName,
    AsOf,
    Decider,
    DryRun,
    NewDay,
    PeriodChoice,
    Reason,
    Requester,
    Year,
    labels,
    run_name,
)
from flows._story import RUNNER, closing, send, show
from tasks.deciding import extend, preview_act
from tasks.opening import find_cycle


@flow(name="Gia hạn", flow_run_name=run_name("gia hạn"), task_runner=RUNNER)
def grant_extension(
    period: PeriodChoice,
    year: Year,
    agency: AgencyName,
    last_day: NewDay,
    reason: Reason,
    requested_by: Requester,
    decided_by: Decider,
    as_of: AsOf = "",
    dry_run: DryRun = True,
) -> State[Any]:
    """When: an agency asked for more time and somebody else decided to grant it.

    Why: a due date is moved for one agency, by a named person, with a reason, and never silently.
    Leaves: the letter that tells the agency, the act with its reason, the matrix.
    """
    key = PERIODS[period]
    with tags(*labels(find_cycle(year, as_of)["id"], key)):
        if dry_run:
            shown = preview_act(year, key, agency, reason, decided_by, as_of)
            return Completed(message="Chạy thử: chưa gia hạn.", data=shown)
        due_at = extend(year, key, agency, last_day, reason, requested_by, decided_by, as_of)
        has_sent = send(year, as_of)
        show(year, [key], as_of)
        return closing([], has_sent, {"due_at": due_at})
