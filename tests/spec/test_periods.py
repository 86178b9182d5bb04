"""A programme says which periods its year has; what comes before what follows from that."""

import pytest

from plancycle.domain.periods import Period, preceding

PLAN, Q1, Q2, H1, Q3, ANNUAL = Period
QUARTERLY = (PLAN, Q1, Q2, Q3, ANNUAL)
HALF_YEARLY = (PLAN, H1, ANNUAL)
YEARLY = (ANNUAL,)

# the programme's periods, a period, the one its figures are compared with
COMPARED = [
    (QUARTERLY, PLAN, None),
    (QUARTERLY, Q1, None),
    (QUARTERLY, Q2, Q1),
    (QUARTERLY, Q3, Q2),
    (QUARTERLY, ANNUAL, Q3),
    (HALF_YEARLY, PLAN, None),
    (HALF_YEARLY, H1, None),
    (HALF_YEARLY, ANNUAL, H1),
    (YEARLY, ANNUAL, None),
]


@pytest.mark.parametrize(("order", "period", "before"), COMPARED)
def test_a_period_is_compared_with_the_report_before_it_never_with_the_plan(order, period, before):
    assert preceding(period, order) == before
