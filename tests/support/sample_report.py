"""The facts of one report: three agencies, one on time, one late, one missing."""

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from plancycle.adapters.programme_files.folders import ProgrammeFiles
from plancycle.domain.agencies import Official
from plancycle.domain.consolidation import Coverage, Edition, EditionKind, Figure, Member
from plancycle.domain.deadlines import period_dates
from plancycle.domain.periods import Period
from plancycle.domain.programme import Programme
from plancycle.services.report_contents import ReportFacts, SubmissionLine, WorkLine

PROGRAMMES = Path(__file__).resolve().parents[2] / "programmes"
SIGNATORY = Official("pgd", "Trần Văn Mẫu", "Phó Giám đốc", "pgd@example.invalid", "KT. Giám đốc")


@cache
def programme() -> Programme:
    return ProgrammeFiles(PROGRAMMES).load("tn-nq94")


def report_facts(period: Period = Period.ANNUAL, text: str = "Đã ban hành kế hoạch", number: int = 5) -> ReportFacts:
    """Three agencies: one on time, one late, one missing."""
    plan = programme()
    on_time, late, missing = (plan.agency(one) for one in ("so-noi-vu", "so-y-te", "huyen-dai-tu"))
    prefix = f"tn-nq94-2025/{period}"
    calendar = ProgrammeFiles(PROGRAMMES).working_days(plan, 2025)
    members = tuple(Member(one.id, f"{prefix}/{one.id}/v1", "ab" * 32, one is late) for one in (on_time, late))
    expected = (on_time.id, late.id, missing.id)
    coverage = Coverage(expected, (on_time.id, late.id), (late.id,), (missing.id,))
    frozen_at = datetime(2025, 12, 9, 10, 0, tzinfo=UTC)
    figures = (
        Figure(f"{prefix}/works.status.3", "Hoàn thành", "", Decimal(3), 0, "sum", 2),
        Figure(f"{prefix}/works.progress", "Tiến độ (%)", "", Decimal("62.5"), 1, "mean", 2),
        Figure(f"{prefix}/budget-spent.value", "Kinh phí đã thực hiện", "triệu đồng", Decimal("12345.6"), 1, "sum", 2),
        Figure(f"{prefix}/papi.value", "Chỉ số PAPI", "điểm", Decimal("44.10"), 2, "last", 1),
    )
    answers = {"status": "Hoàn thành", "progress": "62.5", "result": text, "obstacle": text, "proposal": text}
    if period is Period.PLAN:
        answers = {"target": text, "output": "Kế hoạch", "finish": "2025-06-30"}
    return ReportFacts(
        programme=plan,
        edition=Edition(
            "tn-nq94-2025", period, 3, EditionKind.FINAL, frozen_at, members, coverage, figures, "cd" * 32, "ef" * 32
        ),
        dates=period_dates(plan.period_rule(period), 2025, calendar, ZoneInfo(plan.timezone)),
        period_title={Period.ANNUAL: "Đánh giá năm 2025", Period.PLAN: "Dự thảo kế hoạch 2025"}.get(
            period, "Quý I/2025"
        ),
        figures=figures,
        works=tuple(
            WorkLine(one.name, "E01.1", "Xây dựng kế hoạch triển khai", "94/NQ-CP", answers) for one in (on_time, late)
        ),
        narratives=() if period is Period.PLAN else tuple((late.name, f"N{row}", text) for row in range(1, 6)),
        submissions=(
            SubmissionLine(on_time.name, "submitted", frozen_at, 0, "7K4PD2XR"),
            SubmissionLine(late.name, "submitted_late", frozen_at, 2, "ABCDE2FG"),
            SubmissionLine(missing.name, "missing", None, 0, ""),
        ),
        missing=(missing.name,),
        late=(late.name,),
        signed_on=date(2025, 12, 9),
        number=number,
        addressees=("UBND tỉnh Thái Nguyên", "Bộ Nội vụ"),
        signatory=SIGNATORY,
    )
