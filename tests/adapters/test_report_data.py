"""A report for programs: JSON, CSV and the workbook's links say what the paper says, under stable codes."""

import csv
import json
import re
from dataclasses import replace
from decimal import Decimal
from functools import cache
from io import BytesIO, StringIO
from itertools import pairwise
from typing import Any

import openpyxl
import pytest
from sample_documents import a_year
from sample_report import report_facts

from plancycle.adapters.documents.annexes import annexes
from plancycle.adapters.documents.charts import Bar, Line, bars, lines
from plancycle.adapters.documents.data import COLUMNS, SCHEMA, harmless, report_json
from plancycle.adapters.documents.official import Documents
from plancycle.adapters.documents.report_charts import progress
from plancycle.adapters.documents.text import contradicted
from plancycle.adapters.texts import Catalogue
from plancycle.domain.contradictions import Contradiction, Found
from plancycle.domain.periods import Period


@cache
def files() -> dict[str, bytes]:
    return {file.kind: file.data for file in Documents(Catalogue()).report(a_year())}


def table(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_csv_opens_in_excel_with_its_letters_and_has_the_documented_columns() -> None:
    assert files()["csv"].startswith(b"\xef\xbb\xbf" + ",".join(COLUMNS).encode() + b"\r\n")


def test_the_csv_has_every_figure_answer_and_submission_under_stable_codes() -> None:
    rows = table(files()["csv"])
    figure = {"record": "figure", "agency": "", "code": "budget-spent", "field": "value", "value": "12345.6"}
    work = {"record": "work", "agency": "so-y-te", "code": "E01.1", "field": "progress", "value": "62.5"}
    sent = {"record": "submission", "agency": "so-y-te", "field": "sent_at", "value": "2025-12-09T17:00:00+07:00"}
    for wanted in (figure, work, sent, {"record": "narrative", "agency": "so-y-te", "code": "N1"}):
        assert [row for row in rows if wanted.items() <= row.items()] != [], wanted
    assert {(row["cycle"], row["period"], row["edition"]) for row in rows} == {
        ("tn-nq94-2025", "annual", "tn-nq94-2025/annual/e3")
    }


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", '=HYPERLINK("http://x")'])
def test_typed_text_is_no_formula_in_the_csv(text: str) -> None:
    facts = report_facts(text=text)
    rows = table({file.kind: file.data for file in Documents(Catalogue()).report(facts)}["csv"])
    assert {row["value"] for row in rows if row["field"] == "result"} == {f"'{text}"}


@pytest.mark.parametrize("number", ["-5", "-0.5", "+3", "12345.6"])
def test_numbers_stay_numbers_in_the_csv(number: str) -> None:
    assert harmless(number) == number


def test_the_json_says_the_same_as_the_csv_and_names_every_source_cell() -> None:
    whole = json.loads(files()["json"])
    figures = {row["code"]: row["value"] for row in table(files()["csv"]) if row["record"] == "figure"}
    spent = next(one for one in whole["figures"] if one["id"].endswith("budget-spent.value"))

    assert (whole["schema"], whole["edition"]["sha256"], whole["number"]) == (SCHEMA, "ef" * 32, 5)
    assert (spent["value"], figures["budget-spent"]) == ("12345.6", "12345.6")
    assert [(one["agency"], one["sheet"], one["cell"], one["raw"], one["value"]) for one in spent["sources"]] == [
        ("so-noi-vu", "Số liệu", "D7", "12.000", "12000"),
        ("so-y-te", "Số liệu", "D7", "345,6", "345.6"),
    ]
    assert sum(Decimal(one["value"]) for one in spent["sources"]) == Decimal(spent["value"])
    assert [len(whole[name]) for name in ("works", "narratives", "submissions")] == [2, 5, 3]


def test_the_json_is_spelt_as_the_library_spells_it_whatever_an_agency_typed() -> None:
    facts = a_year()
    hostile = '1", "sources": "",\n\t\\"sources": ""\u2028é\x01'
    sources = tuple(one._replace(raw=hostile, sheet=hostile) for one in facts.sources)
    text = report_json(replace(facts, sources=sources, works=facts.works[:1])).decode()
    assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=1) + "\n"
    assert {cell["raw"] for figure in json.loads(text)["figures"] for cell in figure["sources"]} == {hostile}


def test_the_workbook_leads_from_a_figure_to_its_cells_and_back_and_has_a_sheet_for_programs() -> None:
    book = openpyxl.load_workbook(BytesIO(files()["xlsx"]))
    links = {
        cell.value: cell.hyperlink.location for row in book["Tổng hợp"].iter_rows() for cell in row if cell.hyperlink
    }
    back = {
        cell.coordinate: cell.hyperlink.location
        for row in book["Nguồn số liệu"].iter_rows()
        for cell in row
        if cell.hyperlink
    }

    assert links == {"tn-nq94-2025/annual/budget-spent.value": "'Nguồn số liệu'!B4"}
    assert back == {"B4": "'Tổng hợp'!B6"}
    assert [cell.value for cell in book["Nguồn số liệu"][5]][1:] == [
        "tn-nq94-2025/annual/budget-spent.value",
        "Sở Y tế",
        "tn-nq94-2025/annual/so-y-te/v1",
        "Số liệu",
        "D7",
        "345,6",
        "345.6",
    ]
    assert [cell.value for cell in book["data"][1]] == list(COLUMNS)
    assert book["data"].max_row == len(table(files()["csv"])) + 1


def test_the_annex_of_figures_compares_with_last_year_and_with_the_goal() -> None:
    second = annexes(a_year(), Catalogue(), "05/BC-SNV", "Sở Nội vụ")[1]
    assert second.rows[2] == (
        "3",
        "Kinh phí đã thực hiện",
        "triệu đồng",
        "9.876,5",
        "5.200,0",  # the quarter before
        "20.000,0",
        "12.345,6",
        "61,7",
        "2/3",
    )
    assert second.rows[3][3:8] == ("", "43,20", "", "44,10", "")


@pytest.mark.parametrize(("period", "count"), [(Period.ANNUAL, 3), (Period.Q1, 2), (Period.PLAN, 1)])
def test_a_report_has_a_chart_wherever_there_are_numbers_for_one(period: Period, count: int) -> None:
    facts = a_year() if period is Period.ANNUAL else report_facts(period)
    charts = Documents(Catalogue()).charts(facts)
    assert len(charts) == count
    for chart in charts:
        assert {len(row) for row in chart.rows} == {len(chart.headings)}


def test_bars_are_as_long_as_their_share_of_the_longest() -> None:
    drawn = bars("t", [Bar("A", 4, "4", "late"), Bar("B", 1, "1", "late"), Bar("C", 0, "0", "missing")])
    assert [drawn.count(f'width="{width}" height="15"') for width in (300, 75, 0)] == [1, 1, 1]


def test_a_line_leaves_a_gap_where_a_period_has_no_value_and_rises_with_its_values() -> None:
    drawn = lines("t", ["Quý I", "Quý II", "Quý III"], [Line("A", (Decimal(1), None, Decimal(3)), ("1", "", "3"))])
    assert re.findall(r'points="([^"]*)"', drawn) == ["310,38 ", "550,18 "]
    assert drawn.count("<circle") == 2


def test_names_of_periods_never_touch_under_a_chart() -> None:
    names = ["Quý I/2025", "Quý II/2025", "Quý III/2025", "Đánh giá năm 2025"]
    drawn = lines("t", names, [Line("A", (Decimal(1),) * 4, ("1",) * 4)])
    told = re.findall(r'<text x="(\d+)" y="(\d+)" text-anchor="middle">([^<\d][^<]*|2025)<', drawn)
    edges = [(int(x) - 3 * len(words), int(x) + 3 * len(words)) for x, _, words in told if words != "2025"]

    assert [words for *_, words in told] == [*names[:3], "Đánh giá năm", "2025"]
    assert all(left[1] < right[0] for left, right in pairwise(edges))
    assert max(int(y) for _, y, _ in told) < int(re.search(r'height="(\d+)"', drawn)[1])


def test_a_label_in_a_chart_is_text() -> None:
    drawn = bars("t", [Bar('<script>&"', 1, "1", "late")])
    assert "<script>" not in drawn


def test_figures_without_a_past_show_no_comparison() -> None:
    facts = replace(a_year(), periods=(), last_year=())
    assert {row[3:5] for row in annexes(facts, Catalogue(), "", "")[1].rows} == {("", "")}


def test_a_text_copied_from_another_body_names_that_body() -> None:
    copied = Found(Contradiction.COPIED_FROM_OTHER, "so-y-te", "E01.1", "Tuyên truyền", "so-noi-vu", "Đã làm", ())
    facts = replace(report_facts(Period.ANNUAL), contradictions=(copied,))
    told = next(
        one for one in annexes(facts, Catalogue(), "05/BC-SNV", "Sở Nội vụ") if "Trước hoặc nơi khác" in str(one)
    )

    assert list(contradicted(facts)) == [(copied, "Sở Y tế", "Sở Nội vụ")]
    assert "so-noi-vu" not in str(told)


def test_names_are_looked_through_once_for_all_contradictions_and_not_for_each() -> None:
    class Counted(dict[str, str]):
        looked_through = 0

        def items(self) -> Any:
            self.looked_through += 1
            return super().items()

    fell = Found(Contradiction.PROGRESS_FELL, "so-y-te", "E01.1", "Tuyên truyền", "60", "40", ())
    known = Counted({"Sở Y tế": "so-y-te"})
    facts = replace(report_facts(Period.ANNUAL), contradictions=(fell,) * 50, agency_ids=known)

    assert list(contradicted(facts)) == [(fell, "Sở Y tế", "60")] * 50
    assert known.looked_through == 1


def test_a_part_of_the_plan_is_named_after_the_bodies_that_report_on_it_now() -> None:
    facts = report_facts(Period.ANNUAL)
    heirs = tuple(replace(line, agency="Sở Tài chính") for line in facts.works)
    work = next(one for one in facts.programme.works if not one.is_for_all)
    chart = progress(replace(facts, works=tuple(replace(line, code=work.id) for line in heirs)), Catalogue())

    assert chart is not None
    assert [row[0] for row in chart.rows] == [f"{work.entry}. Sở Tài chính"]
