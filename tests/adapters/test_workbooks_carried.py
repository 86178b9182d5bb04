"""The workbook that brings back what was typed into an older one, read with another library than the clerk's."""

from datetime import datetime
from io import BytesIO

import openpyxl
import pytest
from genuine_workbooks import blank, places, year
from openpyxl.workbook import Workbook

from plancycle.adapters.texts import Catalogue
from plancycle.adapters.workbooks.files import Workbooks
from plancycle.domain import findings as checks
from plancycle.domain.forms import Form
from plancycle.domain.periods import Period
from plancycle.domain.submissions import Entry
from plancycle.services.carry_over import CarriedOver, carried_over

BOOKS = Workbooks(Catalogue())
AGENCY, WORK = "so-noi-vu", "E02.1"
FORMULA = '=HYPERLINK("http://evil.example","x")'
TYPED = {
    (WORK, "progress"): "62,5",
    (WORK, "status"): "Đang làm",
    (WORK, "result"): FORMULA,
    ("budget-spent", "value"): "1.234.567,5",
    ("inspections", "value"): "12.5",
    ("dropped", "value"): "99",
    (WORK, "dropped"): "Tự thêm\u202e",
}


def the_form(period: Period = Period.Q2) -> Form:
    return year().form(period, AGENCY)


def moved(form: Form, typed: dict[tuple[str, str], str]) -> CarriedOver:
    return carried_over(form, [Entry("Cũ", "D9", row, field, raw) for (row, field), raw in typed.items()])


@pytest.fixture(scope="module")
def data() -> bytes:
    form, template, _ = blank(Period.Q2, AGENCY)
    answers = moved(form, TYPED)
    return BOOKS.carry(template, answers.kept, answers.left)


@pytest.fixture(scope="module")
def book(data: bytes) -> Workbook:
    return openpyxl.load_workbook(BytesIO(data))


def value(book: Workbook, data: bytes, row: str, field: str) -> object:
    sheet, cell = places(data)[row, field]
    return book[sheet][cell].value


def test_every_answer_stands_in_its_cell_as_the_form_wants_it(book: Workbook, data: bytes) -> None:
    assert value(book, data, WORK, "progress") == 62.5
    assert value(book, data, "budget-spent", "value") == 1234567.5
    assert value(book, data, "inspections", "value") == "12.5"
    assert value(book, data, WORK, "status") == "Đang làm"


def test_a_date_is_carried_as_a_date() -> None:
    form, template, where = blank(Period.PLAN, AGENCY)
    answers = moved(form, {(WORK, "finish"): "30/06/2026"})
    sheet, cell = where[WORK, "finish"]
    carried = openpyxl.load_workbook(BytesIO(BOOKS.carry(template, answers.kept, answers.left)))
    assert carried[sheet][cell].value == datetime(2026, 6, 30)


def test_what_looks_like_a_formula_stays_a_text(book: Workbook, data: bytes) -> None:
    sheet, cell = places(data)[WORK, "result"]
    assert (book[sheet][cell].value, book[sheet][cell].data_type) == (FORMULA, "s")
    listed = [c for row in book.worksheets[0].iter_rows() for c in row if c.value == FORMULA]
    assert [c.data_type for c in listed] == ["s"]


def test_the_first_sheet_says_what_was_carried_what_is_doubtful_and_what_has_no_place(book: Workbook) -> None:
    sheet = book.worksheets[0]
    assert sheet.title == "Nội dung đã chuyển"
    assert book.active.title == sheet.title
    assert sheet["A2"].value == "Đã chuyển 5 ô từ tệp cũ sang biểu mẫu này; 2 ô không còn chỗ trong biểu mẫu"
    assert "CHƯA được nhận" in str(sheet["A3"].value)
    lines = [(row[4], str(row[5]).split(":")[0]) for row in sheet.iter_rows(min_row=6, values_only=True)]
    assert lines == [
        ("99", "Chưa chuyển"),
        ("Tự thêm⟨U+202E⟩", "Chưa chuyển"),
        ("62,5", "Đã chuyển"),
        ("Đang làm", "Đã chuyển nguyên văn, cần sửa"),
        (FORMULA, "Đã chuyển"),
        ("1.234.567,5", "Đã chuyển"),
        ("12.5", "Đã chuyển nguyên văn, cần sửa"),
    ]


def test_it_is_recognised_and_read_as_the_new_form(data: bytes) -> None:
    read = BOOKS.read(data, "a.xlsx")
    assert read.stamp is not None
    assert read.stamp.version == the_form().version
    codes = {one.code for one in checks.check(the_form(), year().programme.form, read.entries, {})[1]}
    assert "cell_missing" not in codes
    assert {"choice", "number_ambiguous"} <= codes


def test_returned_for_correction_it_has_one_list_only(data: bytes) -> None:
    marked = openpyxl.load_workbook(BytesIO(BOOKS.mark(data, [])))
    assert marked.sheetnames[:2] == ["Lỗi cần sửa", "Hướng dẫn"]


def test_same_inputs_give_the_same_bytes(data: bytes) -> None:
    form, template, _ = blank(Period.Q2, AGENCY)
    answers = moved(form, TYPED)
    assert BOOKS.carry(template, answers.kept, answers.left) == data
