"""The returned file: the clerk's own workbook with every problem listed, linked and marked."""

import zipfile
from io import BytesIO

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from plancycle.adapters.texts import Catalogue
from plancycle.adapters.workbooks.files import Workbooks
from plancycle.adapters.workbooks.layout import AMBER, RED, YELLOW
from plancycle.domain.findings import Finding, Severity

BOOKS = Workbooks(Catalogue())
LIST = "Lỗi cần sửa"
FORMULA_TEXT = '=HYPERLINK("http://evil.example","x")'


def clerk_file() -> bytes:
    """A filled-in workbook as the reader expects it, made by hand: one sheet, two questions a row."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Nhiệm vụ"
    for row, values in {
        4: ("#ma", None, "progress", "result"),
        5: ("Mã", "Nội dung", "Tiến độ (%)", "Kết quả"),
        6: ("E01.1", "Kế hoạch", "12.5", None),
        7: ("E01.2", "Kiểm tra", 30, "Đã làm"),
    }.items():
        for column, value in enumerate(values, start=1):
            sheet.cell(row, column).value = value
    for place in ("C6", "D6", "C7", "D7"):
        sheet[place].protection = openpyxl.styles.Protection(locked=False)
        sheet[place].fill = openpyxl.styles.PatternFill("solid", fgColor=YELLOW)
    sheet["D6"].value = FORMULA_TEXT
    sheet["D6"].data_type = "s"
    sheet["E7"] = "=C7*2"
    meta = book.create_sheet("_meta")
    for pair in (("cycle", "c-2025"), ("period", "q1"), ("agency", "so-y-te"), ("version", "1"), ("seal", "s")):
        meta.append(pair)
    meta.sheet_state = "veryHidden"
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


CLERK = clerk_file()


def finding(severity: Severity, code: str, cell: str, value: str, **params: str) -> Finding:
    return Finding(severity, code, "Nhiệm vụ", cell, "E01.1 Kế hoạch · Tiến độ (%)", value, params)


AMBIGUOUS = finding(Severity.ERROR, "number_ambiguous", "C6", "12.5", first="12,5", second="125")
FELL = finding(Severity.WARNING, "progress_fell", "C7", "30", before="40")
HOSTILE = finding(Severity.ERROR, "forbidden_character", "D6", FORMULA_TEXT + "\u202e\x00")
GONE = finding(Severity.ERROR, "cell_missing", "", "")
BOTH = [Catalogue().say(f"finding.number_ambiguous{part}", "en", first="12,5", second="125") for part in ("", ".fix")]
FINDINGS = (FELL, AMBIGUOUS, HOSTILE, GONE)


@pytest.fixture(scope="module")
def data() -> bytes:
    return BOOKS.mark(CLERK, FINDINGS)


@pytest.fixture(scope="module")
def book(data: bytes) -> Workbook:
    return openpyxl.load_workbook(BytesIO(data))


def test_the_list_comes_first_and_is_what_opens(book: Workbook) -> None:
    assert book.sheetnames == [LIST, "Nhiệm vụ", "_meta"]
    assert book.active.title == LIST
    assert [sheet.sheet_view.tabSelected for sheet in book.worksheets[:2]] == [True, False]
    assert book["_meta"].sheet_state == "veryHidden"


def test_the_list_says_what_where_why_and_how_with_errors_first(book: Workbook) -> None:
    sheet = book[LIST]
    assert (
        sheet["A2"].value
        == "Có 3 lỗi phải sửa và 1 cảnh báo cần giải trình / 3 errors to correct and 1 warning to explain"
    )
    headings = [
        "STT",
        "Trang tính",
        "Ô",
        "Nội dung",
        "Đã nhập",
        "Vì sao",
        "Cách sửa",
        "Đã sửa",
        "Why",
        "How to correct",
    ]
    assert [c.value for c in sheet[5]] == headings
    assert [c.value for c in sheet[6]] == [
        "1",
        "Nhiệm vụ",
        "C6",
        "E01.1 Kế hoạch · Tiến độ (%)",
        "12.5",
        "Số này có thể hiểu theo hai cách: 12,5 hoặc 125.",
        "Gõ lại số đúng là 12,5 hay 125; dấu phẩy dùng cho phần thập phân.",
        "☐",
        BOTH[0],
        BOTH[1],
    ]
    assert [sheet.cell(row, 3).value for row in range(6, 10)] == ["C6", "D6", "(không có trong tệp)", "C7"]


def test_a_cell_in_the_list_leads_to_the_cell_itself(book: Workbook) -> None:
    links = {c.coordinate: c.hyperlink.location for row in book[LIST].iter_rows() for c in row if c.hyperlink}
    assert links == {"C6": "'Nhiệm vụ'!C6", "C7": "'Nhiệm vụ'!D6", "C9": "'Nhiệm vụ'!C7"}


def test_only_the_box_of_what_is_done_can_be_changed_in_the_list(book: Workbook) -> None:
    sheet = book[LIST]
    assert sheet.protection.sheet
    unlocked = {c.coordinate for row in sheet.iter_rows() for c in row if not c.protection.locked}
    assert unlocked == {"H6", "H7", "H8", "H9"}
    assert [str(rule.sqref) for rule in sheet.data_validations.dataValidation] == ["H6:H9"]


@pytest.mark.parametrize(
    ("cell", "colour", "note"),
    [
        ("C6", RED, "✖ Lỗi: Số này có thể hiểu theo hai cách"),
        ("C7", AMBER, "⚠ Cần giải trình: Tiến độ thấp hơn kỳ trước (40%)."),
    ],
)
def test_a_bad_cell_is_coloured_and_carries_a_note(book: Workbook, cell: str, colour: str, note: str) -> None:
    marked = book["Nhiệm vụ"][cell]
    assert marked.fill.fgColor.rgb == f"00{colour}"
    assert marked.comment is not None
    assert marked.comment.text.startswith(note)
    assert not marked.protection.locked


def test_nothing_the_clerk_wrote_is_changed(book: Workbook) -> None:
    def content(of: Workbook) -> list[tuple[str, str, object, str]]:
        sheets = (of["Nhiệm vụ"], of["_meta"])
        return [
            (sheet.title, c.coordinate, c.value, c.data_type)
            for sheet in sheets
            for row in sheet.iter_rows()
            for c in row
        ]

    assert content(book) == content(openpyxl.load_workbook(BytesIO(CLERK)))
    assert book["Nhiệm vụ"]["D7"].fill.fgColor.rgb == f"00{YELLOW}"


def test_what_was_entered_is_shown_as_text_with_hidden_characters_spelled_out(book: Workbook) -> None:
    shown = book[LIST]["E7"]
    assert (shown.value, shown.data_type) == (FORMULA_TEXT + "⟨U+202E⟩⟨U+0000⟩", "s")
    formulas = {
        c.coordinate for sheet in book.worksheets for row in sheet.iter_rows() for c in row if c.data_type == "f"
    }
    assert formulas == {"E7"}


def test_the_marked_file_can_be_submitted_again(data: bytes) -> None:
    before, after = BOOKS.read(CLERK, "a.xlsx"), BOOKS.read(data, "a.xlsx")
    assert after == before
    assert after.stamp is not None
    assert len(after.entries) == 4


def test_marking_again_replaces_the_list_and_takes_old_marks_off(data: bytes) -> None:
    again = openpyxl.load_workbook(BytesIO(BOOKS.mark(data, [FELL])))
    assert again.sheetnames == [LIST, "Nhiệm vụ", "_meta"]
    sheet = again["Nhiệm vụ"]
    assert (sheet["C6"].comment, sheet["C6"].fill.fgColor.rgb) == (None, f"00{YELLOW}")
    assert sheet["C7"].comment is not None
    assert sheet["C7"].comment.text.count("Cần giải trình") == 1
    assert (
        again[LIST]["A2"].value
        == "Có 0 lỗi phải sửa và 1 cảnh báo cần giải trình / 0 errors to correct and 1 warning to explain"
    )


def test_a_note_of_the_clerk_outlives_ours() -> None:
    book = openpyxl.load_workbook(BytesIO(CLERK))
    book["Nhiệm vụ"]["C6"].comment = openpyxl.comments.Comment("hỏi lại phòng KH", "Trần Thị B")
    buffer = BytesIO()
    book.save(buffer)
    marked = BOOKS.mark(buffer.getvalue(), [AMBIGUOUS])
    note = openpyxl.load_workbook(BytesIO(marked))["Nhiệm vụ"]["C6"].comment
    assert note is not None
    assert note.text.startswith("hỏi lại phòng KH\n\n✖ Lỗi")
    again = openpyxl.load_workbook(BytesIO(BOOKS.mark(marked, [FELL])))["Nhiệm vụ"]["C6"].comment
    assert again is not None
    assert again.text == "hỏi lại phòng KH"


def test_a_sheet_that_took_the_name_of_the_list_keeps_its_content() -> None:
    book = openpyxl.load_workbook(BytesIO(CLERK))
    book.create_sheet(LIST)["B2"] = "của tôi"
    buffer = BytesIO()
    book.save(buffer)
    marked = openpyxl.load_workbook(BytesIO(BOOKS.mark(buffer.getvalue(), FINDINGS)))
    assert marked[f"{LIST} (2)"]["B2"].value == "của tôi"


def test_two_problems_of_one_cell_share_its_note_and_the_worse_colour() -> None:
    warning = finding(Severity.WARNING, "progress_fell", "C6", "12.5", before="40")
    cell = openpyxl.load_workbook(BytesIO(BOOKS.mark(CLERK, [AMBIGUOUS, warning])))["Nhiệm vụ"]["C6"]
    assert cell.fill.fgColor.rgb == f"00{RED}"
    assert cell.comment is not None
    assert ("Lỗi" in cell.comment.text, "Cần giải trình" in cell.comment.text) == (True, True)


@pytest.mark.parametrize("place", [("Nhiệm vụ", "ZZZ9999999"), ("Nhiệm vụ", "A0"), ("Không có", "A1"), ("", "")])
def test_a_finding_whose_cell_is_not_there_is_listed_without_a_link(place: tuple[str, str]) -> None:
    lost = Finding(Severity.ERROR, "required", *place, "E01.1", "", {})
    sheet = openpyxl.load_workbook(BytesIO(BOOKS.mark(CLERK, [lost])))[LIST]
    assert sheet["D6"].value == "E01.1"
    assert sheet["C6"].hyperlink is None


def test_same_inputs_give_the_same_bytes(data: bytes) -> None:
    assert BOOKS.mark(CLERK, FINDINGS) == data
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_file_that_only_the_parser_understands_goes_back_as_a_list() -> None:
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    odd = b'<styleSheet xmlns="' + space + b'"><fills><fill><oddFill/></fill></fills></styleSheet>'
    styles = rewritten(CLERK, "xl/styles.xml", odd)
    assert BOOKS.read(styles, "a.xlsx").stamp is not None
    marked = openpyxl.load_workbook(BytesIO(BOOKS.mark(styles, FINDINGS)))
    assert marked.sheetnames[0] == LIST


def rewritten(data: bytes, part: str, content: bytes) -> bytes:
    """The file with one part replaced."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            target.writestr(name, content if name == part else source.read(name))
    return buffer.getvalue()
