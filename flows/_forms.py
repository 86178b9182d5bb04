"""The words of the forms an operator fills in, and of the names of runs.

Prefect makes a form from a flow's signature. A title and a description reach the form only by ``json_schema_extra``;
an optional parameter (``X | None``) would show a type picker, so an empty text or a 0 stands for "now".
"""

import re
from collections.abc import Callable
from contextvars import ContextVar
from datetime import date, datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from prefect.context import FlowRunContext
from prefect.runtime import flow_run
from pydantic import Field

from plancycle.domain.periods import Period

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
BY_TIMETABLE: ContextVar[bool] = ContextVar("by_timetable", default=False)
"""Set where a year is rehearsed: what it opens, the schedules would open."""


def words(title: str, description: str, **limits: Any) -> Any:
    """Title and help text of one field of a form, with its limits."""
    return Field(json_schema_extra={"title": title, "description": description}, **limits)


Year = Annotated[int, words("Năm", "Năm của chu kỳ báo cáo, ví dụ 2025.", ge=2020, le=2100)]
YearOrNow = Annotated[
    int, words("Năm (0 = năm hiện tại)", "Năm của chu kỳ báo cáo; lịch tự động dùng 0.", ge=0, le=2100)
]
AsOf = Annotated[
    str,
    words(
        "Thời điểm (để trống = bây giờ)",
        "Làm như thể đang ở thời điểm này, giờ Việt Nam, ví dụ 09/12/2025 16:30. Bình thường để trống.",
        max_length=40,
    ),
]
DryRun = Annotated[
    bool,
    words("Chạy thử (không gửi gì)", "Bật: chỉ liệt kê những gì sẽ làm và sẽ gửi. Tắt: làm thật và gửi thật."),
]
Confirm = Annotated[
    int,
    words(
        "Xác nhận số thư",
        "Số thư đã thấy ở bản chạy thử. Gửi thật mà số này khác (có cơ quan vừa được thêm, bớt) thì không gửi gì.",
        ge=0,
    ),
]
Quarter = Annotated[Literal["Quý I", "Quý II", "6 tháng đầu năm", "Quý III"], words("Kỳ trong năm", "Kỳ cần báo cáo.")]
PeriodChoice = Annotated[
    Literal["Kế hoạch năm", "Quý I", "Quý II", "6 tháng đầu năm", "Quý III", "Đánh giá năm"],
    words("Kỳ báo cáo", "Kỳ cần xử lý."),
]
AgencyName = Annotated[
    str, words("Cơ quan, đơn vị", "Tên đầy đủ hoặc mã, ví dụ: Sở Y tế, hoặc so-y-te.", min_length=2, max_length=200)
]
Reason = Annotated[str, words("Lý do", "Ghi rõ để cơ quan biết cần làm gì.", min_length=10, max_length=2000)]
Actor = Annotated[str, words("Người thực hiện", "Họ tên người quyết định, được ghi vào nhật ký.", min_length=2)]
Requester = Annotated[str, words("Người đề nghị", "Họ tên người đề nghị gia hạn.", min_length=2, max_length=200)]
Decider = Annotated[str, words("Người quyết định", "Họ tên người cho gia hạn; phải khác người đề nghị.", min_length=2)]
Position = Annotated[
    str,
    words("Chức vụ người quyết định", "Để trống nếu người này có trong danh bạ (contacts.yaml).", max_length=200),
]
Document = Annotated[
    str, words("Văn bản làm căn cứ", "Số, ký hiệu, ngày của văn bản quyết định.", min_length=3, max_length=500)
]
Verdict = Annotated[
    Literal["Cho gia hạn", "Không đồng ý"], words("Nội dung quyết định", "Không đồng ý: hạn đang áp dụng giữ nguyên.")
]
Receivers = Annotated[
    str,
    words(
        "Gửi lại cho cơ quan nào",
        "Tên hoặc mã, cách nhau bằng dấu chấm phẩy; để trống = tất cả cơ quan còn nợ báo cáo.",
        max_length=4000,
    ),
]
SecondPerson = Annotated[
    str,
    words("Người thứ hai đồng ý", "Bắt buộc khi gửi lại cho nhiều cơ quan; phải khác người thực hiện.", max_length=200),
]
NewDay = Annotated[date, words("Ngày cuối cùng được nộp", "Hạn mới là 24 giờ của ngày này.")]
IsFinal = Annotated[
    bool, words("Chốt bản chính thức", "Bật: chốt bản để trình phê duyệt. Tắt: chỉ cập nhật bản tạm tính.")
]
Mode = Annotated[
    Literal["Chạy thật", "Diễn tập trên đồng hồ ảo"],
    words("Cách chạy", "Diễn tập dùng cơ quan mô phỏng trong thư mục riêng, không đụng dữ liệu thật."),
]

PERIODS = {
    "Kế hoạch năm": Period.PLAN,
    "Quý I": Period.Q1,
    "Quý II": Period.Q2,
    "6 tháng đầu năm": Period.H1,
    "Quý III": Period.Q3,
    "Đánh giá năm": Period.ANNUAL,
}
"""The choices of the forms and the periods they mean."""


def is_scheduled() -> bool:
    """Whether a schedule, and no person, started the run: it does what the programme's ladder says, unconfirmed."""
    context = FlowRunContext.get()
    started = context.flow_run if context else None
    return BY_TIMETABLE.get() or bool(started and started.auto_scheduled)


def is_deployed() -> bool:
    """Whether a deployment started the run, and nobody's own process, as in a rehearsal."""
    context = FlowRunContext.get()
    started = context.flow_run if context else None
    return bool(started and started.deployment_id)


def run_name(what: str) -> Callable[[], str]:
    """Names a run after its period first: ``Quý I/2025 · yêu cầu báo cáo``, ``Năm 2025 · rà soát việc đến hạn``."""

    def name() -> str:
        given = flow_run.parameters or {}
        year = given.get("year") or _year_of(given.get("as_of", ""))
        chosen = given.get("quarter") or given.get("period") or ""
        return f"{_place(chosen, year)} · {what}"

    return name


def _place(chosen: str, year: int) -> str:
    if chosen.startswith("Quý"):
        return f"{chosen}/{year}"
    return f"{chosen} {year}" if chosen else f"Năm {year}"


def _year_of(as_of: str) -> int:
    written = re.search(r"(?<!\d)20\d\d(?!\d)", as_of)
    return int(written.group()) if written else datetime.now(ZONE).year


def labels(cycle: str, period: str = "") -> tuple[str, ...]:
    """Tags of what concerns a cycle ``tn-nq94-2025`` and a period: ``programme:tn-nq94``, ``period:2025-q1``."""
    programme, _, year = cycle.rpartition("-")
    return (f"programme:{programme}", f"period:{year}-{period}" if period else f"period:{year}")
