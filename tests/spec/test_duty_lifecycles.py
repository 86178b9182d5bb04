"""The lifecycles of the plan's other duties: every kind, every pair of statuses, against a drawing made by hand."""

import itertools
from datetime import date, timedelta

import pytest
from small_programme import HEALTH, at

from plancycle.domain.duties import (
    MADE_BY_RULE,
    MOVES,
    STARTS,
    DutyEvent,
    DutyKind,
    DutyRecord,
    DutyStatus,
    can_move,
    check_move,
    decision_of,
)
from plancycle.domain.duty_questions import FACTS, NEEDS
from plancycle.domain.errors import ActionNeeded, MoveNotAllowed

REVIEW = {"dated": "redated held", "redated": "redated held", "held": ""}

# From each status the ones that may follow, written again from the rules and not from the code.
DRAWN = {
    "obstacle": {"reported": "forwarded closed", "forwarded": "answered closed", "answered": "closed", "closed": ""},
    "amendment": {
        "proposed": "forwarded cancelled",
        "forwarded": "accepted refused cancelled",
        "accepted": "",
        "refused": "",
        "cancelled": "",
    },
    "interim_review": REVIEW,
    "final_review": REVIEW,
    "inspection": {
        "planned": "inspected cancelled",
        "inspected": "follow_up closed",
        "follow_up": "closed",
        "closed": "",
        "cancelled": "",
    },
    "commendation": {
        "proposed": "forwarded cancelled",
        "forwarded": "granted refused",
        "granted": "",
        "refused": "",
        "cancelled": "",
    },
    "budget": {"proposed": "submitted replaced", "submitted": "replaced", "replaced": ""},
    "dialogue": {"planned": "held not_held", "not_held": "held", "held": ""},
    "dissemination": {"done": ""},
}
CASES = list(itertools.product(DutyKind, DutyStatus, DutyStatus))
MONDAY = date(2025, 8, 4)


def a_record(kind=DutyKind.INSPECTION, *statuses, **last):
    events = [DutyEvent(DutyStatus(status), at(8, 4, 8, n), MONDAY, "A") for n, status in enumerate(statuses)]
    if last:
        end = events.pop()
        events.append(DutyEvent(end.status, end.at, **{"on": MONDAY, "actor": "A", **last}))
    return DutyRecord("ct", 2025, kind, HEALTH, "k1", {}, tuple(events))


def is_allowed(kind, current, future):
    try:
        check_move(kind, current, future)
    except MoveNotAllowed:
        return False
    return True


def test_a_move_is_allowed_exactly_when_it_is_drawn():
    wrong = [
        (kind, current, future)
        for kind, current, future in CASES
        if is_allowed(kind, current, future) != (future in DRAWN[kind].get(current, "").split())
    ]

    assert (len(CASES), wrong) == (9 * 19 * 19, [])


def test_asking_and_checking_agree():
    assert [case for case in CASES if can_move(*case) != is_allowed(*case)] == []


@pytest.mark.parametrize("kind", DutyKind)
def test_every_status_of_a_kind_can_be_reached_from_where_it_may_begin(kind):
    reached, waiting = set(), list(STARTS[kind])
    while waiting:
        status = waiting.pop()
        if status not in reached:
            reached.add(status)
            waiting.extend(MOVES[kind][status])

    assert {str(status) for status in reached} == DRAWN[kind].keys()


def test_each_kind_says_what_it_asks_and_needs_name_only_statuses_it_has():
    assert set(FACTS) == set(MOVES) == set(STARTS) == set(DutyKind)
    assert [(kind, status) for kind, status in NEEDS if status not in MOVES[kind]] == []
    assert [pair for pair in NEEDS if pair[1] in MADE_BY_RULE] == []


@pytest.mark.parametrize("status", ["dated", "redated"])
@pytest.mark.parametrize("kind", ["interim_review", "final_review"])
def test_a_review_has_no_date_without_the_decision_that_set_it(kind, status):
    assert set(NEEDS[DutyKind(kind), DutyStatus(status)]) == {"document", "document_on", "due"}


def test_a_refused_move_says_what_may_follow():
    with pytest.raises(MoveNotAllowed) as refusal:
        check_move(DutyKind.OBSTACLE, DutyStatus.REPORTED, DutyStatus.ANSWERED)

    assert refusal.value.key == "duty.move_not_allowed"
    assert refusal.value.params["allowed"] == (DutyStatus.CLOSED, DutyStatus.FORWARDED)
    assert isinstance(refusal.value, ActionNeeded)


@pytest.mark.parametrize(
    ("days", "is_overdue"), [(-1, False), (0, False), (1, True)], ids=["Monday", "Tuesday, its day", "Wednesday"]
)
def test_the_day_that_is_set_is_still_good(days, is_overdue):
    tuesday = date(2025, 8, 5)

    assert a_record(DutyKind.INSPECTION, "planned", due=tuesday).is_overdue(tuesday + timedelta(days)) == is_overdue


@pytest.mark.parametrize(
    ("kind", "statuses", "is_open"),
    [
        ("obstacle", ["reported"], True),
        ("obstacle", ["reported", "forwarded", "answered"], True),
        ("obstacle", ["reported", "closed"], False),
        ("interim_review", ["dated"], True),
        ("interim_review", ["dated", "held"], False),
        ("budget", ["proposed"], True),
        ("budget", ["proposed", "submitted"], False),
        ("dialogue", ["not_held"], False),
        ("dissemination", ["done"], False),
    ],
)
def test_open_is_what_somebody_still_has_to_act_on(kind, statuses, is_open):
    assert a_record(DutyKind(kind), *statuses).is_open == is_open


def test_a_finished_record_has_no_day_any_more():
    assert a_record(DutyKind.INSPECTION, "inspected", "closed", due=MONDAY).due is None


def test_a_record_as_of_a_moment_holds_what_had_been_told_by_then():
    record = a_record(DutyKind.OBSTACLE, "reported", "forwarded", "answered")

    assert [record.as_of(at(8, 4, 7, 59)), record.as_of(at(8, 4, 8, 1)).status] == [None, DutyStatus.FORWARDED]
    assert record.as_of(at(8, 5)) == record


@pytest.mark.parametrize("statuses", [["proposed"], ["proposed", "forwarded"], ["proposed", "forwarded", "refused"]])
def test_only_an_accepted_amendment_has_a_decision_to_cite(statuses):
    with pytest.raises(MoveNotAllowed):
        decision_of(a_record(DutyKind.AMENDMENT, *statuses))

    accepted = a_record(DutyKind.AMENDMENT, "proposed", "forwarded", "accepted", document="QĐ 1/QĐ-UBND")
    assert decision_of(accepted).document == "QĐ 1/QĐ-UBND"
