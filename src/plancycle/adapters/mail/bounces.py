"""Delivery reports: what a relay says about a letter that came back.

First the form made for programs (RFC 3464, ``message/delivery-status``); then the letters older or smaller relays
write for people (qmail, Exim, Exchange, Gmail; in English or Vietnamese). Everything here is typed by strangers: it
is read as data, and decides nothing until a Message-ID of ours is found in it.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from urllib.parse import unquote

from plancycle.domain.bounces import BounceNotice, Complaint

MAX_TEXT = 200_000
"""Characters of a letter's text that are looked at."""
MAX_COMPLAINTS = 50

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_MESSAGE_ID = re.compile(r"<[^<>\s@]{1,200}@[^<>\s]{1,200}>")
_NAMED_ID = re.compile(r"^\W*message-id:\s*(<[^<>\s]{1,400}>)", re.IGNORECASE | re.MULTILINE)
_CODE = re.compile(r"\b[45]\d\d[ -](?:#?[45]\.\d{1,3}\.\d{1,3}\b)?|#?\b[45]\.\d{1,3}\.\d{1,3}\b")
_COPY = re.compile(
    r"^(?:-+ ?)?(?:below this line is a copy|this is a copy of|original message(?: headers)?|message headers follow"
    r"|the headers of the original|tiêu đề (?:của )?thư gốc|thư gốc|nội dung thư gốc)",
    re.IGNORECASE | re.MULTILINE,
)
"""Where the reason ends and the copy of our letter begins."""

_DAEMON = re.compile(r"mailer-daemon|postmaster|mail delivery|microsoftexchange[0-9a-f]+@", re.IGNORECASE)
_FAILURE = re.compile(
    r"undeliver|returned mail|mail delivery (?:failed|failure)|delivery (?:status notification|has failed|failure)"
    r"|failure notice|delivery problem|could not be delivered|not delivered"
    r"|không (?:thể )?(?:gửi|chuyển|phát)|(?:gửi|chuyển|phát) (?:thư )?(?:không thành công|thất bại)|thư bị trả lại",
    re.IGNORECASE,
)
_DELAY = re.compile(
    r"delay|still (?:trying|being retried)|will (?:keep|be) (?:re)?tr(?:y|ied)|could not send message for past"
    r"|bị (?:chậm|trì hoãn)|tạm thời chưa|sẽ (?:tiếp tục )?thử (?:gửi )?lại",
    re.IGNORECASE,
)
_PHRASES = (
    (
        "5.2.2",
        re.compile(
            r"mailbox(?: is)? (?:full|over)|over ?quota|quota exceeded|storage full|hộp thư.{0,20} đầy|hết dung lượng",
            re.I,
        ),
    ),
    (
        "5.1.1",
        re.compile(
            r"user unknown|unknown (?:user|recipient|mailbox)|no such (?:user|mailbox|recipient)|does(?:n't| not) exist"
            r"|(?:address|mailbox|recipient|user)(?: was| is)?(?: not|n't| couldn't be| could not be) found|no mailbox"
            r"|không tồn tại|không tìm thấy (?:địa chỉ|người nhận|hộp thư)|không có (?:người dùng|hộp thư|địa chỉ) này"
            r"|địa chỉ.{0,40} không (?:hợp lệ|đúng)",
            re.I,
        ),
    ),
)
_QMAIL = re.compile(r"^<([^<>\s]+@[^<>\s]+)>:?\s*\n(.+?)(?:\n\s*\n|\Z)", re.MULTILINE | re.DOTALL)


class BounceReader:
    """Reads delivery reports; implements :class:`plancycle.services.ports.BounceReader`."""

    def read(self, raw: bytes) -> BounceNotice | None:
        """What a letter says about deliveries of ours; None when it is no report or cannot be read at all."""
        try:
            letter = message_from_bytes(raw)
            complaints = tuple(_by_the_book(letter)) or tuple(_for_people(letter))
            return BounceNotice(_message_ids(letter), complaints[:MAX_COMPLAINTS]) if complaints else None
        except RecursionError:  # parts in parts in parts, a thousand deep: nobody's report
            return None


def _by_the_book(letter: Message) -> Iterator[Complaint]:
    """Every recipient block of every ``message/delivery-status`` part (RFC 3464, 2.3)."""
    for part in letter.walk():
        if part.get_content_type() not in ("message/delivery-status", "message/global-delivery-status"):
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else ():
            if not isinstance(block, Message):
                continue
            address = _recipient(block, "Original-Recipient") or _recipient(block, "Final-Recipient")
            if address:
                action, status = (_header(block, name).split(" ")[0].lower() for name in ("Action", "Status"))
                diagnostic = _header(block, "Diagnostic-Code").partition(";")[2].strip()
                yield Complaint(address, action, status, diagnostic or _reason(_own_text(letter)))


def _recipient(block: Message, name: str) -> str:
    """The address of ``rfc822; a@b``; an ORCPT comes as xtext (RFC 3461, 4)."""
    kind, _, address = _header(block, name).partition(";")
    decoded = unquote(re.sub(r"\+([0-9A-F]{2})", r"%\1", address)) if name == "Original-Recipient" else address
    found = _ADDRESS.search(decoded)
    return found.group() if found and kind.strip().lower() in ("rfc822", "utf-8") else ""


def _for_people(letter: Message) -> Iterator[Complaint]:
    """Reports without a part for programs. A holiday reply is none: it comes from a person and names no failure."""
    subject, text = _header(letter, "Subject"), _own_text(letter)
    named = [address for _, address in getaddresses([_header(letter, "X-Failed-Recipients")]) if address]
    is_daemon = bool(_DAEMON.search(_header(letter, "From"))) or _header(letter, "Return-Path") == "<>"
    is_failure = bool(named) or bool(_FAILURE.search(subject)) or "qmail-send program" in text
    is_delay = bool(_DELAY.search(subject))
    if not is_daemon or not (is_failure or is_delay):
        return
    action = "delayed" if is_delay else "failed"
    told = dict(_QMAIL.findall(text))
    for address in named or list(told) or _addresses(letter, text):
        reason = " ".join(told.get(address, "").split()) or _reason(text) or subject
        yield Complaint(address, action, "" if _CODE.search(reason) else _phrase(f"{reason}\n{text}"), reason)


def _addresses(letter: Message, text: str) -> list[str]:
    """Addresses the reason mentions, without the daemon's and our own; the first is the one that failed."""
    spoken = _header(letter, "From") + "," + _header(letter, "To")
    own = {address.casefold() for _, address in getaddresses([spoken])}
    return [one for one in dict.fromkeys(_ADDRESS.findall(text)) if one.casefold() not in own][:1]


def _phrase(text: str) -> str:
    """The code of what a relay said in words; empty when the words say nothing known."""
    return next((status for status, words in _PHRASES if words.search(text)), "")


def _reason(text: str) -> str:
    """The line that has a reply code, else the first that has words we know."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    coded = next((line for line in lines if _CODE.search(line)), "")
    return coded or next((line for line in lines if _phrase(line)), "")


def _own_text(letter: Message) -> str:
    """What the relay itself wrote, NFC, up to the copy of our letter."""
    text = next(_texts(letter), "")
    begin = _COPY.search(text)
    return text[: begin.start()] if begin else text


def _texts(letter: Message) -> Iterator[str]:
    """Every plain text part; HTML only when there is no plain text."""
    parts = [part for part in letter.walk() if not part.is_multipart() and part.get_content_maintype() == "text"]
    plain = [part for part in parts if part.get_content_subtype() == "plain"]
    yield from (_decoded(part) for part in plain or parts)


def _decoded(part: Message) -> str:
    """A part's text, NFC; HTML without its tags."""
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else str(part.get_payload()).encode("utf-8", "replace")
    try:
        text = data.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        text = data.decode("utf-8", "replace")
    text = text[:MAX_TEXT].replace("\r\n", "\n")
    if part.get_content_subtype() == "html":
        text = html.unescape(re.sub(r"<[^<>]{0,2000}>", "\n", text))
    return unicodedata.normalize("NFC", text)


def _message_ids(letter: Message) -> tuple[str, ...]:
    """Message-IDs a report may be about: of the copy that goes along, then those the report answers."""
    found: list[str] = []
    for part in letter.walk():
        if part is not letter:
            found += _MESSAGE_ID.findall(_header(part, "Message-ID"))
        if part.get_content_type() in ("text/rfc822-headers", "message/global-headers", "text/plain", "text/html"):
            found += _NAMED_ID.findall(_decoded(part))
    for name in ("In-Reply-To", "References"):
        found += _MESSAGE_ID.findall(_header(letter, name))
    return tuple(dict.fromkeys(found))


def _header(part: Message, name: str) -> str:
    """A header in one line, decoded where that can be done; empty when there is none."""
    value = str(part.get(name, ""))
    with suppress(HeaderParseError, LookupError, ValueError):
        value = str(make_header(decode_header(value)))
    return unicodedata.normalize("NFC", " ".join(value.split()))
