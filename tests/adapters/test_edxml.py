"""edXML packages of the national document exchange: what is written is read back, and careless ones are understood."""

import re
from base64 import b64encode
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from io import BytesIO
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from plancycle.adapters.edxml.reading import read_document, read_status
from plancycle.adapters.edxml.writing import write_document, write_status
from plancycle.domain.errors import MoveNotAllowed, UnreadableFile
from plancycle.domain.exchange import (
    Business,
    Earlier,
    ExchangeDocument,
    ExchangeFile,
    ExchangeStatus,
    Organ,
    StatusMessage,
    Trace,
    can_move,
    check_move,
)

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
PROVINCE = Organ("H55", "Ủy ban nhân dân tỉnh Thái Nguyên", "", "Thái Nguyên", "vanthu@thainguyen.example")
MINISTRY = Organ("G09", "Bộ Nội vụ")
REPORT = ExchangeDocument(
    sender=PROVINCE,
    receivers=(MINISTRY, Organ("G22", "Văn phòng Chính phủ")),
    document_id="H55,2025/12/09,05/BC-SNV",
    number="05",
    notation="BC-SNV",
    place="Thái Nguyên",
    promulgated=date(2025, 12, 9),
    type_name="Báo cáo",
    type_code="2",
    type_detail="",
    subject="Kết quả thực hiện Kế hoạch năm 2025",
    content="",
    competence="KT. GIÁM ĐỐC",
    position="PHÓ GIÁM ĐỐC",
    signer="Trần Văn Mẫu",
    due=date(2025, 12, 20),
    to_places=("Như trên", "Lưu: VT"),
    priority="1",
    pages=6,
    appendixes=("Phụ lục I",),
    responds_to=(Earlier("G09", "G09,2025/11/03,12/BNV", "12", "BNV", date(2025, 11, 3)),),
    assignments=("E02.18", "E04.7"),
    traces=(Trace("H55", datetime(2025, 12, 9, 20, 30, tzinfo=HANOI)),),
    files=(
        ExchangeFile("bao-cao", "bao-cao.pdf", "application/pdf", b"%PDF-1.7 \x00\xff", "Báo cáo đã ký"),
        ExchangeFile("phu-luc", "Phụ lục.xlsx", "application/octet-stream", b"PK\x03\x04"),
    ),
)
RECALL = replace(
    REPORT,
    business=Business.RECALL,
    reason="Gửi nhầm bản",
    concerns=Earlier("H55", REPORT.document_id, "05", "BC-SNV", date(2025, 12, 9)),
)
ANSWER = StatusMessage(
    sender=MINISTRY,
    concerns=Earlier("H55", REPORT.document_id, "05", "BC-SNV", date(2025, 12, 9)),
    code=ExchangeStatus.RECEIVED,
    description="Đã tiếp nhận, vào sổ",
    at=datetime(2025, 12, 11, 9, 0, tzinfo=HANOI),
    department="Văn thư",
    staff="Lê Thị Mẫu",
)


@pytest.mark.parametrize("document", [REPORT, RECALL], ids=["report", "recall"])
def test_a_document_is_read_back_as_it_was_written(document):
    assert read_document(write_document(document)) == document


@pytest.mark.parametrize("code", [code for code in ExchangeStatus if code is not ExchangeStatus.SENT])
def test_a_status_is_read_back_as_it_was_written(code):
    answer = replace(ANSWER, code=code)
    assert read_status(write_status(answer)) == answer


def test_the_same_document_gives_the_same_bytes():
    assert write_document(REPORT) == write_document(REPORT)


def test_times_are_written_on_the_clock_of_vietnam():
    utc = replace(REPORT, traces=(Trace("H55", datetime(2025, 12, 9, 17, 0, tzinfo=UTC)),))
    assert b"<Timestamp>2025/12/10 00:00:00</Timestamp>" in write_document(utc)


def test_the_standards_own_spelling_and_a_zip_inside_are_kept():
    written = write_document(RECALL).decode()
    assert ("<Bussiness>" in written, "<BussinessDocType>1<" in written) == (True, True)
    assert '<ContentTransferEncoded>UEsDB' in written  # fmt: skip


text = some.text(some.characters(blacklist_categories=("Cs",)), max_size=30)
shown = text.map(lambda word: "".join(letter for letter in word if letter.isprintable()).strip())
needed = shown.filter(bool)
day = some.dates(date(2000, 1, 1), date(2099, 12, 31))
organ = some.builds(Organ, needed, *[shown] * (len(fields(Organ)) - 1))
earlier = some.builds(Earlier, shown, needed, shown, shown, some.none() | day)
file = some.builds(ExchangeFile, needed.filter(lambda name: not name.startswith("cid:")), needed, shown, some.binary())
document = some.builds(
    replace,
    some.just(REPORT),
    sender=organ,
    receivers=some.lists(organ, max_size=3).map(tuple),
    document_id=needed,
    number=shown,
    notation=shown,
    place=shown,
    promulgated=day,
    type_name=shown,
    subject=shown,
    content=shown,
    due=some.none() | day,
    to_places=some.lists(needed, max_size=3).map(tuple),
    pages=some.none() | some.integers(0, 999),
    responds_to=some.lists(earlier, max_size=2).map(tuple),
    assignments=some.lists(needed, max_size=3).map(tuple),
    business=some.sampled_from(Business),
    concerns=some.none() | earlier,
    files=some.lists(file, max_size=2).map(tuple),
)


@settings(max_examples=150, deadline=None)
@given(document)
def test_any_document_survives_the_round_trip(written):
    assert read_document(write_document(written)) == written


def test_agency_text_is_never_markup():
    hostile = replace(REPORT, subject="</Subject><To><OrganId>X</OrganId></To>&amp;<!-- -->")
    read = read_document(write_document(hostile))
    assert (read.subject, len(read.receivers)) == (hostile.subject, 2)


def with_prefixes() -> bytes:
    """The report with every element under a prefix, as some programs write it."""
    text = write_document(REPORT).decode().replace('xmlns="', 'xmlns:edXML="')
    return re.sub(r"<(/?)(?=[A-Za-z])", r"<\1edXML:", text).encode()


def package(**parts: str) -> bytes:
    """A small package by hand; ``parts`` replace the elements of that name."""
    known = {
        "From": "<From><OrganId>H55</OrganId></From>",
        "DocumentId": "<DocumentId>H55,1</DocumentId>",
        "PromulgationInfo": "<PromulgationInfo><PromulgationDate>2025/12/09</PromulgationDate></PromulgationInfo>",
        "AttachmentEncoded": "",
        **parts,
    }
    header = known["PromulgationInfo"] + known["DocumentId"] + known["From"]
    return (
        f"<edXML><edXMLEnvelope><edXMLHeader><MessageHeader>{header}</MessageHeader></edXMLHeader></edXMLEnvelope>"
        f"{known['AttachmentEncoded']}</edXML>"
    ).encode()


def attachment(content: str, name: str = "a.pdf") -> str:
    return (
        '<x:AttachmentEncoded xmlns:x="urn:other"><Attachment><ContentId>cid:1</ContentId>'
        f"<AttachmentName>{name}</AttachmentName><ContentTransferEncoded>{content}</ContentTransferEncoded>"
        "</Attachment></x:AttachmentEncoded>"
    )


def zipped(**files: bytes) -> str:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return b64encode(packed.getvalue()).decode()


def test_a_package_with_prefixes_is_understood():
    assert read_document(with_prefixes()) == REPORT


def test_a_package_without_namespace_in_another_order_is_understood():
    read = read_document(b"\n  " + package(AttachmentEncoded=attachment(zipped(a=b"data"))))
    assert (read.sender.id, read.promulgated, read.files[0].data) == ("H55", date(2025, 12, 9), b"data")


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"not xml", "edxml.not_xml"),
        (b"1212<?xml version='1.0'?><edXML/>", "edxml.not_xml"),
        (b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><edXML>&b;</edXML>", "edxml.document_type"),
        (b"<edXML/>", "edxml.missing"),
        (package(From=""), "edxml.missing"),
        (package(DocumentId=""), "edxml.missing"),
        (package(PromulgationInfo=""), "edxml.missing"),
        (package(PromulgationInfo="<PromulgationInfo><PromulgationDate>9/12/2025</PromulgationDate></PromulgationInfo>"),
         "edxml.bad_date"),
        (package(AttachmentEncoded=attachment("???")), "edxml.bad_attachment"),
        (package(AttachmentEncoded=attachment(b64encode(b"no zip").decode())), "edxml.bad_attachment"),
        (package(AttachmentEncoded=attachment(zipped(a=b"1", b=b"2"))), "edxml.bad_attachment"),
    ],
)  # fmt: skip
def test_a_package_that_cannot_be_read_is_refused_with_its_reason(data, key):
    with pytest.raises(UnreadableFile) as refused:
        read_document(data)
    assert refused.value.key == key


@pytest.mark.parametrize("code", ["00", "07", "x"])
def test_a_status_nobody_knows_is_refused(code):
    data = write_status(ANSWER).replace(b"<StatusCode>03", f"<StatusCode>{code}".encode())
    with pytest.raises(UnreadableFile, match="unknown_status"):
        read_status(data)


S = ExchangeStatus
ALLOWED = {
    ("00", "01"), ("00", "02"), ("00", "03"), ("00", "04"), ("00", "05"), ("00", "06"), ("00", "13"),
    ("01", "02"), ("01", "03"), ("01", "04"), ("01", "05"), ("01", "06"), ("01", "13"),
    ("03", "04"), ("03", "05"), ("03", "06"), ("03", "13"),
    ("04", "05"), ("04", "06"), ("04", "13"),
    ("05", "06"), ("05", "13"),
    ("13", "02"), ("13", "15"), ("13", "16"),
    ("16", "03"), ("16", "04"), ("16", "05"), ("16", "06"),
}  # fmt: skip


@pytest.mark.parametrize("future", list(S))
@pytest.mark.parametrize("current", list(S))
def test_a_receiver_answers_forwards_only(current, future):
    assert can_move(current, future) == ((current, future) in ALLOWED)


def test_an_answer_out_of_order_is_refused():
    with pytest.raises(MoveNotAllowed):
        check_move(S.FINISHED, S.ARRIVED)
