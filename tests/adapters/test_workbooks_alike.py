"""Workbooks put together from a shared one equal those the library writes whole; bytes never depend on the order."""

import random
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest
from genuine_workbooks import forms, year
from python_calamine import CalamineWorkbook

from plancycle.adapters.texts import Catalogue
from plancycle.adapters.workbooks import writing
from plancycle.domain.forms import FieldKind, Form
from plancycle.domain.periods import Period
from plancycle.services.make_template import planned_fields
from plancycle.services.ports import WorkbookContext

TEXTS = Catalogue()


def the_context(period: Period, agency: str, form: Form, chance: random.Random) -> WorkbookContext:
    """What an agency with a plan and an earlier period sees; some cells have nothing to show."""
    view, fields = year(), planned_fields(year(), form)
    cells = [(sheet, row.code, field) for sheet, row, field in form.cells() if chance.random() < 0.7]
    numbers = {(row, field.code): str(chance.randint(1, 10**6)) for _, row, field in cells if _is_number(field.kind)}
    planned = {(row, fields[sheet.code].code): _plan(chance) for sheet, row, _ in cells if sheet.code in fields}
    return WorkbookContext(
        view.programme.title,
        view.title(period),
        view.programme.agency(agency).name,
        view.dates(period),
        f"{chance.randint(0, 2**64):016x}",
        "Nguyễn Văn A <a@tinh.example>",
        previous=numbers,
        earlier={question: f"{value}.5" for question, value in numbers.items()},
        planned={question: text for question, text in planned.items() if question[0] != "x"},
        planned_fields={code: field for code, field in fields.items() if field.kind is not FieldKind.NUMBER},
        rules=view.programme.form,
    )


def _is_number(kind: FieldKind) -> bool:
    return kind is FieldKind.NUMBER


def _plan(chance: random.Random) -> str:
    return chance.choice(
        ("100% cơ sở", "; ".join(["Xong trước 30/6 & báo cáo <UBND tỉnh>"] * 4), "_x0041_ dòng\nhai", "=1+1")
    )


def cases() -> Iterator[tuple[Form, WorkbookContext]]:
    for number, (period, agency) in enumerate(forms()):
        if number % 6 == 0:
            form = year().form(period, agency)
            yield form, the_context(period, agency, form, random.Random(number))


def everything(data: bytes) -> list[object]:
    """All that a person sees or can do, as openpyxl reads it."""
    book = openpyxl.load_workbook(BytesIO(data))
    found: list[object] = [{name: one.attr_text for name, one in book.defined_names.items()}]
    found.append([(one.name, one.value) for one in book.custom_doc_props.props])
    found.append((book.properties.title, book.properties.subject, book.properties.created, book.properties.language))
    for sheet in book.worksheets:
        found.append((sheet.title, sheet.sheet_state, sheet.freeze_panes, sheet.print_title_rows, sheet.max_row))
        found.append([(one.type, one.formula1, str(one.sqref), one.prompt) for one in _rules(sheet)])
        found.append({row: (look.height, look.hidden) for row, look in sheet.row_dimensions.items()})
        found.append({column: (look.width, look.hidden) for column, look in sheet.column_dimensions.items()})
        found.append([_cell(cell) for row in sheet.iter_rows() for cell in row])
    return found


def _rules(sheet: openpyxl.worksheet.worksheet.Worksheet) -> list[openpyxl.worksheet.datavalidation.DataValidation]:
    return list(sheet.data_validations.dataValidation)


def _cell(cell: openpyxl.cell.cell.Cell) -> tuple[object, ...]:
    look = cell.number_format, cell.fill.fgColor.rgb, cell.font.name, cell.font.b, cell.alignment.wrap_text
    return cell.coordinate, cell.value, cell.data_type, cell.protection.locked, *look


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: f"{case[0].period}-{case[0].agency}")
def test_a_workbook_put_together_equals_one_written_whole(case: tuple[Form, WorkbookContext]) -> None:
    form, context = case
    direct, spliced = writing.write_directly(form, context, TEXTS), writing.write(form, context, TEXTS)
    assert everything(spliced) == everything(direct)
    read = [
        [
            (name, CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_name(name).to_python())
            for name in CalamineWorkbook.from_filelike(BytesIO(data)).sheet_names
        ]
        for data in (spliced, direct)
    ]
    assert read[0] == read[1]


def taken_over(form: Form, chance: random.Random) -> list[tuple[str, dict[tuple[str, str], str]]]:
    """What three bodies said of some questions; the second said nothing."""
    asked = [(row.code, field) for _, row, field in form.cells() if chance.random() < 0.3]
    said = [{(row, one.code): "1234.5" if _is_number(one.kind) else _plan(chance) for row, one in asked} for _ in "ab"]
    first = {question: text for question, text in said[0].items() if chance.random() < 0.8}
    return [("UBND huyện A & B", first), ("UBND huyện không trả lời", {}), ("UBND huyện C" * 6, said[1])]


@pytest.mark.parametrize("case", list(cases())[2::9], ids=lambda case: f"{case[0].period}-{case[0].agency}")
def test_a_successor_s_workbook_put_together_equals_one_written_whole(case: tuple[Form, WorkbookContext]) -> None:
    form, context = case
    for bodies in (taken_over(form, random.Random(7)), [("UBND huyện A", {}), ("UBND huyện B", {("x", "y"): "1"})]):
        mine = replace(context, previous_by_body=bodies)
        writing.forget_shapes()
        assert everything(writing.write(form, mine, TEXTS)) == everything(writing.write_directly(form, mine, TEXTS))
        assert writing.shapes_kept() == 1, "it was written whole"


def test_successors_of_the_same_bodies_share_one_workbook_with_tokens() -> None:
    form, context = next(cases())
    bodies = taken_over(form, random.Random(8))
    others = [(f"{name}, xã khác", dict.fromkeys(given, "0")) for name, given in bodies]
    writing.forget_shapes()
    for number, said in enumerate((bodies, others)):
        writing.write(replace(form, agency=f"xa-{number}"), replace(context, previous_by_body=said), TEXTS)
    assert writing.shapes_kept() == 1


def test_the_bytes_do_not_depend_on_what_was_written_before() -> None:
    some = list(cases())[:6]
    writing.forget_shapes()
    first = [writing.write(form, context, TEXTS) for form, context in some]
    writing.forget_shapes()
    assert [writing.write(form, context, TEXTS) for form, context in reversed(some)] == first[::-1]


def test_the_archive_is_sound_and_has_no_date_but_the_first() -> None:
    form, context = next(cases())
    with zipfile.ZipFile(BytesIO(writing.write(form, context, TEXTS))) as archive:
        assert archive.testzip() is None
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("name", ["Sở\x0bY tế", "Sở \ue003 Y tế", " Sở Y tế"])
def test_a_text_the_shared_workbook_cannot_hold_gets_a_workbook_of_its_own(name: str) -> None:
    form, context = next(cases())
    odd = replace(context, agency_name=name)
    assert everything(writing.write(form, odd, TEXTS)) == everything(writing.write_directly(form, odd, TEXTS))


def test_a_successor_sees_what_each_body_had_reported() -> None:
    form, context = next((form, context) for form, context in cases() if form.sheet("figures") is not None)
    row = form.sheet("figures").rows[0].code  # type: ignore[union-attr]
    field = form.sheet("figures").fields[0].code  # type: ignore[union-attr]
    bodies = (("Sở Nội vụ", {(row, field): "1234.5"}), ("Sở Lao động", {(row, field): "7"}))
    book = openpyxl.load_workbook(BytesIO(writing.write(form, replace(context, previous_by_body=bodies), TEXTS)))
    lines = [[cell.value for cell in line] for line in book["Kỳ trước từng đơn vị"]["A4:D5"]]
    assert lines[0][2:] == ["Sở Nội vụ", "Sở Lao động"]
    assert [lines[1][0], *lines[1][2:]] == [row, "1.234,5", "7"]
