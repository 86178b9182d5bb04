"""The facts of every other document, and of a report with a year behind it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from sample_report import SIGNATORY, programme, report_facts

from plancycle.domain.consolidation import Figure
from plancycle.domain.document_register import DocumentKind, symbol_of
from plancycle.domain.periods import Period
from plancycle.services.document_contents import DocumentFacts, TableRows
from plancycle.services.report_contents import FigureSource, PeriodFigures, ReportFacts

MOMENT = datetime(2025, 12, 9, 10, 0, tzinfo=UTC)
DATES = {
    "period": "Đánh giá năm 2025",
    "opens": date(2025, 11, 3),
    "cutoff": date(2025, 11, 30),
    "due": datetime(2025, 12, 9, 17, 0, tzinfo=UTC),
    "last_day": date(2025, 12, 9),
    "soft_due": MOMENT,
    "portal": "https://bao-cao.example",
}
NAMES = tuple(body.name for body in programme().reporting_agencies())


def a_document(kind: DocumentKind, number: int = 12, text: str = "Đã ban hành kế hoạch") -> DocumentFacts:
    """One document of a kind with everything it can say."""
    plan = programme()
    values, tables, addressees = _said(kind, text)
    return DocumentFacts(
        kind=kind,
        programme=plan,
        name=f"{kind} tn-nq94-2025/annual",
        year=2025,
        signed_on=date(2025, 12, 9),
        signatory=SIGNATORY,
        addressees=addressees,
        values=values,
        tables=tables,
        number=number,
        symbol=symbol_of(kind, plan.report.symbol, plan.report.letter_symbol),
    )


def _said(kind: DocumentKind, text: str) -> tuple[dict[str, object], tuple[TableRows, ...], tuple[str, ...]]:
    listed = TableRows("addressees", tuple((order, name) for order, name in enumerate(NAMES, start=1)))
    if kind is DocumentKind.CALL:
        return {**DATES, "is_plan": False}, (listed,), NAMES
    if kind is DocumentKind.URGE:
        rows = tuple((order, name, DATES["due"], 2, "Chưa gửi") for order, name in enumerate(NAMES[:3], start=1))
        said = {**DATES, "is_past": True, "as_of": MOMENT, "reported": 25, "expected": 28}
        return said, (TableRows("waiting", rows),), NAMES[:3]
    if kind is DocumentKind.REPLY:
        obstacle = {"subject": text, "status": "đã có trả lời", "document": "12/UBND-NC", "document_on": MOMENT.date()}
        said = {"agency": "Sở Y tế", "receipt": "7K4PD2XR", "sent_at": MOMENT, "is_late": True}
        return {**DATES, **said, "is_returned": False, "reason": "", "obstacles": (obstacle,)}, (), ("Sở Y tế",)
    if kind is DocumentKind.DIGEST:
        works = (
            (1, "Xây dựng kế hoạch", "94/NQ-CP", "", text, "Kế hoạch", MOMENT.date(), "Hoàn thành", Decimal("62.5")),
        )
        figures = ((1, "Số cuộc kiểm tra", "cuộc", Decimal(5), Decimal("1234")),)
        tables = (TableRows("agency_works", works), TableRows("agency_figures", figures))
        return {**DATES, "agency": "Sở Y tế", "task_count": 1, "is_plan": False}, tables, ()
    if kind is DocumentKind.MINISTRY:
        line = {"title": "Triển khai Đề án chuỗi giá trị nông sản", "agency": "Sở Nông nghiệp và Môi trường"}
        line |= {"due": "theo tiến độ của Bộ", "status": "Đang thực hiện", "progress": Decimal("62.5")}
        line |= {"result": text, "obstacle": text, "proposal": text}
        table = TableRows("ministry_works", ((1, *line.values()),))
        return (
            {**DATES, "ministry": "Bộ Nông nghiệp và Môi trường", "works": [line]},
            (table,),
            ("Bộ Nông nghiệp và Môi trường",),
        )
    if kind is DocumentKind.BUDGET:
        rows = ((1, "Sở Y tế", text, Decimal("1234.5"), "đã đề xuất"), (None, "Tổng cộng", "", Decimal("1234.5"), ""))
        said = {"unit": "triệu đồng", "total": Decimal("1234.5"), "submitted": Decimal(0), "proposals": 1}
        return {**said, "missing": NAMES[:2]}, (TableRows("budget", rows),), ("Sở Tài chính",)
    if kind is DocumentKind.COMMENDATION:
        rows = ((1, "Phòng Y tế", "tập thể", "Sở Y tế", "giấy khen", text),)
        said = {"persons": 0, "collectives": 1, "all": 1}
        return said, (TableRows("commendations", rows),), ("Ủy ban nhân dân tỉnh Thái Nguyên",)
    said = {"old_code": "05/BC-SNV", "old_type": "Báo cáo", "old_dated": date(2025, 12, 9)}
    return {**said, "old_subject": "Kết quả thực hiện năm 2025", "reason": text}, (), ("Bộ Nội vụ",)


def a_year(text: str = "Đã ban hành kế hoạch") -> ReportFacts:
    """The annual report with goals, earlier quarters, last year and the cells behind its figures."""
    facts = report_facts(text=text)
    prefix = "tn-nq94-2025"

    def figure(period: Period, name: str, value: str) -> Figure:
        known = next(one for one in facts.figures if f"/{name}." in one.id)
        field = "goal" if period is Period.PLAN else "value"
        return replace(known, id=f"{prefix}/{period}/{name}.{field}", value=Decimal(value))

    periods = [
        PeriodFigures(Period.PLAN, "Dự thảo kế hoạch năm 2025", (figure(Period.PLAN, "budget-spent", "20000"),)),
        PeriodFigures(Period.Q1, "Quý I/2025", (figure(Period.Q1, "budget-spent", "2100.5"),)),
        PeriodFigures(
            Period.Q2, "Quý II/2025", (figure(Period.Q2, "budget-spent", "5200"), figure(Period.Q2, "papi", "43.2"))
        ),
        PeriodFigures(Period.ANNUAL, "Đánh giá năm 2025", facts.figures),
    ]
    cells = tuple(
        FigureSource(
            f"{prefix}/annual/budget-spent.value",
            agency,
            name,
            f"{prefix}/annual/{agency}/v1",
            "Số liệu",
            "D7",
            raw,
            value,
        )
        for agency, name, raw, value in (
            ("so-noi-vu", "Sở Nội vụ", "12.000", "12000"),
            ("so-y-te", "Sở Y tế", "345,6", "345.6"),
        )
    )
    names = {body.name: body.id for body in facts.programme.agencies}
    before = (replace(facts.figures[2], id="tn-nq94-2024/annual/budget-spent.value", value=Decimal("9876.5")),)
    return replace(facts, periods=tuple(periods), sources=cells, agency_ids=names, last_year=before)


LETTERS = tuple(kind for kind in DocumentKind if kind is not DocumentKind.REPORT)
