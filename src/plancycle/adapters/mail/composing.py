"""Letters become mail (RFC 5322): Vietnamese with its English twin, text and HTML, the same bytes for the same letter.

The Message-ID is made from the letter's key, so a second copy of one letter is recognisable as such. What agencies
typed is data: it is put on one line, escaped in the HTML, and never reaches a header as more than one encoded word.
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from email.headerregistry import Address
from functools import lru_cache
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from jinja2 import PackageLoader, StrictUndefined, select_autoescape
from jinja2.sandbox import SandboxedEnvironment

from plancycle.adapters.mail.assembling import POLICY, address_header, assembled, date_header, mark_header, text_header
from plancycle.adapters.mail.readdressing import named_recipient, readdressed
from plancycle.adapters.mail.wording import Wording
from plancycle.adapters.texts import counted
from plancycle.domain.errors import DataProblem
from plancycle.domain.messages import MessageKind
from plancycle.domain.periods import Period
from plancycle.domain.reasons import weekday
from plancycle.services.ports import ComposedMail, Letter, Texts

MAX_SUBJECT = 90
MAX_DISPLAY_NAME = 120
"""Of a person or body in a header; a line of a letter may have 998 characters (RFC 5322, 2.1.1)."""
MAX_FINDINGS = 40
"""Listed in the letter itself; the marked workbook that goes along lists all of them."""
LOCAL_TIME = ZoneInfo("Asia/Ho_Chi_Minh")

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Control, format (bidi overrides, zero width), surrogate, private and unassigned characters, line separators."""
_MAX_FILE_NAME = 120

OPTIONAL_FACTS: Mapping[str, object] = {
    "asked_until": None,
    "contact": "",
    "duties": (),
    "coverage": "",
    "file_name": "",
    "findings": (),
    "is_before": True,
    "is_leader": False,
    "joined_on": None,
    "link": "",
    "person": "",
    "reason": "",
    "receipt": "",
    "returned_on": None,
}
"""Facts a letter may go without; any other fact its templates use must be given (an UndefinedError is our bug)."""


class Composer:
    """Composes letters; implements :class:`plancycle.services.ports.Composer`."""

    def __init__(self, sender_name: str, sender_address: str, texts: Texts, zone: ZoneInfo = LOCAL_TIME) -> None:
        """``zone`` is the one that dates are written in. Raises DataProblem for a sender that is no address."""
        self._sender = Address(header_text(sender_name, MAX_DISPLAY_NAME), addr_spec=checked_address(sender_address))
        self._wording = Wording(_environment(texts, zone), lambda line: header_text(line, MAX_SUBJECT))

    def compose(self, letter: Letter) -> ComposedMail:
        """Render subject, text and HTML and attach the files. Raises DataProblem for an address that is none."""
        facts = self._facts(letter)
        subject, text, html = self._wording.words(letter.kind, facts)
        headers = self._headers(letter, subject, str(facts["recipient"]))
        attached = [(file_name(one.file_name), one) for one in letter.attachments]
        message_id = self.message_id(letter.key)
        return ComposedMail(subject, message_id, assembled(headers, message_id, text, html, attached))

    def readdress(self, data: bytes, key: str, to_address: str, date: datetime) -> ComposedMail:
        """The same letter for another address. Raises DataProblem for an address that is none."""
        name, subject = named_recipient(data)
        message_id = self.message_id(key)
        address = Address(name, addr_spec=checked_address(to_address))
        return ComposedMail(subject, message_id, readdressed(data, address, message_id, date, POLICY))

    def _facts(self, letter: Letter) -> dict[str, object]:
        facts = {**OPTIONAL_FACTS, **{name: _tidied(value) for name, value in letter.facts.items()}}
        recipient = "approver_name" if letter.kind is MessageKind.APPROVAL_REQUEST else "agency_name"
        return facts | {
            "attached": [file_name(attachment.file_name) for attachment in letter.attachments],
            "max_findings": MAX_FINDINGS,
            "period_id": letter.key.split("/")[1] if "/" in letter.key else "",
            "recipient": facts[recipient],
            "sender": self._sender_of(letter).display_name,
            "written_at": letter.date,
        }

    def _sender_of(self, letter: Letter) -> Address:
        """The house's own sender; under another name when a letter goes out in a successor's."""
        name = letter.facts.get("sender")
        if not isinstance(name, str) or not name:
            return self._sender
        return _named(header_text(name, MAX_DISPLAY_NAME), self._sender.addr_spec)

    def _headers(self, letter: Letter, subject: str, recipient: str) -> list[bytes]:
        found = [date_header(letter.date), self._addressed("From", self._sender_of(letter))]
        named = header_text(recipient, MAX_DISPLAY_NAME), checked_address(letter.to_address)
        found.append(address_header("To", *named))
        if letter.reply_to:
            person = header_text(letter.reply_name, MAX_DISPLAY_NAME)
            found.append(address_header("Reply-To", person, checked_address(letter.reply_to)))
        found.append(text_header("Subject", subject))
        marks = {"Message-ID": self.message_id(letter.key)}
        thread = [key for key in (letter.thread, letter.answers) if key and key != letter.key]
        if thread:
            marks["In-Reply-To"] = self.message_id(thread[-1])
            marks["References"] = " ".join(self.message_id(key) for key in thread)
        marks["List-Id"] = f"<{_label(letter.key)}.{self._sender.domain}>"
        return [
            *found,
            *(mark_header(*mark) for mark in marks.items()),
            text_header("Auto-Submitted", "auto-generated"),
        ]

    @staticmethod
    def _addressed(name: str, who: Address) -> bytes:
        return address_header(name, who.display_name, who.addr_spec)

    def message_id(self, key: str) -> str:
        """The Message-ID of a key; a thread whose name is its first letter's key points at that letter."""
        return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{self._sender.domain}>"


@lru_cache(64)
def _named(name: str, address: str) -> Address:
    """Senders are few, and the library takes an address apart each time one is made."""
    return Address(name, addr_spec=address)


def checked_address(address: str) -> str:
    """An address that can stand in a header as it is. Raises DataProblem("mail.address_invalid")."""
    if len(address) > 254 or not _ADDRESS.fullmatch(address):
        raise DataProblem("mail.address_invalid", address=one_line(address))
    return address


def one_line(text: str) -> str:
    """Text in one line: unseen characters and every run of blanks become one blank; NFC."""
    if not text.isprintable():
        text = "".join(" " if unicodedata.category(letter) in _UNSEEN else letter for letter in text)
    return " ".join(unicodedata.normalize("NFC", text).split())


def header_text(text: str, limit: int) -> str:
    """Text as it may stand in a header: one short line, and what looks like an encoded word (RFC 2047) is none."""
    return shortened(one_line(text).replace("=?", "= ?"), limit)


def shortened(text: str, limit: int) -> str:
    """At most ``limit`` characters, cut between words and closed with an ellipsis; no letter loses its marks."""
    if len(text) <= limit:
        return text
    if " " in text[:limit]:
        return text[:limit].rsplit(" ", 1)[0].rstrip(" ,;:-") + "…"
    end = limit - 1
    while end and unicodedata.category(text[end]).startswith("M"):
        end -= 1
    return text[:end] + "…"


def file_name(name: str) -> str:
    """A name without folders, quotes or unseen characters, short enough for every mail reader."""
    base = one_line(name.replace("\\", "/").rsplit("/", 1)[-1])
    plain = re.sub(r'[<>:"|?*]', "-", base).lstrip(". ") or "tep"
    path = PurePosixPath(plain)
    return path.stem[: _MAX_FILE_NAME - len(path.suffix)] + path.suffix


def _tidied(value: object) -> object:
    """Facts with every text on one line, however deep it stands."""
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, Mapping):
        return {name: _tidied(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_tidied(inner) for inner in value]
    return value


def _label(key: str) -> str:
    """The cycle a letter belongs to, as the first label of its List-Id."""
    return re.sub(r"[^A-Za-z0-9-]+", "-", key.split("/", 1)[0]).strip("-") or "plancycle"


def _environment(texts: Texts, zone: ZoneInfo) -> SandboxedEnvironment:
    def local(at: datetime) -> datetime:
        return at.astimezone(zone)

    def day(value: date) -> date:
        return local(value).date() if isinstance(value, datetime) else value

    def clock(at: datetime, language: str = "vi") -> str:
        return texts.say("mail.clock", language, hour=f"{local(at):%H}", minute=f"{local(at):%M}")

    def period_en(code: str) -> str:
        return texts.say(f"period.{code}", "en") if code in set(Period) else ""

    def last_day(due: datetime) -> date:
        return (local(due) - timedelta(microseconds=1)).date()

    environment = SandboxedEnvironment(
        loader=PackageLoader("plancycle", "templates/mail"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(("html",), default=False),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.tests["midnight"] = lambda at: local(at).time() == time(0, 0)
    environment.filters.update(
        date=lambda value: texts.say("mail.date", "vi", date=day(value)),
        date_en=lambda value: texts.say("mail.date", "en", date=day(value)),
        clock=clock,
        clock_en=lambda at: clock(at, "en"),
        last_day=last_day,
        days_after=lambda due, now: (last_day(due) - day(now)).days,
        period_en=period_en,
        weekday=lambda value: texts.say(f"weekday.{weekday(day(value))}"),
        weekday_en=lambda value: texts.say(f"weekday.{weekday(day(value))}", "en"),
        counted=counted,
        severity=lambda severity: texts.say(f"severity.{severity}"),
    )
    return environment
