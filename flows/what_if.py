"""Play the year in advance with something supposed: what changes, what is missed."""

from typing import Annotated, Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows._forms import AsOf, Year, words
from flows._story import RUNNER
from tasks.rehearsing import suppose

Moves = Annotated[str, words("Dời hạn", "Kỳ=số ngày, cách nhau bằng dấu chấm phẩy, ví dụ annual=-5d.", max_length=500)]
Merges = Annotated[
    str,
    words(
        "Nhập cơ quan", "A,B->C@ngày, cách nhau bằng dấu chấm phẩy, ví dụ so-a,so-b->so-c@01/07/2026.", max_length=2000
    ),
]
Bounces = Annotated[int, words("Số hộp thư không nhận thư", "Bao nhiêu cơ quan có hộp thư bị trả lại.", ge=0, le=10000)]
Outages = Annotated[
    str, words("Ngừng hoạt động", "Ngày/số ngày, cách nhau bằng dấu chấm phẩy, ví dụ 2026-12-08/3d.", max_length=500)
]


@flow(name="Giả định", flow_run_name="{year} · giả định", task_runner=RUNNER)
def what_if(
    year: Year, moves: Moves = "", merges: Merges = "", bounces: Bounces = 0, outages: Outages = "", as_of: AsOf = ""
) -> State[Any]:
    """When: before a date, a merger or an outage is decided or met.

    Why: a bad December is seen while there is time. Nothing is stored, nothing is sent.
    Leaves: the differences as a table, those that are worse marked; the year's dates and each day's letters as a page.
    """
    found = suppose(year, moves, merges, bounces, outages, as_of)
    return Completed(message=f"{found['differences']} thay đổi, {found['missed']} điều kém hơn kế hoạch.", data=found)
