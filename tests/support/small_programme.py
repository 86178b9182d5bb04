"""A small programme of four agencies, one of them the owner of an indicator. Times are Vietnamese."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from plancycle.domain.agencies import AddressBook, Agency, AgencyKind, Contact, Official
from plancycle.domain.check_rules import CheckRule, RuleKind, Severity
from plancycle.domain.deadlines import PeriodRule, Rung, RungTo, Wording
from plancycle.domain.forms import (
    Aggregation,
    FieldKind,
    FormField,
    FormRow,
    FormRules,
    Indicator,
    RowSource,
    SheetRules,
)
from plancycle.domain.periods import Period
from plancycle.domain.programme import (
    Addressee,
    AssignedWork,
    Invitations,
    LegalReference,
    Programme,
    ReportForm,
    Source,
)

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
YEAR = 2025
CYCLE = "ct-2025"
ANNUAL, Q1, Q2, PLAN = Period.ANNUAL, Period.Q1, Period.Q2, Period.PLAN
HOME, HEALTH, FINANCE, DISTRICT = "so-noi-vu", "so-y-te", "so-tai-chinh", "huyen-dai-tu"
EVERYBODY = (HOME, HEALTH, FINANCE, DISTRICT)
DONE, DOING = "Hoàn thành", "Đang thực hiện"
REPORTED, NOTHING = "Có phát sinh", "Không phát sinh"


def at(month: int, day: int, hour: int = 9, minute: int = 0, second: int = 0, micro: int = 0) -> datetime:
    """A moment of 2025 in Vietnam."""
    return datetime(YEAR, month, day, hour, minute, second, micro, ZONE)


BEFORE_YEAR = at(1, 1)  # Wednesday 01/01/2025, before any period opens
DURING_Q1 = at(3, 10)  # Monday 10/03/2025; q1 is open from Saturday 01/03, due Thursday 20/03
DURING_Q2 = at(6, 3)  # Tuesday 03/06/2025; q2 is open from Sunday 01/06, due Friday 20/06
ANNUAL_OPENS = at(11, 3, 8)  # Monday 03/11/2025, 08:00
DURING_ANNUAL = at(12, 1)  # Monday 01/12/2025
FREEZE = at(12, 9, 17)  # Tuesday 09/12/2025, 17:00, also the soft due of the annual evaluation
LAST_GOOD = at(12, 9, 23, 59, 59, 999000)  # Tuesday 09/12/2025, 23:59:59.999
DUE = at(12, 10, 0)  # Wednesday 10/12/2025, 00:00: the first moment that is late


def indicator(
    name: str, aggregation: Aggregation = Aggregation.SUM, precision: int = 0, owner: str | None = None
) -> Indicator:
    """A figure that is not negative."""
    return Indicator(name, f"Số {name}", "cuộc", precision, aggregation, owner=owner, minimum=Decimal(0))


def the_form() -> FormRules:
    """The questions: who fills in, the work, two figures of everybody, a narrative."""
    answering = (Period.Q1, Period.Q2, Period.Q3, Period.ANNUAL)
    number, text, choice = FieldKind.NUMBER, FieldKind.TEXT, FieldKind.CHOICE
    explanation = FormField("explanation", "Giải trình", text, answering)
    info = (
        FormField("preparer", "Người lập", text, tuple(Period), required=True),
        FormField("nil", "Kỳ này", choice, tuple(Period), required=True, choices=(REPORTED, NOTHING)),
    )
    works = (
        FormField("target", "Mục tiêu", text, (Period.PLAN,), required=True),
        FormField("status", "Tình trạng", choice, answering, required=True, choices=(DOING, DONE)),
        FormField("progress", "Tiến độ (%)", number, answering, minimum=Decimal(0), maximum=Decimal(100)),
        FormField("evidence", "Minh chứng", text, answering),
        explanation,
    )
    figures = (
        FormField("goal", "Chỉ tiêu", number, (Period.PLAN,), required=True),
        FormField("value", "Thực hiện", number, answering, required=True),
        explanation,
    )
    narrative = (FormField("text", "Nội dung", text, answering),)
    sheets = (
        SheetRules("info", "Thông tin chung", RowSource.FIXED, info, (FormRow("TT", "Thông tin"),)),
        SheetRules("works", "Nhiệm vụ", RowSource.ASSIGNMENTS, works),
        SheetRules("figures", "Số liệu", RowSource.FIGURES, figures),
        SheetRules("narrative", "Thuyết minh", RowSource.FIXED, narrative, (FormRow("N1", "Kết quả nổi bật"),)),
    )
    shared = (indicator("inspections"), indicator("budget", precision=1))
    return FormRules(sheets, shared, DONE, NOTHING, the_checks())


def the_checks() -> tuple[CheckRule, ...]:
    """Finished work needs evidence, progress does not fall, years and jumps of figures are asked about."""
    warning = Severity.WARNING
    return (
        CheckRule("done", RuleKind.EVIDENCE, warning, "works", "status", when=(DONE,), needs="evidence"),
        CheckRule("back", RuleKind.NOT_FALLING, warning, "works", "progress"),
        CheckRule("year", RuleKind.ANNUAL_TOTAL, warning, "figures", "value"),
        CheckRule("jump", RuleKind.JUMP, warning, "figures", "value", percent=Decimal(50)),
    )


def the_periods() -> tuple[PeriodRule, ...]:
    """The plan, three quarters (by the 20th) and the annual evaluation (before 10/12)."""
    quarters = [
        PeriodRule(period, title, (month, 1), Wording.BY, (month, 20), (month, 14), 3, "công văn")
        for period, title, month in ((Q1, "Quý I", 3), (Q2, "Quý II", 6), (Period.Q3, "Quý III", 9))
    ]
    plan = PeriodRule(PLAN, "Dự thảo kế hoạch", (1, 2), Wording.BY, (2, 15), (1, 31), 3, "công văn")
    annual = PeriodRule(ANNUAL, "Đánh giá năm", (11, 3), Wording.BEFORE, (12, 10), (11, 30), 0, "kế hoạch")
    return (plan, *quarters, annual)


def a_programme(version: str = "1" * 64) -> Programme:
    """Four reporters; so-noi-vu consolidates and owns the indicator ``par-index``."""
    names = {HOME: "Sở Nội vụ", HEALTH: "Sở Y tế", FINANCE: "Sở Tài chính", DISTRICT: "UBND huyện Đại Từ"}
    reporters = tuple(Agency(one, name, AgencyKind.DEPARTMENT) for one, name in names.items())
    province = Agency("ubnd-tinh", "Ủy ban nhân dân tỉnh", AgencyKind.AUTHORITY)
    ministry = Agency("bo-noi-vu", "Bộ Nội vụ", AgencyKind.MINISTRY)
    works = (
        AssignedWork("n1", 1, "Tuyên truyền, quán triệt", "chủ trì", 10, (), legal_refs=("qd-1",)),
        AssignedWork("n2", 2, "Khám sức khỏe thanh niên", "chủ trì", 11, (HEALTH,)),
    )
    return Programme(
        id="ct",
        version=version,
        title="Chương trình phát triển thanh niên",
        province="Thái Nguyên",
        timezone="Asia/Ho_Chi_Minh",
        start_year=2024,
        consolidator=HOME,
        authority="ubnd-tinh",
        objective="",
        source=Source("0" * 64, "Kế hoạch", (), "", "", (), ()),
        legal_refs=(
            LegalReference("qd-1", "Quyết định", "1331/QĐ-TTg", date(2021, 7, 24), None, "Chiến lược", "căn cứ", 1),
        ),
        purposes=(),
        requirements=(),
        duties=(),
        groups=(),
        agencies=(*reporters, province, ministry),
        reporters=EVERYBODY,
        unnamed_groups=(),
        indicators=(indicator("par-index", Aggregation.LAST, 2, owner=HOME),),
        works=works,
        invitations=Invitations(9, 9, (Agency("tinh-doan", "Tỉnh đoàn", AgencyKind.INVITED),), ()),
        deadlines=(),
        periods=the_periods(),
        recipients=(),
        addressees=(Addressee("ubnd-tinh", "folder", tuple(Period)), Addressee("bo-noi-vu", "http", (ANNUAL,))),
        form=the_form(),
        report=ReportForm("UBND TỈNH THÁI NGUYÊN", "SỞ NỘI VỤ", "BC-SNV", "Thái Nguyên", "Lưu: VT"),
        ladder=(*(Rung(days) for days in (-10, -5, -1, 0, 1)), Rung(3, to=RungTo.LEADER)),
    )


def an_address_book(**changes: object) -> AddressBook:
    """Every reporter has a contact; so-y-te also an alternate address and a leader."""
    contacts = [Contact(agency, f"Văn thư {agency}", f"bao-cao@{agency}.example") for agency in EVERYBODY]
    contacts[1] = replace(contacts[1], alternate_email="van-thu@so-y-te.example", leader_email="ld@so-y-te.example")
    book = AddressBook(
        contacts=tuple(contacts),
        preparer=Official("chuyen-vien", "Nguyễn Thị Lập", "Chuyên viên", "tong-hop@so-noi-vu.example"),
        signatory=Official("giam-doc", "Trần Văn Ký", "GIÁM ĐỐC", "giam-doc@so-noi-vu.example"),
        approver=Official("pho-chu-tich", "Lê Thị Duyệt", "Phó Chủ tịch", "phe-duyet@ubnd-tinh.example"),
        operator_email="van-hanh@so-noi-vu.example",
    )
    return replace(book, **changes)  # type: ignore[arg-type]
