"""A warning on a sheet that has no column for explanations is explained in the workbook all the same."""

import json
from dataclasses import replace
from io import BytesIO

import factories as f
import genuine_workbooks as genuine
import openpyxl
import pytest
from fakes import FakeClock, FakeHouse, FakeProgrammes
from small_programme import BEFORE_YEAR, DURING_ANNUAL, HEALTH, YEAR, a_programme, an_address_book

from plancycle.adapters.texts import Catalogue
from plancycle.adapters.workbooks import layout
from plancycle.adapters.workbooks.files import Workbooks
from plancycle.domain.check_rules import CheckRule, RuleKind, Severity
from plancycle.domain.forms import Inclusion
from plancycle.domain.submissions import Outcome
from plancycle.services.changes_between import changes_between
from plancycle.services.cycle_view import cycle_view
from plancycle.services.open_cycle import open_cycle
from plancycle.services.receive_submission import receive

SHORT = CheckRule("short", RuleKind.TEXT_SHORT, Severity.WARNING, "narrative", "text", length=40)
WHY = "Trong kỳ đơn vị chỉ có một hoạt động"


@pytest.fixture
def house():
    """A house of real workbooks that asks about short texts and counts no answer that leaves a warning open."""
    programme = a_programme()
    form = replace(programme.form, checks=(*programme.form.checks, SHORT), inclusion=Inclusion(unexplained=False))
    programmes = FakeProgrammes(replace(programme, form=form), an_address_book())
    made = FakeHouse(programmes, FakeClock(BEFORE_YEAR))
    made.workbooks = Workbooks(Catalogue())
    open_cycle(made, YEAR)
    made.clock.at = DURING_ANNUAL
    return made


def saved(book):
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def typed(house, **changed):
    """The agency's workbook, filled in by hand."""
    data = f.a_template(house, HEALTH)
    book, where = openpyxl.load_workbook(BytesIO(data)), genuine.places(data)
    for question, text in f.answers(f.ANNUAL, **changed).items():
        if question in where:
            sheet, cell = where[question]
            is_number = question[1] in ("value", "progress")
            book[sheet][cell] = float(text.replace(",", ".")) if is_number and text[0].isdigit() else text
    return saved(book)


def send(house, data, name="a.xlsx"):
    return receive(house, data, name, "folder")


def told(result):
    return [(one.rule, one.severity) for one in result.findings]


def answer_file(house, result):
    """The marked workbook that goes back, and the cell for the reason of the row N1."""
    data = house.workbooks.mark(house.files.get(result.sha256), result.findings)
    book = openpyxl.load_workbook(BytesIO(data))
    sheet, cell = genuine.places(data)["N1", "explanation"]
    return book, book[sheet][cell]


def test_the_marked_workbook_has_an_open_cell_for_the_reason_beside_the_doubted_row_only(house):
    first = send(house, typed(house))
    book, cell = answer_file(house, first)
    sheet = cell.parent

    assert (first.outcome, told(first)) == (Outcome.ACCEPTED, [("short", Severity.WARNING)])
    assert (cell.value, cell.protection.locked, cell.fill.fgColor.rgb[-6:]) == (None, False, layout.YELLOW)
    assert sheet.protection.sheet is True
    headings = [c.value for c in sheet[layout.HEADING_ROW + 1]]
    assert headings[cell.column - 1] == "Giải trình (khi có cảnh báo)"
    other = book["Thông tin chung"][layout.CODE_ROW + 1]
    assert "explanation" not in [c.value for c in other]


def test_a_reason_typed_there_is_accepted_and_bound_to_check_cell_and_value(house):
    first = send(house, typed(house))
    book, cell = answer_file(house, first)
    cell.value = WHY
    second = send(house, saved(book))
    with house.work() as work:
        (kept,) = work.explanations.under(second.submission_id)
        entries = {(one.row, one.field): one.value for one in work.submissions.entries(second.submission_id)}

    assert (second.outcome, told(second)) == (Outcome.ACCEPTED, [])
    assert (kept.question, kept.value, kept.text) == (("short", "N1", "text"), "Đã mở 12 lớp bồi dưỡng", WHY)
    assert entries["N1", "explanation"] == WHY
    labels = {one.field: one.label for one in changes_between(house, first.submission_id, second.submission_id)}
    assert labels["explanation"].endswith(f" · {house.texts.say('workbook.returned.reason')}")


def test_a_file_that_goes_to_and_fro_keeps_one_column_and_what_stands_in_it(house):
    first = send(house, typed(house, inspections__value="12.5"))
    book, cell = answer_file(house, first)
    cell.value = WHY
    second = send(house, saved(book))
    again, kept = answer_file(house, second)
    codes = [c.value for c in again[cell.parent.title][layout.CODE_ROW + 1]]

    assert [one.outcome for one in (first, second)] == [Outcome.RETURNED, Outcome.RETURNED]
    assert (kept.coordinate, kept.value, codes.count("explanation")) == (cell.coordinate, WHY, 1)


def test_a_reason_that_cannot_be_read_is_an_error_at_its_own_cell(house):
    book, cell = answer_file(house, send(house, typed(house)))
    cell.value = "Đang trình\u202e ký duyệt"
    result = send(house, saved(book))

    found = [(one.code, one.cell, one.label) for one in result.findings if one.severity is Severity.ERROR]
    assert found == [("forbidden_character", cell.coordinate, "N1 Kết quả nổi bật · Giải trình")]


def test_a_reason_left_beside_a_mended_value_is_no_stray(house):
    book, cell = answer_file(house, send(house, typed(house)))
    cell.value = WHY
    cell.parent[f"{openpyxl.utils.get_column_letter(cell.column - 1)}{cell.row}"] = "Đã mở 12 lớp bồi dưỡng, " * 3
    assert told(send(house, saved(book))) == []


def test_an_answer_in_json_may_give_the_reason_at_once_and_no_other_unknown_question(house):
    form = cycle_view(house, YEAR).form(f.ANNUAL, HEALTH)
    asked = {(row.code, field.code) for _, row, field in form.cells()}
    listed = [{"row": r, "field": c, "value": v} for (r, c), v in f.answers(f.ANNUAL).items() if (r, c) in asked]
    body = {"year": YEAR, "period": "annual", "version": form.version}

    def answer(row):
        given = [*listed, {"row": row, "field": "explanation", "value": WHY}]
        data = json.dumps({**body, "answers": given}).encode()
        return receive(house, data, "answer.json", "api", json_of=HEALTH)

    assert told(answer("N1")) == []
    assert answer("N7").outcome is Outcome.QUARANTINED
