"""Where every obligation of a period stands."""

import factories as f
import pytest
from small_programme import (
    ANNUAL,
    ANNUAL_OPENS,
    DISTRICT,
    DUE,
    DURING_ANNUAL,
    EVERYBODY,
    FINANCE,
    HEALTH,
    HOME,
    LAST_GOOD,
    YEAR,
    at,
)

from plancycle.domain.submissions import SubmissionStatus
from plancycle.services.matrix import matrix
from plancycle.services.receive_submission import receive


def rows(house):
    return {row.agency: (str(row.status), row.late_days, row.versions) for row in matrix(house, YEAR, ANNUAL).rows}


def test_each_agency_stands_where_its_answers_and_the_clock_put_it():
    house = f.a_house()
    f.a_submission(house, HOME, ANNUAL, SubmissionStatus.SUPERSEDED)
    f.a_submission(house, HEALTH, ANNUAL, SubmissionStatus.RETURNED)
    receive(house, f.a_workbook(house, FINANCE), "a.xlsx", "folder", at(12, 11))  # Thursday 11/12/2025

    assert rows(house) == {
        HOME: ("submitted", 0, 2),
        HEALTH: ("returned", 0, 1),
        FINANCE: ("submitted_late", 2, 1),
        DISTRICT: ("open", 0, 0),
    }


@pytest.mark.parametrize(
    ("now", "status", "late_days"),
    [
        (at(11, 3, 7, 59), "not_open", 0),  # Monday 03/11/2025, a minute before it opens
        (ANNUAL_OPENS, "open", 0),
        (at(12, 4, 16, 59), "open", 0),  # Thursday 04/12/2025
        (at(12, 4, 17), "due_soon", 0),  # five days before the soft due
        (LAST_GOOD, "due_soon", 0),  # Tuesday 09/12/2025, 23:59:59.999
        (DUE, "missing", 1),  # Wednesday 10/12/2025
        (at(12, 12), "missing", 3),  # Friday 12/12/2025, the third day
    ],
)
def test_an_agency_that_sent_nothing_moves_with_the_clock(now, status, late_days):
    assert rows(f.a_house(now))[DISTRICT] == (status, late_days, 0)


def test_rates_count_what_is_expected_on_time_late_returned_and_missing():
    house = f.a_house(at(12, 11))  # Thursday 11/12/2025
    receive(house, f.a_workbook(house, HOME), "a.xlsx", "folder", DURING_ANNUAL)
    receive(house, f.a_workbook(house, HEALTH), "b.xlsx", "folder")
    counted = matrix(house, YEAR, ANNUAL).timeliness

    assert (counted.expected, counted.submitted, counted.on_time, counted.late, counted.missing) == (4, 2, 1, 1, 2)


def test_the_matrix_names_agencies_in_roster_order_and_says_the_period():
    shown = matrix(f.a_house(), YEAR, ANNUAL)

    assert [row.agency for row in shown.rows] == list(EVERYBODY)
    assert (shown.title, shown.rows[1].agency_name, shown.dates.due_at) == ("Đánh giá năm 2025", "Sở Y tế", DUE)


def test_looking_changes_nothing():
    house = f.a_house()
    before = house.database.tables
    matrix(house, YEAR, ANNUAL)

    assert house.database.tables == before
