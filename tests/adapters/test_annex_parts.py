"""A long annex goes out in parts, each a file of its own; the report lists every part with its SHA-256."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from docx import Document
from pdfminer.high_level import extract_text
from sample_documents import a_year

from plancycle.adapters.documents import compose as composing
from plancycle.adapters.documents import long_annexes, official
from plancycle.adapters.documents.compose import compose, compose_parts
from plancycle.adapters.documents.official import Documents
from plancycle.adapters.texts import Catalogue
from plancycle.domain.consolidation import DocumentFile, bundle_sha256
from plancycle.domain.transmittals import Part
from plancycle.portal.reports import document_link, in_order
from plancycle.services.deliveries import files_of
from plancycle.services.report_contents import ExplanationLine, SubmissionLine, WorkLine

SENT = datetime(2025, 12, 1, 2, 0, tzinfo=UTC)
NAMES = tuple(f"UBND xã {at:03d}" for at in range(25))


def facts_of_many():
    lines = tuple(SubmissionLine(name, "submitted", SENT, 0, "") for name in NAMES)
    said = tuple(ExplanationLine(name, "Số cuộc kiểm tra", "3", f"Lý do của {name}") for name in NAMES[:11])
    return replace(a_year(), works=(), submissions=lines, explanations=said, number=5)


@pytest.fixture(scope="module")
def files():
    """A report whose paper holds ten lines an annex, in parts of ten."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(long_annexes, "MOST_LINES", 10)
        patch.setattr(long_annexes, "LINES_A_PART", 10)
        return Documents(Catalogue()).report(facts_of_many())


def rows_of(data: bytes) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in Document(BytesIO(data)).tables[0].rows[1:]]


def test_every_line_stands_in_exactly_one_part(files):
    parts = [one for one in files if one.kind.startswith("annex/III") and one.kind.endswith("docx")]
    assert [one.kind for one in parts] == [f"annex/III-00{at}.docx" for at in (1, 2, 3)]
    assert tuple(row[1] for one in parts for row in rows_of(one.data)) == NAMES
    assert [row[0] for one in parts for row in rows_of(one.data)] == [str(at) for at in range(1, 26)]


def test_each_part_has_number_title_reference_and_which_of_how_many(files):
    second = next(one for one in files if one.kind == "annex/III-002.pdf")
    text = " ".join(extract_text(BytesIO(second.data)).split())
    assert second.file_name.endswith("_phu-luc-III_phan-002-003.pdf")
    assert text.startswith("Phụ lục III (phần 2/3) TÌNH HÌNH GỬI BÁO CÁO CỦA CÁC ĐƠN VỊ (Kèm theo Báo cáo số 05/BC-SNV")
    assert "từ 11 đến 20 trên tổng số 25 dòng, từ UBND xã 010 đến UBND xã 019" in text


def test_the_report_lists_every_part_with_its_sha256_in_pdf_and_docx(files):
    report = {one.kind: one.data for one in files}
    parts = [one for one in files if one.kind.startswith("annex/")]
    listed = [[cell.text for cell in row.cells] for row in Document(BytesIO(report["docx"])).tables[-1].rows[1:]]
    assert [row[3:] for row in listed] == [[one.file_name, hashlib.sha256(one.data).hexdigest()] for one in parts]
    assert len(parts) == 2 * (3 + 2)
    text = extract_text(BytesIO(report["pdf"]))
    assert [one.file_name for one in parts if hashlib.sha256(one.data).hexdigest() not in text] == []


def test_parts_are_the_same_bytes_again(files, monkeypatch):
    monkeypatch.setattr(long_annexes, "MOST_LINES", 10)
    monkeypatch.setattr(long_annexes, "LINES_A_PART", 10)
    assert Documents(Catalogue()).report(facts_of_many()) == files


def test_with_more_parts_than_are_begun_at_once_files_and_their_order_are_the_same(files, monkeypatch):
    monkeypatch.setattr(long_annexes, "MOST_LINES", 10)
    monkeypatch.setattr(long_annexes, "LINES_A_PART", 10)
    monkeypatch.setattr(official, "AHEAD", 2)
    assert Documents(Catalogue()).report(facts_of_many()) == files


def test_parts_are_composed_a_few_ahead_of_their_turn_and_never_all_at_once(monkeypatch):
    begun = []

    def noted(*given):
        for part in compose_parts(*given):
            begun.append((part.numeral, part.at))
            yield part

    monkeypatch.setattr(long_annexes, "MOST_LINES", 10)
    monkeypatch.setattr(long_annexes, "LINES_A_PART", 10)
    monkeypatch.setattr(official, "AHEAD", 2)
    monkeypatch.setattr(composing, "compose_parts", noted)
    made = Documents(Catalogue()).report_files(facts_of_many())
    seen = {file.kind: len(begun) for file in made}

    assert begun == [("III", 1), ("III", 2), ("III", 3), ("V", 1), ("V", 2)]
    assert (seen["xlsx"], seen["annex/III-001.pdf"], seen["annex/III-002.pdf"], seen["pdf"]) == (2, 3, 4, 5)


def test_a_report_below_the_limit_has_no_parts():
    assert [one.kind for one in Documents(Catalogue()).report(facts_of_many())] == [
        "docx",
        "pdf",
        "xlsx",
        "json",
        "csv",
    ]


def test_whoever_gets_the_report_gets_its_parts_and_an_extract_goes_alone():
    kinds = ("pdf", "annex/III-001.pdf", "annex/III-001.docx", "bo-noi-vu.pdf")
    listed = [DocumentFile("e", kind, kind, "", 0) for kind in kinds]
    assert [one.kind for one in files_of(Part.REPORT, "bo-noi-vu", listed)] == [*kinds[:3]]
    assert [one.kind for one in files_of(Part.COPY, "ubnd", listed)] == [*kinds[:3]]
    assert [one.kind for one in files_of(Part.EXTRACT, "bo-noi-vu", listed)] == ["bo-noi-vu.pdf"]


def test_the_portal_shows_the_report_then_its_parts_then_extracts_and_opens_a_parts_pdf():
    kinds = ("annex/III-001.docx", "annex/III-001.pdf", "bo-noi-vu.pdf", "docx", "pdf")
    shown = in_order([DocumentFile("e", kind, kind, "", 0) for kind in kinds])
    assert [one.kind for one in shown] == ["pdf", "docx", "annex/III-001.pdf", "annex/III-001.docx", "bo-noi-vu.pdf"]
    link = document_link(a_year().programme, shown[2], "/tai-lieu")
    assert (link.kind, link.meant_for) == ("pdf", "")


def test_a_part_that_is_left_out_makes_another_bundle_than_the_approved_one():
    listed = [DocumentFile("e", kind, kind, "ab" * 32, 1) for kind in ("pdf", "annex/III-001.pdf")]
    assert bundle_sha256("cd" * 32, listed) != bundle_sha256("cd" * 32, listed[:1])


def facts_of_very_many(bodies):
    """Each body with three works: 201 bodies are more than those whose works the report itself holds."""
    names = [f"UBND xã {at:03d}" for at in range(bodies)]
    works = (WorkLine(name, f"n{at}", f"Việc {at}", "", {"status": "Xong"}) for name in names for at in (1, 2, 3))
    lines = tuple(SubmissionLine(name, "submitted", SENT, 0, "") for name in names)
    return replace(a_year(), works=tuple(works), submissions=lines, number=5)


def parts_of_first_annex(bodies):
    facts, texts = facts_of_very_many(bodies), Catalogue()
    paper = compose(facts, texts)
    return paper, [part for part in compose_parts(facts, texts, paper) if part.numeral == "I"]


def test_works_of_more_than_200_bodies_go_out_in_parts_that_keep_each_bodys_works_together():
    paper, parts = parts_of_first_annex(201)
    assert [part.lines for part in parts] == [(1, 252), (253, 504), (505, 603)]
    rows = [row for part in parts for row in part.paper.annexes[0].rows]
    assert [row[0] for row in rows if len(row) == 1] == [f"UBND xã {at:03d}" for at in range(201)]
    assert all(len(part.paper.annexes[0].rows[0]) == 1 for part in parts)
    assert "603 dòng; danh sách đầy đủ nêu tại 3 phần" in paper.annexes[0].note
    assert "từ 253 đến 504 trên tổng số 603 dòng, từ UBND xã 084 đến UBND xã 167" in parts[1].paper.annexes[0].note


def test_works_of_200_bodies_stand_in_the_report_itself():
    paper, parts = parts_of_first_annex(200)
    assert (len(paper.annexes[0].rows), parts) == (800, [])
