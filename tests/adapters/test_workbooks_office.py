"""What LibreOffice makes of our workbooks: it opens them as they are and works the check sheet out."""

import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from genuine_workbooks import places, year

from plancycle.adapters.texts import Catalogue
from plancycle.adapters.workbooks import layout, writing
from plancycle.adapters.workbooks.files import Workbooks
from plancycle.domain import findings as checks
from plancycle.domain.findings import Finding, Severity
from plancycle.domain.forms import Form
from plancycle.domain.periods import Period
from plancycle.services.make_template import planned_fields
from plancycle.services.ports import WorkbookContext

pytestmark = pytest.mark.skipif(shutil.which("soffice") is None, reason="soffice not installed")
BOOKS = Workbooks(Catalogue())
AGENCY = "so-noi-vu"
WORK, LAST_WORK = "E02.1", "E02.2"
PREVIOUS = {(WORK, "progress"): "40", ("budget-spent", "value"): "1000", ("documents-issued", "value"): "10"}


def the_form() -> Form:
    return year().form(Period.Q2, AGENCY)


def blank() -> bytes:
    view = year()
    context = WorkbookContext(
        view.programme.title,
        view.title(Period.Q2),
        "Sở Nội vụ",
        view.dates(Period.Q2),
        "f00d" * 8,
        "",
        previous=PREVIOUS,
        earlier={("budget-spent", "value"): "1000.5", ("documents-issued", "value"): "10"},
        planned={("documents-issued", "goal"): "60", (WORK, "target"): "Xong trong quý II"},
        planned_fields=planned_fields(view, the_form()),
        rules=view.programme.form,
    )
    return writing.write(the_form(), context, Catalogue())


def typed(data: bytes, answers: dict[tuple[str, str], object]) -> bytes:
    book, where = openpyxl.load_workbook(BytesIO(data)), places(data)
    for question, value in answers.items():
        sheet, cell = where[question]
        book[sheet][cell].value = value
        if isinstance(value, str):
            book[sheet][cell].data_type = "s"
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def saved_by_office(folder: Path, *files: bytes) -> list[bytes]:
    """The files, opened and saved as .xlsx by LibreOffice."""
    source, target = folder / "in", folder / "out"
    source.mkdir()
    for number, data in enumerate(files):
        (source / f"{number}.xlsx").write_bytes(data)
    names = [str(source / f"{number}.xlsx") for number in range(len(files))]
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    saving = ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(target)]
    subprocess.run(["soffice", profile, "--headless", *saving, *names], check=True, capture_output=True, timeout=120)
    return [(target / f"{number}.xlsx").read_bytes() for number in range(len(files))]


ANSWERS: dict[tuple[str, str], object] = {
    ("TT", "preparer"): "Nguyễn Văn A",
    ("TT", "nil"): "Có phát sinh",
    (WORK, "status"): "Hoàn thành",
    (WORK, "progress"): 30,
    (LAST_WORK, "status"): "   ",
    ("documents-issued", "value"): 12,
    ("budget-spent", "value"): 2500.5,
    ("inspections", "value"): -3,
    ("par-index", "value"): "12.5",
    ("papi", "value"): 43.5,
}
NOTHING: dict[tuple[str, str], object] = {("TT", "nil"): "Không phát sinh"}


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """Some answers; nothing to report; and a marked file, saved with its notes deleted."""
    filled = typed(blank(), ANSWERS)
    marked = BOOKS.mark(filled, findings_of(filled))
    book = openpyxl.load_workbook(BytesIO(marked))
    for sheet in book.worksheets:
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            cell.comment = None
    buffer = BytesIO()
    book.save(buffer)
    return saved_by_office(tmp_path_factory.mktemp("office"), filled, typed(blank(), NOTHING), buffer.getvalue())


def findings_of(data: bytes) -> tuple[Finding, ...]:
    entries = BOOKS.read(data, "a.xlsx").entries
    return checks.check(the_form(), year().programme.form, entries, PREVIOUS)[1]


def sums(data: bytes) -> dict[str, list[object]]:
    sheet = openpyxl.load_workbook(BytesIO(data), data_only=True)["Kiểm tra"]
    names = (*(sheet.name for sheet in the_form().sheets), "Tất cả")
    lines = {str(row[0].value): [c.value for c in row[4:8]] for row in reversed(list(sheet["A6:I10"]))}
    return {name: lines[name] for name in names}


def test_the_check_sheet_counts_right_in_libreoffice(saved: list[bytes]) -> None:
    form = the_form()
    works = form.sheet("works")
    figures = form.sheet("figures")
    assert works is not None
    assert figures is not None
    blank_works, blank_figures = 2 * len(works.rows) - 2, len(figures.rows) - 5
    assert sums(saved[0]) == {
        "Thông tin chung": [0, 0, 0, 0],
        "Nhiệm vụ": [blank_works, 0, 1, 1],
        "Số liệu": [blank_figures, 2, 0, 1],
        "Thuyết minh": [0, 0, 0, 0],
        "Tất cả": [blank_works + blank_figures, 2, 1, 2],
    }


def test_the_check_sheet_finds_what_the_checks_after_receipt_find(saved: list[bytes]) -> None:
    found = findings_of(saved[0])
    codes = [one.code for one in found]
    shown = sums(saved[0])["Tất cả"]
    wrong = [code for code in codes if code.startswith("number_")]
    jumped = [code for code in codes if code in ("value_jumped", "progress_fell")]
    counted = [codes.count("required"), len(wrong), codes.count("done_without_evidence"), len(jumped)]
    assert shown == counted


def test_nothing_to_report_asks_for_nothing_more(saved: list[bytes]) -> None:
    assert sums(saved[1])["Tất cả"] == [0, 0, 0, 0]
    sheet = openpyxl.load_workbook(BytesIO(saved[1]), data_only=True)["Kiểm tra"]
    assert sheet["A3"].value == "Đã đủ, có thể nộp"


def test_the_year_so_far_grows_while_one_types(saved: list[bytes]) -> None:
    sheet = openpyxl.load_workbook(BytesIO(saved[0]), data_only=True)["Số liệu"]
    codes = {c.value: c.column for c in sheet[layout.CODE_ROW + 1]}
    rows = {c.value: c.row for c in sheet["A"]}
    shown = [sheet.cell(rows[row], codes["sum:value"]).value for row in ("documents-issued", "budget-spent")]
    assert shown == [22, 3501]


def test_stamp_locks_and_inputs_survive_libreoffice(saved: list[bytes]) -> None:
    read = BOOKS.read(saved[0], "a.xlsx")
    assert read.stamp is not None
    assert (read.stamp.agency, read.stamp.seal) == (AGENCY, "f00d" * 8)
    book = openpyxl.load_workbook(BytesIO(saved[0]))
    assert book["Số liệu"].protection.sheet
    unlocked = [c for row in book["Số liệu"].iter_rows() for c in row if not c.protection.locked]
    figures = the_form().sheet("figures")
    assert figures is not None
    assert len(unlocked) == len(figures.rows) * len(figures.fields)


def test_a_marked_file_that_was_fixed_and_saved_elsewhere_passes(saved: list[bytes]) -> None:
    mended = dict(ANSWERS)
    for sheet, row, field in the_form().cells():
        if field.required and sheet.code != "info":
            mended.setdefault((row.code, field.code), field.choices[0] if field.choices else 7)
    mended |= {(LAST_WORK, "status"): "Đang thực hiện", ("inspections", "value"): 3, ("par-index", "value"): 12.5}
    mended |= {(WORK, "evidence"): "Báo cáo 12/BC-SNV", (WORK, "progress"): 100, ("budget-spent", "value"): 1200}
    fixed = typed(saved[2], mended)
    assert findings_of(fixed) == ()


def test_marking_again_takes_marks_off_whose_notes_were_deleted(saved: list[bytes]) -> None:
    again = openpyxl.load_workbook(BytesIO(BOOKS.mark(saved[2], [])))
    assert again.sheetnames.count("Lỗi cần sửa") == 1
    marked = {layout.RED, layout.AMBER}
    left = [
        (sheet.title, c.coordinate)
        for sheet in again.worksheets
        if sheet["A4"].value == layout.MARKER
        for row in sheet.iter_rows()
        for c in row
        if isinstance(c.fill.fgColor.rgb, str) and c.fill.fgColor.rgb[-6:] in marked
    ]
    assert left == []


def test_the_list_names_every_problem_once(saved: list[bytes]) -> None:
    sheet = openpyxl.load_workbook(BytesIO(saved[2]))["Lỗi cần sửa"]
    found = findings_of(saved[0])
    errors = [one for one in found if one.severity is Severity.ERROR]
    assert sum(1 for row in sheet.iter_rows(min_row=6, max_col=1, values_only=True) if row[0]) == len(found)
    assert str(sheet["A2"].value).startswith(f"Có {len(errors)} lỗi phải sửa")
