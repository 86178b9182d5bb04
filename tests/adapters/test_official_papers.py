"""Letters, extracts, lists and reports on paper: the form of Decree 30/2020/NĐ-CP without a deviation."""

import shutil
import subprocess
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from pdfminer.high_level import extract_pages
from pdfminer.layout import LTTextBox, LTTextLine
from reading_documents import docx_text, pdf_text, squeezed
from sample_documents import LETTERS, NAMES, a_document, a_year
from sample_report import report_facts

from plancycle.adapters.documents.observe import observe
from plancycle.adapters.documents.official import Documents
from plancycle.adapters.texts import Catalogue
from plancycle.domain.document_register import DocumentKind
from plancycle.domain.official_form_rules import deviations
from plancycle.domain.periods import Period
from plancycle.services.report_contents import CitedDocument, RenderedFile

K = DocumentKind
REPORTS = ("annual", "plan", "q1")


@cache
def made(kind: str) -> dict[str, RenderedFile]:
    documents = Documents(Catalogue())
    if kind in REPORTS:
        facts = a_year() if kind == "annual" else report_facts(Period(kind))
        return {file.kind: file for file in documents.report(facts)}
    return {file.kind: file for file in documents.document(a_document(K(kind)))}


@pytest.mark.parametrize("file", ["docx", "pdf"])
@pytest.mark.parametrize("kind", [*REPORTS, *map(str, LETTERS)])
def test_every_document_has_the_form_of_the_decree(kind: str, file: str) -> None:
    assert deviations(observe(made(kind)[file].data)) == ()


@pytest.mark.parametrize("kind", [*REPORTS, *map(str, LETTERS)])
def test_every_sentence_of_the_word_file_stands_in_the_pdf(kind: str) -> None:
    in_pdf = squeezed(pdf_text(made(kind)["pdf"].data))
    lines = [line for line in docx_text(made(kind)["docx"]).split("\n") if len(line) > 12]
    assert len(lines) > 5
    assert [line for line in lines if squeezed(line) not in in_pdf] == []


@pytest.mark.parametrize(
    ("kind", "elements"),
    [
        (
            K.CALL,
            [
                "Số: 12/SNV",
                "V/v báo cáo kết quả thực hiện Kế hoạch",
                "theo danh sách kèm theo",
                "24 giờ ngày 09/12/2025",
                *NAMES,
            ],
        ),
        (K.URGE, ["V/v đôn đốc gửi báo cáo đánh giá năm 2025", "- Sở Nội vụ;", "25/28 báo cáo", "- Như trên;"]),
        (K.REPLY, ["Kính gửi: Sở Y tế", "mã biên nhận 7K4PD2XR", "đã có trả lời (12/UBND-NC ngày 09/12/2025)."]),
        (K.DIGEST, ["THÔNG BÁO", "Số: 12/TB-SNV", "- Sở Y tế;", "Phụ lục I", "Phụ lục II", "62,5", "1.234"]),
        (
            K.MINISTRY,
            ["Kính gửi: Bộ Nông nghiệp và Môi trường", "1. Triển khai Đề án chuỗi giá trị nông sản", "tiến độ 62,5%."],
        ),
        (K.BUDGET, ["Kính gửi: Sở Tài chính", "1.234,5 triệu đồng", "02 (Sở Nội vụ; Sở Tư pháp)", "Tổng cộng"]),
        (K.COMMENDATION, ["TỜ TRÌNH", "Số: 12/TTr-SNV", "DANH SÁCH ĐỀ NGHỊ KHEN THƯỞNG", "Phòng Y tế", "kính trình"]),
        (K.CORRECTION, ["V/v đính chính Báo cáo số 05/BC-SNV", "Ngày 09 tháng 12 năm 2025, Sở Nội vụ ban hành"]),
    ],
)
def test_each_document_says_what_its_kind_must(kind: DocumentKind, elements: list[str]) -> None:
    text = squeezed(docx_text(made(str(kind))["docx"]))
    assert [one for one in elements if squeezed(one) not in text] == []


def test_a_letter_has_no_type_and_a_notice_no_addressee() -> None:
    assert "BÁO CÁO\n" not in docx_text(made("call")["docx"])
    assert "Kính gửi" not in docx_text(made("digest")["docx"])


def test_a_single_annex_has_no_number_and_several_count_in_roman() -> None:
    assert ("Phụ lục I" in docx_text(made("budget")["docx"]), "Phụ lục\n" in docx_text(made("budget")["docx"])) == (
        False,
        True,
    )


def test_a_draft_leaves_the_number_s_place_empty_and_nobody_signs_who_is_not_named() -> None:
    facts = replace(a_document(K.URGE, number=0), signatory=None)
    text = docx_text({file.kind: file for file in Documents(Catalogue()).document(facts)}["docx"])
    assert "Số:           /SNV" in text
    assert "GIÁM ĐỐC" not in text


@pytest.mark.parametrize("kind", [kind for kind in LETTERS if kind is not K.CORRECTION])
def test_a_replacement_cites_what_it_replaces(kind: DocumentKind) -> None:
    facts = replace(a_document(kind), replaces=CitedDocument("07/SNV", a_document(kind).signed_on))
    text = docx_text(Documents(Catalogue()).document(facts)[0])
    assert "này thay thế" in text
    assert "số 07/SNV ngày 09 tháng 12 năm 2025 của Sở Nội vụ." in text


@pytest.mark.parametrize("period", [Period.ANNUAL, Period.PLAN])
def test_a_replacing_report_cites_the_report_it_replaces(period: Period) -> None:
    facts = replace(report_facts(period), replaces=CitedDocument("05/BC-SNV", report_facts().signed_on))
    text = docx_text(Documents(Catalogue()).report(facts)[0])
    assert "Báo cáo này thay thế Báo cáo số 05/BC-SNV ngày 09 tháng 12 năm 2025 của Sở Nội vụ." in text


@pytest.mark.parametrize("kind", [K.REPLY, K.DIGEST, K.MINISTRY, K.BUDGET, K.COMMENDATION, K.CORRECTION])
@pytest.mark.parametrize("text", ["{{7*7}}", '#read("/etc/passwd")', "một\n# GIẢ MẠO", "A & B <w:br/>"])
def test_typed_text_comes_out_literally(kind: DocumentKind, text: str) -> None:
    files = Documents(Catalogue()).document(a_document(kind, text=text))
    assert text in docx_text(files[0])
    assert squeezed(text) in squeezed(pdf_text(files[1].data))


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_reports_letters_and_workbooks(tmp_path: Path) -> None:
    """One start of LibreOffice for all: a report, a letter, a list, a workbook."""
    for kind in ("annual", "call", "commendation"):
        (tmp_path / f"{kind}.docx").write_bytes(made(kind)["docx"].data)
    (tmp_path / "book.xlsx").write_bytes(made("annual")["xlsx"].data)
    sources = sorted(str(path) for path in tmp_path.iterdir())
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path / "out"), *sources]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    shown = {path.stem: squeezed(pdf_text(path.read_bytes())) for path in (tmp_path / "out").glob("*.pdf")}

    assert set(shown) == {"annual", "call", "commendation", "book"}
    assert [kind for kind in ("annual", "call", "commendation") if "TrầnVănMẫu" not in shown[kind]] == []
    assert "tn-nq94-2025/annual/so-y-te/v1" in shown["book"]


def test_a_chart_is_a_vector_picture_with_a_picture_for_older_programs_and_its_numbers_below() -> None:
    document = Document(BytesIO(made("annual")["docx"].data))
    parts = {str(part.partname): part.content_type for part in document.part.package.iter_parts()}
    drawn = [name for name, kind in parts.items() if kind == "image/svg+xml"]
    numbers = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]

    assert len(drawn) == 3
    assert ["Đúng hạn", "1", "33,3"] in numbers
    assert ["1. Tất cả cơ quan, đơn vị, địa phương", "2", "62,5"] in numbers
    assert ["Kinh phí đã thực hiện", "triệu đồng", "2.100,5", "5.200,0", "12.345,6"] in numbers


MM = 72 / 25.4


def pages_of(data: bytes) -> list[tuple[str, float, float]]:
    """Every line of text in a PDF with where it begins and ends, in points from the left edge."""
    boxes = (box for page in extract_pages(BytesIO(data)) for box in page if isinstance(box, LTTextBox))
    lines = (line for box in boxes for line in box)
    return [(line.get_text().strip(), line.x0, line.x1) for line in lines if isinstance(line, LTTextLine)]


def test_a_wide_receipt_stays_inside_its_column() -> None:
    facts = a_year()
    lines = tuple(replace(one, receipt="WY7YA5JR3KMW" if one.sent_at else "") for one in facts.submissions)
    report = {one.kind: one for one in Documents(Catalogue()).report(replace(facts, submissions=lines))}
    words = pages_of(report["pdf"].data)
    found = [(x0, x1) for text, x0, x1 in words if text == "WY7YA5JR3KMW"]
    # The last column of a portrait page: 127 to 165 mm from a left margin of 30 mm.
    assert found
    assert all(x0 >= (30 + 127) * MM and x1 <= (30 + 165) * MM for x0, x1 in found)
