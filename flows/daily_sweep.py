"""Do what is due today: the guarantee behind every schedule, trigger and click."""

from typing import Any

from prefect import flow, tags
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows._forms import AsOf, DryRun, YearOrNow, is_deployed, labels, run_name
from flows._story import RUNNER, do_what_is_due
from tasks.opening import open_cycles
from tasks.reaping import reap_dead_runs
from tasks.sweeping import actions_due, preview_sweep


@flow(name="Rà soát hằng ngày", flow_run_name=run_name("rà soát việc đến hạn"), task_runner=RUNNER)
def daily_sweep(year: YearOrNow = 0, as_of: AsOf = "", dry_run: DryRun = True) -> State[Any]:
    """When: every day, every hour in the first weeks of December, and after any break-down.

    Why: the rows say what is due; after a week of standstill one run catches up and sends only what is still needed.
    Leaves: the list of what was due, and the pages of every period something happened in.
    """
    if is_deployed() and not dry_run:
        reap_dead_runs(return_state=True)  # a server that cannot be asked about its runs holds up nothing
    cycles = open_cycles(year, as_of)
    if dry_run:
        shown = [(actions_due(one["year"], as_of), preview_sweep(one["year"], as_of)) for one in cycles]
        return Completed(message="Chạy thử: chưa làm gì.", data=shown)
    ends = []
    for cycle in cycles:
        with tags(*labels(cycle["id"])):
            ends.append(do_what_is_due(cycle["year"], as_of))
    unfinished = [end for end in ends if end.name != "Completed"]
    return unfinished[0] if unfinished else Completed(message=f"Đã rà soát {len(ends)} chu kỳ đang mở.")
