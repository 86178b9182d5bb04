"""Mails taken apart: files unpacked one level, decorations told apart, hostile packing refused whole."""

import struct
import zipfile
from email.message import EmailMessage
from io import BytesIO

import mails as m
import pytest
from small_programme import DURING_ANNUAL

from plancycle.adapters.mail import incoming
from plancycle.adapters.mail.incoming import open_mail
from plancycle.domain.errors import UnreadableFile

BOOK = m.a_zip({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"})


def files_of(*files):
    return [(one.file_name, one.data) for one in open_mail(m.a_mail(DURING_ANNUAL, files)).files]


def winmail(files):
    """A TNEF stream as Outlook writes it: for each file a rendering record, its title, its data."""

    def attribute(kind, data):
        return b"\x02" + struct.pack("<II", kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)

    stream = struct.pack("<IH", 0x223E9F78, 1)
    for name, data in files:
        stream += attribute(0x00069002, b"\x01\x00" + b"\xff" * 4 + b"\x00" * 8)
        stream += attribute(0x00018010, name.encode() + b"\x00") + attribute(0x0006800F, data)
    return stream


def test_a_workbook_is_a_zip_that_is_left_alone():
    assert files_of(("bc.xlsx", BOOK)) == [("bc.xlsx", BOOK)]


def test_a_zip_is_opened_once_and_what_a_mac_adds_is_left_out():
    inner = m.a_zip({"a.txt": b"a"})
    packed = m.a_zip({"thu muc/Báo cáo.xlsx": BOOK, "__MACOSX/._x": b"x", "trong.zip": inner})

    assert files_of(("nen.zip", packed)) == [("Báo cáo.xlsx", BOOK), ("trong.zip", inner)]


def test_what_outlook_wrapped_is_unwrapped():
    assert files_of(("winmail.dat", winmail([("bao-cao.xlsx", BOOK), ("2.txt", b"hai")]))) == [
        ("bao-cao.xlsx", BOOK),
        ("2.txt", b"hai"),
    ]


def encrypted():
    data = bytearray(m.a_zip({"a.txt": b"a"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def broken():
    data = bytearray(m.a_zip({"a.txt": b"some text that is checked"}))
    data[data.index(b"some")] ^= 0xFF
    return bytes(data)


def bomb():
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("a.txt", b"\0" * (incoming.MAX_UNPACKED + 1))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (encrypted, "mail.zip_password"),
        (broken, "mail.zip_broken"),
        (bomb, "mail.too_many_files"),
        (lambda: m.a_zip({f"{number}.txt": b"" for number in range(31)}), "mail.too_many_files"),
        (lambda: winmail([("a.txt", b"a")])[:40], "mail.winmail_broken"),
    ],
    ids=["password", "damaged", "a bomb", "many files", "cut short"],
)
def test_hostile_packing_refuses_the_whole_mail(make, reason):
    with pytest.raises(UnreadableFile, match=reason):
        files_of(("nen.zip", make()))


def test_a_zip_whose_directory_lies_about_sizes_is_counted_by_what_comes_out(monkeypatch):
    monkeypatch.setattr(incoming, "MAX_UNPACKED", 1000)
    data = bytearray(m.a_zip({"a.txt": b"a" * 2000}))
    place = data.index(b"PK\x01\x02") + 24
    data[place : place + 4] = struct.pack("<I", 2000)
    with pytest.raises(UnreadableFile, match="too_many_files"):
        files_of(("nen.zip", bytes(data)))


def test_a_signatures_logo_is_no_answer():
    mail = EmailMessage()
    mail["From"] = "a@b.example"
    mail.set_content("Xin gửi báo cáo.")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="logo.png", disposition="inline")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="anh.png")
    mail.add_attachment(
        BOOK, maintype="application", subtype="octet-stream", filename="Báo cáo\r\n.xlsx".replace("\r\n", "")
    )

    assert [one.file_name for one in open_mail(mail.as_bytes()).files] == ["anh.png", "Báo cáo.xlsx"]


@pytest.mark.parametrize("name", ["../../x.xlsx", "C:\\x.xlsx", "/x.xlsx"])
def test_a_files_name_never_leads_anywhere(name):
    assert [given for given, _ in files_of(("nen.zip", m.a_zip({name: b"x"})))] == ["x.xlsx"]


def test_a_mail_without_any_header_is_nobodys_and_not_an_error():
    mail = open_mail(b"xin chao")

    assert (mail.sender, mail.files, mail.authentication) == ("", (), ())


def test_a_mail_nested_beyond_reason_is_refused_not_survived_by_luck():
    head, depth = b"", 3000
    for number in range(depth):
        head += b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (number, number)
    refused = ""
    files: tuple[object, ...] = ()
    try:
        files = open_mail(b"From: a@b.example\r\n" + head + b"\r\nx").files
    except UnreadableFile as refusal:
        refused = refusal.key

    assert (files, refused) in (((), ""), ((), "mail.unreadable"))


def test_a_delivery_report_is_known():
    kind = b'multipart/report; report-type=delivery-status; boundary="b"'
    report = b"From: MAILER-DAEMON@x\r\nContent-Type: " + kind + b"\r\n\r\n--b--"

    assert open_mail(report).is_report
