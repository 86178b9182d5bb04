"""Documents, approval, and handing over: the way of a final edition to those it is for."""

from typing import Any

from prefect import flow, tags
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows._forms import PERIODS, AsOf, Confirm, DryRun, PeriodChoice, Year, labels, run_name
from flows._story import RUNNER, closing, hand_over_approved, send
from tasks.confirming import confirm_approval
from tasks.opening import find_cycle
from tasks.submitting import newest_final, prepare_documents, preview_submission, show_transmittals, sign_approved


@flow(name="Trình và gửi báo cáo", flow_run_name=run_name("trình và gửi báo cáo"), task_runner=RUNNER)
def submit_to_ministries(
    period: PeriodChoice, year: Year, as_of: AsOf = "", dry_run: DryRun = True, confirm: Confirm = 0
) -> State[Any]:
    """When: after a final edition was frozen, and again once it has been approved (an approval starts it by itself).

    Why: nothing leaves without a named person's decision about exactly these bytes, which no click here can replace.
    Leaves: the documents and the approval request; once approved, the table of addressees and what they answered.
    """
    key = PERIODS[period]
    with tags(*labels(find_cycle(year, as_of)["id"], key)):
        edition = newest_final(year, key, as_of)
        if dry_run:
            return Completed(message="Chạy thử: chưa gửi gì.", data=preview_submission(edition, as_of))
        confirm_approval(edition, confirm, as_of)
        prepared = prepare_documents(edition, as_of)
        has_sent = send(year, as_of)
        if not prepared["is_approved"]:
            return Completed(name="Chờ phê duyệt", message="Đã trình; chưa có quyết định.", data=prepared)
        if not sign_approved(edition, as_of):
            return Completed(name="Chờ ký số", message="Đã phê duyệt; chưa có bản ký số.", data=prepared)
        has_sent = hand_over_approved(edition, as_of) and has_sent
        show_transmittals(year, key, as_of)
        return closing([], has_sent, prepared)
