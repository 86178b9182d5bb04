"""Editing the calendar: dates to come move, the journal says from where to where and why, and says it once."""

import json
from dataclasses import replace
from datetime import date

import factories as f
import pytest
from fakes import PowerCut
from small_programme import ANNUAL, CYCLE, DURING_ANNUAL, HEALTH, HOME, Q1, YEAR, a_programme, at

from plancycle.domain.deadlines import PlanDeadline, Roll
from plancycle.domain.programme import AssignedWork
from plancycle.domain.working_days import AnnouncedDay, WorkingDays
from plancycle.services.enter_date import enter
from plancycle.services.open_cycle import open_cycle
from plancycle.services.project_calendar import journal_moves, moves
from plancycle.services.sweep import due_actions, perform

TUESDAY = date(2025, 12, 9)  # the soft due of the annual evaluation
SOURCE = "Công văn 99/VPCP-KGVX"


def announce(house, *days, source=SOURCE):
    house.programmes.calendar = WorkingDays(announced={day: AnnouncedDay(day, False, source) for day in days})


def sweep(house):
    return [one for one in perform(house, YEAR) if one.kind == "reproject"]


def journaled(house):
    with house.work() as work:
        found = work.audit.find(("calendar.moved",), CYCLE)
    return [(one.subject, json.loads(one.payload)) for one in found]


def test_opening_a_cycle_tells_the_journal_every_date():
    house = f.a_house()
    with house.work() as work:
        (opened,) = work.audit.find(("cycle.opened",), CYCLE)
    told = json.loads(opened.payload)["told"]

    assert list(told["dates"]) == ["annual", "plan", "q1", "q2", "q3"]
    assert told["dates"]["annual"]["soft_due"] == "2025-12-09T17:00:00+07:00"
    assert told["announced"] == {}


def test_nothing_is_journaled_while_the_calendar_stays():
    house = f.a_house()

    assert sweep(house) == []
    assert journaled(house) == []


def test_an_announced_day_off_moves_the_soft_due_and_the_journal_says_why():
    house = f.a_house()  # Monday 01/12/2025
    announce(house, TUESDAY)
    (action,) = sweep(house)
    ((subject, told),) = journaled(house)

    assert (action.period, action.key, subject) == ("annual", f"{CYCLE}/annual", f"{CYCLE}/annual")
    assert told["moved"]["soft_due"] == {"from": "2025-12-09T17:00:00+07:00", "to": "2025-12-08T17:00:00+07:00"}
    assert set(told["moved"]) == {"soft_due", "freeze"}
    assert "why.announced_off" in told["why"]["vi"]
    assert SOURCE in told["why"]["en"]


def test_the_move_is_journaled_once_and_again_when_the_announcement_is_withdrawn():
    house = f.a_house()
    announce(house, TUESDAY)
    sweep(house)
    before = house.database.tables.audit
    assert sweep(house) == []
    assert house.database.tables.audit == before
    announce(house)
    sweep(house)

    assert [told["moved"]["soft_due"]["to"] for _, told in journaled(house)] == [
        "2025-12-08T17:00:00+07:00",
        "2025-12-09T17:00:00+07:00",
    ]
    assert "why.announcement_withdrawn" in journaled(house)[1][1]["why"]["vi"]


def test_a_dry_sweep_says_what_it_would_journal_and_writes_nothing():
    house = f.a_house()
    announce(house, TUESDAY)
    before = house.database.tables

    assert [one.key for one in due_actions(house, YEAR) if one.kind == "reproject"] == [f"{CYCLE}/annual"]
    assert house.database.tables == before


# the moment of the edit, the day announced free, the periods that move
MOMENTS = [
    (at(3, 10), date(2025, 3, 20), ["q1"]),  # Mon 10/03/2025; Thu 20/03/2025 is the soft due of q1
    (at(3, 21), date(2025, 3, 20), []),  # Fri 21/03/2025: it has passed
    (at(3, 21), date(2025, 3, 24), []),  # only the freeze would move, and the deadline has passed
    (at(1, 10), date(2025, 6, 20), ["q2"]),  # Fri 10/01/2025, long before q2 opens
    (at(12, 9, 18), TUESDAY, []),  # after the soft due, before the deadline: what passed stays
]


@pytest.mark.parametrize(("now", "day", "periods"), MOMENTS)
def test_only_what_has_not_passed_moves(now, day, periods):
    house = f.a_house(now)
    announce(house, day)

    assert [move.period for move in moves(house, YEAR)] == periods


def test_an_instant_that_has_passed_stays_as_it_was_told_when_others_move():
    house = f.a_house(at(3, 20, 18))  # Thu 20/03/2025, after the soft due; due is 24:00, the freeze Tue 25/03
    announce(house, date(2025, 3, 20), date(2025, 3, 24))  # Thursday and Monday
    sweep(house)
    ((_, told),) = journaled(house)

    assert told["moved"] == {"freeze": {"from": "2025-03-25T17:00:00+07:00", "to": "2025-03-26T17:00:00+07:00"}}
    assert told["told"]["dates"]["q1"]["soft_due"] == "2025-03-20T17:00:00+07:00"
    assert sweep(house) == []


def test_a_rolled_deadline_moves_with_its_day():
    house = f.a_house(at(9, 10), opened=False)
    rules = tuple(replace(one, roll=Roll.NEXT, roll_basis="Điều 148") for one in a_programme().periods[1:4])
    house.programmes.programme = replace(a_programme(), periods=(*rules, a_programme().periods[4]))
    open_cycle(house, YEAR)
    announce(house, date(2025, 9, 22))  # Monday, to which Sat 20/09/2025 had rolled
    (move,) = moves(house, YEAR)

    assert [at.isoformat() for at in move.moved["due"]] == ["2025-09-23T00:00:00+07:00", "2025-09-24T00:00:00+07:00"]


def test_a_day_far_from_a_period_is_not_given_as_its_reason():
    house = f.a_house()
    announce(house, TUESDAY, date(2025, 5, 6))
    (move,) = moves(house, YEAR)

    assert [reason.params["day"] for reason in move.reasons] == [TUESDAY]


def test_a_cycle_whose_opening_told_no_dates_is_left_alone(monkeypatch):
    house = f.a_house(opened=False)
    monkeypatch.setattr("plancycle.services.open_cycle.projection", lambda work, view: None)
    open_cycle(house, YEAR)
    announce(house, TUESDAY)

    assert sweep(house) == []


def test_a_power_cut_leaves_the_move_to_the_next_sweep():
    house = f.a_house(DURING_ANNUAL)
    announce(house, TUESDAY)
    house.database.fail_at = house.database.commits + 1
    with pytest.raises(PowerCut):
        journal_moves(house, YEAR, {f"{CYCLE}/{ANNUAL}"})

    assert journaled(house) == []
    assert [one.key for one in sweep(house)] == [f"{CYCLE}/{ANNUAL}"]
    assert Q1 not in {move.period for move in moves(house, YEAR)}


WEDNESDAY = date(2025, 12, 31)
PLANS = (
    PlanDeadline("D3", "Báo cáo quý", "quarterly", (), 131, days=((3, 20), (6, 20), (9, 20), (12, 31))),
    PlanDeadline("D5", "Khó khăn", "event", (), 23, text="kịp thời"),
    PlanDeadline("D6", "Sơ kết", "authority_sets", (HOME,), 131),
    PlanDeadline("D7", "Đề án", "external_schedule", (), 147),
)
SCHEME = AssignedWork("E02.18", 2, "Đề án", "tham mưu", 147, (HEALTH,), deadline="D7", ministry_schedule="bo-noi-vu")


def with_deadlines(now=DURING_ANNUAL, deadlines=PLANS):
    house = f.a_house(now, opened=False)
    programme = a_programme()
    house.programmes.programme = replace(programme, deadlines=deadlines, works=(*programme.works, SCHEME))
    open_cycle(house, YEAR)
    return house


def entered(house, subject, day, document="Công văn 45/BNV"):
    enter(house, subject, day, document, "Nguyễn Thị Lập")
    with house.work() as work:
        return json.loads(work.audit.find(("deadline.entered",), CYCLE)[-1].payload)


def test_a_deadline_of_the_plan_moves_with_its_calendar_and_is_journaled_once():
    house = with_deadlines()
    announce(house, date(2025, 12, 30))  # Tuesday, the last working day before 31/12 is excluded: its soft due
    (action,) = sweep(house)
    ((subject, told),) = journaled(house)

    assert (action.period, action.key, subject) == ("", f"{CYCLE}/D3/4", f"{CYCLE}/D3/4")
    assert told["moved"] == {"soft_due": {"from": "2025-12-30T17:00:00+07:00", "to": "2025-12-29T17:00:00+07:00"}}
    assert SOURCE in told["why"]["vi"]
    assert sweep(house) == []


def test_entering_a_date_tells_from_where_to_where_why_and_who_owes_by_it():
    house = with_deadlines()
    first = entered(house, "E02.18", WEDNESDAY)
    second = entered(house, "E02.18", date(2025, 12, 24), "Công văn 46/BNV")

    assert first["moved"]["due"] == {"from": None, "to": "2026-01-01T00:00:00+07:00"}
    assert second["moved"]["due"] == {"from": "2026-01-01T00:00:00+07:00", "to": "2025-12-25T00:00:00+07:00"}
    assert (second["bodies"], "moved.due" in second["why"]["vi"]) == ([HEALTH], True)
    assert "Công văn 46/BNV" in second["why"]["en"]
    assert sweep(house) == []


def test_an_entered_date_moves_with_the_calendar_and_whoever_owes_by_it_is_named():
    house = with_deadlines()
    entered(house, "E02.18", WEDNESDAY)
    announce(house, WEDNESDAY)
    assert sorted(one.key for one in sweep(house)) == [f"{CYCLE}/E02.18"]
    ((_, told),) = journaled(house)

    assert told["moved"] == {"soft_due": {"from": "2025-12-31T17:00:00+07:00", "to": "2025-12-30T17:00:00+07:00"}}
    assert told["bodies"] == [HEALTH]
    assert sweep(house) == []


def test_an_entered_event_has_the_day_it_arose_and_no_calendar_moves_it():
    house = with_deadlines()
    told = entered(house, "D5", date(2025, 12, 5))
    announce(house, date(2025, 12, 5))

    assert "moved" not in told
    assert sweep(house) == []


def test_an_amended_plan_moves_its_deadlines_and_the_version_is_the_reason():
    house = with_deadlines()
    later = replace(PLANS[0], days=(*PLANS[0].days[:3], (12, 30)))
    new = PlanDeadline("D9", "Mới", "yearly", (HOME,), 5, before_month_day="12-24")
    house.programmes.programme = replace(house.programmes.programme, version="2" * 64, deadlines=(later, new))
    house.database.tables.cycles[CYCLE] = replace(house.database.tables.cycles[CYCLE], programme_version="2" * 64)
    sweep(house)
    told = dict(journaled(house))

    assert sorted(told) == [f"{CYCLE}/D3/4", f"{CYCLE}/D9"]
    assert told[f"{CYCLE}/D9"]["moved"]["due"] == {"from": None, "to": "2025-12-24T00:00:00+07:00"}
    assert "why.new_version" in told[f"{CYCLE}/D3/4"]["why"]["vi"]
    assert sweep(house) == []
