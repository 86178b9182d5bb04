"""A small programme with every one of the plan's other duties, and good facts for each kind."""

from dataclasses import replace
from datetime import date, datetime

from fakes import FakeClock, FakeHouse, FakeProgrammes
from small_programme import BEFORE_YEAR, DISTRICT, DURING_Q1, HEALTH, HOME, YEAR, a_programme, an_address_book

from plancycle.domain.agencies import Contact
from plancycle.domain.deadlines import PlanDeadline
from plancycle.domain.duties import DutyKind, DutyRecord
from plancycle.domain.duty_rules import Told
from plancycle.domain.programme import Duty, Programme
from plancycle.services import duties
from plancycle.services.open_cycle import open_cycle
from plancycle.services.ports import House

PROVINCE = "ubnd-tinh"
DEADLINES = (
    PlanDeadline("D1", "Quán triệt", "one_off", (), 35, "trước ngày 15/8/2024", before_date=date(2024, 8, 15)),
    PlanDeadline("D5", "Vướng mắc", "event", (), 23, "kịp thời", to=(PROVINCE,)),
    PlanDeadline("D6", "Sơ kết", "authority_sets", (), 131, "kịp thời"),
    PlanDeadline("D8", "Đối thoại", "yearly", (PROVINCE, DISTRICT), 57, "hàng năm", configurable=True),
)
NAMED = {DutyKind.DISSEMINATION: "D1", DutyKind.INTERIM_REVIEW: "D6", DutyKind.OBSTACLE: "D5", DutyKind.DIALOGUE: "D8"}
BY = "Trần Thị B"
DECISION = {"document": "Quyết định số 12/QĐ-UBND", "document_on": "03/03/2025"}
GOOD: dict[str, tuple[str, dict[str, str], dict[str, str]]] = {
    "obstacle": (HEALTH, {"subject": "Thiếu kinh phí khám", "cause": "Chưa có dự toán", "proposal": "Bổ sung"}, {}),
    "amendment": (HEALTH, {"subject": "Chỉ tiêu n2", "proposal": "Giảm còn 80%", "reason": "Sáp nhập"}, {}),
    "interim_review": (HOME, {"subject": "Giai đoạn 2024-2025"}, {**DECISION, "due": "30/06/2025"}),
    "final_review": (HOME, {"subject": "Cả chương trình"}, {**DECISION, "due": "30/06/2025"}),
    "inspection": (HOME, {"target": HEALTH, "subject": "Việc khám sức khỏe"}, {"due": "20/03/2025"}),
    "commendation": (
        HEALTH,
        {"subject": "Trạm Y tế xã A", "who": "collective", "reason": "Vượt kế hoạch", "form": "merit"},
        {},
    ),
    "budget": (HEALTH, {"amount": "1.250,5"}, {}),
    "dialogue": (DISTRICT, {"subject": "Việc làm"}, {"status": "held", "document": "Thông báo số 3/TB"}),
    "dissemination": (HEALTH, {}, {"on": "14/08/2024", "document": "Báo cáo số 9/BC"}),
}
"""Per kind: a body, good facts, and what a good beginning is told."""


def with_duties(programme: Programme | None = None) -> Programme:
    """The small programme with all nine kinds."""
    made = tuple(
        Duty(f"d-{kind}", str(kind), str(kind), "event", (1,), kind, NAMED.get(kind), HOME, "triệu đồng", 1)
        for kind in DutyKind
    )
    return replace(programme or a_programme(), duties=made, deadlines=DEADLINES)


def a_house(now: datetime = DURING_Q1, contact: bool = True, programme: Programme | None = None) -> FakeHouse:
    """A house whose programme has the duties; the province has an address unless told otherwise."""
    house = FakeHouse(FakeProgrammes(programme or with_duties(), an_address_book()), FakeClock(BEFORE_YEAR))
    open_cycle(house, YEAR)
    house.clock.at = now
    if contact:
        book = house.programmes.book
        house.programmes.book = replace(
            book, contacts=(*book.contacts, Contact(PROVINCE, "Văn thư", "vt@ubnd-tinh.example"))
        )
    return house


def new(kind: str, key: str = "k1", body: str = "", year: int = 0, **changed: str) -> duties.NewDuty:
    """Good input of a kind, but for what is ``changed``; fields of the event and facts alike."""
    whose, facts, told = GOOD[kind]
    event = {"by": BY, **told, **{name: text for name, text in changed.items() if name in Told.__slots__}}
    kept = {**facts, **{name: text for name, text in changed.items() if name not in Told.__slots__}}
    return duties.NewDuty(kind, body or whose, key, kept, Told(**event), year)


def added(house: House, kind: str, key: str = "k1", body: str = "", year: int = 0, **changed: str) -> DutyRecord:
    """A record as it was kept."""
    return duties.add(house, new(kind, key, body, year, **changed))


def moved(house: House, record: DutyRecord | str, status: str, **told: str) -> DutyRecord:
    """A record one step on."""
    return duties.move(house, record if isinstance(record, str) else record.id, Told(status, **{"by": BY, **told}))
