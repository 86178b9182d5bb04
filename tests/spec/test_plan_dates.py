"""The plan's own deadlines: what it dates, what somebody must still date, and what is said meanwhile."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from small_programme import HEALTH, HOME, a_programme, at

from plancycle.domain.agencies import Agency, AgencyKind
from plancycle.domain.deadlines import PlanDeadline
from plancycle.domain.due_dates import Roll, Wording
from plancycle.domain.errors import ActionNeeded, DataProblem, NotFound
from plancycle.domain.plan_dates import EnteredDate, check_can_be_entered, plan_dates
from plancycle.domain.programme import AssignedWork
from plancycle.domain.working_days import WorkingDays

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
BEFORE, BY = Wording.BEFORE, Wording.BY
AGRICULTURE = Agency("bo-nnptnt", "Bộ Nông nghiệp và Phát triển nông thôn", AgencyKind.MINISTRY)
SCHEMES = (
    AssignedWork(
        "E02.18", 2, "Đề án của Bộ Nội vụ", "tham mưu", 147, (HOME,), deadline="D7", ministry_schedule="bo-noi-vu"
    ),
    AssignedWork(
        "E04.7", 4, "Đề án của Bộ NN", "tham mưu", 165, (HEALTH,), deadline="D7", ministry_schedule="bo-nnptnt"
    ),
)


def deadline(kind, name="D1", **more):
    return PlanDeadline(name, f"Hạn {name}", kind, (), 35, **more)


ONE_OFF = deadline("one_off", before_date=date(2024, 8, 15), text="trước ngày 15/8/2024")
YEARLY = deadline("yearly", before_month_day="12-10")
HALVES = deadline("half_yearly", days=((6, 20), (12, 20)), wording=BY, cutoffs=((6, 14), (12, 14)))
QUARTERS = deadline(
    "quarterly",
    days=((3, 20), (6, 20), (9, 20), (12, 20)),
    wording=BY,
    cutoffs=((3, 14), (6, 14), (9, 14), (12, 14)),
)
ROLLED = replace(QUARTERS, roll=Roll.NEXT, roll_basis="Điều 148")
EVENT = deadline("event", "D5", text="kịp thời")
REVIEW = deadline("authority_sets", "D6", text="kịp thời chỉ đạo")
SCHEME = deadline("external_schedule", "D7", text="theo tiến độ của Bộ")
OWN = deadline("yearly", "D3", configurable=True)
PERIODIC = deadline("periodic", "D4", text="định kỳ")


def programme_with(*deadlines):
    programme = a_programme()
    return replace(
        programme,
        deadlines=deadlines,
        works=(*programme.works, *SCHEMES),
        agencies=(*programme.agencies, AGRICULTURE),
    )


def entered(subject, day, wording=BY, **more):
    one = EnteredDate("ct", 2025, subject, day, wording, "Quyết định 12/QĐ-UBND", "Nguyễn Thị Lập", at(3, 3))
    return replace(one, **more)


def dates(one, *known, year=2025, calendar=None):
    return plan_dates(programme_with(one), year, calendar or WorkingDays(), known)


def keys(one):
    return [reason.key.removeprefix("why.") for reason in one.reasons]


def days(found):
    return [one.at.strftime("%a %d/%m/%Y") if one.at else None for one in found]


# the rule, the year asked for, the first moments that are late
DATED = [
    (ONE_OFF, 2024, ["Thu 15/08/2024"]),
    (ONE_OFF, 2026, ["Thu 15/08/2024"]),
    (YEARLY, 2025, ["Wed 10/12/2025"]),
    (YEARLY, 2028, ["Sun 10/12/2028"]),
    (HALVES, 2025, ["Sat 21/06/2025", "Sun 21/12/2025"]),
    (QUARTERS, 2026, ["Sat 21/03/2026", "Sun 21/06/2026", "Mon 21/09/2026", "Mon 21/12/2026"]),
    (ROLLED, 2025, ["Fri 21/03/2025", "Sat 21/06/2025", "Tue 23/09/2025", "Tue 23/12/2025"]),
    (deadline("one_off", by_date=date(2024, 8, 15)), 2024, ["Fri 16/08/2024"]),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "year", "expected"), DATED)
def test_what_the_plan_dates_has_its_instants(rule, year, expected):
    found = dates(rule, year=year)

    assert days(found) == expected
    assert {one.at.timetz() for one in found} == {datetime(2025, 1, 1, tzinfo=HANOI).timetz()}


def test_each_quarter_has_its_cut_off_and_one_that_leaves_no_working_day_is_refused():
    found = dates(QUARTERS)
    too_late = replace(QUARTERS, cutoffs=((3, 14), (6, 14), (9, 19), (12, 14)))  # Fri 19/09 leaves Sat 20/09/2025 only

    assert [one.cutoff for one in found] == [date(2025, month, 14) for month in (3, 6, 9, 12)]
    assert [keys(one)[-1] for one in found] == ["cutoff"] * 4
    with pytest.raises(DataProblem):
        dates(too_late)


# the rule, the subject, what is said while there is no date
UNDATED = [
    (EVENT, "D5", ["plan_says", "no_date_event", "enter"]),
    (REVIEW, "D6", ["plan_says", "no_date_authority", "enter"]),
    (OWN, "D3", ["plan_line", "no_date_configurable", "enter"]),
    (PERIODIC, "D4", ["plan_says", "no_date", "enter"]),
]


@pytest.mark.parametrize(("rule", "subject", "said"), UNDATED)
def test_what_the_plan_leaves_open_has_no_date_and_says_what_to_enter(rule, subject, said):
    (found,) = dates(rule)

    assert (found.deadline, found.at, found.soft_at, keys(found)) == (subject, None, None, said)
    assert found.reasons[-1].params["deadline"] == subject


def test_a_scheme_by_the_ministries_timetable_is_one_deadline_a_work():
    found = dates(SCHEME, entered("E04.7", date(2025, 6, 30)))

    owners = [(one.deadline, one.work, one.owner) for one in found]
    assert owners == [("D7", "E02.18", (HOME,)), ("D7", "E04.7", (HEALTH,))]
    assert days(found) == [None, "Tue 01/07/2025"]  # by Mon 30/06/2025
    assert found[0].reasons[1].params["ministry"] == "Bộ Nội vụ"
    assert keys(found[1]) == ["plan_says", "entered", "rule_by", "ordinary", "soft_same"]


def test_the_newest_entered_date_stands_and_its_wording_counts():
    found = dates(REVIEW, entered("D6", date(2025, 6, 20)), entered("D6", date(2025, 6, 30), BEFORE))

    assert days(found) == ["Mon 30/06/2025"]
    assert found[0].soft_at == datetime(2025, 6, 27, 17, tzinfo=HANOI)  # Fri 27/06/2025, before Sun 29/06/2025


def test_every_event_stands_and_none_is_counted_as_late():
    found = dates(EVENT, entered("D5", date(2025, 3, 5)), entered("D5", date(2025, 7, 9)))

    assert days(found) == ["Wed 05/03/2025", "Wed 09/07/2025"]
    assert [one.soft_at for one in found] == [None, None]
    assert keys(found[0]) == ["plan_says", "entered", "event"]


def test_the_date_of_another_subject_changes_nothing():
    assert days(dates(REVIEW, entered("D3", date(2025, 6, 20)))) == [None]


# subject, problem, key
REFUSED = [
    ("D1", ActionNeeded, "deadline.dated_by_plan"),
    ("D7", ActionNeeded, "deadline.one_date_a_work"),
    ("D99", NotFound, "not_found.deadline"),
    ("n1", NotFound, "not_found.deadline"),
]


@pytest.mark.parametrize(("subject", "problem", "key"), REFUSED)
def test_a_date_is_entered_only_for_what_the_plan_leaves_open(subject, problem, key):
    with pytest.raises(problem) as refused:
        check_can_be_entered(programme_with(YEARLY, SCHEME, REVIEW), subject)

    assert refused.value.key == key


@pytest.mark.parametrize("subject", ["D3", "D5", "D6", "E02.18", "E04.7"])
def test_what_the_plan_leaves_open_takes_a_date(subject):
    assert check_can_be_entered(programme_with(OWN, EVENT, REVIEW, SCHEME), subject).id == subject
