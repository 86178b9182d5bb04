"""Official documents: the elements of Decree 30/2020/NĐ-CP, the same words in every format, typed text as data."""

import re
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from docx import Document
from docx.shared import Mm
from pypdf import PdfReader
from reading_documents import W, docx_part, docx_text, pdf_text, squeezed
from sample_report import report_facts

from plancycle.adapters.documents import pdf
from plancycle.adapters.documents.official import Documents
from plancycle.adapters.documents.text import read_lines
from plancycle.adapters.texts import Catalogue
from plancycle.domain.periods import Period
from plancycle.domain.receipts import Receipt, Verdict
from plancycle.services.report_contents import RenderedFile, ReportFacts

HOSTILE = (
    '#read("/etc/passwd")',
    "{{7*7}}",
    "{% raw %}",
    "A & B </w:t><w:br/>",
    "=1+1",
    "+cmd|' /C calc'!A0",
    "*b* _i_ $x$ `c`",
    "\\u{41} \\ \\n",
    "<img src=x onerror=alert(1)>",
    "// @ref <label> [[x]]",
)


def rendered(facts: ReportFacts) -> dict[str, RenderedFile]:
    return {file.kind: file for file in Documents(Catalogue()).report(facts)}


@cache
def annual() -> dict[str, RenderedFile]:
    return rendered(report_facts())


def xlsx_cells(file: RenderedFile) -> dict[str, list[list[object]]]:
    book = openpyxl.load_workbook(BytesIO(file.data))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


ELEMENTS = [
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "UBND TỈNH THÁI NGUYÊN",
    "SỞ NỘI VỤ",
    "Số: 05/BC-SNV",
    "Thái Nguyên, ngày 09 tháng 12 năm 2025",
    "BÁO CÁO",
    "Kết quả thực hiện Kế hoạch triển khai thực hiện Nghị quyết số 94/NQ-CP "
    "và Chương trình hành động số 51-CTr/TU năm 2025",
    "Kính gửi:",
    "- UBND tỉnh Thái Nguyên;",
    "- Bộ Nội vụ.",
    "Căn cứ Nghị quyết số 94/NQ-CP ngày 19 tháng 6 năm 2024 của Chính phủ",
    "I. CÔNG TÁC LÃNH ĐẠO, CHỈ ĐẠO, TRIỂN KHAI",
    "Tính đến 17 giờ ngày 09/12/2025, 2/3 đơn vị đã gửi báo cáo; 01 đơn vị gửi muộn (Sở Y tế); "
    "01 đơn vị chưa gửi (UBND huyện Đại Từ).",
    "Kinh phí đã thực hiện: 12.345,6 triệu đồng",
    "II. KẾT QUẢ THỰC HIỆN NHIỆM VỤ",
    "Tiến độ bình quân đạt 62,5%.",
    "Chỉ số PAPI: 44,10 điểm",
    "III. ĐÁNH GIÁ CHUNG",
    "IV. PHƯƠNG HƯỚNG, NHIỆM VỤ NĂM 2026",
    "V. KIẾN NGHỊ, ĐỀ XUẤT",
    "Sở Nội vụ trân trọng báo cáo./.",
    "Nơi nhận:",
    "- Như trên;",
    "- Lưu: VT.",
    "KT. GIÁM ĐỐC",
    "PHÓ GIÁM ĐỐC",
    "Trần Văn Mẫu",
    "Phụ lục I",
    "Phụ lục II",
    "Phụ lục III",
    "Phụ lục IV",
    "(Kèm theo Báo cáo số 05/BC-SNV ngày 09 tháng 12 năm 2025 của Sở Nội vụ)",
]


@pytest.mark.parametrize("element", ELEMENTS)
def test_element_of_the_decree_stands_in_word_and_pdf(element: str) -> None:
    files = annual()
    found = (
        squeezed(element) in squeezed(docx_text(files["docx"])),
        squeezed(element) in squeezed(pdf_text(files["pdf"].data)),
    )
    assert found == (True, True)


@pytest.mark.parametrize("period", [period for period in Period if period is not Period.H1])
def test_every_sentence_of_the_word_file_stands_in_the_pdf(period: Period) -> None:
    files = rendered(report_facts(period))
    in_pdf = squeezed(pdf_text(files["pdf"].data))
    lines = [line for line in docx_text(files["docx"]).split("\n") if len(line) > 30]
    assert len(lines) > 15
    assert [line for line in lines if squeezed(line) not in in_pdf] == []


def test_file_names_are_ascii_and_name_the_edition() -> None:
    assert [file.file_name for file in annual().values()] == [
        f"bao-cao-tong-hop_tn-nq94-2025_annual_e3.{kind}" for kind in ("docx", "pdf", "xlsx", "json", "csv")
    ]


@pytest.mark.parametrize(
    ("period", "abstract"),
    [
        (
            Period.Q1,
            "Kết quả thực hiện Kế hoạch triển khai thực hiện Nghị quyết số 94/NQ-CP và Chương trình hành động "
            "số 51-CTr/TU quý I/2025",
        ),
        (Period.PLAN, "Tổng hợp dự thảo kế hoạch năm 2025 của các cơ quan, đơn vị, địa phương thực hiện Kế hoạch"),
    ],
)
def test_abstract_names_the_period(period: Period, abstract: str) -> None:
    assert abstract in docx_text(rendered(report_facts(period))["docx"])


def test_the_plan_digest_shows_targets_and_has_no_annex_on_obstacles() -> None:
    text = docx_text(rendered(report_facts(Period.PLAN, text="Ban hành trong quý I"))["docx"])
    assert ("Ban hành trong quý I" in text, "30/06/2025" in text, "Phụ lục IV" in text) == (True, True, False)


def test_a_report_without_number_signatory_or_lateness_leaves_those_places_empty() -> None:
    facts = replace(report_facts(number=0), signatory=None, late=(), missing=())
    text = docx_text(rendered(facts)["docx"])
    assert re.search(r"Số: +/BC-SNV", text)
    assert "không có đơn vị gửi muộn; không còn đơn vị chưa gửi." in text
    assert ("Kèm theo" in text, "GIÁM ĐỐC" in text) == (False, False)


def test_a_single_addressee_stands_on_the_label_s_line() -> None:
    facts = replace(report_facts(), addressees=("UBND tỉnh Thái Nguyên",))
    assert "Kính gửi: UBND tỉnh Thái Nguyên\n" in docx_text(rendered(facts)["docx"])


def test_word_pages_have_the_decree_s_size_and_margins_and_count_each_annex_from_one() -> None:
    sections = Document(BytesIO(annual()["docx"].data)).sections
    margins = {(one.top_margin, one.bottom_margin, one.left_margin, one.right_margin) for one in sections}
    assert [tuple(round(side / Mm(1)) for side in margin) for margin in margins] == [(20, 20, 30, 15)]
    sizes = [(round(one.page_width / Mm(1)), round(one.page_height / Mm(1))) for one in sections]
    assert sizes == [(210, 297), (297, 210), (210, 297), (210, 297), (297, 210)]
    assert {one.different_first_page_header_footer for one in sections} == {True}
    starts = [node.get(f"{W}start") for node in docx_part(annual()["docx"], "document.xml").iter(f"{W}pgNumType")]
    assert starts == ["1"] * 5


def test_pdf_pages_are_a4_and_number_every_page_but_the_first_of_a_part() -> None:
    pages = PdfReader(BytesIO(annual()["pdf"].data)).pages
    sizes = {tuple(sorted(round(float(side) / 72 * 25.4) for side in page.mediabox[2:])) for page in pages}
    assert sizes == {(210, 297)}
    numbers = [re.match(r"\s*(\d+)\s*\n", page.extract_text()) for page in pages]
    assert [found and found[1] for found in numbers][:2] == [None, "2"]
    annexes = [order for order, page in enumerate(pages) if "Phụ lục I\n" in page.extract_text()]
    assert [numbers[order] for order in annexes] == [None]


@pytest.mark.parametrize(
    ("text", "half_points", "bold", "italic"),
    [
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 24, True, False),
        ("Độc lập - Tự do - Hạnh phúc", 26, True, False),
        ("UBND TỈNH THÁI NGUYÊN", 24, False, False),
        ("SỞ NỘI VỤ", 24, True, False),
        ("Số: 05/BC-SNV", 26, False, False),
        ("Thái Nguyên, ngày 09 tháng 12 năm 2025", 26, False, True),
        ("BÁO CÁO", 28, True, False),
        ("Nơi nhận:", 24, True, True),
        ("- Như trên;", 22, False, False),
        ("KT. GIÁM ĐỐC", 28, True, False),
        ("Trần Văn Mẫu", 28, True, False),
    ],
)
def test_word_element_has_the_decree_s_size_and_style(text: str, half_points: int, bold: bool, italic: bool) -> None:
    runs = docx_part(annual()["docx"], "document.xml").iter(f"{W}r")
    run = next(run for run in runs if "".join(node.text or "" for node in run.iter(f"{W}t")) == text)

    def is_on(tag: str) -> bool:
        mark = run.find(f"{W}rPr/{W}{tag}")
        return mark is not None and mark.get(f"{W}val") not in ("0", "false")

    size = run.find(f"{W}rPr/{W}sz")
    assert size is not None
    assert (int(size.get(f"{W}val", "0")), is_on("b"), is_on("i")) == (half_points, bold, italic)


def test_word_uses_times_new_roman_in_every_style_of_ours() -> None:
    styles = docx_part(annual()["docx"], "styles.xml").iter(f"{W}style")
    ours = [style for style in styles if str(style.get(f"{W}styleId")).startswith("Report")]
    fonts = {
        font.get(f"{W}{script}") for style in ours for font in style.iter(f"{W}rFonts") for script in ("ascii", "cs")
    }
    assert (len(ours) > 10, fonts) == (True, {"Times New Roman"})


def test_word_tables_carry_their_column_widths_in_the_grid_and_repeat_their_heads() -> None:
    tables = list(docx_part(annual()["docx"], "document.xml").iter(f"{W}tbl"))
    grids = [[int(column.get(f"{W}w", "0")) for column in table.iter(f"{W}gridCol")] for table in tables]
    assert [sum(grid) for grid in grids if min(grid) <= 0] == []
    assert len([table for table in tables if table.find(f"{W}tr/{W}trPr/{W}tblHeader") is not None]) == 4


def test_pdf_is_archival_titled_and_in_vietnamese() -> None:
    reader = PdfReader(BytesIO(annual()["pdf"].data))
    metadata = reader.metadata
    assert metadata is not None
    assert str(metadata.title).startswith("Báo cáo kết quả thực hiện Kế hoạch")
    assert reader.trailer["/Root"]["/Lang"] == "vi"
    xmp = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert re.search(r"pdfaid:part>2<.*pdfaid:conformance>B<", xmp, re.DOTALL)


def test_figures_in_the_workbook_are_numbers_with_unit_and_contributors() -> None:
    rows = xlsx_cells(annual()["xlsx"])["Tổng hợp"]
    assert rows[5] == [
        3,
        "tn-nq94-2025/annual/budget-spent.value",
        "Kinh phí đã thực hiện",
        12345.6,
        "triệu đồng",
        "2/3",
        "Cộng",
    ]


def test_a_figure_too_long_for_a_spreadsheet_s_numbers_is_written_as_text() -> None:
    facts = report_facts()
    long = replace(facts.figures[2], value=Decimal("1234567890123456.7"))
    cells = xlsx_cells(rendered(replace(facts, figures=(long,)))["xlsx"])
    assert cells["Tổng hợp"][3][3] == "1.234.567.890.123.456,7"


def test_workbook_has_its_sheets_and_names_its_source() -> None:
    cells = xlsx_cells(annual()["xlsx"])
    assert list(cells) == [
        "Tổng hợp",
        "Nhiệm vụ",
        "Tình hình nộp",
        "Khó khăn - kiến nghị",
        "Nguồn số liệu",
        "Nguồn",
        "data",
    ]
    source = [value for row in cells["Nguồn"] for value in row if value]
    assert {"tn-nq94-2025/annual/e3", "ef" * 32, "cd" * 32, "tn-nq94-2025/annual/so-y-te/v1", "ab" * 32} <= set(source)


@pytest.mark.parametrize("text", HOSTILE)
def test_typed_text_comes_out_literally_in_all_formats(text: str) -> None:
    files = rendered(report_facts(text=f"{text} hết"))
    assert f"{text} hết" in docx_text(files["docx"])
    assert squeezed(f"{text} hết") in squeezed(pdf_text(files["pdf"].data))
    cells = [value for rows in xlsx_cells(files["xlsx"]).values() for row in rows for value in row]
    assert cells.count(f"{text} hết") >= 3


def test_typed_text_that_begins_like_a_formula_is_no_formula() -> None:
    book = openpyxl.load_workbook(BytesIO(rendered(report_facts(text="=1+1"))["xlsx"].data))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == "=1+1"}
    with ZipFile(BytesIO(rendered(report_facts(text="=1+1"))["xlsx"].data)) as package:
        sheets = b"".join(package.read(name) for name in package.namelist() if "worksheets" in name)
    assert (b"<f>" in sheets, kinds <= {"s", "f"}) == (False, True)


def test_typed_line_breaks_cannot_make_a_heading() -> None:
    text = docx_text(rendered(report_facts(text="một\n# VI. GIẢ MẠO\n! hai"))["docx"])
    assert "- Sở Y tế: một\n# VI. GIẢ MẠO\n! hai" in text


def test_a_letter_no_font_has_still_gives_a_pdf() -> None:
    files = rendered(report_facts(text="Đạt \U0001f600 tốt"))
    assert "tốt" in pdf_text(files["pdf"].data)
    assert "Đạt \U0001f600 tốt" in docx_text(files["docx"])


@pytest.mark.parametrize("line", ["không có dấu", "* dấu lạ", "+ nối vào hư không"])
def test_a_template_line_without_a_known_mark_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="template line"):
        read_lines(line)


def test_the_chosen_font_has_every_vietnamese_letter() -> None:
    face = pdf.typeface()
    assert pdf._writes_vietnamese(face.fonts, face.family)
    fonts = {
        str(font.get_object()["/BaseFont"]).partition("+")[2]
        for page in PdfReader(BytesIO(annual()["pdf"].data)).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert {name for name in fonts if not name.startswith(face.family.replace(" ", ""))} == set()


@pytest.mark.skipif(pdf.brought_along() is None, reason="rinoh-typeface-texgyretermes not installed")
def test_without_any_font_of_the_system_a_pdf_has_times_widths(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = pdf.brought_along()
    assert ours is not None
    usual = squeezed(pdf_text(annual()["pdf"].data))
    monkeypatch.setattr(pdf, "FAMILIES", ())
    for remembered in (pdf.typeface, pdf._compiler):
        remembered.cache_clear()
    try:
        found = rendered(report_facts())["pdf"].data
        assert pdf.typeface().family == ours.family
    finally:
        monkeypatch.undo()
        for remembered in (pdf.typeface, pdf._compiler):
            remembered.cache_clear()
    reader = PdfReader(BytesIO(found))
    fonts = {
        str(font.get_object()["/BaseFont"]).partition("+")[2].partition("-")[0]
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts == {"TeXGyreTermes"}
    assert len(reader.pages) == len(PdfReader(BytesIO(annual()["pdf"].data)).pages)
    assert squeezed(pdf_text(found)) == usual


VIETNAM = timezone(timedelta(hours=7))
RECEIPT = Receipt(
    number="KM7PD4XR5WHC",
    submission="tn-nq94-2025/annual/so-y-te/v2",
    version=2,
    agency="so-y-te",
    agency_name="Sở Y tế",
    programme_title="Kế hoạch triển khai Nghị quyết số 94/NQ-CP",
    period_title="Đánh giá năm 2025",
    file_name='#read("x") báo cáo {{7}}.xlsx',
    channel="folder",
    sha256="ab12" * 16,
    content_sha256="cd34" * 16,
    form_version="1a2b3c4d",
    programme_version="ef56" * 16,
    sent_at=datetime(2025, 12, 9, 16, 5, 7, tzinfo=VIETNAM),
    received_at=datetime(2025, 12, 9, 16, 5, 9, tzinfo=VIETNAM),
    due_at=datetime(2025, 12, 10, 0, 0, tzinfo=VIETNAM),
    common_due_at=datetime(2025, 12, 10, 0, 0, tzinfo=VIETNAM),
    verdict=Verdict.ON_TIME,
    outcome="accepted",
    audit_seq=1234,
    audit_hash="9f8e" * 16,
    cites="AC3DE4FH5JKM",
)


def test_receipt_states_what_when_and_whether_in_time_on_one_page() -> None:
    data = Documents(Catalogue()).receipt(RECEIPT)
    text = squeezed(pdf_text(data))
    wanted = [
        "BIÊN NHẬN BÁO CÁO",
        RECEIPT.number,
        "AC3DE4FH5JKM",
        RECEIPT.content_sha256,
        "1a2b3c4d · ef56ef56ef56ef56",
        "1234 · " + RECEIPT.audit_hash,
        "Sở Y tế",
        "Đánh giá năm 2025",
        RECEIPT.file_name,
        RECEIPT.sha256,
        "09/12/2025 16:05:07 (+07:00)",
        "09/12/2025 16:05:09 (+07:00)",
        "24 giờ ngày 09/12/2025",
        "Đúng hạn",
    ]
    assert [one for one in wanted if squeezed(one) not in text] == []
    assert len(PdfReader(BytesIO(data)).pages) == 1


def test_receipt_of_a_late_submission_says_so() -> None:
    text = pdf_text(Documents(Catalogue()).receipt(replace(RECEIPT, verdict=Verdict.LATE, outcome="accepted_late")))
    assert ("Muộn · đã chấp nhận, ghi nhận muộn" in text, "Đúng hạn" in text) == (True, False)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="no /proc to read the memory's size from")
def test_large_reports_that_differ_do_not_pile_up_in_the_compilers_memory():
    program = """
import sys
from dataclasses import asdict, replace
from pathlib import Path
sys.path[:0] = sys.argv[1:]
from sample_report import report_facts
from plancycle.adapters.documents import pdf
from plancycle.adapters.documents.compose import compose
from plancycle.adapters.texts import Catalogue

def megabytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20

paper = compose(report_facts(), Catalogue())
annex = max(paper.annexes, key=lambda one: len(one.rows))
long = replace(paper, annexes=(replace(annex, rows=annex.rows * (600 // len(annex.rows) + 1)),))
sizes = []
for number in range(4):
    pdf.report_pdf(replace(long, title=str(number)))
    sizes.append(megabytes())
print(sizes[-1] - sizes[1])
"""
    paths = [str(Path(__file__).parents[1] / "support")]
    done = subprocess.run([sys.executable, "-c", program, *paths], capture_output=True, text=True, check=True)

    assert float(done.stdout) < 20  # megabytes over two more reports; without clearing out it is sixty
