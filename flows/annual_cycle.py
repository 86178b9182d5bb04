"""A whole year: rehearsed on a virtual clock, or the real one opened and caught up."""

from typing import Any

from prefect import flow, tags
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows._forms import AsOf, DryRun, Mode, Year, labels, run_name
from flows._story import RUNNER, do_what_is_due
from tasks.opening import find_cycle, open_cycle
from tasks.rehearsing import rehearse_year
from tasks.sweeping import actions_due


@flow(name="Chu kỳ năm", flow_run_name=run_name("chu kỳ năm"), task_runner=RUNNER)
def annual_cycle(
    year: Year, mode: Mode = "Diễn tập trên đồng hồ ảo", as_of: AsOf = "", dry_run: DryRun = True
) -> State[Any]:
    """When: once a year to open the cycle, at any time to catch up, or to rehearse before the season.

    Why: everything else hangs on an opened cycle, and a rehearsal shows the whole year in seconds.
    Leaves: the cycle in the ledger and every page of what was due; a rehearsal leaves its own folder and summary.
    """
    with tags(*labels(find_cycle(year, as_of)["id"])):
        if mode == "Diễn tập trên đồng hồ ảo":
            return Completed(message="Đã diễn tập.", data=rehearse_year(year))
        if dry_run:
            return Completed(message="Chạy thử: chưa làm gì.", data=actions_due(year, as_of))
        open_cycle(year, as_of)
        return do_what_is_due(year, as_of)
