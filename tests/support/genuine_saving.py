"""What other programs and other hands make of a workbook that was filled in: nothing of it changes an answer."""

import random
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from io import BytesIO

import xlsxwriter
from genuine_workbooks import Genuine, Typed, a_genuine, as_parts, packed
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from plancycle.adapters.workbooks import layout

Way = Callable[[bytes, random.Random], bytes]


def _opened(change: Callable[[Workbook, random.Random], None]) -> Way:
    """A change made in a spreadsheet program, then saved by openpyxl."""

    def way(data: bytes, chance: random.Random) -> bytes:
        book = load_workbook(BytesIO(data))
        change(book, chance)
        buffer = BytesIO()
        book.save(buffer)
        return buffer.getvalue()

    return way


def _form_sheets(book: Workbook) -> list[Worksheet]:
    return [sheet for sheet in book.worksheets if sheet["A4"].value == layout.MARKER]


def untouched(book: Workbook, chance: random.Random) -> None:
    """Opened and saved."""


def rows_put_in(book: Workbook, chance: random.Random) -> None:
    for sheet in _form_sheets(book):
        sheet.insert_rows(chance.randint(1, 3), chance.randint(1, 4))


def columns_put_in(book: Workbook, chance: random.Random) -> None:
    for sheet in _form_sheets(book):
        sheet.insert_cols(chance.randint(1, 4))


def label_column_taken_out(book: Workbook, chance: random.Random) -> None:
    for sheet in _form_sheets(book):
        sheet.delete_cols(layout_column(sheet, "Nội dung"))


def layout_column(sheet: Worksheet, heading: str) -> int:
    return next(cell.column for cell in sheet[layout.HEADING_ROW + 1] if cell.value == heading)


def heading_row_taken_out(book: Workbook, chance: random.Random) -> None:
    for sheet in _form_sheets(book):
        sheet.delete_rows(1, 3)


def sorted_otherwise(book: Workbook, chance: random.Random) -> None:
    for sheet in _form_sheets(book):
        first, last = layout.FIRST_ROW + 1, sheet.max_row
        rows = [
            [(cell.value, cell.data_type, cell.number_format) for cell in row] for row in sheet.iter_rows(first, last)
        ]
        chance.shuffle(rows)
        for number, row in enumerate(rows, start=first):
            for column, (value, kind, look) in enumerate(row, start=1):
                cell = sheet.cell(number, column)
                cell.value = value
                cell.data_type, cell.number_format = kind, look


def sheets_renamed_and_moved(book: Workbook, chance: random.Random) -> None:
    for number, sheet in enumerate(_form_sheets(book)):
        sheet.title = f"Biểu {number} (đã sửa) & nộp"
        book.move_sheet(sheet, chance.randint(-3, 3))


def helper_sheets_removed(book: Workbook, chance: random.Random) -> None:
    for sheet in [sheet for sheet in book.worksheets if sheet not in _form_sheets(book)]:
        if sheet.title != layout.META_SHEET:
            book.remove(sheet)


def stamp_sheet_removed(book: Workbook, chance: random.Random) -> None:
    book.remove(book[layout.META_SHEET])


def hidden_and_merged(book: Workbook, chance: random.Random) -> None:
    for sheet in _form_sheets(book):
        sheet.row_dimensions[layout.FIRST_ROW + 1].hidden = True
        sheet.column_dimensions["B"].hidden = True
        sheet.merge_cells("A1:C1")
    for sheet in book.worksheets:
        sheet.sheet_state = "visible"


def notes_and_colours(book: Workbook, chance: random.Random) -> None:
    for sheet in _form_sheets(book):
        sheet["B6"].comment = Comment("Đã kiểm tra với kế toán", "Văn thư")
        sheet["B6"].font, sheet["B6"].fill = Font(bold=True), PatternFill("solid", fgColor="00FF00")
    extra = book.create_sheet("Nháp", 0)
    extra["A1"], extra["B2"], extra["C3"] = "tính thử", "=SUM(1,2)", 0.5
    extra["C3"].number_format = "0%"
    extra["A5"].hyperlink = "https://thainguyen.gov.vn/"


def borders_far_down(book: Workbook, chance: random.Random) -> None:
    side = Side("thin")
    for sheet in _form_sheets(book)[:1]:
        for row in range(sheet.max_row + 1, sheet.max_row + 800):
            for column in range(1, 8):
                sheet.cell(row, column).border = Border(side, side, side, side)
        sheet.cell(20_000, 80).border = Border(side)


def written_by_xlsxwriter(data: bytes, chance: random.Random) -> bytes:
    """Every cell's content carried into a new file, as export tools do; looks are lost."""
    source, buffer = load_workbook(BytesIO(data)), BytesIO()
    target = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    days = target.add_format({"num_format": "dd/mm/yyyy"})
    for sheet in source.worksheets:
        copy = target.add_worksheet(sheet.title)
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.value is not None):
            place = cell.row - 1, cell.column - 1
            if isinstance(cell.value, date | datetime):
                copy.write_datetime(*place, cell.value, days)
            elif isinstance(cell.value, str):
                copy.write_string(*place, cell.value)
            else:
                copy.write(*place, cell.value)
        if sheet.sheet_state != "visible":
            copy.hide()
    target.close()
    return buffer.getvalue()


def as_google_exports(data: bytes, chance: random.Random) -> bytes:
    """No document properties, no calculation chain, every blank cell written out."""
    parts = {name: content for name, content in as_parts(data).items() if not name.startswith("docProps/")}
    _forget(parts, "docProps/")
    return packed(parts)


def as_wps_saves(data: bytes, chance: random.Random) -> bytes:
    """Text inside its cell, no shared strings, the build number among the properties, a note of its own."""
    parts = as_parts(data)
    strings = re.findall(r"<si>(.*?)</si>", parts.pop("xl/sharedStrings.xml").decode(), re.DOTALL)
    for name in [name for name in parts if "/worksheets/" in name]:
        inline = re.sub(
            r' t="s"><v>(\d+)</v>', lambda m: f' t="inlineStr"><is>{strings[int(m[1])]}</is>', parts[name].decode()
        )
        parts[name] = inline.encode()
    _forget(parts, "sharedStrings")
    parts["docProps/custom.xml"] = parts["docProps/custom.xml"].replace(
        b'name="plancycle"', b'name="KSOProductBuildVer"'
    )
    parts["xl/printerSettings/printerSettings1.bin"] = b"\0" * 100
    return packed(parts)


def as_sdk_writes(data: bytes, chance: random.Random) -> bytes:
    """Every element of a sheet under a prefix, as programs of government offices write it."""
    parts = as_parts(data)
    for name in [name for name in parts if "/worksheets/" in name]:
        head, body = parts[name].decode().replace("<worksheet xmlns=", "<worksheet xmlns:x=").split("?>", 1)
        tags = body.strip()[1:].split("<")
        body = "".join(f"<{'/' if tag[0] == '/' else ''}x:{tag.lstrip('/')}" for tag in tags)
        parts[name] = f"{head}?>{body}".encode()
    return packed(parts)


def _forget(parts: dict[str, bytes], name: str) -> None:
    """Take a part's mention out of the lists of parts."""
    for listing in ("[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels"):
        parts[listing] = re.sub(rf"<(Override|Relationship) [^>]*{name}[^>]*/>".encode(), b"", parts[listing])


def streamed(data: bytes, chance: random.Random) -> bytes:
    """Written without going back: sizes stand behind each part instead of before it."""

    class Stream(BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: object) -> int:
            raise OSError

        tell = seek  # type: ignore[assignment]

    buffer = Stream()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in as_parts(data).items():
            archive.writestr(name, content)
    return buffer.getvalue()


def not_compressed(data: bytes, chance: random.Random) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in as_parts(data).items():
            archive.writestr(name, content)
    return buffer.getvalue()


HANDS = (
    untouched,
    rows_put_in,
    columns_put_in,
    label_column_taken_out,
    heading_row_taken_out,
    sorted_otherwise,
    sheets_renamed_and_moved,
    helper_sheets_removed,
    stamp_sheet_removed,
    hidden_and_merged,
    notes_and_colours,
    borders_far_down,
)
PROGRAMS: Mapping[str, Way] = {
    "as filled in": lambda data, chance: data,
    **{hand.__name__: _opened(hand) for hand in HANDS},
    **{
        way.__name__: way
        for way in (
            written_by_xlsxwriter,
            as_google_exports,
            as_wps_saves,
            as_sdk_writes,
            streamed,
            not_compressed,
        )
    },
}


def saved_otherwise(number: int) -> tuple[str, Genuine]:
    """The genuine workbook of that number after one of the programs or hands; each takes its turn."""
    name = list(PROGRAMS)[number % len(PROGRAMS)]
    one = a_genuine(number)
    data = PROGRAMS[name](one.data, random.Random(f"saving {number}"))
    return name, Genuine(f"{number} {name}", data, one.form, one.seen)


__all__ = ["PROGRAMS", "Typed", "saved_otherwise"]
