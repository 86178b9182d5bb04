"""What has been kept long enough: shown four times a year, let go by two named people."""

from typing import Annotated, Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows._forms import AsOf, DryRun, words
from tasks.keeping import carry_out_retention, show_retention

Plan = Annotated[
    str, words("Mã kế hoạch", "Mã ở cuối trang của bản chạy thử; có gì thay đổi từ đó thì không xóa gì.", max_length=40)
]
First = Annotated[str, words("Người thực hiện", "Họ tên người thực hiện, đã đọc kế hoạch.", max_length=200)]
Second = Annotated[str, words("Người cùng quyết định", "Họ tên người thứ hai, cũng đã đọc kế hoạch.", max_length=200)]
Document = Annotated[str, words("Văn bản căn cứ", "Số, ngày của văn bản hoặc biên bản, nếu có.", max_length=300)]


@flow(name="Thời hạn lưu giữ", flow_run_name="Lưu giữ · những gì đã hết thời hạn")
def retention(
    plan: Plan = "", person: First = "", second: Second = "", document: Document = "-", as_of: AsOf = "",
    dry_run: DryRun = True,
) -> State[Any]:  # fmt: skip
    """When: once a quarter, and before the year's records go to the archive.

    Why: what is kept longer than needed can leak; what a rule lets go is read by two people first.
    Leaves: the plan; carried out, the event in the log with both names. Records are never deleted.
    """
    if dry_run:
        return Completed(message="Chạy thử: chưa xóa gì.", data=show_retention(as_of))
    return Completed(message=f"Đã xóa {carry_out_retention(plan, person, second, document, as_of)} mục.")
