"""Recall, replace or supplement a report that has been sent upward."""

from typing import Annotated, Any, Literal

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows._forms import Actor, AsOf, DryRun, Reason, run_name, words
from flows._story import RUNNER, closing, send
from tasks.correcting_upward import correct, preview_correction

ACTS = {"Thu hồi": "recall", "Thay thế": "replace", "Bổ sung": "supplement"}
Act = Annotated[
    Literal["Thu hồi", "Thay thế", "Bổ sung"],
    words(
        "Việc cần làm", "Thay thế, bổ sung: bản mới có số riêng, dẫn chiếu bản cũ và phải được phê duyệt trước khi gửi."
    ),
]
Subject = Annotated[
    str,
    words("Mã", "Thu hồi: mã lần gửi. Thay thế, bổ sung: mã bản tổng hợp mới. Chạy thử để xem các mã.", max_length=300),
]


@flow(name="Thu hồi, thay thế, bổ sung", flow_run_name=run_name("sửa báo cáo đã gửi"), task_runner=RUNNER)
def correct_upward(
    act: Act, subject: Subject, reason: Reason, actor: Actor, as_of: AsOf = "", dry_run: DryRun = True
) -> State[Any]:
    """When: a report that has left is wrong, incomplete, or went to the wrong place.

    Why: an addressee never holds two reports in force; what takes the place of another is approved like the first.
    Leaves: the recall as the addressee answers it, or the new edition put up for approval; the table of addressees.
    """
    if dry_run:
        return Completed(message="Chạy thử: chưa gửi gì.", data=preview_correction(subject, as_of))
    done = correct(ACTS[act], subject, reason, actor, as_of)
    has_sent = send(0, as_of)
    preview_correction(subject, as_of)
    return closing([], has_sent, done)
