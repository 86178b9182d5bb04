"""What figures take for agencies that sent nothing, and which answers count at all."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import factories as f
import pytest
from fakes import FakeClock, FakeHouse, FakeProgrammes
from merging_bodies import EARLY, IN_Q1, MERGED, XA_1, XA_2, a_succession
from merging_bodies import a_house as merging_house
from small_programme import (
    ANNUAL,
    CYCLE,
    DISTRICT,
    DUE,
    DURING_Q1,
    FINANCE,
    HEALTH,
    HOME,
    Q1,
    YEAR,
    a_programme,
    an_address_book,
    at,
)

from plancycle.domain.consolidation import Origin
from plancycle.domain.figure_rules import scaled_text
from plancycle.domain.forms import Aggregation, Estimate, Inclusion, Indicator, Missing
from plancycle.domain.numbers import to_scaled
from plancycle.domain.periods import CycleKey, ObligationKey, Period
from plancycle.domain.submissions import Entry, Submission, SubmissionStatus
from plancycle.services.consolidate_period import consolidate
from plancycle.services.open_cycle import open_cycle
from plancycle.services.receive_submission import receive
from plancycle.services.review_answers import confirm
from plancycle.services.trace_figure import trace

CARRY, GUESS = Missing.CARRY_FORWARD, Missing.ESTIMATE


def a_house(now=f.DURING_ANNUAL, figures=None, **rules):
    programme = a_programme()
    form = replace(programme.form, inclusion=Inclusion(**rules), figures=figures or programme.form.figures)
    house = FakeHouse(FakeProgrammes(replace(programme, form=form), an_address_book()), FakeClock(f.BEFORE_YEAR))
    open_cycle(house, YEAR)
    house.clock.at = now
    return house


def send(house, agency, period=ANNUAL, **changed):
    receive(house, f.a_workbook(house, agency, period, **changed), f"{agency}.xlsx", "folder")


def figure(house, name, period=ANNUAL):
    edition = consolidate(house, YEAR, period).edition
    return edition, next(one for one in edition.figures if one.id.endswith(f"/{name}"))


def told(one):
    return [(filled.agency, str(filled.origin), filled.value) for filled in one.filled]


def test_by_default_a_missing_agency_stands_in_no_figure():
    house = a_house(DURING_Q1)
    f.all_answer(house, Q1)
    house.clock.at = f.DURING_Q2
    send(house, HEALTH, Period.Q2)
    edition, inspections = figure(house, "inspections.value", Period.Q2)

    assert (inspections.value, inspections.contributors, inspections.filled) == (Decimal(4), 1, ())
    assert edition.coverage.carried_forward == edition.coverage.estimated == ()


def test_carried_forward_it_stands_with_its_own_value_of_the_period_before_and_the_edition_says_so():
    house = a_house(DURING_Q1, when_missing=CARRY)
    send(house, HEALTH, Q1, inspections__value="7")
    house.clock.at = f.DURING_Q2
    send(house, HOME, Period.Q2)
    edition, inspections = figure(house, "inspections.value", Period.Q2)

    assert (inspections.value, inspections.contributors) == (Decimal(11), 1)
    assert told(inspections) == [(HEALTH, "carried_forward", "7")]
    assert edition.coverage.carried_forward == (HEALTH,)
    assert edition.coverage.missing == (HEALTH, FINANCE, DISTRICT)


def test_a_year_carried_forward_is_its_check_ins_added_up_and_leads_back_to_their_cells():
    house = a_house(DURING_Q1, when_missing=CARRY)
    send(house, HEALTH, Q1, budget__value="1,5")
    house.clock.at = f.DURING_Q2
    send(house, HEALTH, Period.Q2, budget__value="2,25".replace("25", "2"))
    house.clock.at = f.DURING_ANNUAL
    send(house, HOME, budget__value="10")
    _, budget = figure(house, "budget.value")
    sources = trace(house, budget.id).sources

    assert (budget.value, told(budget)) == (Decimal("13.7"), [(HEALTH, "carried_forward", "3.7")])
    assert [(one.submission.split("/")[1], one.raw, str(one.origin)) for one in sources] == [
        ("annual", "10", "reported"),
        ("q1", "1,5", "carried_forward"),
        ("q2", "2,2", "carried_forward"),
    ]


def test_an_estimate_by_median_takes_the_middle_of_what_was_sent_and_is_told_without_a_cell():
    house = a_house(when_missing=GUESS, estimate=Estimate.MEDIAN)
    for agency, value in ((HOME, "1"), (HEALTH, "4"), (FINANCE, "9")):
        send(house, agency, inspections__value=value)
    edition, inspections = figure(house, "inspections.value")

    assert (inspections.value, told(inspections)) == (Decimal(18), [(DISTRICT, "estimated", "4")])
    assert (inspections.count(Origin.ESTIMATED), inspections.contributors) == (1, 3)
    assert edition.coverage.estimated == (DISTRICT,)
    assert trace(house, inspections.id).sources[-1].submission == ""


def test_an_estimate_by_last_year_without_a_last_year_stands_for_nobody():
    house = a_house(when_missing=GUESS)
    send(house, HOME)

    assert figure(house, "inspections.value")[1].filled == ()


def test_an_estimate_by_last_year_with_a_last_year_takes_its_value_and_leads_back_to_its_answer():
    house = a_house(when_missing=GUESS)
    owed = ObligationKey(str(CycleKey(house.programme_id, YEAR - 1)), ANNUAL, DISTRICT)
    open_cycle(house, YEAR - 1)
    before = f.BEFORE_YEAR
    old = Submission(owed, 1, "0" * 64, "a.xlsx", before, before, False, False, SubmissionStatus.ACCEPTED, "R-1")
    with house.work() as work:
        work.submissions.add(old, [Entry("Số liệu", "D7", "inspections", "value", "7", "7")], [])
    send(house, HOME, inspections__value="1")
    edition, found = figure(house, "inspections.value")

    assert (found.value, told(found)) == (Decimal(8), [(DISTRICT, "estimated", "7")])
    assert (found.filled[0].submissions, edition.coverage.estimated) == ((old.id,), (DISTRICT,))


def test_a_figure_may_have_a_rule_of_its_own():
    own = tuple(replace(one, when_missing=CARRY) if one.id == "budget" else one for one in a_programme().form.figures)
    house = a_house(DURING_Q1, figures=own)
    f.all_answer(house, Q1)
    house.clock.at = f.DURING_Q2
    send(house, HOME, Period.Q2)

    assert figure(house, "inspections.value", Period.Q2)[1].filled == ()
    assert len(figure(house, "budget.value", Period.Q2)[1].filled) == 3


@pytest.mark.parametrize(
    ("counts", "included", "held"), [(True, (HEALTH, FINANCE), ()), (False, (HEALTH,), (FINANCE,))]
)
def test_a_late_answer_counts_only_where_the_programme_says_so_and_is_never_missing(counts, included, held):
    house = a_house(late=counts)
    send(house, HEALTH)
    house.clock.at = DUE
    send(house, FINANCE)
    coverage = consolidate(house, YEAR, ANNUAL).edition.coverage

    assert (coverage.included, coverage.held) == (included, held)
    assert coverage.missing == (HOME, DISTRICT)


def test_where_only_reviewed_answers_count_a_review_lets_one_in():
    house = a_house(unreviewed=False)
    send(house, HEALTH)
    assert consolidate(house, YEAR, ANNUAL).edition is None

    confirm(house, f.versions(house, HEALTH)[-1].id, "nguyen-thi-soat")
    assert consolidate(house, YEAR, ANNUAL).edition.coverage.included == (HEALTH,)


def weighed(aggregation, **more):
    return Indicator("rate", "Tỷ lệ", "%", 1, aggregation, **more)


@pytest.mark.parametrize(
    ("indicator", "expected"),
    [
        # four agencies: inspections 1, 2, 3, 4 and budgets 10,0 20,0 30,0 40,0
        (weighed(Aggregation.RATIO, numerator="inspections", denominator="budget", per=100), Decimal("10.0")),
        (weighed(Aggregation.RATIO, numerator="budget", denominator="inspections"), Decimal("10.0")),
        (weighed(Aggregation.MAX), Decimal("8.0")),
        (weighed(Aggregation.WEIGHTED_MEAN, weight="inspections"), Decimal("6.0")),  # (2·1+4·2+6·3+8·4)/10
        (weighed(Aggregation.MEAN), Decimal("5.0")),
        (weighed(Aggregation.SUM), Decimal("20.0")),
        (weighed(Aggregation.LAST), Decimal("8.0")),
        (weighed(Aggregation.NONE), None),
    ],
    ids=lambda one: getattr(one, "aggregation", ""),
)
def test_every_declared_rule_folds_answers_by_its_own_arithmetic(indicator, expected):
    house = a_house(figures=(*a_programme().form.figures, indicator))
    for at_, agency in enumerate((HOME, HEALTH, FINANCE, DISTRICT), start=1):
        send(house, agency, inspections__value=str(at_), budget__value=str(at_ * 10), rate__value=str(at_ * 2))
    edition = consolidate(house, YEAR, ANNUAL).edition

    found = [one.value for one in edition.figures if one.id == f"{CYCLE}/annual/rate.value"]
    assert found == ([] if expected is None else [expected])


def test_nobody_is_asked_for_a_ratio():
    ratio = weighed(Aggregation.RATIO, numerator="inspections", denominator="budget")
    house = a_house(at(12, 1), figures=(*a_programme().form.figures, ratio))

    assert b"rate" not in f.a_template(house, HEALTH)


@pytest.mark.parametrize(
    ("text", "precision", "expected"),
    [("12.5", 1, 125), ("-0.5", 1, -5), ("-12", 2, -1200), ("0", 3, 0), ("12.50", 1, 125), ("1E+3", 0, 1000)],
)
def test_digits_moved_as_text_are_the_decimals_own(text, precision, expected):
    assert scaled_text(text, precision) == expected == to_scaled(Decimal(text), precision)


@pytest.mark.parametrize("text", ["0.25", "x", "", "²"])
def test_what_has_more_decimals_than_the_figure_or_is_no_number_is_refused(text):
    with pytest.raises((ValueError, ArithmeticError)):
        scaled_text(text, 1)


def carrying(house, form):
    """The house's programme, as kept when its year was opened, carries values on."""
    programme = replace(house.programmes.programme, form=replace(form, inclusion=Inclusion(when_missing=CARRY)))
    house.programmes.programme = programme
    house.programmes.packed = dict.fromkeys(house.programmes.packed, programme)


def merged(aggregation=Aggregation.SUM, taking=(MERGED,), leaving=(HEALTH, FINANCE), **more):
    """Two bodies report inspections 7 and 5 in the first quarter and merge on 01/04; the second quarter is open."""
    house = merging_house(a_succession(leaving, taking, date(2025, 4, 1)), now=DURING_Q1)
    programme = house.programmes.programme
    figures = tuple(
        replace(one, aggregation=aggregation, **more) if one.id == "inspections" else one
        for one in programme.form.figures
    )
    carrying(house, replace(programme.form, figures=figures))
    send(house, HEALTH, Q1, inspections__value="7", budget__value="1")
    send(house, FINANCE, Q1, inspections__value="5", budget__value="3")
    house.clock.at = f.DURING_Q2
    return house


@pytest.mark.parametrize(
    ("aggregation", "more", "expected"),
    [
        (Aggregation.SUM, {}, 7 + 5 + 1),
        (Aggregation.MAX, {}, 7),
        (Aggregation.LAST, {}, 5),
        (Aggregation.MEAN, {}, 4),  # 13 over three bodies, rounded half up
        (Aggregation.WEIGHTED_MEAN, {"weight": "budget"}, 5),  # (7·1 + 5·3 + 1·1)/5 = 4,6
    ],
    ids=lambda one: str(one),
)
def test_a_merged_body_that_is_missing_stands_with_the_last_value_of_each_body_it_took_over(
    aggregation, more, expected
):
    house = merged(aggregation, **more)
    send(house, HOME, Period.Q2, inspections__value="1", budget__value="1")
    edition, inspections = figure(house, "inspections.value", Period.Q2)
    filled = [one for one in inspections.filled if one.agency == MERGED]

    assert inspections.value == Decimal(expected)
    assert [(one.value, one.submissions) for one in filled] == [
        ("7", (f"{CYCLE}/q1/{HEALTH}/v1",)),
        ("5", (f"{CYCLE}/q1/{FINANCE}/v1",)),
    ]
    assert inspections.count(Origin.CARRIED_FORWARD) == 1
    assert edition.coverage.carried_forward == (MERGED,)
    assert list(dict.fromkeys(one.agency for one in trace(house, inspections.id).sources)) == [HOME, HEALTH, FINANCE]


def test_a_year_of_a_merged_body_is_its_own_check_ins_and_those_of_the_bodies_before_it():
    house = merged()
    send(house, MERGED, Period.Q2, inspections__value="20")
    house.clock.at = f.DURING_ANNUAL
    send(house, HOME, inspections__value="1")
    _, inspections = figure(house, "inspections.value")

    assert inspections.value == Decimal(7 + 5 + 20 + 1)


def test_what_a_body_filed_itself_stands_under_it_and_is_not_carried_to_its_successor_again():
    house = merging_house(a_succession((HEALTH, FINANCE), (MERGED,), IN_Q1), now=EARLY)
    carrying(house, house.programmes.programme.form)
    send(house, HEALTH, Q1, inspections__value="7")
    house.clock.at = at(3, 11)
    edition, inspections = figure(house, "inspections.value", Q1)

    assert (inspections.value, inspections.filled) == (Decimal(7), ())
    assert edition.coverage.included == (HEALTH,)


def test_of_a_body_that_was_split_a_successor_carries_no_common_figure():
    house = merged(taking=(XA_1, XA_2), leaving=(HEALTH,))
    send(house, HOME, Period.Q2, inspections__value="1")
    _, inspections = figure(house, "inspections.value", Period.Q2)

    assert [one.agency for one in inspections.filled] == [FINANCE]
