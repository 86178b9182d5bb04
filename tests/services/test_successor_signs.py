"""A coordinator that is merged is followed on the day of signing; who joins inside a year is said wherever it shows."""

import json

import factories as f
import pytest
from merging_bodies import MERGED, MID_YEAR, XA_1, XA_2, a_house, a_succession
from small_programme import ANNUAL, DISTRICT, FINANCE, HOME, Q1, YEAR, at

from plancycle.domain.document_register import DocumentKind
from plancycle.domain.duty_standing import budget_sum
from plancycle.domain.periods import Period
from plancycle.domain.programme import Duty
from plancycle.domain.transmittals import TransmittalStatus
from plancycle.portal.health import health_page
from plancycle.services import chase_answers, data_calls
from plancycle.services.consolidate_period import consolidate
from plancycle.services.cycle_view import cycle_view
from plancycle.services.document_letters import Desk
from plancycle.services.document_register import Asked, number_document
from plancycle.services.receive_submission import receive
from plancycle.services.report_facts import report_facts

LAST_OLD, FIRST_NEW = at(6, 30), at(7, 1)  # Monday, Tuesday


def merged_coordinator(now=FIRST_NEW):
    return a_house(a_succession((HOME, FINANCE), (MERGED,), MID_YEAR), now=now)


def split_district(now):
    return a_house(a_succession((DISTRICT,), (XA_1, XA_2), MID_YEAR), now=now)


# the day of signing, who signs, what the head of the paper says
SIGNING = [(LAST_OLD, HOME, "SỞ NỘI VỤ"), (FIRST_NEW, MERGED, f"Cơ quan {MERGED}")]


@pytest.mark.parametrize(("now", "body", "head"), SIGNING)
def test_papers_and_letters_go_out_in_the_name_of_the_body_there_is_that_day(now, body, head):
    house = merged_coordinator(now)
    view = cycle_view(house, YEAR)
    with house.work() as work:
        paper = Desk(house, work, view).facts(DocumentKind.URGE, "don-doc").programme
    house.clock.at = at(9, 2) if now is FIRST_NEW else at(6, 10)
    period = Period.Q3 if now is FIRST_NEW else Period.Q2
    letter = json.loads(house.files.get(letter_to(house, period, DISTRICT).sha256))

    assert (paper.consolidator, paper.report.issuing_body, paper.report.symbol) == (body, head, "BC-SNV")
    assert letter["facts"]["sender"] == view.name(body)


def letter_to(house, period, agency):
    key = data_calls.queue(house, YEAR, period, agency).key
    with house.work() as work:
        return work.outbox.get(key)


def test_numbers_go_on_counting_in_one_register_under_either_name():
    house, numbers = merged_coordinator(LAST_OLD), []
    for now, base in ((LAST_OLD, "one"), (FIRST_NEW, "two"), (FIRST_NEW, "one")):
        house.clock.at = now
        with house.work() as work:
            asked = Asked(DocumentKind.URGE, base, "Đôn đốc")
            numbers.append(number_document(house, work, cycle_view(house, YEAR, work).programme, asked).entry.number)

    assert numbers == [1, 2, 1]


def test_whoever_gathers_the_budget_is_followed_too():
    house, duty = merged_coordinator(), Duty("money", "đề xuất", "budget", "yearly", (1,))
    view = cycle_view(house, YEAR)

    def gatherer(day):
        return budget_sum(view.programme, duty, YEAR, view.roster, (), day).gathered_by

    assert (gatherer(LAST_OLD.date()), gatherer(FIRST_NEW.date())) == (HOME, MERGED)


def test_an_authority_that_is_followed_is_named_by_its_successor():
    house = a_house(a_succession(("ubnd-tinh",), (MERGED,), MID_YEAR), now=FIRST_NEW)
    paper = cycle_view(house, YEAR).signing(FIRST_NEW.date())

    assert (paper.authority, paper.report.superior_body) == (MERGED, f"Cơ quan {MERGED}")
    assert (paper.consolidator, paper.report.issuing_body) == (HOME, "SỞ NỘI VỤ")


def test_a_new_reporter_is_told_from_which_day_on_it_gives_figures():
    house = split_district(at(9, 2))  # Tuesday, q3 is open
    told = {}
    for agency in (XA_1, HOME):
        told[agency] = json.loads(house.files.get(letter_to(house, Period.Q3, agency).sha256))["facts"]["joined_on"]

    assert told == {XA_1: "2025-07-01", HOME: None}


def test_a_report_says_whose_figures_cover_part_of_the_year():
    house = split_district(at(9, 10))
    receive(house, f.a_workbook(house, XA_1, Period.Q3), "xa.xlsx", "folder")
    edition = consolidate(house, YEAR, Period.Q3).edition
    with house.work() as work:
        facts = report_facts(house, work, cycle_view(house, YEAR, work), edition)

    assert facts.partial_year == ((f"Cơ quan {XA_1}", MID_YEAR), (f"Cơ quan {XA_2}", MID_YEAR))
    assert {line.agency: line.joined_on for line in facts.submissions if line.joined_on} == dict(facts.partial_year)
    assert cycle_view(house, YEAR).partial_year(Q1) == {}
    assert list(cycle_view(house, YEAR).partial_year(ANNUAL)) == [XA_1, XA_2]


@pytest.mark.parametrize(("now", "count"), [(LAST_OLD, 4), (FIRST_NEW, 5)])
def test_the_health_page_counts_those_who_owe_on_the_day(now, count):
    page = health_page(split_district(now), None)

    assert [str(count) in one.detail_vi.split() for one in page.checks if one.code == "programme"] == [True]


def test_the_letter_about_a_silent_addressee_goes_to_the_body_that_took_the_coordinators_place():
    house = f.a_house()
    house.gateways["http"].answer = house.gateways["folder"].answer = "sent"
    one = f.a_transmittal(house, TransmittalStatus.SENT)
    house.programmes = merged_coordinator().programmes
    house.clock.at = at(12, 22)  # Monday, three weeks later
    chase_answers.queue_all(house, YEAR)
    with house.work() as work:
        letter = work.outbox.get(chase_answers.letter_key(one))

    facts = json.loads(house.files.get(letter.sha256))["facts"]
    assert (facts["agency_name"], facts["sender"]) == (f"Cơ quan {MERGED}", f"Cơ quan {MERGED}")
