"""Rows of the report's workbook: the cells are those the library would have written."""

from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from plancycle.adapters import vietnamese
from plancycle.adapters.documents.xlsx_rows import Link, Rows, column_letters, with_rows

SENT = datetime(2025, 12, 9, 16, 59, 59, tzinfo=UTC)
ROWS = (
    (1, "Sở Y tế", Decimal("1234.50"), SENT),
    (2, "=1+1", Decimal("-0.1"), ""),
    (3, "<r><t>chữ</t></r>", Decimal("123456789012345.6"), "hai\ndòng"),
    (4, '_x0041_ & "<b>"', Decimal(0), ""),
    (5, Link("mã"), Decimal("63.40"), "Sở Y tế"),
)
NUMBERS = (0, 1, 2)


def made(by_library: bool) -> bytes:
    """The same rows under one heading, through the library or spelt here."""
    stored = BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    workbook = Workbook(stored, plain)
    sheet = workbook.add_worksheet("x")
    sheet.write_string(0, 0, "đầu")
    looks = {name: workbook.add_format({"border": 1, "bold": name == "text"}) for name in ("text", "link", "moment")}
    looks |= {digits: workbook.add_format({"num_format": f"0.{'0' * digits}"}) for digits in NUMBERS}
    for row, cells in enumerate(ROWS if by_library else (), start=1):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(row, column, cell, looks["link" if isinstance(cell, Link) else "text"])
            elif isinstance(cell, datetime):
                local = vietnamese.local(cell).replace(tzinfo=None)
                sheet.write_datetime(row, column, local, looks["moment"])
            elif len(Decimal(cell).as_tuple().digits) > 15:
                sheet.write_string(row, column, vietnamese.number(Decimal(cell)), looks["text"])
            else:
                digits = -int(Decimal(cell).as_tuple().exponent)
                sheet.write_number(row, column, float(cell), looks[digits])
    for column, look in enumerate(() if by_library else looks.values()):
        sheet.write_blank(1, column, None, look)
    workbook.close()
    return stored.getvalue() if by_library else with_rows(stored.getvalue(), {1: Rows(1, 4, ROWS, tuple(looks))})


def cells_of(data: bytes) -> list[list[tuple[object, ...]]]:
    sheet = load_workbook(BytesIO(data))["x"]
    return [[(one.value, one.number_format, one.font.b, one.border.left.style) for one in row] for row in sheet]


def test_values_and_looks_are_those_the_library_writes():
    ours, theirs = cells_of(made(False)), cells_of(made(True))
    # The library takes a text that looks like its own markup for markup, and drops the tags; here it is a text.
    assert ours[3][1][0] == "<r><t>chữ</t></r>"
    ours[3][1] = theirs[3][1]
    assert ours == theirs


def test_another_reader_finds_the_same_texts():
    read = CalamineWorkbook.from_filelike(BytesIO(made(False))).get_sheet_by_name("x").to_python()
    assert [row[1] for row in read[1:]] == [str(row[1]) for row in ROWS]


def test_the_same_rows_give_the_same_bytes():
    assert made(False) == made(False)


@pytest.mark.parametrize(("at", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_named_as_in_a_spreadsheet(at, letters):
    assert column_letters(at) == letters
