"""A letter's bytes are those Python's own ``email`` writes, whatever stands in it."""

import hashlib
import random
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest

from plancycle.adapters.mail import assembling
from plancycle.adapters.mail.assembling import POLICY
from plancycle.services.ports import Attachment

WRITTEN = datetime(2025, 12, 9, 17, 5, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
MARK = "<b922fea979ac801b57fea55cc7807472cea9be2e@plancycle.example>"
PLACES = [("From", "Sở Nội vụ", "so-noi-vu@plancycle.example"), ("To", "Tran Thi B, Jr", "b@so-y-te.example")]
BODY = "Kính gửi: Sở Y tế\n\n  Hạn nộp : 09/12/2025\n"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LETTERS = {
    "nothing attached": (BODY, ()),
    "a workbook": (BODY, [("tn-nq94-2025_q1_so-y-te.xlsx", SHEET, bytes(range(256)) * 9)]),
    "an empty file": (BODY, [("rong.json", "application/json", b"")]),
    "a file of exactly one line": (BODY, [("mot-dong.pdf", "application/pdf", b"x" * 57)]),
    "two files, one under a Vietnamese name": (
        BODY,
        [("Biểu mẫu Sở Y tế.xlsx", SHEET, b"PK"), ("a" * 120 + ".pdf", "application/pdf", b"%PDF" * 40)],
    ),
    "names of every length": (BODY, [("x" * size + ".pdf", "application/pdf", b"%PDF") for size in range(20, 70)]),
    "blanks at the ends of lines": ("Một dòng  \nhai\t\n" + "ba " * 40 + "\n", ()),
    "long lines, equals signs and dots": ("=" * 200 + "\n.\n..\n" + "đ" * 90 + "\n" + "x" * 77 + " \n", ()),
    "separators that are none": ("một\x0bhai\u2028ba\x85bốn\n", ()),
}


def by_the_library(text: str, html: str, files: list[tuple[str, str, bytes]]) -> bytes:
    """The same letter, every part an object of the library's."""
    message = EmailMessage(policy=POLICY)
    message["Date"] = WRITTEN
    for name, display, address in PLACES:
        message[name] = Address(display, addr_spec=address)
    message["Subject"] = "[TN-NQ94] Đánh giá năm 2025: nộp chậm nhất ngày 09/12/2025 - Sở Y tế tỉnh Thái Nguyên"
    message["Message-ID"] = MARK
    message["References"] = f"{MARK} {MARK}"
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    for name, media_type, data in files:
        maintype, _, subtype = media_type.partition("/")
        message.add_attachment(data, maintype=maintype, subtype=subtype, filename=name)
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary("=_" + hashlib.sha256(f"{MARK}|{number}".encode()).hexdigest()[:32])
    return message.as_bytes()


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_has_the_bytes_the_library_would_write(name: str) -> None:
    text, files = LETTERS[name]
    html = f"<p>{text}</p>\n"
    expected = by_the_library(text, html, list(files))
    headers = [assembling.date_header(WRITTEN), *(assembling.address_header(*place) for place in PLACES)]
    subject = "[TN-NQ94] Đánh giá năm 2025: nộp chậm nhất ngày 09/12/2025 - Sở Y tế tỉnh Thái Nguyên"
    headers.append(assembling.text_header("Subject", subject))
    headers += [assembling.mark_header("Message-ID", MARK), assembling.mark_header("References", f"{MARK} {MARK}")]
    attached = [(name, Attachment(name, data, media_type)) for name, media_type, data in files]
    assert expected == assembling.assembled(headers, MARK, text, html, attached)


@pytest.mark.parametrize(
    "name", ['Sở "Y tế", phòng 1', "Ủy ban (xã); a@b", "Sở \\ Y tế", "Ông <A>", "Đ" * 120, "Sở Y tế"]
)
def test_an_address_has_the_header_the_library_would_write(name: str) -> None:
    written = POLICY.header_store_parse("Reply-To", Address(name, addr_spec="a@xa.example"))
    assert assembling.address_header("Reply-To", name, "a@xa.example") == POLICY.fold_binary(*written)


def test_a_name_in_a_header_has_the_bytes_the_library_would_write() -> None:
    chance = random.Random(2047)
    letters = "ABCxyz 0189-,.;:_?=()" + "ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếề" * 2 + "𠀀"
    for size in [*range(1, 140), *range(1, 60)]:
        text = "".join(chance.choice(letters if size % 3 else letters[:21] + "đ") for _ in range(size))
        if not text.isascii():
            expected = Header(text, "utf-8", header_name="Subject").encode(linesep="\r\n")
            assert f"Subject: {expected}\r\n".encode() == assembling.text_header("Subject", text)
