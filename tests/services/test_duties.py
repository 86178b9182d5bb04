"""Keeping what is told about the plan's other duties."""

import json
from dataclasses import replace
from decimal import Decimal

import duty_samples as d
import pytest
from fakes import PowerCut
from small_programme import CYCLE, DISTRICT, FINANCE, HEALTH, HOME, at

from plancycle.domain.duties import DutyKind
from plancycle.domain.duty_rules import Told
from plancycle.domain.errors import ActionNeeded, DataProblem, MoveNotAllowed, NotFound, SeveralProblems
from plancycle.services import duties
from plancycle.services.deliver_messages import deliver
from plancycle.services.duty_overview import accepted_amendment, listed, shown
from plancycle.services.verify_audit import verify

LETTER = f"{CYCLE}/obstacle/{HEALTH}/k1/mail"


def keys(house):
    with house.work() as work:
        return [letter.key for letter in work.outbox.all()]


def refused(house, new):
    """Keys of everything that is wrong with an input; nothing may have changed."""
    before = house.database.tables
    with pytest.raises(SeveralProblems) as refusal:
        duties.add(house, new)
    assert house.database.tables == before
    assert refusal.value.params["count"] == len(refusal.value.problems)
    return [(problem.key, str(problem.params.get("name", ""))) for problem in refusal.value.problems]


@pytest.mark.parametrize("kind", d.GOOD)
def test_every_kind_is_kept_journaled_and_found_again(kind):
    house = d.a_house()
    record = d.added(house, kind)
    with house.work() as work:
        actions = [(event.action, event.subject) for event in work.audit.all()]

    assert shown(house, record.id) == record
    assert listed(house, kind=DutyKind(kind)) == [record]
    assert ("duty.added", record.id) in actions
    assert verify(house).ok


@pytest.mark.parametrize("kind", d.GOOD)
def test_telling_twice_under_one_key_is_telling_once(kind):
    house = d.a_house()
    first = d.added(house, kind)
    before = house.database.tables
    house.clock.at = at(3, 11)  # Tuesday 11/03/2025, the day after

    assert duties.add(house, d.new(kind)).id == first.id
    assert house.database.tables == before


@pytest.mark.parametrize("kind", d.GOOD)
def test_a_programme_without_a_duty_refuses_its_records(kind):
    programme = d.with_duties()
    without = tuple(duty for duty in programme.duties if duty.makes != kind)
    house = d.a_house(programme=replace(programme, duties=without))
    with pytest.raises(DataProblem) as refusal:
        d.added(house, kind)

    assert (refusal.value.key, refusal.value.params["kind"]) == ("duty.not_in_programme", kind)


def test_an_unknown_kind_is_refused_with_the_kinds_there_are():
    with pytest.raises(DataProblem) as refusal:
        duties.add(d.a_house(), duties.NewDuty("party", HEALTH, "k1"))

    assert (refusal.value.key, len(refusal.value.params["allowed"])) == ("duty.kind_unknown", 9)


def test_a_key_never_stands_for_two_things():
    house = d.a_house()
    d.added(house, "obstacle")
    with pytest.raises(DataProblem) as refusal:
        d.added(house, "obstacle", subject="Thiếu nhân lực")

    assert refusal.value.key == "duty.key_taken"
    assert d.added(house, "obstacle", body=FINANCE).body == FINANCE


def test_everything_that_is_wrong_is_said_at_once():
    house = d.a_house()
    wrong = d.new(
        "budget", "khóa mới", "khong-co", amount="12.5", target=HEALTH, by=" \u200b", on="32/01/2025", document_on="3"
    )

    assert refused(house, wrong) == [
        ("duty.key_wrong", ""),
        ("not_found.agency", ""),
        ("duty.fact_not_asked", "target"),
        ("duty.number_two_readings", ""),
        ("duty.event_needs", "by"),
        ("duty.not_a_day", "on"),
        ("duty.not_a_day", "document_on"),
    ]


@pytest.mark.parametrize(
    ("kind", "changed", "problem"),
    [
        ("obstacle", {"subject": " \t\u202e"}, ("duty.fact_missing", "subject")),
        ("obstacle", {"subject": "a" * 2001}, ("duty.text_too_long", "subject")),
        ("obstacle", {"work": "n9"}, ("duty.work_unknown", "")),
        ("obstacle", {"body": FINANCE, "work": "n2"}, ("duty.work_unknown", "")),
        ("obstacle", {"body": "tinh-doan", "work": "n1"}, ("duty.work_unknown", "")),
        ("obstacle", {"body": "bo-noi-vu"}, ("duty.body_cannot", "")),
        ("obstacle", {"body": d.PROVINCE}, ("duty.body_cannot", "")),
        ("obstacle", {"status": "closed"}, ("duty.start_wrong", "")),
        ("obstacle", {"on": "11/03/2025"}, ("duty.in_future", "on")),
        ("obstacle", {"on": "31/12/2023"}, ("duty.year_before", "")),
        ("obstacle", {"year": 2026}, ("duty.year_differs", "")),
        ("amendment", {"reason": ""}, ("duty.fact_missing", "reason")),
        ("interim_review", {"document": ""}, ("duty.event_needs", "document")),
        ("interim_review", {"document_on": ""}, ("duty.event_needs", "document_on")),
        ("final_review", {"due": ""}, ("duty.event_needs", "due")),
        ("final_review", {"due": "09/03/2025"}, ("duty.due_before", "")),
        ("final_review", {"document_on": "11/03/2025"}, ("duty.in_future", "document_on")),
        ("inspection", {"target": HOME}, ("duty.inspects_itself", "")),
        ("inspection", {"target": "tinh-doan"}, ("duty.target_cannot", "")),
        ("inspection", {"target": "khong-co"}, ("not_found.agency", "")),
        ("inspection", {"status": "inspected", "due": ""}, ("duty.event_needs", "note")),
        ("commendation", {"who": "everybody"}, ("duty.choice_unknown", "who")),
        ("commendation", {"form": "bằng khen"}, ("duty.choice_unknown", "form")),
        ("budget", {"amount": "-1"}, ("duty.number_out_of_bounds", "")),
        ("budget", {"amount": "1,25"}, ("duty.number_out_of_bounds", "")),
        ("budget", {"amount": "một tỷ"}, ("duty.not_a_number", "")),
        ("dialogue", {"document": ""}, ("duty.event_needs", "document")),
        ("dialogue", {"status": "not_held"}, ("duty.event_needs", "note")),
        ("dissemination", {"document": ""}, ("duty.event_needs", "document")),
    ],
)
def test_one_wrong_thing_is_named(kind, changed, problem):
    assert refused(d.a_house(), d.new(kind, **changed)) == [problem]


def test_what_agencies_type_is_kept_as_plain_text_in_normal_form():
    record = d.added(d.a_house(), "obstacle", subject="Sơ\u0309  Y\u0000 tế\n{{7*7}} <b>")

    assert record.facts["subject"] == "Sở Y tế {{7*7}} <b>"


@pytest.mark.parametrize("body", [HEALTH, DISTRICT, "tinh-doan"])
def test_an_invited_body_may_report_like_any_other(body):
    assert d.added(d.a_house(), "obstacle", body=body).status == "forwarded"


def test_an_obstacle_goes_to_whom_the_plan_names_at_once_and_once():
    house = d.a_house()
    record = d.added(house, "obstacle", work="n2")
    d.added(house, "obstacle", work="n2")
    with house.work() as work:
        letter = work.outbox.get(LETTER)
    facts = json.loads(house.files.get(letter.sha256))["facts"]

    assert ([str(event.status) for event in record.events], keys(house)) == (["reported", "forwarded"], [LETTER])
    assert (letter.to_address, letter.agency, letter.kind) == ("vt@ubnd-tinh.example", d.PROVINCE, "obstacle_reported")
    assert (facts["reporter_name"], facts["obstacle"], facts["work_title"]) == (
        "Sở Y tế",
        "Thiếu kinh phí khám",
        "Khám sức khỏe thanh niên",
    )


def test_the_letter_arrives_once_with_the_year_s_other_letters():
    house = d.a_house()
    d.added(house, "obstacle")
    deliver(house, CYCLE)
    d.added(house, "obstacle")
    deliver(house, CYCLE)

    assert house.postman.received() == [LETTER]


def test_without_an_address_an_obstacle_waits_until_somebody_forwards_it():
    house = d.a_house(contact=False)
    record = d.added(house, "obstacle")
    with pytest.raises(ActionNeeded) as refusal:
        d.moved(house, record, "forwarded")
    on_paper = d.moved(house, record, "forwarded", document="Công văn số 7/SNV")

    assert (record.status, refusal.value.key, keys(house)) == ("reported", "duty.no_address", [])
    assert (on_paper.status, on_paper.events[-1].document) == ("forwarded", "Công văn số 7/SNV")


def test_an_address_entered_later_lets_the_same_letter_go():
    house = d.a_house(contact=False)
    record = d.added(house, "obstacle")
    house.programmes.book = d.a_house().programmes.book
    first = d.moved(house, record, "forwarded")

    assert (first.events[-1].document, keys(house)) == (LETTER, [LETTER])


def test_a_power_cut_leaves_neither_record_nor_letter():
    house = d.a_house()
    before = house.database.tables
    house.database.fail_at = house.database.commits + 1
    with pytest.raises(PowerCut):
        d.added(house, "obstacle")

    assert house.database.tables == before
    assert d.added(house, "obstacle").status == "forwarded"
    assert keys(house) == [LETTER]


def test_an_obstacle_is_answered_by_a_document_and_then_closed():
    house = d.a_house()
    record = d.added(house, "obstacle")
    answered = d.moved(house, record, "answered", **d.DECISION)
    closed = d.moved(house, record, "closed", note="Đã bố trí đủ")

    assert [str(event.status) for event in closed.events] == ["reported", "forwarded", "answered", "closed"]
    assert (answered.events[-1].actor, closed.is_open) == (d.BY, False)
    assert shown(house, record.id) == closed


@pytest.mark.parametrize(
    ("status", "told", "problem"),
    [
        ("answered", {}, ["duty.event_needs", "duty.event_needs"]),
        ("answered", {"document": "CV 1", "document_on": "mai"}, ["duty.not_a_day"]),
        ("answered", {**d.DECISION, "by": ""}, ["duty.event_needs"]),
        ("answered", {**d.DECISION, "on": "09/03/2025"}, ["duty.before_previous"]),
        ("granted", {}, ["duty.status_unknown"]),
        ("replaced", {}, ["duty.status_unknown"]),
    ],
)
def test_a_move_that_is_told_badly_changes_nothing(status, told, problem):
    house = d.a_house()
    record = d.added(house, "obstacle")
    before = house.database.tables
    with pytest.raises(SeveralProblems) as refusal:
        d.moved(house, record, status, **told)

    assert [one.key for one in refusal.value.problems] == problem
    assert house.database.tables == before


def test_saying_the_same_twice_in_a_row_is_saying_it_once():
    house = d.a_house()
    record = d.added(house, "obstacle")
    d.moved(house, record, "answered", **d.DECISION)
    before = house.database.tables
    d.moved(house, record, "answered", **d.DECISION)

    assert house.database.tables == before
    with pytest.raises(MoveNotAllowed):
        d.moved(house, record, "answered", document="Công văn khác", document_on="04/03/2025")


def test_a_record_that_is_not_there_is_not_found():
    house = d.a_house()
    for ask in (lambda: duties.move(house, "ct-2025/x", Told("closed", d.BY)), lambda: shown(house, "ct-2025/x")):
        with pytest.raises(NotFound):
            ask()


def test_an_accepted_amendment_can_be_cited_and_no_other():
    house = d.a_house()
    record = d.added(house, "amendment")
    d.moved(house, record, "forwarded")
    with pytest.raises(MoveNotAllowed):
        accepted_amendment(house, record.id)
    d.moved(house, record, "accepted", **d.DECISION)

    assert "Quyết định số 12/QĐ-UBND" in accepted_amendment(house, record.id)


def test_a_review_has_the_newest_date_the_authority_set():
    house = d.a_house()
    record = d.added(house, "interim_review")
    later = d.moved(house, record, "redated", document="QĐ 20", document_on="10/03/2025", due="31/07/2025")
    held = d.moved(house, record, "held", document="Báo cáo số 8/BC")

    assert [record.due, later.due, held.due] == [date_of("2025-06-30"), date_of("2025-07-31"), None]
    assert [event.due for event in held.events] == [record.due, later.due, None]


def test_a_date_the_authority_set_becomes_a_date_of_the_calendar():
    house = d.a_house()
    record = d.added(house, "interim_review")
    d.added(house, "interim_review")
    d.moved(house, record, "redated", document="QĐ 20", document_on="10/03/2025", due="31/07/2025")
    with house.work() as work:
        entered = work.entered_dates.of_year("ct", 2025)

    assert [(one.subject, one.day, one.entered_by) for one in entered] == [
        ("D6", date_of("2025-06-30"), d.BY),
        ("D6", date_of("2025-07-31"), d.BY),
    ]


def test_a_machine_that_dies_between_record_and_calendar_is_caught_up_by_telling_it_again():
    house = d.a_house()
    house.database.fail_at = house.database.commits + 2
    with pytest.raises(PowerCut):
        d.added(house, "interim_review")
    with house.work() as work:
        before = work.entered_dates.of_year("ct", 2025)
    d.added(house, "interim_review")
    with house.work() as work:
        assert (len(before), len(work.entered_dates.of_year("ct", 2025))) == (0, 1)


def test_a_record_goes_on_when_the_programme_no_longer_has_its_duty():
    house = d.a_house()
    record = d.added(house, "inspection", on="10/03/2025")
    bare = d.a_house(programme=replace(d.with_duties(), duties=()))
    with bare.work() as work:
        work.duties.add(record)

    assert d.moved(bare, record, "cancelled", note="Bỏ").status == "cancelled"


def date_of(text):
    return at(1, 1).date().fromisoformat(text)


def test_a_body_that_proposes_anew_replaces_its_own_proposal_only():
    house = d.a_house()
    d.added(house, "budget", "v1")
    d.added(house, "budget", "v1", FINANCE)
    d.added(house, "budget", "v2", amount="900")
    found = {(one.body, one.key): (str(one.status), one.amount) for one in listed(house, 2025, DutyKind.BUDGET)}

    assert found == {
        (HEALTH, "v1"): ("replaced", Decimal("1250.5")),
        (FINANCE, "v1"): ("proposed", Decimal("1250.5")),
        (HEALTH, "v2"): ("proposed", Decimal("900")),
    }
