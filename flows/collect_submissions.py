"""Take in the workbooks that were dropped into the inbox folder."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows._forms import AsOf, DryRun, run_name
from flows._story import RUNNER, closing, send, take_in
from tasks.intake import preview_files, waiting_files


@flow(name="Tiếp nhận báo cáo", flow_run_name=run_name("tiếp nhận báo cáo"), task_runner=RUNNER)
def collect_submissions(as_of: AsOf = "", dry_run: DryRun = True) -> State[Any]:
    """When: every ten minutes in working hours, and on demand.

    Why: whoever sends must hear soon whether the report was accepted or what to mend.
    Leaves: every file kept, a receipt or a marked workbook to its sender, tables of receipts, findings, quarantine.
    """
    if dry_run:
        return Completed(message="Chạy thử: chưa nhận tệp nào.", data=preview_files(waiting_files(as_of), as_of))
    results, stuck = take_in(as_of)
    has_sent = send(0, as_of) if results else True
    return closing(stuck, has_sent, {"files": len(results)})
