"""A report of more lines than anybody reads: groups on paper, every body in the workbook and the data file."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sample_documents import a_year

from plancycle.adapters.documents import long_annexes, xlsx_data
from plancycle.adapters.documents.annex_figures import period_before_of, suffix_of
from plancycle.adapters.documents.annexes import annexes
from plancycle.adapters.documents.compose import compose
from plancycle.adapters.documents.xlsx import report_xlsx
from plancycle.adapters.texts import Catalogue
from plancycle.domain.contradictions import Contradiction, Found
from plancycle.services.bulk import uninterrupted
from plancycle.services.report_contents import SubmissionLine, WorkLine

TEXTS = Catalogue()
SENT = datetime(2025, 12, 1, 2, 0, tzinfo=UTC)


def a_long_report(bodies=30):
    """Every body with one work, each tenth one without a report."""
    facts = a_year()
    names = [f"UBND xã {at:03d}" for at in range(bodies)]
    works = tuple(WorkLine(name, "n1", "Việc chung", "", {"status": "Hoàn thành", "progress": "50"}) for name in names)
    lines = tuple(
        SubmissionLine(name, "missing" if at % 10 == 0 else "submitted", SENT if at % 10 else None, 0, "")
        for at, name in enumerate(names)
    )
    return replace(facts, works=works, submissions=lines)


@pytest.fixture
def few_lines(monkeypatch):
    """Paper that holds ten lines."""
    monkeypatch.setattr(long_annexes, "MOST_LINES", 10)


def test_beyond_the_lines_paper_holds_work_is_told_by_kind_of_body(few_lines):
    first = annexes(a_long_report(), TEXTS, "", "")[0]
    assert [len(row) for row in first.rows] == [1, 5]
    assert first.rows[1][1:] == ("Việc chung", "30", "30", "50,0")
    assert first.note == TEXTS.say("document.annex.in_short", count=30)


def test_those_who_did_not_send_are_named_and_the_others_counted(few_lines):
    third = annexes(a_long_report(), TEXTS, "", "")[2]
    assert third.rows[0][0].endswith("27/30 cơ quan, đơn vị gửi đúng hạn")
    assert third.note.endswith(TEXTS.say("document.annex.in_parts", count=30, parts=1))
    assert [row[1] for row in third.rows[1:]] == ["UBND xã 000", "UBND xã 010", "UBND xã 020"]


def test_at_the_limit_every_body_is_on_paper(monkeypatch):
    monkeypatch.setattr(long_annexes, "MOST_LINES", 30)
    facts = a_long_report()
    first, _, third = annexes(facts, TEXTS, "", "")[:3]
    assert (len(first.rows), len(third.rows)) == (60, 30)


def test_the_workbook_has_every_body_when_paper_has_not(few_lines):
    facts = a_long_report()
    book = load_workbook(BytesIO(report_xlsx(facts, TEXTS, compose(facts, TEXTS).title)), read_only=True)
    sheet = book[TEXTS.say("document.sheet.works")]
    assert sum(1 for row in sheet.iter_rows(min_row=4, values_only=True) if row[0]) == 30


def test_a_data_sheet_with_too_many_values_holds_the_figures_and_the_csv_every_one(monkeypatch):
    monkeypatch.setattr(xlsx_data, "MOST_DATA", 5)
    facts = a_long_report()
    book = load_workbook(BytesIO(report_xlsx(facts, TEXTS, "x")), read_only=True)
    assert {row[3] for row in book["data"].iter_rows(values_only=True)} == {"record", "figure"}


def test_the_period_before_is_shown_from_the_second_check_in_on():
    facts = a_year()
    before = period_before_of(facts)
    assert {suffix_of(one) for one in facts.periods[-2].figures} == set(before)
    second = annexes(facts, TEXTS, "", "")[1]
    assert TEXTS.say("document.column.period_before") in [one.label for one in second.columns]
    first_check_in = replace(facts, periods=facts.periods[-1:])
    labels = [one.label for one in annexes(first_check_in, TEXTS, "", "")[1].columns]
    assert TEXTS.say("document.column.period_before") not in labels


def test_contradictions_stand_in_an_annex_of_their_own():
    facts = a_year()
    found = Found(Contradiction.PROGRESS_FELL, "so-y-te", "n1", "Việc chung", "80", "60", ())
    last = annexes(replace(facts, contradictions=(found,)), TEXTS, "", "")[-1]
    assert last.title == TEXTS.say("document.annex.contradictions")
    assert last.rows[0][2:] == ("Việc chung", TEXTS.say("contradiction.progress_fell"), "80", "60")
    assert len(annexes(facts, TEXTS, "", "")) == int(
        len(annexes(replace(facts, contradictions=(found,)), TEXTS, "", "")) - 1
    )


def test_the_search_for_cycles_is_on_again_after_the_last_one_leaves():
    import gc

    with uninterrupted():
        with uninterrupted():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
