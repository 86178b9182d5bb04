"""A simulated clerk's work on real workbooks: filled in, damaged in the ways people damage them, mended."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest

from plancycle.adapters.programme_files.folders import ProgrammeFiles
from plancycle.adapters.texts import Catalogue
from plancycle.adapters.workbooks.files import Workbooks
from plancycle.domain.assignments import form_for
from plancycle.domain.deadlines import period_dates
from plancycle.domain.errors import UnreadableFile
from plancycle.domain.findings import Severity, check
from plancycle.domain.periods import Period
from plancycle.rehearsal.answers import Answers
from plancycle.rehearsal.behaviours import Mishap, Typing
from plancycle.rehearsal.desk import Glance, Job, fill_in, glance, mend
from plancycle.rehearsal.dice import Dice
from plancycle.services.ports import WorkbookContext

FILES = ProgrammeFiles(Path(__file__).parents[2] / "programmes")
PROGRAMME = FILES.load("tn-nq94")
DAYS = FILES.working_days(PROGRAMME, 2025)
BOOKS = Workbooks(Catalogue())
AGENCY = "huyen-dai-tu"
LAST = {("documents-issued", "value"): "9"}


def form(period):
    return form_for(PROGRAMME, "tn-nq94-2025", period, AGENCY)


def template(period):
    dates = period_dates(PROGRAMME.period_rule(period), 2025, DAYS, ZoneInfo(PROGRAMME.timezone))
    context = WorkbookContext("Kế hoạch", "Quý II/2025", "UBND huyện Đại Từ", dates, "0" * 32, "", LAST)
    return BOOKS.write(form(period), context)


TEMPLATES = {period: template(period) for period in (Period.PLAN, Period.Q2)}


def job(mishap=None, period=Period.Q2, typing=Typing.NUMBERS, nil=(), workbook=None):
    answers = Answers(Dice(2026, "clerks"), AGENCY, 2025, frozenset(nil))
    return Job(workbook or TEMPLATES[period], period, answers, typing, mishap)


def found(data, period=Period.Q2):
    entries = BOOKS.read(data, "bao-cao.xlsx").entries
    return check(form(period), PROGRAMME.form, entries, LAST)[1]


def codes(data, severity):
    return sorted({finding.code for finding in found(data) if finding.severity is severity})


@pytest.mark.parametrize("typing", Typing)
@pytest.mark.parametrize("period", TEMPLATES)
def test_a_filled_in_workbook_has_no_errors_however_it_was_typed(period, typing):
    findings = found(fill_in(job(period=period, typing=typing)), period)

    assert [finding for finding in findings if finding.severity is Severity.ERROR] == []


def test_a_nil_return_has_no_errors():
    assert codes(fill_in(job(nil=[Period.Q2])), Severity.ERROR) == []


@pytest.mark.parametrize(
    ("mishap", "errors"),
    [
        (Mishap.TWO_READINGS, ["number_ambiguous", "number_invalid"]),
        (Mishap.BLANK, ["required"]),
        (Mishap.OUT_OF_RANGE, ["number_range"]),
        (Mishap.WRONG_CHOICE, ["choice"]),
        (Mishap.ERROR_CELL, ["formula_error"]),
        (Mishap.INSERTED_ROW, []),
        (Mishap.PASTED_OVER, []),
        (Mishap.UNEXPLAINED_JUMP, []),
        (Mishap.NO_EVIDENCE, []),
        (Mishap.CORRECTION, []),
    ],
)
def test_a_mishap_makes_the_errors_it_is_known_for(mishap, errors):
    assert codes(fill_in(job(mishap)), Severity.ERROR) == errors


@pytest.mark.parametrize(
    ("mishap", "warning"),
    [(Mishap.UNEXPLAINED_JUMP, "value_jumped"), (Mishap.NO_EVIDENCE, "done_without_evidence")],
)
def test_a_doubtful_answer_is_only_a_warning(mishap, warning):
    assert warning in codes(fill_in(job(mishap)), Severity.WARNING)


@pytest.mark.parametrize(
    ("mishap", "reason"), [(Mishap.OLD_FORMAT, "file.old_excel"), (Mishap.PASSWORD, "file.password")]
)
def test_a_file_that_is_no_open_workbook_is_refused_for_the_right_reason(mishap, reason):
    with pytest.raises(UnreadableFile) as refusal:
        BOOKS.read(fill_in(job(mishap)), "bao-cao.xls")

    assert refusal.value.key == reason


@pytest.mark.parametrize("mishap", [Mishap.TWO_READINGS, Mishap.BLANK, Mishap.WRONG_CHOICE, Mishap.ERROR_CELL])
def test_marked_cells_are_mended_and_nothing_else_changes(mishap):
    wrong = fill_in(job(mishap))
    marked = BOOKS.mark(wrong, found(wrong))
    mended = mend(job(workbook=marked))
    right = {(entry.row, entry.field): entry.raw for entry in BOOKS.read(fill_in(job()), "a.xlsx").entries}

    assert {(entry.row, entry.field): entry.raw for entry in BOOKS.read(mended, "b.xlsx").entries} == right


def test_a_reviewers_wish_is_added_to_the_narrative():
    accepted = fill_in(job())
    answers = {entry.row: entry.raw for entry in BOOKS.read(mend(job(workbook=BOOKS.mark(accepted, []))), "a").entries}

    assert "không phát hiện sai phạm" in answers["N1"]


@pytest.mark.parametrize("mishap", [None, *Mishap])
def test_the_same_work_gives_the_same_bytes(mishap):
    assert fill_in(job(mishap)) == fill_in(job(mishap))


def test_a_saved_workbook_says_nothing_about_when_it_was_saved():
    with ZipFile(BytesIO(fill_in(job()))) as archive:
        dates = {member.date_time[0] for member in archive.infolist()}
        assert b"2000-01-01" in archive.read("docProps/core.xml")

    assert dates == {2000}


def test_a_glance_tells_a_returned_workbook_from_a_fresh_one():
    wrong = fill_in(job(Mishap.BLANK))

    assert glance(TEMPLATES[Period.Q2]) == Glance(Period.Q2, AGENCY, is_returned=False)
    assert glance(BOOKS.mark(wrong, found(wrong))) == Glance(Period.Q2, AGENCY, is_returned=True)
    assert glance(BOOKS.carry(TEMPLATES[Period.Q2], (), ())) == Glance(Period.Q2, AGENCY, is_returned=False)
