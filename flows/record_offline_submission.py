"""Enter an answer that came by hand."""

from typing import Annotated, Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows._forms import Actor, AsOf, DryRun, Reason, run_name, words
from flows._story import RUNNER, closing, send, show
from tasks.by_hand import enter_by_hand, preview_by_hand
from tasks.intake import show_intake

FileName = Annotated[
    str,
    words(
        "Tên tệp",
        "Tệp biểu mẫu đã chép vào thư mục nop-truc-tiep của hệ thống; chạy thử để xem các tệp.",
        max_length=200,
    ),
]
HandedOver = Annotated[
    str,
    words("Thời điểm nhận được", "Lúc nhận tệp hoặc bản giấy, ví dụ 09/12/2025 16:30; quyết định đúng hạn hay muộn."),
]


@flow(name="Ghi nhận bản nộp trực tiếp", flow_run_name=run_name("ghi nhận bản nộp trực tiếp"), task_runner=RUNNER)
def record_offline_submission(
    file: FileName, handed_over: HandedOver, reason: Reason, actor: Actor, as_of: AsOf = "", dry_run: DryRun = True
) -> State[Any]:
    """When: an agency could not send and brought its workbook on paper's way: by hand, by post, on a stick.

    Why: what counts is when it was handed over; a named person says so, with the reason, and the log keeps it.
    Leaves: the answer with its receipt or its findings, the matrix; a dry run lists the files that wait.
    """
    if dry_run:
        return Completed(message="Chạy thử: chưa ghi nhận tệp nào.", data=preview_by_hand(as_of))
    taken = enter_by_hand(file, handed_over, actor, reason, as_of)
    show_intake([taken], as_of)
    has_sent = send(0, as_of)
    if taken["submission_id"]:
        show(int(taken["submission_id"].split("/")[0].rpartition("-")[2]), [taken["period"]], as_of)
    return closing([], has_sent, {"outcome": str(taken["outcome"]), "receipt": taken["receipt"]})
