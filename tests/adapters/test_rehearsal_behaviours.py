"""The table of simulated clerks: it names exactly those who play, and every habit has its clerk."""

from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from plancycle.adapters.programme_files.folders import ProgrammeFiles
from plancycle.domain.deadlines import period_dates
from plancycle.domain.periods import Period
from plancycle.rehearsal import stage
from plancycle.rehearsal.behaviours import (
    BEHAVIOURS,
    OPERATOR,
    ORDINARY,
    Errand,
    Mishap,
    Sending,
    Typing,
    behaviour_of,
)
from plancycle.rehearsal.cast import cast_of
from plancycle.rehearsal.clerks import instant
from plancycle.rehearsal.timetable import ANNUAL_ROUND, ROUND, Step, timetable

FILES = ProgrammeFiles(Path(__file__).parents[2] / "programmes")
PROGRAMME = FILES.load("tn-nq94")
ZONE = ZoneInfo(PROGRAMME.timezone)


def calendar_of(year):
    days = FILES.working_days(PROGRAMME, year)
    return {period: period_dates(PROGRAMME.period_rule(period), year, days, ZONE) for period in PROGRAMME.order}


CALENDAR = calendar_of(2025)
CONDUCTS = [behaviour.in_period(period) for behaviour in BEHAVIOURS.values() for period in PROGRAMME.order]
MISHAPS = {sending.mishap for conduct in CONDUCTS for sending in conduct.sendings}
MISHAPS |= {mishap for conduct in CONDUCTS for mishap in conduct.then}


def test_everybody_who_plays_has_a_line_and_nobody_else(tmp_path):
    programme = stage.furnish(tmp_path, "tn-nq94", 0, 2026)

    assert set(BEHAVIOURS) == set(cast_of(programme))


def test_an_agency_without_a_line_is_an_ordinary_one():
    assert behaviour_of("xa-moi") is ORDINARY


def test_every_mishap_happens_to_somebody():
    assert set(Mishap) - MISHAPS == set()


def test_every_way_of_typing_is_somebodys():
    assert {behaviour.typing for behaviour in BEHAVIOURS.values()} == set(Typing)


@pytest.mark.parametrize(
    ("agency", "period", "sendings"),
    [
        ("xa-dai-tu-05830", Period.ANNUAL, ["2025-12-09T19:10"]),
        ("xa-dinh-hoa-05569", Period.ANNUAL, ["2025-12-10T08:15"]),
        ("tt-thong-tin", Period.Q3, []),
        ("tt-thong-tin", Period.ANNUAL, []),
        ("so-vhttdl", Period.Q1, ["2025-03-21T09:30"]),
        ("thanh-tra-tinh", Period.Q2, ["2025-06-23T09:30"]),
        ("huyen-vo-nhai", Period.Q1, ["2025-03-29T09:30"]),
        ("cong-an-tinh", Period.Q2, ["2025-06-15T09:30", "2025-06-19T09:30", "2025-06-20T09:30"]),
        ("so-y-te", Period.Q2, ["2025-06-15T09:30", "2025-06-19T09:30"]),
        ("so-noi-vu", Period.PLAN, ["2025-02-03T09:30"]),
    ],
)
def test_files_leave_when_the_story_says(agency, period, sendings):
    planned = [instant(CALENDAR[period], sending) for sending in behaviour_of(agency).in_period(period).sendings]

    assert planned == [datetime.fromisoformat(text).replace(tzinfo=ZONE) for text in sendings]


def test_late_days_count_from_the_last_on_time_day_and_others_from_the_soft_due():
    third_quarter = CALENDAR[Period.Q3]  # due on Saturday 20/09, soft due on Friday 19/09

    assert instant(third_quarter, Sending(0)).date().isoformat() == "2025-09-19"
    assert instant(third_quarter, Sending(1)).date().isoformat() == "2025-09-21"


def test_the_operator_deals_with_reporters_on_days_of_the_timetable():
    days = {
        (tick.period, tick.day) for tick in timetable(CALENDAR) if Step.ERRANDS in tick.steps and tick.day is not None
    }

    assert {act.agency for act in OPERATOR} <= set(PROGRAMME.reporters)
    assert {(act.period, act.day) for act in OPERATOR} <= days
    assert {act.errand for act in OPERATOR} == set(Errand)


@pytest.mark.parametrize("year", range(2024, 2036))
def test_every_file_of_every_year_finds_a_later_moment_that_takes_it_in(year):
    calendar = calendar_of(year)
    sweeps = [tick.at for tick in timetable(calendar) if Step.SWEEP in tick.steps]
    last = {
        instant(calendar[period], sending)
        for behaviour in BEHAVIOURS.values()
        for period in PROGRAMME.order
        for sending in behaviour.in_period(period).sendings
    }

    assert [at for at in last if at > sweeps[-1]] == []


def test_the_year_is_told_in_order_and_in_few_enough_steps():
    ticks = timetable(CALENDAR)

    assert [tick.at for tick in ticks] == sorted(tick.at for tick in ticks)
    assert sum(Step.SWEEP in tick.steps or Step.OPEN in tick.steps for tick in ticks) <= 60


def test_the_annual_report_is_returned_approved_and_sent_before_midnight():
    day = [tick for tick in timetable(CALENDAR) if f"{tick.at:%d/%m}" == "09/12"]
    decided = [tick.at.time() for tick in day if Step.DECIDE in tick.steps]

    assert decided == [time(18, 30), time(20, 15)]
    assert [tick.at.time() for tick in day if tick.at.time() > decided[-1]] == [time(20, 30), time(20, 45)]
    assert all(tick.at < CALENDAR[Period.ANNUAL].due_at for tick in day)


@pytest.mark.parametrize("rounds", [ROUND, ANNUAL_ROUND])
def test_a_round_opens_collects_decides_and_hears_back(rounds):
    assert {step for moment in rounds for step in moment.steps} == set(Step)
