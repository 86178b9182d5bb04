"""The burden ledger: what counts as asked twice, and how long an answer took."""

from datetime import UTC, datetime, timedelta

import pytest

from plancycle.domain.burden import Asking, FigureAsked, burden_of, repeats_in

DUE = datetime(2025, 12, 9, 17, 0, tzinfo=UTC)


def asked(period="a-2025/q1", figures=(), opened=None, submitted=None, body="so-y-te", cells=10, letters=1):
    moments = [None if minutes is None else DUE + timedelta(minutes=minutes) for minutes in (opened, submitted)]
    programme = period.partition("-")[0]
    return Asking(body, programme, period, period, DUE, cells, 4, 2, tuple(figures), letters, *moments)


def figure(name="Số xã", unit="xã", answered=None, code="f"):
    return FigureAsked(code, name, unit, answered)


# which askings, how many repeats
REPEATS = [
    ([asked("a-2025/q1", [figure()]), asked("a-2025/q2", [figure()])], 0),
    ([asked("a-2025/q1", [figure()]), asked("b-2025/q1", [figure("SO XÃ", "Xã")])], 1),
    ([asked("a-2025/q1", [figure()]), asked("b-2025/q1", [figure(unit="%")])], 0),
    ([asked("a-2025/q1", [figure(code="f1"), figure(code="f2")])], 1),
]


@pytest.mark.parametrize(("askings", "count"), REPEATS)
def test_a_figure_is_asked_twice_by_two_programmes_or_twice_in_a_period_but_not_again_every_period(askings, count):
    assert len(repeats_in(askings)) == count


def test_a_repeat_says_everywhere_it_is_asked_and_where_it_was_answered():
    (repeat,) = repeats_in([asked("a-2025/q1", [figure(answered="12")]), asked("b-2025/q1", [figure()])])

    assert repeat.places == ("a-2025/q1 · f", "b-2025/q1 · f")
    assert repeat.answered == (("a-2025/q1 · f", "12"),)


@pytest.mark.parametrize(
    ("opened", "submitted", "minutes"), [(0, 45, 45), (None, 45, None), (0, None, None), (50, 45, None), (0, 0, 0)]
)
def test_minutes_run_from_the_opening_to_the_submission_and_are_unknown_where_one_is_not_on_record(
    opened, submitted, minutes
):
    assert asked(opened=opened, submitted=submitted).minutes == minutes


def test_a_bodys_burden_adds_up_its_own_askings_only():
    askings = [asked(opened=0, submitted=m) for m in (5, 90, 30)]
    found = burden_of("so-y-te", [*askings, asked(), asked(body="so-khac")])

    assert (len(found.askings), found.cells, found.works, found.letters, found.median_minutes) == (4, 40, 2, 4, 30)
