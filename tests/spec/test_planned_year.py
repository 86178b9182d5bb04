"""A year in advance: the real rules on a virtual clock, and what a supposition changes."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from plancycle.adapters.programme_files.folders import ProgrammeFiles
from plancycle.adapters.texts import Catalogue
from plancycle.domain.errors import DataProblem
from plancycle.domain.messages import MessageKind
from plancycle.domain.periods import Period
from plancycle.domain.planned_year import NEVER, WHEN_URGED, Fate, habit, plan_year
from plancycle.domain.what_if import what_if
from plancycle.domain.year_differences import Aspect, differences
from plancycle.services.difference_words import difference_words
from plancycle.services.planned_lines import letter_days, period_lines

FILES = ProgrammeFiles(Path(__file__).parents[2] / "programmes")
YEAR = 2025


@cache
def small():
    """The shipped programme with its departments only: no district, no commune."""
    programme = FILES.load("tn-nq94")
    return replace(programme, reporters=programme.reporters[:19], successions=())


@cache
def played(moves=(), merges=(), bounces=0, outages=()):
    return plan_year(small(), YEAR, FILES.working_days(small(), YEAR), what_if(moves, merges, bounces, outages))


def changed(**wanted):
    return differences(played(), played(**wanted))


def test_supposing_nothing_changes_nothing_and_the_same_year_is_the_same_again():
    assert changed() == ()
    assert plan_year(small(), YEAR, FILES.working_days(small(), YEAR)) == played()


def test_everybody_is_called_once_a_period_and_nobody_is_reminded_after_answering():
    calls = Counter((one.period, one.agency) for one in played().letters if one.kind is MessageKind.DATA_CALL)
    sent = {(one.period, one.agency): one.sent_at for one in played().answers if one.sent_at}

    assert set(calls.values()) == {1}
    assert len(calls) == 5 * 19
    assert [one for one in played().letters if one.at > sent.get((one.period, one.agency), one.at)] == []


def test_agencies_do_as_their_habit_says():
    """Whoever waits to be urged is late, whoever never answers is missing, all others are on time."""
    expected = {NEVER: Fate.MISSING, WHEN_URGED: Fate.LATE}

    assert {(one.fate, expected.get(habit(one.agency, one.period), Fate.ON_TIME)) for one in played().answers} <= {
        (fate, fate) for fate in Fate
    }


def test_three_days_down_before_10_12_miss_the_edition_and_say_so():
    """Down Monday 08/12 to Wednesday 10/12/2025: frozen on Thursday 11/12 at 08:05, after the due instant."""
    (edition,) = [one for one in changed(outages=("2025-12-08/3d",)) if one.aspect is Aspect.EDITION]

    assert (edition.is_missed, edition.before.is_in_time, edition.after.is_in_time) == (True, True, False)
    assert edition.after.frozen_at.astimezone(UTC) == datetime(2025, 12, 11, 1, 5, tzinfo=UTC)
    assert not any(one.is_missed for one in changed(outages=("2025-11-12/3d",)))


def test_after_an_outage_only_the_rung_reached_then_is_sent():
    down = played(outages=("2025-12-01/8d",))
    per_day = Counter((one.agency, one.at.date()) for one in down.letters if one.period is Period.ANNUAL)

    assert set(per_day.values()) == {1}


def test_a_moved_deadline_moves_its_dates_and_one_that_leaves_no_working_day_is_refused():
    due = {
        one.period: (one.before.day, one.after.day)
        for one in changed(moves=("annual=-5d",))
        if one.aspect is Aspect.DUE
    }

    assert due == {"annual": (10, 5)}
    with pytest.raises(DataProblem) as refused:
        played(moves=("annual=-12d",))
    assert refused.value.key == "calendar.cutoff_too_late"


def test_merged_bodies_owe_one_report_from_the_day_on():
    """Merged on Monday 01/09/2025, when the third quarter opens: two owe less, one owes more."""
    owing = [one for one in changed(merges=("so-y-te,so-khcn->so-moi@01/09/2025",)) if one.aspect is Aspect.OWING]

    assert {(one.period, one.agency, one.before is None) for one in owing} == {
        (period, agency, agency == "so-moi")
        for period in ("q3", "annual")
        for agency in ("so-y-te", "so-khcn", "so-moi")
    }


def test_a_refused_mailbox_costs_one_more_letter_and_without_a_second_one_the_agency_is_lost():
    refused = [one for one in changed(bounces=3) if one.aspect is Aspect.REFUSED]
    calendar = FILES.working_days(small(), YEAR)
    alone = plan_year(small(), YEAR, calendar, what_if(bounces=2), dict.fromkeys(small().reporters, False))

    assert [(one.before, one.after) for one in refused] == [(0, 1)] * 3
    assert len({one.agency for one in refused}) == 3
    assert len(alone.unreachable) == 2
    assert {one.fate for one in alone.answers if one.agency in alone.unreachable} == {Fate.MISSING}


# what is typed, which message says how it is written
WRONG = [
    ({"moves": ("annual-5",)}, "what_if.bad_move"),
    ({"moves": ("q9=5d",)}, "what_if.bad_move"),
    ({"moves": ("h1=5d",)}, "what_if.no_period"),
    ({"merges": ("a->b",)}, "what_if.bad_merge"),
    ({"merges": ("khong-co->b@01/09/2025",)}, "what_if.no_body"),
    ({"outages": ("2025-13-08/3d",)}, "what_if.bad_outage"),
    ({"outages": ("2025-12-08/0d",)}, "what_if.bad_outage"),
    ({"bounces": -1}, "what_if.bad_bounce"),
]


@pytest.mark.parametrize(("wanted", "key"), WRONG)
def test_a_supposition_that_cannot_be_read_says_how_to_write_it(wanted, key):
    with pytest.raises(DataProblem) as refused:
        played(**wanted)

    assert refused.value.key == key


def test_the_periods_of_the_comparison_stand_in_the_years_order_and_bodies_have_their_names():
    found = changed(moves=("annual=-5d",), merges=("so-y-te,so-khcn->so-moi@01/09/2025",), bounces=3)
    order = [str(period) for period in played().dates]
    letters = [order.index(one.period) for one in found if one.aspect is Aspect.LETTERS]
    names = {one.id: one.name for one in small().agencies}
    told = [difference_words(Catalogue().say, one, names)[2] for one in found if one.aspect is Aspect.OWING]

    assert letters == sorted(letters)
    assert {"Sở Y tế", "Sở Khoa học và Công nghệ", "so-moi"} == set(told)


def test_the_years_lines_count_every_letter_and_every_answer_once():
    year = played(outages=("2025-12-08/3d",))
    lines, days = period_lines(year), letter_days(year)

    assert [one.period for one in lines] == list(year.dates)
    assert sum(one.calls + one.reminders for one in lines) == sum(count for *_, count in days) == len(year.letters)
    assert sum(one.on_time + one.late + one.missing for one in lines) == len(year.answers)
    assert [day for day, *_ in days] == sorted(day for day, *_ in days)
