"""What stands outside the tree that is killed: a relay with faults, the letters' list, the checks afterwards."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from plancycle.bootstrap import Household, database
from plancycle.domain.messages import Message, MessageKind, MessageStatus
from plancycle.rehearsal.relay import MailRelay
from plancycle.services.resolve_doubt import Verdict, in_doubt, letters, resolve
from plancycle.services.verify_audit import verify

QUEUED_AT = datetime(2025, 12, 1, 8, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))  # a Monday
PERSON = "Nguyễn Thị Lập"


class FaultyRelay(MailRelay):
    """A relay that breaks the conversation in its n-th try (counted from 1).

    ``mail``, ``rcpt``: at that command; ``lost``: after the last dot, the letter is thrown away; ``taken``: after the
    last dot, the letter is kept. ``thinks`` seconds pass between keeping a letter and saying so.
    """

    def __init__(self, folder: Path, faults: Mapping[int, str] | None = None, thinks: float = 0.0) -> None:
        super().__init__(folder)
        self.tries = 0
        self.broken: Counter[str] = Counter()
        self._faults = dict(faults or {})
        self._thinks = thinks

    async def handle_MAIL(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """A try begins."""
        self.tries += 1
        session.fault = self._faults.get(self.tries, "")
        envelope.mail_from = address
        return self._or_break(server, session, "mail", "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """The recipient is named."""
        answer = await super().handle_RCPT(server, session, envelope, address, options)
        return self._or_break(server, session, "rcpt", answer)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """The last dot has been read."""
        if session.fault != "lost":
            await super().handle_DATA(server, session, envelope)
            await asyncio.sleep(self._thinks)
        return self._or_break(server, session, session.fault or "-", "250 taken")

    def _or_break(self, server: Any, session: Any, where: str, answer: str) -> str:
        if session.fault == where:
            self.broken[where] += 1
            server.transport.abort()
        return answer

    def copies(self) -> Counter[str]:
        """How often each letter arrived, by its SHA-256."""
        return Counter(line.sha256 for line in self.ledger)


def queue(house: Household, count: int, first: int = 0) -> None:
    """Put letters into the outbox, each with bytes, recipient and Message-ID of its own."""
    with house.work() as work:
        for number in range(first, first + count):
            work.outbox.add(_letter(house, number))


def _letter(house: Household, number: int) -> Message:
    key = f"ct-2025/q1/co-quan-{number:05}/call/mail"
    message_id, address = f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@snv.example>", f"vt{number}@cq.example"
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = "baocao@snv.example", address, message_id
    mail["Subject"] = f"Yêu cầu báo cáo {number}"
    mail.set_content("Kính gửi cơ quan.\n.\n" * 20, cte="base64")
    sha256 = house.files.put(mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    subject, agency = f"Yêu cầu báo cáo {number}", f"co-quan-{number:05}"
    return Message(
        key, MessageKind.DATA_CALL, "ct-2025/q1", agency, address, subject, message_id, sha256,
        MessageStatus.QUEUED, QUEUED_AT,
    )  # fmt: skip


def decide_all(house: Household) -> set[str]:
    """As a person who cannot find out would: every letter in doubt is to go out again. Returns their keys."""
    doubted = {one.key for one in in_doubt(house)}
    for key in doubted:
        resolve(house, key, Verdict.AGAIN, PERSON)
    return doubted


def faults_found(house: Household, relay: MailRelay) -> dict[str, list[str]]:
    """What must not be, by invariant; every list is empty when all is well."""
    sent = letters(house)
    copies = Counter(line.sha256 for line in relay.ledger)
    with house.work() as work:
        doubts = Counter(event.subject for event in work.audit.all() if event.action == "message.in_doubt")
    with database(house.settings.ledger_url).engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        integrity = connection.execute(text("PRAGMA integrity_check")).scalars().all() if is_sqlite else []
    known = {one.sha256 for one in sent}
    return {
        "never arrived": [one.key for one in sent if copies[one.sha256] == 0],
        "not settled": [f"{one.key}: {one.status}" for one in sent if one.status is not MessageStatus.SENT],
        "copies without doubt": [one.key for one in sent if copies[one.sha256] - 1 > doubts[one.key]],
        "doubt that is not shown": [one.key for one in sent if doubts[one.key] and one.doubted_at is None],
        "other bytes": [sha256 for sha256 in copies if sha256 not in known],
        "wrong recipient": _wrongly_addressed(sent, relay),
        "audit": [] if verify(house).ok else ["broken"],
        "database": [line for line in integrity if line != "ok"],
    }


def _wrongly_addressed(sent: list[Message], relay: MailRelay) -> list[str]:
    right = {one.sha256: one.to_address for one in sent}
    return [line.to_address for line in relay.ledger if right.get(line.sha256) != line.to_address]
