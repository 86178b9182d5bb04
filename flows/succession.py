"""Say who takes over from a body that merges, splits or ends."""

from typing import Annotated, Any, Literal

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows._forms import Actor, AsOf, DryRun, words
from flows._story import RUNNER
from tasks.succeeding import settle, show_successions

ACTS = {"Xác nhận đúng như chương trình": "confirm", "Quyết định khác": "decide", "Không áp dụng": "reject"}

Act = Annotated[
    Literal["Xác nhận đúng như chương trình", "Quyết định khác", "Không áp dụng"],
    words("Nội dung quyết định", "Xác nhận: đúng như chương trình ghi. Quyết định khác: tự ghi cơ quan và ngày."),
]
Record = Annotated[str, words("Mã bản ghi kế thừa", "Ví dụ so-tai-chinh-2025; chạy thử để xem các mã.", min_length=2)]
Reference = Annotated[
    str, words("Văn bản làm căn cứ", "Số, ký hiệu, ngày của nghị quyết hoặc quyết định.", min_length=3, max_length=500)
]
Successors = Annotated[
    str,
    words(
        "Cơ quan kế thừa (khi quyết định khác)",
        "Tên đầy đủ hoặc mã, cách nhau bằng dấu chấm phẩy; để trống = không có cơ quan kế thừa.",
        max_length=2000,
    ),
]
Effective = Annotated[
    str, words("Ngày có hiệu lực (khi quyết định khác)", "Viết dd/MM/yyyy, ví dụ 01/03/2025.", max_length=10)
]


@flow(name="Cơ quan kế thừa", flow_run_name="{succession} · cơ quan kế thừa", task_runner=RUNNER)
def succession(
    succession: Record,
    act: Act,
    reference: Reference,
    decided_by: Actor,
    successors: Successors = "",
    effective: Effective = "",
    as_of: AsOf = "",
    dry_run: DryRun = True,
) -> State[Any]:
    """When: the province's own document says who follows a body, or that nobody does.

    Why: obligations never move on the strength of a guess; a named person says so, with the document.
    Leaves: the decision in the journal, the page of all successions.
    """
    if dry_run:
        return Completed(message="Chạy thử: chưa ghi quyết định.", data=show_successions(as_of))
    verdict = settle(ACTS[act], succession, successors, effective, reference, decided_by, as_of)
    show_successions(as_of)
    return Completed(message=f"Đã ghi quyết định về {succession}.", data=verdict)
