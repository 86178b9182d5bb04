"""Tell the operator by mail what went wrong with a run."""

from typing import Annotated, Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows._forms import AsOf, DryRun, words
from tasks.alerting import look_at_run, preview_alert, send_alert

Run = Annotated[
    str, words("Mã lượt chạy", "Mã của lượt chạy có sự cố; quy tắc tự động điền sẵn.", min_length=1, max_length=200)
]
Standing = Annotated[
    str, words("Trạng thái của lượt chạy", "Ví dụ Failed, Crashed, Late, Suspended.", min_length=1, max_length=80)
]


@flow(name="Báo sự cố", flow_run_name="Sự cố · báo người vận hành")
def alert_operator(run: Run, state: Standing, as_of: AsOf = "", dry_run: DryRun = True) -> State[Any]:
    """When: an automation saw a run fail, crash, start late or wait for days.

    Why: nobody sits before the run list; a letter reaches a person.
    Leaves: one letter for each run and state, however often this is started.
    """
    seen = look_at_run(run)
    if dry_run:
        return Completed(message="Chạy thử: chưa gửi gì.", data=preview_alert(seen, as_of))
    key = send_alert(seen, state, as_of)
    return Completed(message="Đã báo người vận hành." if key else "Chương trình chưa ghi địa chỉ người vận hành.")
