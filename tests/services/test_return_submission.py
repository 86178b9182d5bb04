"""A reviewer sends an accepted submission back."""

import json

import factories as f
import pytest
from fakes import PowerCut
from small_programme import ANNUAL, CYCLE, HEALTH

from plancycle.domain.errors import ActionNeeded, MoveNotAllowed, NotFound
from plancycle.domain.submissions import SubmissionStatus
from plancycle.services.receive_submission import receive
from plancycle.services.return_submission import return_submission

REVIEWER = "nguyen-thi-lap"


def statuses(house):
    return [str(version.status) for version in f.versions(house, HEALTH)]


def test_a_returned_submission_says_why_and_the_clerk_gets_the_workbook_back():
    house = f.a_house()
    f.a_submission(house, HEALTH, ANNUAL, SubmissionStatus.ACCEPTED)
    returned = return_submission(house, f.owed(HEALTH), f.REASON, REVIEWER)
    with house.work() as work:
        letter = work.outbox.all()[-1]
        event = next(one for one in work.audit.all() if one.action == "submission.returned")
    content = json.loads(house.files.get(letter.sha256))

    assert f.versions(house, HEALTH) == [returned]
    assert (returned.status, returned.return_reason) == (SubmissionStatus.RETURNED, f.REASON)
    assert (letter.key, content["facts"]["reason"]) == (f"{CYCLE}/annual/{HEALTH}/returned-v1/mail", f.REASON)
    assert [name for name, _ in content["attached"]] == [f"Tra-lai_{CYCLE}_annual_{HEALTH}_lan-1.xlsx"]
    assert (event.actor, json.loads(event.payload)) == (REVIEWER, {"reason": f.REASON})


def test_returning_twice_with_the_same_reason_is_returning_once():
    house = f.a_house()
    f.a_submission(house, HEALTH, ANNUAL, SubmissionStatus.ACCEPTED)
    first = return_submission(house, f.owed(HEALTH), f.REASON, REVIEWER)
    before = house.database.tables

    assert return_submission(house, f.owed(HEALTH), f.REASON, REVIEWER) == first
    assert house.database.tables == before


def test_the_version_that_stands_is_returned_not_a_later_one_the_checks_refused():
    house = f.a_house()
    receive(house, f.a_workbook(house, HEALTH), "lan-1.xlsx", "folder")
    receive(house, f.a_workbook(house, HEALTH, budget__value="12.5"), "lan-2.xlsx", "folder")

    assert return_submission(house, f.owed(HEALTH), f.REASON, REVIEWER).version == 1
    assert statuses(house) == ["returned", "returned"]


@pytest.mark.parametrize(
    ("status", "reason", "problem"),
    [
        (None, f.REASON, NotFound),
        (SubmissionStatus.ACCEPTED, "  sai   ", ActionNeeded),
        (SubmissionStatus.RETURNED, "Một lý do khác với lần trước", MoveNotAllowed),
    ],
)
def test_what_cannot_be_returned_is_left_as_it_is(status, reason, problem):
    house = f.a_house()
    if status is not None:
        f.a_submission(house, HEALTH, ANNUAL, status)
    before = house.database.tables
    with pytest.raises(problem):
        return_submission(house, f.owed(HEALTH), reason, REVIEWER)

    assert house.database.tables == before


def test_what_stands_in_an_approved_edition_is_corrected_and_not_returned():
    house = f.a_house()
    f.an_approved_edition(house)
    before = house.database.tables
    with pytest.raises(ActionNeeded) as told:
        return_submission(house, f.owed(HEALTH), f.REASON, REVIEWER)

    assert told.value.key == "submission.approved"
    assert house.database.tables == before


def test_a_better_answer_takes_the_place_of_the_returned_one():
    house = f.a_house()
    f.a_submission(house, HEALTH, ANNUAL, SubmissionStatus.RETURNED)
    receive(house, f.a_workbook(house, HEALTH, inspections__value="5"), "lan-2.xlsx", "folder")

    assert statuses(house) == ["superseded", "accepted"]


def test_a_power_cut_leaves_the_submission_accepted_and_no_letter():
    house = f.a_house()
    f.a_submission(house, HEALTH, ANNUAL, SubmissionStatus.ACCEPTED)
    before = house.database.tables
    house.database.fail_at = house.database.commits + 1
    with pytest.raises(PowerCut):
        return_submission(house, f.owed(HEALTH), f.REASON, REVIEWER)

    assert house.database.tables == before
