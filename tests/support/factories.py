"""One call brings anything of the small programme into any status."""

import contextlib
from dataclasses import replace
from datetime import datetime

from fakes import FakeClock, FakeHouse, FakeProgrammes, PowerCut, fill
from proving import decide
from small_programme import (
    ANNUAL,
    BEFORE_YEAR,
    CYCLE,
    DOING,
    DURING_ANNUAL,
    DURING_Q1,
    DURING_Q2,
    EVERYBODY,
    HEALTH,
    HOME,
    REPORTED,
    YEAR,
    a_programme,
    an_address_book,
    at,
)

from plancycle.domain.agencies import AddressBook, Contact
from plancycle.domain.approvals import Approval, ApprovalStatus
from plancycle.domain.consolidation import Edition
from plancycle.domain.messages import Message, MessageStatus
from plancycle.domain.periods import ObligationKey, Period
from plancycle.domain.receipts import receipt_number
from plancycle.domain.submissions import Submission, SubmissionStatus
from plancycle.domain.transmittals import Transmittal, TransmittalStatus
from plancycle.services import data_calls
from plancycle.services.consolidate_period import consolidate
from plancycle.services.correct_upward import recall
from plancycle.services.corrections import open_correction
from plancycle.services.cycle_view import cycle_view
from plancycle.services.deliver_messages import deliver
from plancycle.services.make_template import make_template
from plancycle.services.open_cycle import open_cycle
from plancycle.services.ports import House
from plancycle.services.prepare_submission import prepare
from plancycle.services.receive_submission import receive
from plancycle.services.return_submission import return_submission
from plancycle.services.transmit_edition import ask_acknowledgements, transmit
from plancycle.services.withdraw_submission import withdraw

REASON = "Số liệu cột kinh phí chưa khớp với báo cáo quý III"
DECISION = "Công văn số 123/SNV-TH ngày 05/12/2025"


def a_house(now: datetime = DURING_ANNUAL, opened: bool = True) -> FakeHouse:
    """A house with the small programme, its year opened on 01/01."""
    house = FakeHouse(FakeProgrammes(a_programme(), an_address_book()), FakeClock(BEFORE_YEAR))
    if opened:
        open_cycle(house, YEAR)
    house.clock.at = now
    return house


def moment_in(period: Period) -> datetime:
    """A working day while the period is open and not yet due."""
    return {Period.PLAN: at(1, 10), Period.Q1: DURING_Q1, Period.Q2: DURING_Q2, Period.Q3: at(9, 10)}.get(
        period, DURING_ANNUAL
    )


def owed(agency: str, period: Period = ANNUAL) -> ObligationKey:
    """An obligation of the small programme."""
    return ObligationKey(CYCLE, period, agency)


def answers(period: Period, **changed: str) -> dict[tuple[str, str], str]:
    """Answers without a problem, by (row, field); ``changed`` spells a question ``row__field``."""
    given = {("TT", "preparer"): "Nguyễn Văn A", ("TT", "nil"): REPORTED, ("N1", "text"): "Đã mở 12 lớp bồi dưỡng"}
    for row in ("n1", "n2"):
        given |= {(row, "status"): DOING, (row, "progress"): "60", (row, "target"): "100% cơ sở"}
    for row, value in (("inspections", "4"), ("budget", "12,5"), ("par-index", "88,25")):
        given |= {(row, "value"): value, (row, "goal"): value}
    codes = {tuple(name.replace("_index", "-index").split("__")): text for name, text in changed.items()}
    return given | codes  # type: ignore[operator, return-value]


def a_template(house: House, agency: str, period: Period = ANNUAL) -> bytes:
    """The workbook that is sent to an agency."""
    with house.work() as work:
        return make_template(house, work, cycle_view(house, YEAR, work), period, agency).data


def a_workbook(house: House, agency: str, period: Period = ANNUAL, **changed: str) -> bytes:
    """A filled-in workbook, right but for what is ``changed``."""
    return fill(a_template(house, agency, period), answers(period, **changed))


def all_answer(house: House, period: Period = ANNUAL, agencies: tuple[str, ...] = EVERYBODY, **changed: str) -> None:
    """Every agency sends a good workbook now."""
    for agency in agencies:
        receive(house, a_workbook(house, agency, period, **changed), f"{agency}.xlsx", "folder")


def versions(house: House, agency: str, period: Period = ANNUAL) -> list[Submission]:
    """All versions of an obligation, oldest first."""
    with house.work() as work:
        return work.submissions.versions(owed(agency, period))


def a_submission(house: House, agency: str, period: Period, status: SubmissionStatus) -> Submission:
    """A version in any status, sent now."""
    if status is SubmissionStatus.RECEIVED:
        sha256, now = house.files.put(b"half way"), house.clock.now()
        receipt = receipt_number(sha256, agency)
        half = Submission(owed(agency, period), 1, sha256, "a.xlsx", now, now, False, False, status, receipt)
        with house.work() as work:
            work.submissions.add(half, [], [])
        return half
    receive(house, a_workbook(house, agency, period), "lan-1.xlsx", "folder")
    if status is SubmissionStatus.RETURNED:
        return return_submission(house, owed(agency, period), REASON, "nguyen-thi-lap")
    if status is SubmissionStatus.WITHDRAWN:
        return withdraw(house, versions(house, agency, period)[-1].id, REASON, "van-thu@so-y-te.example")
    if status is SubmissionStatus.SUPERSEDED:
        receive(house, a_workbook(house, agency, period, inspections__value="5"), "lan-2.xlsx", "folder")
    return versions(house, agency, period)[0]


def a_letter(house: FakeHouse, status: MessageStatus, agency: str = HEALTH) -> Message:
    """A data call of the annual evaluation in any status."""
    key = data_calls.queue(house, YEAR, ANNUAL, agency).key
    scripts = {MessageStatus.SENT: "", MessageStatus.IN_DOUBT: "unknown", MessageStatus.TRANSMITTING: "cut"}
    if status in (MessageStatus.CLAIMED, MessageStatus.COVERED):
        with house.work() as work:
            work.outbox.move(key, status, at=house.clock.now())
    elif status is MessageStatus.REFUSED:
        house.postman.refuses.add(f"bao-cao@{agency}.example")
        deliver(house, key)
    elif status in scripts:
        house.postman.script.append(scripts[status])
        with contextlib.suppress(PowerCut):
            deliver(house, key)
    with house.work() as work:
        message = work.outbox.get(key)
    assert message is not None
    assert message.status is status
    return message


def a_final_edition(house: House, period: Period = ANNUAL) -> Edition:
    """A final edition over what has come in; when nothing has, everybody answers first."""
    with house.work() as work:
        is_empty = not work.submissions.of_period(CYCLE, period)
    if is_empty:
        all_answer(house, period)
    edition = consolidate(house, YEAR, period, final=True).edition
    assert edition is not None
    return edition


def link_to(house: House, approval: Approval, person: str = "") -> str:
    """The token in the approver's letter (or in one that somebody else was given)."""
    return house.seals.sign_link({"approval": approval.id, "approver": person or approval.approver})


def an_approval(house: House, status: ApprovalStatus, period: Period = ANNUAL) -> Approval:
    """An approval in any status, over a final edition."""
    approval = prepare(house, a_final_edition(house, period).id).approval
    if status is ApprovalStatus.VOID:
        receive(house, a_workbook(house, HOME, period, inspections__value="5"), "lan-2.xlsx", "folder")
        prepare(house, a_final_edition(house, period).id)
    elif status is not ApprovalStatus.REQUESTED:
        decide(house, link_to(house, approval), status is ApprovalStatus.APPROVED, REASON)
    with house.work() as work:
        stored = work.editions.approval(approval.id)
    assert stored is not None
    assert stored.status is status
    return stored


def an_approved_edition(house: House, period: Period = ANNUAL) -> Edition:
    """A final edition that may be transmitted."""
    approval = an_approval(house, ApprovalStatus.APPROVED, period)
    with house.work() as work:
        edition = work.editions.get(approval.edition)
    assert edition is not None
    return edition


def a_book_with_ministry(house: FakeHouse) -> AddressBook:
    """The address book with a mailbox of the ministry."""
    book = house.programmes.book
    return replace(book, contacts=(*book.contacts, Contact("bo-noi-vu", "", "vt@bo-noi-vu.example")))


def a_newer_edition(house: House) -> Edition:
    """A final edition after the one that has been approved: an answer in that was corrected."""
    open_correction(house, owed(HOME), REASON, "nguyen-thi-lap")
    value = str(5 + len(versions(house, HOME)))
    receive(house, a_workbook(house, HOME, inspections__value=value), "lan-2.xlsx", "folder")
    return a_final_edition(house)


def a_newer_approved_edition(house: House) -> Edition:
    """The same, approved."""
    edition = a_newer_edition(house)
    approval = prepare(house, edition.id).approval
    decide(house, link_to(house, approval), True, "")
    return edition


def a_transmittal(house: FakeHouse, status: TransmittalStatus) -> Transmittal:
    """The transmittal of an annual edition to the ministry in any status."""
    scripts = {
        TransmittalStatus.INTENT: "down",
        TransmittalStatus.UNKNOWN: "lost",
        TransmittalStatus.PARKED: "conflict",
        TransmittalStatus.REFUSED: "refused",
        TransmittalStatus.WITHDRAWN: "down",
    }
    house.gateways["http"].script.append(scripts.get(status, ""))
    edition = an_approved_edition(house)
    key = next(one.key for one in transmit(house, edition.id) if one.addressee == "bo-noi-vu")
    if status is TransmittalStatus.ACKNOWLEDGED:
        ask_acknowledgements(house, YEAR)
    if status in (TransmittalStatus.REPLACED, TransmittalStatus.WITHDRAWN):
        transmit(house, a_newer_approved_edition(house).id)
    if status is TransmittalStatus.RECALLED:
        recall(house, key, REASON, "van-thu")
        house.gateways["http"].codes[key] = "15"
        ask_acknowledgements(house, YEAR)
    with house.work() as work:
        found = work.transmittals.get(key)
    assert found is not None
    assert found.status is status
    return found
