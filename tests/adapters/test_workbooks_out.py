"""The workbook an agency receives, looked at with another library than the one that wrote it."""

import zipfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from openpyxl.cell.cell import Cell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation

from plancycle.adapters.texts import Catalogue
from plancycle.adapters.workbooks import layout
from plancycle.adapters.workbooks.files import Workbooks
from plancycle.domain.deadlines import PeriodDates, PeriodRule, Wording
from plancycle.domain.forms import Aggregation, FieldKind, Form, FormField, FormRow, FormSheet, Indicator
from plancycle.domain.periods import Period
from plancycle.services.ports import WorkbookContext

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ALWAYS = tuple(Period)
CHOICES = (
    "Chưa thực hiện",
    "Đang thực hiện",
    "Hoàn thành",
    "Không thực hiện; nêu rõ lý do ở cột bên, kể cả khi tạm dừng",
)


def field(code: str, label: str, kind: FieldKind = FieldKind.TEXT, **more: object) -> FormField:
    return FormField(code, label, kind, ALWAYS, **more)  # type: ignore[arg-type]


def indicator(code: str, precision: int, high: str | None = None) -> Indicator:
    top = None if high is None else Decimal(high)
    return Indicator(code, code, "điểm", precision, Aggregation.SUM, minimum=Decimal(0), maximum=top)


WORKS = FormSheet(
    "works",
    "Nhiệm vụ",
    (
        field("status", "Tình trạng", FieldKind.CHOICE, required=True, choices=CHOICES),
        field(
            "progress",
            "Tiến độ (%)",
            FieldKind.NUMBER,
            required=True,
            precision=1,
            minimum=Decimal(0),
            maximum=Decimal(100),
        ),
        field("finish", "Thời hạn hoàn thành", FieldKind.DATE),
        field("result", "Kết quả thực hiện trong kỳ báo cáo, nêu rõ số liệu chứng minh", width=34),
    ),
    (
        FormRow("E01.1", "Xây dựng kế hoạch", basis="94/NQ-CP"),
        FormRow("E01.2", '=HYPERLINK("http://evil.example","x")'),
    ),
)
FIGURES = FormSheet(
    "figures",
    "Số liệu",
    (field("value", "Thực hiện trong kỳ", FieldKind.NUMBER, required=True), field("explanation", "Giải trình")),
    (
        FormRow("inspections", "Số cuộc kiểm tra", unit="cuộc", indicator=indicator("inspections", 0)),
        FormRow("budget", "Kinh phí", unit="triệu đồng", indicator=indicator("budget", 1)),
        FormRow("par-index", "Chỉ số CCHC", unit="điểm", indicator=indicator("par-index", 2, "100")),
    ),
)
NARRATIVE = FormSheet("narrative", "Thuyết minh", (field("value", "Nội dung", width=80),), (FormRow("N1", "Kết quả"),))
FORM = Form("tn-nq94-2025", Period.ANNUAL, "so-y-te", "0123abcd", (WORKS, FIGURES, NARRATIVE))
DATES = PeriodDates(
    period=Period.ANNUAL,
    year=2025,
    opens_at=datetime(2025, 11, 20, 8, tzinfo=ZONE),
    cutoff=date(2025, 11, 30),
    soft_due_at=datetime(2025, 12, 9, 17, tzinfo=ZONE),
    due_at=datetime(2025, 12, 10, tzinfo=ZONE),
    last_day=date(2025, 12, 9),
    freeze_at=datetime(2025, 12, 9, 17, tzinfo=ZONE),
    rule=PeriodRule(Period.ANNUAL, "Báo cáo năm", (11, 20), Wording.BEFORE, (12, 10), (11, 30), 0, "dòng 131"),
)
CONTEXT = WorkbookContext(
    programme_title="Kế hoạch triển khai Nghị quyết số 94/NQ-CP",
    period_title="Báo cáo năm 2025",
    agency_name="Sở Y tế",
    dates=DATES,
    seal="f00d",
    contact="Nguyễn Văn A, 0208 000 000",
    previous={("budget", "value"): "1234.5", ("inspections", "value"): "7"},
)


@pytest.fixture(scope="module")
def data() -> bytes:
    return Workbooks(Catalogue()).write(FORM, CONTEXT)


@pytest.fixture(scope="module")
def book(data: bytes) -> Workbook:
    return openpyxl.load_workbook(BytesIO(data))


def cell(book: Workbook, sheet: str, row: str, column: str) -> Cell:
    """The cell of a row code and a field code."""
    codes = {c.value: c.column for c in book[sheet][4]}
    rows = {c.value: c.row for c in book[sheet]["A"]}
    found = book[sheet].cell(rows[row], codes[column])
    assert isinstance(found, Cell)
    return found


def rule(book: Workbook, sheet: str, row: str, column: str) -> DataValidation:
    """The rule the spreadsheet itself applies to a cell."""
    wanted = cell(book, sheet, row, column).coordinate
    return next(rule for rule in book[sheet].data_validations.dataValidation if wanted in rule.sqref)


def test_sheets_stand_in_the_order_a_clerk_meets_them(book: Workbook) -> None:
    shown = [(sheet.title, sheet.sheet_state) for sheet in book.worksheets]
    assert shown == [
        ("Hướng dẫn", "visible"),
        ("Nhiệm vụ", "visible"),
        ("Số liệu", "visible"),
        ("Thuyết minh", "visible"),
        ("Kiểm tra", "visible"),
        ("_dm", "hidden"),
        ("_meta", "veryHidden"),
    ]


def test_a_form_sheet_has_its_codes_hidden_above_its_headings(book: Workbook) -> None:
    sheet = book["Số liệu"]
    assert [c.value for c in sheet[4]] == ["#ma", "", "", "prev:value", "value", "explanation"]
    assert sheet.row_dimensions[4].hidden
    assert [c.value for c in sheet[5]] == [
        "Mã",
        "Nội dung",
        "ĐVT",
        "Kỳ trước (số cộng dồn: tổng ba quý)",
        "Thực hiện trong kỳ (*)",
        "Giải trình",
    ]
    assert [c.value for c in sheet["A"][5:]] == ["inspections", "budget", "par-index"]


def test_the_last_period_stands_beside_each_figure_as_a_number(book: Workbook) -> None:
    shown = [cell(book, "Số liệu", row.code, "prev:value") for row in FIGURES.rows]
    assert [(c.value, c.number_format) for c in shown] == [(7, "#,##0"), (1234.5, "#,##0.0###"), (None, "#,##0.00###")]


def test_only_inputs_are_unlocked_and_only_they_are_yellow(book: Workbook) -> None:
    inputs = {
        (sheet.name, cell(book, sheet.name, row.code, question.code).coordinate)
        for sheet, row, question in FORM.cells()
    }
    cells = [c for sheet in book.worksheets for line in sheet.iter_rows() for c in line]
    unlocked = {(c.parent.title, c.coordinate) for c in cells if not c.protection.locked}
    assert unlocked == inputs
    yellow = {(c.parent.title, c.coordinate) for c in cells if c.fill.fgColor.rgb == "FFFFFFCC"}
    assert {place for place in yellow if place[0] != "Hướng dẫn"} == inputs


def test_every_sheet_is_protected_without_a_password(book: Workbook) -> None:
    assert {(sheet.protection.sheet, sheet.protection.password) for sheet in book.worksheets} == {(True, None)}


def test_choices_come_from_a_defined_name(book: Workbook) -> None:
    assert rule(book, "Nhiệm vụ", "E01.1", "status").formula1 == "dm_works_status"
    assert book.defined_names["dm_works_status"].attr_text == "'_dm'!$A$1:$A$4"
    assert tuple(c.value for c in book["_dm"]["A"]) == CHOICES


@pytest.mark.parametrize(
    ("sheet", "row", "column", "expected"),
    [
        ("Nhiệm vụ", "E01.1", "progress", ("decimal", "between", "0", "100")),
        ("Nhiệm vụ", "E01.1", "result", ("textLength", "lessThanOrEqual", "2000", None)),
        ("Nhiệm vụ", "E01.1", "finish", ("date", "between", "36526", "73050")),
        ("Số liệu", "inspections", "value", ("whole", "greaterThanOrEqual", "0", None)),
        ("Số liệu", "budget", "value", ("decimal", "greaterThanOrEqual", "0", None)),
        ("Số liệu", "par-index", "value", ("decimal", "between", "0", "100")),
    ],
)
def test_an_input_takes_its_rule_from_field_and_indicator(
    book: Workbook, sheet: str, row: str, column: str, expected: tuple[str, str, str, str | None]
) -> None:
    found = rule(book, sheet, row, column)
    operator = found.operator or "between"
    assert (found.type, operator, found.formula1, found.formula2) == expected


def test_help_stays_within_what_a_spreadsheet_shows(book: Workbook) -> None:
    rules = [rule for sheet in book.worksheets for rule in sheet.data_validations.dataValidation]
    asked = {(s.name, cell(book, s.name, r.code, f.code).coordinate) for s, r, f in FORM.cells()}
    ruled = {
        (sheet.title, f"{layout.column_letters(column - 1)}{row}")
        for sheet in book.worksheets
        for one in sheet.data_validations.dataValidation
        for area in one.sqref.ranges
        for row, column in area.cells
    }
    assert ruled == asked
    too_long = [r.promptTitle for r in rules if len(r.promptTitle) > 32 or len(r.prompt) > 255 or len(r.error) > 224]
    assert too_long == []
    assert all(r.errorTitle == "Chưa đúng yêu cầu" and r.prompt for r in rules)


@pytest.mark.parametrize(
    ("row", "shown"), [("inspections", "#,##0"), ("budget", "#,##0.0###"), ("par-index", "#,##0.00###")]
)
def test_a_number_format_hides_no_decimal_that_will_be_refused(book: Workbook, row: str, shown: str) -> None:
    assert cell(book, "Số liệu", row, "value").number_format == shown


def test_the_stamp_says_whose_workbook_it_is(book: Workbook) -> None:
    assert [(row[0].value, row[1].value) for row in book["_meta"]["A1:B5"]] == [
        ("cycle", "tn-nq94-2025"),
        ("period", "annual"),
        ("agency", "so-y-te"),
        ("version", "0123abcd"),
        ("seal", "f00d"),
    ]
    assert book.custom_doc_props["plancycle"].value == "tn-nq94-2025|annual|so-y-te|0123abcd|f00d"


def test_the_guide_says_until_when_how_and_what_must_never_be_sent(book: Workbook) -> None:
    lines = [str(c.value) for c in book["Hướng dẫn"]["B"]]
    assert lines[0] == CONTEXT.programme_title
    for words in (
        "Hạn cuối: 24 giờ ngày 09/12/2025",
        "Nên gửi trước 17 giờ ngày 09/12/2025",
        "Ngày chốt số liệu: 30/11/2025",
        "Không gửi thông tin thuộc danh mục bí mật nhà nước qua hệ thống này",
        "Nguyễn Văn A, 0208 000 000",
        "Màu vàng: ô cần điền",
        "chọn mục tương ứng ở trang ngay sau trang Hướng dẫn",
        "Mẫu 0123abcd · mã tn-nq94-2025/annual/so-y-te",
    ):
        assert any(words in line for line in lines), words


def test_without_a_contact_the_guide_points_to_the_letter() -> None:
    other = openpyxl.load_workbook(BytesIO(Workbooks(Catalogue()).write(FORM, replace(CONTEXT, contact=""))))
    assert "Trả lời thư yêu cầu báo cáo." in [c.value for c in other["Hướng dẫn"]["B"]]


def test_the_check_sheet_sums_up_every_sheet_before_anything_is_typed(book: Workbook, data: bytes) -> None:
    untouched = openpyxl.load_workbook(BytesIO(data), data_only=True)["Kiểm tra"]
    assert untouched["A3"].value == "Còn 7 chỗ cần xem lại trước khi nộp; bấm vào cột “Kết quả” để đến đúng ô"
    assert [[c.value for c in row[:1] + row[3:8]] for row in untouched["A6:I9"]] == [
        ["Nhiệm vụ", 4, 4, 0, 0, 0],
        ["Số liệu", 3, 3, 0, 0, 0],
        ["Thuyết minh", 0, 0, 0, 0, 0],
        ["Tất cả", 7, 7, 0, 0, 0],
    ]


def test_the_check_sheet_leads_to_the_first_cell_of_every_row_that_needs_a_look(data: bytes) -> None:
    untouched = openpyxl.load_workbook(BytesIO(data), data_only=True)["Kiểm tra"]
    lines = [[row[1].value, row[8].value] for row in untouched["A10:I15"]]
    assert lines == [
        ["E01.1", "Đến ô D6"],
        ["E01.2", "Đến ô D7"],
        ["inspections", "Đến ô E6"],
        ["budget", "Đến ô E7"],
        ["par-index", "Đến ô E8"],
        ["N1", None],
    ]


def test_programme_text_never_becomes_a_formula_or_a_link(book: Workbook, data: bytes) -> None:
    label = book["Nhiệm vụ"]["B7"]
    assert (label.value, label.data_type, label.hyperlink) == (WORKS.rows[1].label, "s", None)
    formulas = {
        c.parent.title for sheet in book.worksheets for line in sheet.iter_rows() for c in line if c.data_type == "f"
    }
    assert formulas == {"Kiểm tra"}
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert not any(b"External" in archive.read(name) for name in archive.namelist())


def test_it_prints_on_a4_across_one_page_wide_with_its_headings_repeated(book: Workbook) -> None:
    sheet = book["Nhiệm vụ"]
    setup, fit = sheet.page_setup, sheet.sheet_properties.pageSetUpPr
    assert (setup.paperSize, setup.orientation, setup.fitToHeight) == (9, "landscape", 0)
    assert fit is not None
    assert fit.fitToPage
    assert setup.fitToWidth in (None, 1)  # 1 is the default and left out
    assert sheet.print_title_rows == "$5:$5"
    assert sheet.freeze_panes == "C6"


def test_everything_is_in_the_font_of_official_documents(book: Workbook) -> None:
    cells = [c for sheet in book.worksheets[:5] for line in sheet.iter_rows() for c in line if c.value]
    assert {c.font.name for c in cells if c.row != 4} == {"Times New Roman"}
    assert {sheet.oddFooter.center.font for sheet in book.worksheets[:5]} == {"Times New Roman,Regular"}


def test_the_document_says_that_it_is_in_vietnamese(data: bytes) -> None:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert b"<dc:language>vi-VN</dc:language>" in archive.read("docProps/core.xml")


def test_same_inputs_give_the_same_bytes(data: bytes) -> None:
    assert Workbooks(Catalogue()).write(FORM, CONTEXT) == data


def test_the_only_date_inside_is_the_opening_of_the_period(book: Workbook, data: bytes) -> None:
    assert book.properties.created == DATES.opens_at.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
    later = replace(DATES, opens_at=DATES.opens_at + timedelta(days=1))
    assert Workbooks(Catalogue()).write(FORM, replace(CONTEXT, dates=later)) != data
