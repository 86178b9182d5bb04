"""A quite different programme lives through a half-year by the same code: nothing of one province is built in."""

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from plancycle.adapters.clock import FixedClock
from plancycle.adapters.workbooks import layout
from plancycle.bootstrap import Household, forget, open_house
from plancycle.cli import run
from plancycle.domain.consolidation import EditionKind
from plancycle.domain.forms import FieldKind, Form, FormField
from plancycle.domain.periods import Period
from plancycle.domain.submissions import Outcome
from plancycle.services import data_calls
from plancycle.services.consolidate_period import consolidate
from plancycle.services.cycle_view import cycle_view
from plancycle.services.make_template import make_template
from plancycle.services.matrix import matrix
from plancycle.services.open_cycle import open_cycle
from plancycle.services.receive_submission import receive
from plancycle.settings import Settings

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
SECOND = Path(__file__).parents[2] / "programmes" / "bo-noi-vu-cchc"
ANSWERED = ("ha-noi", "thai-nguyen", "ca-mau")
FIGURES = {"thu-tuc-cat-giam": "12", "ho-so-truc-tuyen": "75,25", "diem-hai-long": "86,5"}


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[Household]:
    """The first half of 2026, opened; three of 34 provinces answer on 15/06."""
    folder = tmp_path_factory.mktemp("second")
    with open_house(Settings(data=folder, programme="bnv-cchc", secret_key="x" * 32), moment(1, 8)) as house:
        open_cycle(house, 2026)
        house.clock = FixedClock(moment(15, 9))
        for agency in ANSWERED:
            workbook = filled(template(house, agency), house, agency)
            receive(house, workbook, f"{agency}.xlsx", "cli")
        yield house
    forget(folder)


def moment(day: int, hour: int) -> datetime:
    return datetime(2026, 6, day, hour, 0, tzinfo=HANOI)


def template(house: Household, agency: str) -> bytes:
    with house.work() as work:
        return make_template(house, work, cycle_view(house, 2026, work), Period.H1, agency).data


def answer(field: FormField, row: str) -> object:
    """Something right for any question, by its kind alone."""
    if field.kind is FieldKind.CHOICE:
        return field.choices[0]
    if field.kind is FieldKind.NUMBER:
        return FIGURES[row]
    return "Đã thực hiện theo kế hoạch" if field.kind is FieldKind.TEXT else None


def filled(workbook: bytes, house: Household, agency: str) -> bytes:
    """The workbook as a clerk returns it, every question answered; cells found by their codes."""
    form: Form = cycle_view(house, 2026).form(Period.H1, agency)
    book = openpyxl.load_workbook(BytesIO(workbook))
    for sheet in form.sheets:
        page = book[sheet.name]
        columns = {page.cell(layout.CODE_ROW + 1, at).value: at for at in range(1, page.max_column + 1)}
        lines = {page.cell(at, 1).value: at for at in range(1, page.max_row + 1)}
        for row in sheet.rows:
            for field in sheet.fields:
                page.cell(lines[row.code], columns[field.code]).value = answer(field, row.code)
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def test_the_half_year_is_asked_of_34_provinces_and_no_quarter_exists(house):
    programme = cycle_view(house, 2026).programme
    assert (programme.order, len(programme.reporters)) == ((Period.H1, Period.ANNUAL), 34)
    assert len(data_calls.recipients(house, 2026, Period.H1)) == 34


def test_three_answers_are_accepted_and_the_others_are_still_owed(house):
    rows = matrix(house, 2026, Period.H1).rows
    assert sorted(row.agency for row in rows if str(row.status) == "submitted") == sorted(ANSWERED)
    with house.work() as work:
        assert {one.outcome for one in work.submissions.intakes()} == {Outcome.ACCEPTED}


def test_figures_follow_this_programmes_own_rules(house):
    figures = {one.id.rpartition("/")[2]: str(one.value) for one in consolidate(house, 2026, Period.H1).edition.figures}
    assert figures["thu-tuc-cat-giam.value"] == "36"
    assert figures["ho-so-truc-tuyen.value"] == "75.25"
    assert figures["diem-hai-long.value"] == "86.5"


def test_the_final_edition_is_rendered_under_this_ministrys_name(house):
    from plancycle.services.report_facts import report_facts

    edition = consolidate(house, 2026, Period.H1, final=True).edition
    with house.work() as work:
        facts = report_facts(house, work, cycle_view(house, 2026, work), edition)
    files = {file.kind: file.data for file in house.documents.report(facts)}

    assert edition.kind is EditionKind.FINAL
    assert files["pdf"].startswith(b"%PDF")
    text = docx_text(files["docx"])
    assert ("BỘ NỘI VỤ" in text, "VỤ CẢI CÁCH HÀNH CHÍNH" in text) == (True, True)
    assert ("Thái Nguyên, ngày" in text, "Nghị quyết số 94" in text) == (False, False)


def docx_text(data: bytes) -> str:
    from docx import Document

    document = Document(BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_every_text_of_the_programme_can_be_shown_in_english(house):
    english = house.programmes.english("bnv-cchc")
    programme = house.programmes.load("bnv-cchc")
    form = programme.form
    shown = [
        programme.title,
        *(agency.name for agency in programme.agencies),
        *(rule.title for rule in programme.periods),
        *(work.title for work in programme.works),
        *(sheet.name for sheet in form.sheets),
        *(field.label for sheet in form.sheets for field in sheet.fields),
        *(choice for sheet in form.sheets for field in sheet.fields for choice in field.choices),
        *(figure.name for figure in form.figures),
    ]
    assert [text for text in shown if text not in english] == []


def test_a_programme_without_translations_is_shown_in_vietnamese(house):
    assert house.programmes.english("tn-nq94") == {}


def test_the_summary_is_shown_in_english_on_request(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("PLANCYCLE_DATA", str(tmp_path))
    assert run(["programme", "show", "--programme", "bnv-cchc", "--year", "2026", "--language", "en"]) == 0
    page = capsys.readouterr().out

    assert "People's Committee of Thai Nguyen Province (thai-nguyen)" in page
    assert "Administrative reform reports of provinces and cities" in page
    assert "UBND tỉnh" not in page
