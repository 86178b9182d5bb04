"""What simulated clerks say: plausible, consistent over the year, and the same for the same seed."""

from decimal import Decimal

import pytest

from plancycle.domain.numbers import parse_decimal
from plancycle.domain.periods import Period
from plancycle.rehearsal.answers import DONE, FIGURES, SCORES, Answers, simulated_name, typed
from plancycle.rehearsal.dice import Dice, phrases

ROWS = [f"E{entry:02}.{number}" for entry in range(1, 6) for number in range(1, 9)]
REPORTED = (Period.Q1, Period.Q2, Period.Q3, Period.ANNUAL)


def answers(agency="so-y-te", seed=2026, nil=()):
    return Answers(Dice(seed, "clerks"), agency, 2025, frozenset(nil))


@pytest.mark.parametrize("row", ROWS)
def test_progress_only_rises(row):
    told = [answers().progress(period, row) for period in REPORTED]

    assert told == sorted(told)
    assert Decimal(0) <= told[0] <= told[-1] <= DONE


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("period", REPORTED)
def test_status_says_what_the_progress_says_and_finished_work_has_a_document(row, period):
    clerk = answers()
    choices = phrases()["choices"]
    progress = clerk.progress(period, row)
    expected = choices["done"] if progress == DONE else choices["under_way"] if progress else choices["not_started"]

    assert clerk.status(period, row) == expected
    assert progress < DONE or clerk.evidence(period, row)


@pytest.mark.parametrize("figure", FIGURES)
def test_the_years_figure_is_more_than_its_quarters_and_explains_the_jump(figure):
    clerk = answers()
    quarters = sum(clerk.value(period, figure) for period in REPORTED[:-1])

    assert clerk.value(Period.ANNUAL, figure) > quarters > 0
    assert "2025" in clerk.explanation(Period.ANNUAL, figure)


@pytest.mark.parametrize("figure", FIGURES)
def test_figures_keep_their_precision(figure):
    value = answers().value(Period.Q2, figure)

    assert -value.as_tuple().exponent <= FIGURES[figure][2]


@pytest.mark.parametrize("score", SCORES)
def test_scores_stay_between_0_and_100_and_never_fall(score):
    told = [answers().value(period, score) for period in REPORTED]

    assert told == sorted(told)
    assert Decimal(0) < told[0] <= told[-1] < Decimal(100)


def test_a_nil_return_says_who_reports_and_nothing_else():
    clerk = answers(nil=[Period.Q1])

    assert clerk.answer(Period.Q1, "TT", "nil") == "Không phát sinh"
    assert clerk.answer(Period.Q1, "TT", "preparer") == clerk.person()
    assert clerk.answer(Period.Q1, "E01.1", "progress") is None
    assert clerk.answer(Period.Q2, "E01.1", "progress") is not None


def test_the_same_seed_says_the_same_and_another_seed_something_else():
    def said(seed):
        return [answers(seed=seed).answer(Period.Q2, row, "result") for row in ROWS]

    assert said(1) == said(1)
    assert said(1) != said(2)


def test_every_invented_person_is_said_to_be_simulated():
    names = {simulated_name(Dice(seed, "somebody")) for seed in range(50)}

    assert len(names) > 40
    assert [name for name in names if not name.endswith("(mô phỏng)")] == []


@pytest.mark.parametrize(
    ("number", "text"),
    [("62.5", "62,5"), ("1250.5", "1.250,5"), ("1250", "1250"), ("100", "100"), ("0", "0"), ("87.20", "87,2")],
)
def test_numbers_are_typed_the_vietnamese_way_and_read_back(number, text):
    assert typed(Decimal(number)) == text
    assert parse_decimal(text) == Decimal(number)
