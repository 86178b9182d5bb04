"""A desk with something on every page: answers, an edition, a letter in doubt, a bad address, requests, duties."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from clerk_world import ClerkWorld, a_clerk

from plancycle.domain.bounces import Address, AddressStanding
from plancycle.domain.duty_rules import Told
from plancycle.domain.explanations import Explanation
from plancycle.domain.messages import Lease, MessageStatus
from plancycle.services import data_calls
from plancycle.services.consolidate_period import consolidate
from plancycle.services.duties import NewDuty, add
from plancycle.services.extension_requests import ask
from plancycle.services.receive_submission import receive

NOW = datetime(2025, 9, 10, 2, 0, tzinfo=UTC)  # Wednesday 10/09/2025, 09:00; the third quarter is due on 20/09
AGENCY, OTHER = "so-y-te", "so-noi-vu"
BAD_ADDRESS = "cu@so.example"
LETTER = f"tn-nq94-2025/q3/{AGENCY}/call/mail"
DUTY = "/viec-khac/tn-nq94-2025/obstacle/so-y-te/m-1"
ANSWER = f"/2025/q3/{AGENCY}"

PLACES = (
    "/bao-cao?nam=2025&tim=so+y",
    "/bao-cao?nam=2025&tim=xyz",
    "/bao-cao?nam=2025&ky=q3",
    f"/don-vi{ANSWER}",
    f"/don-vi/2025/q3/{OTHER}",
    f"/don-vi{ANSWER}/so-lieu/1",
    "/xet/2025/q3",
    f"/xet{ANSWER}",
    f"/xet{ANSWER}?v=1&het=1",
    "/tong-hop/2025/q3/1",
    "/gui-len/2025/q3",
    "/so-lieu/tn-nq94-2025/q3/inspections.value",
    "/bieu-do/2025/q3",
    "/bieu-do/2025/q1",
    "/doi-chieu/2025/q3",
    "/thuyet-minh/2025/q3",
    "/cach-ly",
    "/cach-ly/1",
    "/gia-han?nam=2025",
    "/viec-khac?nam=2025",
    "/viec-khac?nam=2025&loai=commendation",
    DUTY,
    "/thu-di?nam=2025",
    f"/thu-di/la?khoa={LETTER}",
    "/dia-chi",
    "/nhat-ky?viec=submission.",
    "/nhat-ky?tu=x",
    "/luot-chay?nam=2025&ky=q3",
    "/tinh-trang",
    "/du-bao?nam=2025",
    "/du-bao?nam=2031",
    "/ganh-nang?nam=2025",
    "/suc-khoe",
    "/khong-co",
)
"""Every page of the desk in its usual states."""


@dataclass(frozen=True)
class Form:
    """A form of the desk sent wrongly: where it is, what is sent, and which fields are to be mended."""

    page: str
    action: str
    wrong: tuple[str, ...]
    """Ids of the fields the summary leads to; none: it is the form as a whole."""
    sent: dict[str, str] = field(default_factory=dict)
    act: str = ""

    def __str__(self) -> str:
        return f"{self.action} {self.act}".strip()


def _at(place: str, act: str, wrong: str, **sent: str) -> Form:
    """A form of the obligation's page; its fields end in what it does."""
    return Form(
        f"/don-vi{ANSWER}", f"/don-vi{ANSWER}/{place}", tuple(f"{one}-{act}" for one in wrong.split()), sent, act
    )


RULING = {"requested_by": "Trần Thị B", "reason": "Sáp nhập", "document": "Công văn 12", "position": "Trưởng phòng"}
REVIEW = f"/xet{ANSWER}"
OBSTACLES = "/viec-khac?nam=2025&loai=obstacle"
FORMS = (
    _at("tra-lai", "return", "reason", reason="sai <b>"),
    _at("gia-han", "extend", "last_day requested_by reason document position"),
    _at(
        "gia-han",
        "extend",
        "last_day",
        last_day="31/02/2025",
        requested_by="Trần Thị B",
        reason="Sáp nhập",
        document="Công văn 12",
        position="Trưởng phòng",
    ),
    _at(
        "gia-han",
        "extend",
        "last_day",
        last_day="11/09/2025",
        requested_by="Trần Thị B",
        reason="Sáp nhập",
        document="Công văn 12",
        position="Trưởng phòng",
    ),
    _at("thu-hoi", "withdraw", "reason", version="2", reason="ngắn"),
    _at("gui-lai", "again", ""),
    _at("giai-trinh", "explanation-1", "reason", number="1", verdict="refuse", reason="ngắn"),
    Form(f"/xet{ANSWER}", f"/xet{ANSWER}", ("cells",), {"verdict": "return", "reason": "Số liệu chưa khớp"}),
    Form(
        f"/xet{ANSWER}",
        f"/xet{ANSWER}",
        ("reason",),
        {"verdict": "return", "cells": "inspections|value", "reason": "quá ngắn"},
    ),
    Form("/xet/2025/q3", "/xet/2025/q3", ("answers",), {"answers": "tn-nq94-2025/q3/so-y-te/v1"}),
    Form("/thu-di?nam=2025", "/thu-di?nam=2025", (), {"key": "x", "verdict": "sent"}, LETTER),
    Form("/dia-chi", "/dia-chi", (f"reason-{BAD_ADDRESS}",), {"address": BAD_ADDRESS}, BAD_ADDRESS),
    Form(
        "/viec-khac?nam=2025&loai=obstacle",
        "/viec-khac?nam=2025&loai=obstacle",
        ("subject",),
        {"body": AGENCY, "key": "bd-1"},
    ),
    Form(DUTY, DUTY, ("note",), {"status": "closed"}),
)
"""Every form of the desk in the state after a mistake."""


def a_busy_desk(world: Any) -> ClerkWorld:
    """Fill a world; returns the clerk whose answers stand there."""
    clerk = a_clerk(world, AGENCY)
    with world.house(NOW) as house:
        for agency in (OTHER, AGENCY):
            data_calls.queue(house, 2025, clerk.period, agency)
        for value, hindrance in (("5", ""), ("7", "Kinh phí cấp chậm so với tiến độ")):
            answers = clerk.workbook(inspections__value=value, N2__value=hindrance)
            receive(house, answers, "bao-cao.xlsx", "folder")
        receive(house, b"not a workbook", "anh-chup.pdf", "folder")
        consolidate(house, 2025, clerk.period)
        ask(house, clerk.obligation, NOW + timedelta(days=20), "Sáp nhập đơn vị, cần thêm thời gian", "Trần Thị B")
        facts = {"subject": "Thiếu máy quét"}
        add(house, NewDuty("obstacle", AGENCY, "m-1", facts, Told("", "may-chu", "", "", "", "", "")))
        with house.work() as work:
            work.addresses.save(Address(BAD_ADDRESS, AddressStanding.REFUSED, NOW, "550 5.1.1 No such user"))
            work.explanations.add(_explanation(clerk))
            _leave_in_doubt(work, LETTER)
    return clerk


def _explanation(clerk: ClerkWorld) -> Explanation:
    return Explanation(
        number=0,
        submission=f"{clerk.obligation}/v2",
        rule="jump",
        code="jump",
        sheet="Số liệu",
        cell="D9",
        row="inspections",
        field="value",
        label="Số cuộc kiểm tra",
        value="7",
        params="{}",
        text="Có thêm hai cuộc kiểm tra đột xuất",
        given_by="van-thu@so.example",
        given_at=NOW,
    )


def _leave_in_doubt(work: Any, key: str) -> None:
    lease = Lease("gone", NOW + timedelta(minutes=15))
    work.outbox.claim(key, at=NOW, lease=lease, limit=1)
    work.outbox.move(key, MessageStatus.TRANSMITTING, at=NOW, lease=lease)
    work.outbox.move(key, MessageStatus.IN_DOUBT, at=NOW)
