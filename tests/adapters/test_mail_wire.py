"""What really arrives over SMTP when agencies have hostile names: one recipient, valid RFC 5322, nothing injected."""

import email
import re
import socket
from collections.abc import Iterator
from datetime import date, datetime
from email.header import decode_header, make_header
from email.policy import SMTP
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from plancycle.adapters.mail.composing import MAX_SUBJECT, Composer, one_line
from plancycle.adapters.mail.relays import Relay
from plancycle.adapters.mail.sending import SmtpPostman
from plancycle.adapters.texts import Catalogue
from plancycle.domain.messages import MessageKind
from plancycle.services.ports import Attachment, Letter

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
CLERK = "vt@so-y-te.example.vn"
COMPOSER = Composer("Sở Nội vụ", "baocao@snv.example.vn", Catalogue())
HEADERS = {
    *("Date", "From", "To", "Reply-To", "Subject", "Message-ID", "In-Reply-To", "References"),
    *("List-Id", "Auto-Submitted", "MIME-Version", "Content-Type"),
}
ONLY_ONCE = {"date", "from", "to", "reply-to", "subject", "message-id", "in-reply-to", "references"}
"""RFC 5322, 3.6: at most one of each."""

HOSTILE = [
    "Sở Y tế\r\nBcc: ke-gian@x.vn",
    "Sở Y tế\nTo: ke-gian@x.vn, nua@x.vn",
    "Sở\r\n\r\n.\r\nMAIL FROM:<a@b.vn>\r\nRCPT TO:<c@d.vn>\r\nDATA\r\n",
    "\r\n.\r\n",
    ".",
    "a@b.vn, c@d.vn; <e@f.vn>",
    '"Sở Y tế" <ke-gian@x.vn>, ',
    '(chú thích) \\" \\',
    "x" * 998,
    "Sở " * 400,
    "Ứ" * 998,
    "🏛️📎👩‍⚕️" * 80,
    "=?utf-8?q?Bcc=3A_ke-gian=40x=2Evn?=",
    "Sở\x00Y\x0btế\x1b[31m\x7f",
    "Sở\u2028Y\u2029tế\u0085\u202e\ufeff",
    "So\u031b\u0309 Y te\u0302\u0301",
    "undisclosed-recipients:;",
    "{{ 7*7 }}{% raw %}<script>",
    " ",
]


class Sink:
    """Keeps envelope and bytes of what arrives."""

    def __init__(self) -> None:
        self.arrived: list[tuple[str, list[str], bytes]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.arrived.append((envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
        return "250 taken"


@pytest.fixture(scope="module")
def wire() -> Iterator[tuple[SmtpPostman, Sink]]:
    """A postman on one connection to a real server that says when a line is too long."""
    sink = Sink()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    postman = SmtpPostman(Relay("127.0.0.1", port), timeout=10)
    yield postman, sink
    postman.close()
    controller.stop()


def letter(name: str) -> Letter:
    facts = {
        "programme_title": name,
        "programme_short": "TN-NQ94",
        "period_title": name,
        "year": 2025,
        "agency_name": name,
        "person": name,
        "reason": name,
        "due_at": datetime(2025, 12, 10, tzinfo=HANOI),
        "soft_due_at": datetime(2025, 12, 9, 17, tzinfo=HANOI),
        "cutoff": date(2025, 11, 30),
        "contact": name,
        "days_late": 2,
    }
    sent = datetime(2025, 12, 4, 8, tzinfo=HANOI)
    attached = (Attachment(f"{name}.xlsx", b"\r\n.\r\n"),)
    key = "tn-nq94-2025/annual/so-y-te/call/mail"
    return Letter(MessageKind.DATA_CALL, key, "tn-nq94-2025/annual", CLERK, "a@snv.example.vn", sent, facts, attached)


def check_it_is_valid(data: bytes, name: str) -> None:
    head, _, _ = data.partition(b"\r\n\r\n")
    names = [line.partition(b":")[0].decode() for line in head.split(b"\r\n") if line[:1] not in (b" ", b"\t")]
    assert set(names) <= HEADERS
    assert {one for one in names if one.lower() in ONLY_ONCE and names.count(one) > 1} == set()
    assert data.isascii()
    assert b"\x00" not in data
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", data)
    assert max(map(len, data.split(b"\r\n"))) <= 998
    assert max(map(len, head.split(b"\r\n"))) <= 998
    message = email.message_from_bytes(data, policy=SMTP)
    assert [part.defects for part in message.walk() if part.defects] == []
    assert [one.addr_spec for one in message["To"].addresses] == [CLERK]
    assert len(message["Subject"]) <= MAX_SUBJECT
    shown = str(make_header(decode_header(email.message_from_bytes(data)["To"])))
    wanted = one_line(name).replace("=?", "= ?")[:20]
    assert wanted in shown or wanted in shown.replace('\\"', '"').replace("\\\\", "\\")


def send(wire: tuple[SmtpPostman, Sink], name: str) -> None:
    postman, sink = wire
    before = len(sink.arrived)
    postman.deliver(CLERK, COMPOSER.compose(letter(name)).data, lambda: None)
    ((sender, recipients, data),) = sink.arrived[before:]
    assert (sender, recipients) == ("baocao@snv.example.vn", [CLERK])
    check_it_is_valid(data, name)


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_arrives_as_one_valid_letter_to_one_recipient(wire, name):
    send(wire, name)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=some.text(alphabet=some.characters(exclude_categories=["Cs"]), max_size=300))
def test_whatever_is_typed_arrives_as_one_valid_letter_to_one_recipient(wire, name):
    send(wire, name)
