"""Ask every agency for its check-in of a quarter."""

from typing import Any

from prefect import flow, tags
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows._forms import PERIODS, AsOf, Confirm, DryRun, Quarter, YearOrNow, is_scheduled, labels, run_name
from flows._story import RUNNER, open_period
from tasks.asking import preview_calls
from tasks.confirming import confirm_calls
from tasks.opening import find_cycle, open_cycle


@flow(name="Báo cáo quý", flow_run_name=run_name("yêu cầu báo cáo"), task_runner=RUNNER)
def quarterly_checkin(
    quarter: Quarter, year: YearOrNow = 0, as_of: AsOf = "", dry_run: DryRun = True, confirm: Confirm = 0
) -> State[Any]:
    """When: on the quarter's opening day, and again whenever an agency was added or a contact mended.

    Why: the coordinator must know three times a year where each assignment stands.
    Leaves: one letter with a prefilled workbook an agency, the matrix, the table of letters, a provisional edition.
    """
    cycle, period = find_cycle(year, as_of), PERIODS[quarter]
    with tags(*labels(cycle["id"], period)):
        if dry_run:
            return Completed(message="Chạy thử: chưa gửi gì.", data=preview_calls(cycle["year"], period, as_of))
        if not is_scheduled():
            confirm_calls(cycle["year"], period, confirm, as_of)
        open_cycle(cycle["year"], as_of)
        return open_period(cycle["year"], period, as_of)
