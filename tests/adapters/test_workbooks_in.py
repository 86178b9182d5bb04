"""What comes back from agencies is read by its codes, whatever the spreadsheet program did to it."""

import os
import shutil
import subprocess
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from plancycle.adapters.texts import Catalogue
from plancycle.adapters.workbooks.files import Workbooks
from plancycle.domain.deadlines import PeriodDates, PeriodRule, Wording
from plancycle.domain.forms import FieldKind, Form, FormField, FormRow, FormSheet
from plancycle.domain.periods import Period
from plancycle.domain.submissions import Entry, Stamp
from plancycle.services.ports import ReadWorkbook, WorkbookContext

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
WORKS = FormSheet(
    "works",
    "Nhiệm vụ",
    (
        FormField("status", "Tình trạng", FieldKind.CHOICE, (Period.Q1,), True, ("Đang thực hiện", "Hoàn thành")),
        FormField("progress", "Tiến độ (%)", FieldKind.NUMBER, (Period.Q1,), True, precision=1),
        FormField("finish", "Thời hạn", FieldKind.DATE, (Period.Q1,)),
        FormField("result", "Kết quả", FieldKind.TEXT, (Period.Q1,)),
    ),
    (FormRow("E01.1", "Xây dựng kế hoạch", basis="94/NQ-CP"), FormRow("E01.2", "Kiểm tra")),
)
NARRATIVE = FormSheet(
    "narrative",
    "Thuyết minh",
    (FormField("value", "Nội dung", FieldKind.TEXT, (Period.Q1,)),),
    (FormRow("N1", "Kết quả nổi bật"),),
)
FORM = Form("tn-nq94-2025", Period.Q1, "so-y-te", "0123abcd", (WORKS, NARRATIVE))
STAMP = Stamp("tn-nq94-2025", "q1", "so-y-te", "0123abcd", "f00d")
CONTEXT = WorkbookContext(
    "Kế hoạch",
    "Quý I/2025",
    "Sở Y tế",
    PeriodDates(
        Period.Q1,
        2025,
        datetime(2025, 3, 1, 8, tzinfo=ZONE),
        date(2025, 3, 25),
        datetime(2025, 3, 31, 17, tzinfo=ZONE),
        datetime(2025, 4, 1, tzinfo=ZONE),
        date(2025, 3, 31),
        datetime(2025, 3, 31, 17, tzinfo=ZONE),
        PeriodRule(Period.Q1, "Quý I", (3, 1), Wording.BY, (3, 31), (3, 25), 0, ""),
    ),
    "f00d",
    "",
    {("E01.1", "progress"): "30"},
)
FILLED = {
    ("E01.1", "status"): "Hoàn thành",
    ("E01.1", "progress"): 100,
    ("E01.1", "finish"): date(2025, 12, 9),
    ("E01.1", "result"): "Đã ban hành Kế hoạch số 12/KH-SYT",
    ("E01.2", "progress"): 12.5,
    ("N1", "value"): "Dòng một\nDòng hai",
}
RAW = {
    ("E01.1", "status"): "Hoàn thành",
    ("E01.1", "progress"): "100",
    ("E01.1", "finish"): "09/12/2025",
    ("E01.1", "result"): "Đã ban hành Kế hoạch số 12/KH-SYT",
    ("E01.2", "status"): "",
    ("E01.2", "progress"): "12,5",
    ("E01.2", "finish"): "",
    ("E01.2", "result"): "",
    ("N1", "value"): "Dòng một\nDòng hai",
}


def read(data: bytes) -> ReadWorkbook:
    return Workbooks(Catalogue()).read(data, "bao-cao.xlsx")


@pytest.fixture(scope="module")
def blank() -> bytes:
    return Workbooks(Catalogue()).write(FORM, CONTEXT)


def filled(
    blank: bytes, values: dict[tuple[str, str], object], change: Callable[[Workbook], None] | None = None
) -> bytes:
    """The workbook with values typed in, after which ``change`` may rearrange it."""
    book = openpyxl.load_workbook(BytesIO(blank))
    for sheet in book.worksheets:
        codes = {c.value: c.column for c in sheet[4] if c.value}
        rows = {c.value: c.row for c in sheet["A"] if c.value}
        for (row, field), value in values.items():
            if row in rows and field in codes:
                sheet.cell(rows[row], codes[field]).value = value
    if change is not None:
        change(book)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def raws(workbook: ReadWorkbook) -> dict[tuple[str, str], str]:
    return {(entry.row, entry.field): entry.raw for entry in workbook.entries}


def test_an_untouched_workbook_gives_one_blank_entry_a_question(blank: bytes) -> None:
    workbook = read(blank)
    assert workbook.stamp == STAMP
    assert raws(workbook) == dict.fromkeys(RAW, "")
    assert workbook.entries[0] == Entry("Nhiệm vụ", "D6", "E01.1", "status", "")


def test_what_was_typed_comes_back_as_text_with_decimal_commas_and_days_first(blank: bytes) -> None:
    assert raws(read(filled(blank, FILLED))) == RAW


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_workbook_saved_by_libreoffice_reads_the_same(blank: bytes, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    source = tmp_path / "in" / "bao-cao.xlsx"
    source.write_bytes(filled(blank, FILLED))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    workbook = read((tmp_path / "bao-cao.xlsx").read_bytes())
    assert (workbook.stamp, raws(workbook)) == (STAMP, RAW)


def insert_rows_and_columns(book: Workbook) -> None:
    book["Nhiệm vụ"].insert_rows(1, 3)
    book["Nhiệm vụ"].insert_cols(1)
    book["Nhiệm vụ"].insert_rows(10)


def swap_rows(book: Workbook) -> None:
    sheet = book["Nhiệm vụ"]
    first, second = ([c.value for c in row] for row in sheet["A6:H7"])
    for column, (one, other) in enumerate(zip(first, second, strict=True), start=1):
        sheet.cell(6, column).value, sheet.cell(7, column).value = other, one


def rename_and_reorder_sheets(book: Workbook) -> None:
    book["Nhiệm vụ"].title = "Trang của tôi"
    book.move_sheet("Thuyết minh", -2)
    book.create_sheet("Nháp", 0)["A1"] = "ghi chú riêng"


def hide_sheets_rows_and_columns(book: Workbook) -> None:
    book["Thuyết minh"].sheet_state = "hidden"
    book["Nhiệm vụ"].row_dimensions[6].hidden = True
    book["Nhiệm vụ"].column_dimensions["D"].hidden = True


def merge_headings(book: Workbook) -> None:
    sheet = book["Nhiệm vụ"]
    sheet.merge_cells(start_row=1, end_row=3, start_column=1, end_column=sheet.max_column)
    sheet.merge_cells(start_row=5, end_row=5, start_column=4, end_column=sheet.max_column)


@pytest.mark.parametrize(
    "change",
    [insert_rows_and_columns, swap_rows, rename_and_reorder_sheets, hide_sheets_rows_and_columns, merge_headings],
)
def test_moving_things_about_moves_no_value_to_another_question(
    blank: bytes, change: Callable[[Workbook], None]
) -> None:
    assert raws(read(filled(blank, FILLED, change))) == RAW


def test_questions_whose_codes_were_merged_away_are_missing_and_none_takes_anothers_place(blank: bytes) -> None:
    def merge_codes(book: Workbook) -> None:
        book["Nhiệm vụ"].merge_cells("D4:E4")

    found = raws(read(filled(blank, FILLED, merge_codes)))

    assert {question for question in RAW if question not in found} == {
        question for question in RAW if question[1] == lost_with_e4(blank)
    }
    assert {question: raw for question, raw in found.items() if question in RAW} == {
        question: raw for question, raw in RAW.items() if question in found
    }


def lost_with_e4(blank: bytes) -> str:
    """The field whose code stands in E4 of the sheet of tasks: the second of two merged cells loses its content."""
    return str(openpyxl.load_workbook(BytesIO(blank))["Nhiệm vụ"]["E4"].value)


def test_an_entry_names_the_cell_where_it_really_stands(blank: bytes) -> None:
    entries = read(filled(blank, FILLED, insert_rows_and_columns)).entries
    assert next(e.cell for e in entries if (e.row, e.field) == ("E01.1", "status")) == "E9"


def test_decomposed_letters_are_composed(blank: bytes) -> None:
    text = "Đã tổ chức hội nghị triển khai"
    data = filled(blank, {("E01.1", "result"): unicodedata.normalize("NFD", text)})
    assert raws(read(data))["E01.1", "result"] == text


@pytest.mark.parametrize(
    ("typed", "raw"),
    [
        ("1.234,5", "1.234,5"),
        ("12.5", "12.5"),
        (" 30 ", " 30 "),
        ("007", "007"),
        (0.1 + 0.2, "0,3"),
        (12.1 + 0.2, "12,3"),
        (1e-7, "0,0000001"),
        (1_000_000, "1000000"),
        (-3, "-3"),
        (2**53 - 1, "9007199254740991"),
        (True, "TRUE"),
        (datetime(2025, 5, 1, 14, 30), "01/05/2025 14:30"),
        ("#REF!", "#REF!"),
        ("#DIV/0!", "#DIV/0!"),
        ("=SUM(B1:B2)", "=SUM(B1:B2)"),
    ],
)
def test_a_cell_becomes_the_text_a_person_saw(blank: bytes, typed: object, raw: str) -> None:
    assert raws(read(filled(blank, {("E01.2", "progress"): typed})))["E01.2", "progress"] == raw


def test_numbers_a_spreadsheet_cannot_hold_come_back_as_no_number(blank: bytes) -> None:
    values = {("E01.1", "progress"): 1e300, ("E01.2", "progress"): 2**53 + 2}
    found = raws(read(filled(blank, values)))
    assert found["E01.1", "progress"] == "1e+300"
    assert Decimal(found["E01.2", "progress"]) == 2**53 + 2


def test_text_in_a_row_that_was_added_is_reported_without_a_row(blank: bytes) -> None:
    def add(book: Workbook) -> None:
        book["Nhiệm vụ"]["H9"] = "việc ngoài biểu mẫu"

    extra = [entry for entry in read(filled(blank, FILLED, add)).entries if not entry.row]
    assert extra == [Entry("Nhiệm vụ", "H9", "", "result", "việc ngoài biểu mẫu")]


def test_the_code_of_a_question_is_no_answer_to_it(blank: bytes) -> None:
    assert {entry.row for entry in read(blank).entries} == {"E01.1", "E01.2", "N1"}


def without_meta(book: Workbook) -> None:
    book.remove(book["_meta"])


def renamed_meta(book: Workbook) -> None:
    book["_meta"].title = "Trang 9"
    del book.custom_doc_props["plancycle"]


def shifted_meta(book: Workbook) -> None:
    book["_meta"].insert_cols(1)
    book["_meta"].insert_rows(1, 2)
    del book.custom_doc_props["plancycle"]


@pytest.mark.parametrize("change", [without_meta, renamed_meta, shifted_meta])
def test_the_stamp_is_found_where_it_is_left(blank: bytes, change: Callable[[Workbook], None]) -> None:
    assert read(filled(blank, FILLED, change)).stamp == STAMP


@pytest.mark.parametrize("missing", ["sheet", "seal"])
def test_a_workbook_without_our_stamp_is_not_ours(blank: bytes, missing: str) -> None:
    def change(book: Workbook) -> None:
        del book.custom_doc_props["plancycle"]
        if missing == "sheet":
            book.remove(book["_meta"])
        else:
            book["_meta"]["B5"] = None

    assert read(filled(blank, FILLED, change)) == ReadWorkbook(None, ())


def test_any_other_workbook_is_not_ours() -> None:
    buffer = BytesIO()
    openpyxl.Workbook().save(buffer)
    assert read(buffer.getvalue()) == ReadWorkbook(None, ())


def test_the_parser_runs_in_another_process_without_our_environment(
    blank: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    from plancycle.adapters.workbooks.worker import Worker

    monkeypatch.setenv("PLANCYCLE_SECRET_KEY", "bí mật")
    worker = Worker()
    worker.ask(blank)
    child = worker.process_id
    assert child not in (None, os.getpid())
    environment = Path(f"/proc/{child}/environ")
    if environment.exists():
        assert b"PLANCYCLE" not in environment.read_bytes()
    worker.close()
    assert worker.process_id is None
