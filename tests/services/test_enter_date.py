"""Entering a date that the plan leaves open: kept with who and by which document, journaled, never twice."""

import json
from dataclasses import replace
from datetime import date

import factories as f
import pytest
from fakes import PowerCut
from small_programme import BEFORE_YEAR, DURING_ANNUAL, HEALTH, HOME, YEAR, a_programme, at

from plancycle.domain.deadlines import PlanDeadline
from plancycle.domain.due_dates import Wording
from plancycle.domain.errors import ActionNeeded, DataProblem, NotFound
from plancycle.domain.programme import AssignedWork
from plancycle.services.enter_date import enter
from plancycle.services.explain_dates import explain
from plancycle.services.grant_extension import grant
from plancycle.services.open_cycle import open_cycle

DECISION, PERSON = "Quyết định 12/QĐ-UBND ngày 03/03/2025", "Nguyễn Thị Lập"
JUNE_30 = date(2025, 6, 30)  # Monday
DEADLINES = (
    PlanDeadline("D2", "Đánh giá năm", "yearly", (), 131, before_month_day="12-10"),
    PlanDeadline("D5", "Báo cáo khó khăn", "event", (), 23, text="kịp thời"),
    PlanDeadline("D6", "Sơ kết", "authority_sets", (HOME,), 131),
    PlanDeadline("D7", "Đề án", "external_schedule", (HOME,), 147),
)
SCHEME = AssignedWork(
    "E02.18", 2, "Đề án dân chủ", "tham mưu", 147, (HOME,), deadline="D7", ministry_schedule="bo-noi-vu"
)


def a_house():
    house = f.a_house(BEFORE_YEAR, opened=False)
    programme = a_programme()
    house.programmes.programme = replace(programme, deadlines=DEADLINES, works=(*programme.works, SCHEME))
    open_cycle(house, YEAR)
    house.clock.at = DURING_ANNUAL
    return house


def entered(house, subject="D6", day=JUNE_30, document=DECISION, person=PERSON, **more):
    return enter(house, subject, day, document, person, **more)


def rows(house):
    return house.database.tables.entered_dates


def events(house):
    with house.work() as work:
        return [one for one in work.audit.all() if one.action == "deadline.entered"]


def shown(house, agency=""):
    found = explain(house, YEAR, agency)
    return {one.work or one.deadline: one.at for one in found if one.deadline and one.what != "cutoff"}


def test_an_entered_date_is_kept_and_journaled_with_who_and_by_which_document():
    house = a_house()
    one = entered(house)
    (event,) = events(house)

    assert (one.year, one.day, one.document, one.entered_by, one.entered_at) == (
        YEAR, JUNE_30, DECISION, PERSON, house.clock.at,
    )  # fmt: skip
    assert (event.actor, event.subject) == (PERSON, "ct-2025/D6")
    told = json.loads(event.payload)
    said = {"before": None, "day": "2025-06-30", "document": DECISION, "wording": "by"}
    assert {name: told[name] for name in said} == said
    assert told["moved"]["due"] == {"from": None, "to": "2025-07-01T00:00:00+07:00"}
    assert shown(house)["D6"] == at(7, 1, 0)


def test_entering_the_same_twice_is_entering_it_once():
    house = a_house()
    first = entered(house)
    house.clock.at = at(12, 2)

    assert entered(house, document=f"  {DECISION} ") == first
    assert (len(rows(house)), len(events(house))) == (1, 1)


def test_a_changed_date_stands_and_the_journal_names_the_one_before():
    house = a_house()
    entered(house)
    entered(house, day=date(2025, 7, 15))
    entered(house)  # and back again

    assert shown(house)["D6"] == at(7, 1, 0)
    assert [json.loads(one.payload)["before"] for one in events(house)] == [None, "2025-06-30", "2025-07-15"]


def test_every_event_is_kept_once_in_any_order():
    house = a_house()
    for day in (date(2025, 3, 5), date(2025, 7, 9), date(2025, 3, 5)):
        entered(house, "D5", day)

    assert [one.day for one in rows(house)] == [date(2025, 3, 5), date(2025, 7, 9)]


def test_a_date_may_count_for_the_year_beside_its_own():
    house = a_house()
    one = entered(house, day=date(2026, 1, 31), year=YEAR)

    assert (one.year, shown(house)["D6"].date()) == (YEAR, date(2026, 2, 1))


# what is changed, problem, key
REFUSED = [
    ({"subject": "D2"}, ActionNeeded, "deadline.dated_by_plan"),
    ({"subject": "D7"}, ActionNeeded, "deadline.one_date_a_work"),
    ({"subject": "D77"}, NotFound, "not_found.deadline"),
    ({"document": "   "}, ActionNeeded, "deadline.document_needed"),
    ({"document": "x" * 501}, ActionNeeded, "deadline.document_needed"),
    ({"person": ""}, ActionNeeded, "deadline.person_needed"),
    ({"person": "x" * 81}, ActionNeeded, "deadline.person_needed"),
    ({"day": date(2205, 6, 30), "year": YEAR}, ActionNeeded, "deadline.other_year"),
]


@pytest.mark.parametrize(("changed", "problem", "key"), REFUSED)
def test_what_cannot_be_entered_is_refused_and_nothing_changes(changed, problem, key):
    house = a_house()
    before = house.database.tables
    with pytest.raises(problem) as refused:
        entered(house, **changed)

    assert refused.value.key == key
    assert house.database.tables == before


def test_a_power_cut_leaves_neither_a_date_nor_an_event():
    house = a_house()
    before = house.database.tables
    house.database.fail_at = house.database.commits + 1
    with pytest.raises(PowerCut):
        entered(house)

    assert house.database.tables == before


def test_the_calendar_lists_every_period_and_every_deadline_and_those_of_an_agency_only_when_asked():
    house = a_house()
    entered(house, "E02.18")
    everything = explain(house, YEAR)

    assert [one.what for one in everything if one.period == "q1"] == ["opens", "cutoff", "due", "freeze"]
    assert shown(house) == {"D2": at(12, 10, 0), "D5": None, "D6": None, "E02.18": at(7, 1, 0)}
    assert shown(house, HEALTH) == {"D2": at(12, 10, 0), "D5": None}
    assert [one for one in everything if not one.reasons] == []
    with pytest.raises(NotFound):
        explain(house, YEAR, "bo-noi-vu")


def test_an_extension_comes_last_and_moves_that_agencys_dates_only():
    house = a_house()
    # until the end of Sat 13/12/2025
    grant(house, f.owed(HEALTH), at(12, 14, 0), "Bão lũ", "so-y-te", "giam-doc", f.DECISION)

    def due(agency):
        return next(one for one in explain(house, YEAR, agency) if (one.period, one.what) == ("annual", "due"))

    assert (due(HEALTH).at, due(HEALTH).soft_at) == (at(12, 14, 0), at(12, 12, 17))  # Fri 12/12/2025
    assert (due(HEALTH).reasons[-1].key, due(HEALTH).reasons[-1].params["reason"]) == ("why.extended", "Bão lũ")
    assert (due(HOME).at, due(HOME).reasons) == (at(12, 10, 0), due("").reasons)


def test_a_wording_that_excludes_the_day_is_kept():
    house = a_house()
    entered(house, wording=Wording.BEFORE)

    assert shown(house)["D6"] == at(6, 30, 0)


def test_a_date_that_cannot_be_a_due_day_in_the_calendar_is_a_clear_problem():
    house = a_house()
    rule = replace(a_programme().periods[1], due=(2, 29))
    house.programmes.programme = replace(a_programme(), version="2" * 64, periods=(rule,))
    with pytest.raises(DataProblem) as refused:
        explain(house, 2027)

    assert refused.value.key == "calendar.no_such_day"
