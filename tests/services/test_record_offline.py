"""An answer handed over by hand counts from when it was handed over, in the name of who says so."""

import json
from datetime import timedelta

import factories as f
import pytest
from small_programme import HEALTH, at

from plancycle.domain.errors import DataProblem, NotFound
from plancycle.services.record_offline import enter, waiting

PERSON, REASON = "Vũ Thị Thư", "Mang tới bằng thiết bị lưu trữ vì mất mạng"
HANDED_OVER, ENTERED = at(12, 9, 16), at(12, 11, 9)  # Tuesday 09/12, in time; Thursday 11/12, after the due date


def brought():
    house = f.a_house()
    house.by_hand.files["y-te.xlsx"] = f.a_workbook(house, HEALTH)
    house.clock.at = ENTERED
    return house


def test_it_is_on_time_by_the_moment_it_was_handed_over_and_the_log_says_who_entered_it():
    house = brought()
    result = enter(house, "y-te.xlsx", HANDED_OVER, PERSON, REASON)
    (version,) = f.versions(house, HEALTH)
    with house.work() as work:
        (event,) = [one for one in work.audit.all() if one.action == "submission.recorded"]

    assert (version.is_late, version.sent_at, version.id) == (False, HANDED_OVER, result.submission_id)
    assert (event.actor, event.subject, json.loads(event.payload)["reason"]) == (PERSON, version.id, REASON)
    assert waiting(house) == []


@pytest.mark.parametrize(
    ("name", "handed_over", "person", "reason", "error"),
    [
        ("y-te.xlsx", HANDED_OVER, " ", REASON, DataProblem),
        ("y-te.xlsx", HANDED_OVER, PERSON, "", DataProblem),
        ("y-te.xlsx", ENTERED + timedelta(minutes=1), PERSON, REASON, DataProblem),
        ("khac.xlsx", HANDED_OVER, PERSON, REASON, NotFound),
    ],
)
def test_without_a_person_a_reason_a_past_moment_or_the_file_nothing_is_entered(
    name, handed_over, person, reason, error
):
    house = brought()
    with pytest.raises(error):
        enter(house, name, handed_over, person, reason)
    assert (f.versions(house, HEALTH), waiting(house)) == ([], ["y-te.xlsx"])
