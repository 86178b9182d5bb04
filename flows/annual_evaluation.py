"""Ask every agency for its evaluation of the year."""

from typing import Any

from prefect import flow, tags
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows._forms import AsOf, Confirm, DryRun, YearOrNow, is_scheduled, labels, run_name
from flows._story import RUNNER, open_period
from plancycle.domain.periods import Period
from tasks.asking import preview_calls
from tasks.confirming import confirm_calls
from tasks.opening import find_cycle, open_cycle


@flow(name="Đánh giá năm", flow_run_name=run_name("đánh giá năm"), task_runner=RUNNER)
def annual_evaluation(
    year: YearOrNow = 0, as_of: AsOf = "", dry_run: DryRun = True, confirm: Confirm = 0
) -> State[Any]:
    """When: on the annual period's opening day, and again whenever an agency was added or a contact mended.

    Why: the consolidated evaluation must exist before 10 December.
    Leaves: one letter with a prefilled workbook an agency, the matrix, the table of letters, a provisional edition.
    """
    cycle = find_cycle(year, as_of)
    with tags(*labels(cycle["id"], Period.ANNUAL)):
        if dry_run:
            return Completed(message="Chạy thử: chưa gửi gì.", data=preview_calls(cycle["year"], Period.ANNUAL, as_of))
        if not is_scheduled():
            confirm_calls(cycle["year"], Period.ANNUAL, confirm, as_of)
        open_cycle(cycle["year"], as_of)
        return open_period(cycle["year"], Period.ANNUAL, as_of)
