"""What does not go together in a year's reports about one commitment."""

from dataclasses import replace

import pytest
from small_programme import ANNUAL, DONE, HEALTH, Q1, Q2, a_programme, indicator

from plancycle.adapters.likeness import folding
from plancycle.domain.contradictions import Commitment, Contradiction, Told, contradictions
from plancycle.domain.forms import Aggregation
from plancycle.domain.periods import Period

ORDER = (Period.PLAN, Q1, Q2, Period.Q3, ANNUAL)
DROPPED = "Không thực hiện"
FORM = replace(a_programme().form, dropped_status=DROPPED)
LONG = "Đã tổ chức mười hai lớp bồi dưỡng cho cán bộ, công chức cấp xã"


def told(**answers):
    return {field: Told(value, f"v-{field}", "Nhiệm vụ", "D7") for field, value in answers.items()}


def work(agency=HEALTH, **periods):
    by_period = {Period(name): told(**answers) for name, answers in periods.items()}
    return Commitment(agency, "n1", "Tuyên truyền", by_period)


def figure(rule, **values):
    return Commitment(
        HEALTH,
        "budget",
        "Kinh phí",
        {Period(name): told(value=value) for name, value in values.items()},
        indicator("budget", rule, 1),
    )


def found(*commitments, period=ANNUAL):
    return [str(one.kind) for one in contradictions(commitments, period, ORDER, FORM, folding)]


@pytest.mark.parametrize(
    ("commitment", "expected"),
    [
        (figure(Aggregation.SUM, q1="4", q2="4", q3="4", annual="11.9"), ["annual_not_cumulative"]),
        (figure(Aggregation.SUM, q1="4", q2="4", q3="4", annual="12"), []),
        (figure(Aggregation.SUM, q1="4", q2="4", q3="4", annual="15"), []),  # the fourth quarter is in the year alone
        (figure(Aggregation.LAST, q3="88.2", annual="88.3"), ["annual_not_cumulative"]),
        (figure(Aggregation.LAST, q3="88.2", annual="88.20"), []),
        (figure(Aggregation.SUM, annual="3"), []),
        (work(q3={"progress": "60"}, annual={"progress": "50"}), ["progress_fell"]),
        (work(q3={"progress": "60"}, annual={"progress": "60"}), ["no_movement"]),
        (work(q3={"progress": "100"}, annual={"progress": "100"}), []),
        (work(q3={"progress": "60"}, annual={"progress": "60", "status": DROPPED, "result": "hết kinh phí"}), []),
        (work(annual={"status": DONE}), ["done_without_evidence"]),
        (work(annual={"status": DONE, "evidence": "  "}), ["done_without_evidence"]),
        (work(annual={"status": DONE, "evidence": "12/BC"}), []),
        (work(annual={"status": DROPPED}), ["dropped_without_reason"]),
        (work(annual={"status": DROPPED, "obstacle": "Hết kinh phí"}), []),
        (work(q3={"result": LONG}, annual={"result": f"{LONG} ."}), ["copied_from_last"]),
        (work(q3={"result": LONG}, annual={"result": "Đã mở thêm hai mươi lớp cho trưởng xóm, tổ trưởng dân phố"}), []),
        (work(q3={"result": "Đạt"}, annual={"result": "Đạt"}), []),
    ],
)
def test_a_commitment_is_held_against_what_was_said_of_it_before(commitment, expected):
    assert found(commitment) == expected


def test_no_movement_is_asked_between_two_check_ins_too():
    assert found(work(q1={"progress": "20"}, q2={"progress": "20"}), period=Q2) == ["no_movement"]


def test_the_same_result_at_two_agencies_is_told_at_the_second_with_both_cells():
    alike = [work("so-y-te", annual={"result": LONG}), work("so-noi-vu", annual={"result": LONG.upper()})]
    (one,) = contradictions(alike, ANNUAL, ORDER, FORM, folding)

    assert (one.kind, one.agency, one.before, len(one.cells)) == (
        Contradiction.COPIED_FROM_OTHER,
        "so-noi-vu",
        "so-y-te",
        2,
    )


def test_both_values_and_their_cells_are_told():
    (one,) = contradictions([figure(Aggregation.SUM, q1="4", annual="3")], ANNUAL, ORDER, FORM, folding)

    assert (one.before, one.now, [cell.value for cell in one.cells]) == ("4", "3", ["4", "3"])
