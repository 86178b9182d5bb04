"""The small programme with a chain of two steps: the director lets it go up, the deputy chair approves."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import factories as f
from fakes import FakeClock, FakeHouse, FakeProgrammes
from proving import decide_as
from small_programme import BEFORE_YEAR, DURING_ANNUAL, YEAR, a_programme, an_address_book

from plancycle.domain.agencies import Official
from plancycle.domain.approval_chain import ApprovalRules, ApprovalStep
from plancycle.domain.approvals import Approval
from plancycle.domain.programme import Programme
from plancycle.services.open_cycle import open_cycle
from plancycle.services.prepare_submission import prepare

PREPARER, DIRECTOR, CHAIR, DEPUTY, OFFICE = "chuyen-vien", "giam-doc", "pho-chu-tich", "pho-giam-doc", "van-phong"
STEPS = (ApprovalStep("so", "signatory", 1, "Sở thông qua"), ApprovalStep("tinh", "approver", 2, "UBND tỉnh duyệt"))
OTHERS = (
    Official(DEPUTY, "Đỗ Văn Phó", "PHÓ GIÁM ĐỐC", "pho@so-noi-vu.example"),
    Official(OFFICE, "Bùi Thị Văn", "CHÁNH VĂN PHÒNG", "van-phong@ubnd-tinh.example"),
)


def a_chain_house(
    steps: tuple[ApprovalStep, ...] = STEPS,
    rules: ApprovalRules | None = None,
    change: Callable[[Programme], Programme] | None = None,
    **parts: Any,
) -> FakeHouse:
    """A house whose programme declares the steps, its year opened; ``change``: what else is different in it."""
    programme = replace(a_programme(), approval=rules or ApprovalRules(steps))
    programme = change(programme) if change else programme
    book = an_address_book(officials=OTHERS)
    house = FakeHouse(FakeProgrammes(programme, book), FakeClock(BEFORE_YEAR), **parts)
    open_cycle(house, YEAR)
    house.clock.at = DURING_ANNUAL  # Monday 01/12/2025, 09:00
    return house


def put_up(house: FakeHouse) -> Approval:
    """A final annual edition, put up for the first step."""
    return prepare(house, f.a_final_edition(house).id).approval


def records(house: FakeHouse, edition: str) -> list[Approval]:
    """Everything that is recorded about an edition's approval, oldest first."""
    with house.work() as work:
        return work.editions.approvals(edition)


def newest(house: FakeHouse, edition: str) -> Approval:
    """The last record."""
    return records(house, edition)[-1]


def approve_all(house: FakeHouse) -> Approval:
    """Director and deputy chair approve; returns the last record."""
    first = put_up(house)
    decide_as(house, first.id, DIRECTOR, True, "")
    return decide_as(house, newest(house, first.edition).id, CHAIR, True, "")
