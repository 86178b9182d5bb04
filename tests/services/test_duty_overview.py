"""Who owes which of the plan's other duties, the budget added up, the year in a few numbers."""

import json
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import duty_samples as d
import factories as f
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_programme import CYCLE, DISTRICT, EVERYBODY, FINANCE, HEALTH, HOME, ZONE, at

from plancycle.domain.duties import DutyKind
from plancycle.domain.duty_rules import Told
from plancycle.domain.duty_standing import Standing, is_published_late
from plancycle.domain.errors import ActionNeeded, DataProblem, MoveNotAllowed, SeveralProblems
from plancycle.services.chase_agencies import due, queue_all
from plancycle.services.duty_overview import budget, listed, owed, submit_budget, summary
from plancycle.services.enter_date import enter

AUGUST_14 = datetime(2024, 8, 14, 9, tzinfo=ZONE)  # Wednesday, the last good day
HANDED_IN = Told(by="Lê C", document="Tờ trình số 5/TTr-STC", document_on="10/03/2025")


def standings(house, year, kind):
    return {line.body: str(line.standing) for line in owed(house, year, DutyKind(kind))}


def test_before_the_fifteenth_of_august_excludes_that_day():
    (line, *_) = owed(d.a_house(AUGUST_14), 2024, DutyKind.DISSEMINATION)

    assert line.last_day == date(2024, 8, 14)  # Wednesday


def test_a_day_that_the_coordinator_has_chosen_and_entered_takes_the_place_of_the_end_of_the_year():
    house = d.a_house()
    before = {line.last_day for line in owed(house, 2025, DutyKind.DIALOGUE)}
    enter(house, "D8", date(2025, 3, 31), "Công văn số 9/SNV", "Lê C")  # Monday
    house.clock.at = at(4, 1)

    assert (before, {line.last_day for line in owed(house, 2025, DutyKind.DIALOGUE)}) == (
        {date(2025, 12, 31)},
        {date(2025, 3, 31)},
    )
    assert standings(house, 2025, "dialogue")[DISTRICT] == "overdue"


@pytest.mark.parametrize(
    ("day", "standing"),
    [(13, "open"), (14, "open"), (15, "overdue"), (16, "overdue")],
    ids=["Tuesday", "Wednesday, the last good day", "Thursday, the day that is named", "Friday"],
)
def test_who_has_not_disseminated_is_overdue_after_the_last_good_day(day, standing):
    house = d.a_house(AUGUST_14.replace(day=day))

    assert standings(house, 2024, "dissemination") == dict.fromkeys(EVERYBODY, standing)


@pytest.mark.parametrize(("on", "standing"), [("14/08/2024", "done"), ("15/08/2024", "done_late")])
def test_dissemination_is_judged_by_the_day_it_was_done_not_the_day_it_was_told(on, standing):
    house = d.a_house()
    record = d.added(house, "dissemination", on=on)

    assert (record.year, standings(house, 2024, "dissemination")[HEALTH]) == (2024, standing)


def test_the_first_time_it_was_done_counts():
    house = d.a_house()
    d.added(house, "dissemination", "lan-2", on="20/09/2024")
    d.added(house, "dissemination", "lan-1", on="01/08/2024")

    assert standings(house, 2024, "dissemination")[HEALTH] == "done"


def test_the_milestone_is_owed_in_its_own_year_only():
    assert owed(d.a_house(), 2025, DutyKind.DISSEMINATION) == ()


def test_invited_bodies_never_owe_and_are_listed_when_they_did_it_anyway():
    house = d.a_house(AUGUST_14)
    d.added(house, "dissemination", body="tinh-doan")
    found = standings(house, 2024, "dissemination")
    house.clock.at = at(3, 10)

    assert found == {**dict.fromkeys(EVERYBODY, "open"), "tinh-doan": "voluntary"}
    assert standings(house, 2024, "dissemination")["tinh-doan"] == "voluntary"


@pytest.mark.parametrize(
    ("told", "now", "standing"),
    [
        (None, at(12, 31), "open"),
        (None, datetime(2026, 1, 1, 0, tzinfo=ZONE), "overdue"),
        ({"status": "planned", "due": "26/03/2025"}, at(3, 26), "planned"),
        ({"status": "planned", "due": "26/03/2025"}, at(3, 27), "overdue"),
        ({"status": "not_held", "note": "Sáp nhập"}, at(12, 31), "not_held"),
        ({"status": "held", "document": "TB 3"}, datetime(2026, 1, 5, tzinfo=ZONE), "done"),
    ],
    ids=["last day of the year", "the year is over", "its day", "the day after", "not held", "held"],
)
def test_a_dialogue_is_owed_once_a_year_by_those_the_plan_names(told, now, standing):
    house = d.a_house(at(3, 10))  # Monday 10/03/2025
    if told:
        d.added(house, "dialogue", **{"document": "", **told})
    house.clock.at = now

    assert standings(house, 2025, "dialogue")[DISTRICT] == standing
    assert set(standings(house, 2025, "dialogue")) == {d.PROVINCE, DISTRICT}


@pytest.mark.parametrize(("published", "is_late"), [("24/02/2025", False), ("25/02/2025", True), ("", False)])
def test_a_dialogue_is_published_thirty_days_before(published, is_late):
    record = d.added(
        d.a_house(), "dialogue", status="planned", document="", due="26/03/2025", published=published
    )  # Wednesday 26/03/2025

    assert is_published_late(record) == is_late


def test_a_dialogue_that_was_not_held_can_still_be_held():
    house = d.a_house()
    record = d.added(house, "dialogue", status="not_held", document="", note="Bão")
    d.moved(house, record, "held", document="TB 4")

    assert standings(house, 2025, "dialogue")[DISTRICT] == "done"


def test_the_budget_adds_up_exactly_and_names_who_is_missing():
    house = d.a_house()
    d.added(house, "budget", body=FINANCE, amount="0,1", year=2026)
    d.added(house, "budget", body=HEALTH, amount="0,2", year=2026)
    found = budget(house, 2026)

    assert (found.total, found.submitted_total, found.missing) == (Decimal("0.3"), Decimal(0), (HOME, DISTRICT))
    assert (found.gathered_by, found.unit, [one.body for one in found.proposals]) == (
        HOME,
        "triệu đồng",
        [HEALTH, FINANCE],
    )


def test_a_day_the_coordinator_has_chosen_lies_in_the_year_before_the_money():
    programme = d.with_duties()
    made = tuple(replace(duty, due_day=(7, 15) if duty.makes is DutyKind.BUDGET else None) for duty in programme.duties)
    house = d.a_house(at(7, 15), programme=replace(programme, duties=made))  # Tuesday 15/07/2025
    d.added(house, "budget", year=2026)
    house.clock.at = at(7, 16)
    d.added(house, "budget", body=FINANCE, year=2026)

    assert standings(house, 2026, "budget") == {
        HOME: "overdue",
        HEALTH: "done",
        FINANCE: "done_late",
        DISTRICT: "overdue",
    }
    assert {line.last_day for line in owed(house, 2026, DutyKind.BUDGET)} == {date(2025, 7, 15)}


def test_no_date_is_invented_for_the_budget():
    house = d.a_house(at(12, 31))

    assert {line.last_day for line in owed(house, 2025, DutyKind.BUDGET)} == {None}
    assert set(standings(house, 2025, "budget").values()) == {"open"}


@given(st.lists(st.decimals(0, 10**9, places=1), max_size=6))
def test_any_amounts_add_up_to_their_exact_sum_whoever_sends_again(amounts):
    house = d.a_house()
    kept = {}
    for number, amount in enumerate(amounts):
        body = EVERYBODY[number % 3]
        d.added(house, "budget", f"v{number}", body, amount=str(amount).replace(".", ","))
        kept[body] = amount

    assert budget(house, 2025).total == sum(kept.values(), Decimal(0))


def test_the_budget_is_handed_in_as_one_and_what_changes_afterwards_waits_for_the_next_time():
    house = d.a_house()
    d.added(house, "budget", "v1", FINANCE, amount="10")
    d.added(house, "budget", "v1", HEALTH, amount="20")
    first = submit_budget(house, 2025, HANDED_IN)
    d.added(house, "budget", "v2", HEALTH, amount="25")
    between = budget(house, 2025)
    second = submit_budget(house, 2025, replace(HANDED_IN, document="Tờ trình số 6/TTr-STC"))

    assert (first.total, first.submitted_total) == (Decimal(30), Decimal(30))
    assert (between.total, between.submitted_total) == (Decimal(35), Decimal(30))
    assert (second.total, second.submitted_total) == (Decimal(35), Decimal(35))
    assert [(one.key, str(one.status)) for one in listed(house, 2025, body=HEALTH)] == [
        ("v1", "replaced"),
        ("v2", "submitted"),
    ]


def test_handing_in_twice_changes_nothing():
    house = d.a_house()
    d.added(house, "budget")
    submit_budget(house, 2025, HANDED_IN)
    before = house.database.tables
    submit_budget(house, 2025, HANDED_IN)

    assert house.database.tables == before


def test_nothing_is_handed_in_without_a_document_or_a_proposal():
    house = d.a_house()
    with pytest.raises(ActionNeeded):
        submit_budget(house, 2025, HANDED_IN)
    with pytest.raises(SeveralProblems):
        submit_budget(house, 2025, Told(by="Lê C"))


def test_the_list_is_chosen_by_kind_year_and_body_and_by_what_was_known_then():
    house = d.a_house()
    d.added(house, "obstacle")
    house.clock.at = at(3, 12)  # Wednesday 12/03/2025
    d.added(house, "obstacle", "k2", FINANCE)
    d.added(house, "dissemination")
    house.clock.at = at(3, 11)
    then = listed(house)
    house.clock.at = at(3, 13)

    assert [one.key for one in then] == ["k1"]
    assert [one.body for one in listed(house, 2025)] == [HEALTH, FINANCE]
    assert [one.kind for one in listed(house, 2024)] == [DutyKind.DISSEMINATION]
    assert [one.key for one in listed(house, body=FINANCE)] == ["k2"]


def test_the_year_in_a_few_numbers():
    house = d.a_house()
    closed = d.added(house, "obstacle")
    d.moved(house, closed, "closed", note="Xong")
    d.added(house, "obstacle", "k2")
    d.added(house, "inspection")
    house.clock.at = at(3, 21)  # Friday 21/03/2025, the day after the inspection was to be
    found = {str(one.kind): (one.records, one.open, one.overdue, one.owed, one.done) for one in summary(house, 2025)}

    assert len(found) == 9
    assert found["obstacle"] == (2, 1, 0, 0, 0)
    assert found["inspection"] == (1, 1, 1, 0, 0)
    assert found["dialogue"] == (0, 0, 0, 2, 0)
    assert found["budget"] == (0, 0, 0, 4, 0)


def test_what_is_open_from_an_earlier_year_still_counts():
    house = d.a_house()
    d.added(house, "obstacle", on="20/12/2024")
    found = {one.kind: one.open for one in summary(house, 2025)}

    assert found[DutyKind.OBSTACLE] == 1


def test_only_duties_of_the_programme_are_summed_up_or_asked_for():
    house = f.a_house()

    assert summary(house, 2025) == ()
    for ask in (lambda: owed(house, 2025, DutyKind.DIALOGUE), lambda: budget(house, 2025)):
        with pytest.raises(DataProblem):
            ask()


def test_a_replaced_proposal_is_final():
    house = d.a_house()
    first = d.added(house, "budget", "v1")
    d.added(house, "budget", "v2", amount="5")
    with pytest.raises(MoveNotAllowed):
        d.moved(house, first, "submitted", **d.DECISION)

    assert {str(standing) for standing in Standing} >= set(standings(house, 2025, "budget").values())
    assert first.id == f"{CYCLE}/budget/{HEALTH}/v1"


def brought_to_mind(house, moment, agency):
    """The other duties in the reminder that an agency gets at a moment."""
    house.clock.at = moment
    (letter,) = [one for one in queue_all(house, 2025, {one.key for one in due(house, 2025)}) if one.agency == agency]
    with house.work() as work:
        told = json.loads(house.files.get(work.outbox.get(letter.key).sha256))["facts"]["duties"]
    return [(one["name"], one["day"], one["is_late"]) for one in told]


DIALOGUE = "vi:duty_kind.dialogue{}"  # as the fake words have it
# the moment of the reminder, what it brings to mind beside the report
RIDING_ALONG = [
    (at(9, 10), []),  # Wednesday 10/09/2025: 31/12 is far
    (at(12, 4), [(DIALOGUE, "2025-12-31", False)]),  # Thursday 04/12/2025
]


@pytest.mark.parametrize(("moment", "duties"), RIDING_ALONG)
def test_a_reminder_of_a_report_also_names_the_duties_whose_day_is_near(moment, duties):
    told = brought_to_mind(d.a_house(), moment, DISTRICT)

    assert [one for one in told if one[0].startswith(DIALOGUE)] == duties


def test_a_duty_past_its_day_is_named_as_overdue_until_it_is_told():
    house = d.a_house()
    enter(house, "D8", date(2025, 3, 31), "Công văn số 9/SNV", "Lê C")  # Monday
    first = brought_to_mind(house, at(6, 10), DISTRICT)  # Tuesday 10/06/2025
    d.added(house, "dialogue", body=DISTRICT, status="held")
    second = brought_to_mind(house, at(6, 17), DISTRICT)  # Tuesday 17/06/2025

    assert (DIALOGUE, "2025-03-31", True) in first
    assert [one for one in second if one[0] == DIALOGUE] == []
