"""Take in what agencies mailed back."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows._forms import AsOf, DryRun, run_name
from flows._story import RUNNER, closing, send
from tasks.intake import show_intake
from tasks.mail_in import preview_mail, purge_quarantine, take_in_mail


@flow(name="Đọc hộp thư báo cáo", flow_run_name=run_name("đọc hộp thư"), task_runner=RUNNER)
def collect_mailbox(as_of: AsOf = "", dry_run: DryRun = True) -> State[Any]:
    """When: every ten minutes, and on demand.

    Why: a clerk who answers by mail must hear soon whether the report was accepted or what to mend.
    Leaves: genuine replies taken in with receipts, everything else in quarantine, refused files of a month ago gone.
    """
    if dry_run:
        return Completed(message="Chạy thử: chưa nhận thư nào.", data=preview_mail(as_of))
    mails = take_in_mail(as_of)
    files = [file for mail in mails for file in mail["files"]]
    if files:
        show_intake(files, as_of)
    has_sent = send(0, as_of) if files else True
    purge_quarantine(as_of)
    stuck = [mail["subject"] for mail in mails if mail["outcome"] == "stuck"]
    return closing(stuck, has_sent, {"mails": len(mails), "files": len(files)})
