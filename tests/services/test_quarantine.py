"""Files that are no answer: kept, listed with a reason, answered where the sender is known."""

import json

import factories as f
import pytest
from small_programme import (
    ANNUAL,
    CYCLE,
    DURING_Q1,
    DURING_Q2,
    HEALTH,
    Q1,
    YEAR,
)

from plancycle.domain.submissions import Outcome
from plancycle.services.open_cycle import open_cycle
from plancycle.services.receive_submission import receive


def statuses(house, agency=HEALTH, period=ANNUAL):
    return [str(version.status) for version in f.versions(house, agency, period)]


def letters(house):
    with house.work() as work:
        return [message.key.removeprefix(f"{CYCLE}/") for message in work.outbox.all()]


def send(house, data, name="bao-cao.xlsx", sent_at=None):
    return receive(house, data, name, "folder", sent_at)


def broken_stamp(house, **changed):
    content = json.loads(f.a_workbook(house, HEALTH))
    stamp = {**content["stamp"], **changed}
    seal = house.seals.seal(stamp["cycle"], stamp["period"], stamp["agency"], stamp["version"])
    return json.dumps({**content, "stamp": {**stamp, "seal": changed.get("seal", seal)}}).encode()


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda house: b"PK not a workbook", "file.not_xlsx"),
        (lambda house: json.dumps({"entries": []}).encode(), "file.not_ours"),
        (lambda house: broken_stamp(house, seal="0" * 32), "file.seal_broken"),
        (lambda house: broken_stamp(house, cycle="tinh-khac-2025"), "file.other_programme"),
        (lambda house: broken_stamp(house, agency="bo-noi-vu"), "file.nothing_owed"),
        (lambda house: broken_stamp(house, cycle="ct-2024"), "file.nothing_owed"),
        (lambda house: broken_stamp(house, version="00000000"), "file.old_version"),
    ],
)
def test_a_file_that_is_no_answer_is_kept_and_listed_with_the_reason(make, reason):
    house = f.a_house()
    data = make(house)
    result = send(house, data)
    with house.work() as work:
        (intake,) = work.submissions.intakes()
        actions = [event.action for event in work.audit.all()]

    assert (result.outcome, result.reason, intake.reason) == (Outcome.QUARANTINED, reason, reason)
    assert (house.files.get(intake.sha256), "file.quarantined" in actions) == (data, True)
    assert statuses(house) == []
    assert result.reason_vi.startswith(f"vi:{reason}")


def test_a_quarantined_file_that_comes_in_twice_is_listed_once():
    house = f.a_house()
    results = [send(house, b"PK not a workbook", "anh.jpg") for _ in range(2)]
    with house.work() as work:
        listed = work.submissions.intakes()

    assert (len(listed), [result.replay for result in results]) == (1, [False, True])


def test_last_quarters_workbook_is_quarantined_and_answered_with_the_right_one():
    house = f.a_house(DURING_Q1)
    send(house, f.a_workbook(house, HEALTH, Q1))
    house.clock.at = DURING_Q2
    result = send(house, f.a_workbook(house, HEALTH, Q1, inspections__value="9"))
    with house.work() as work:
        answer = work.outbox.all()[-1]
    content = json.loads(house.files.get(answer.sha256))

    assert (result.outcome, result.reason) == (Outcome.QUARANTINED, "file.old_period")
    assert (str(answer.kind), answer.period) == ("returned", f"{CYCLE}/q2")
    assert [name for name, _ in content["attached"]] == [f"{CYCLE}_q2_{HEALTH}.xlsx"]
    assert content["facts"]["carried"] > 0
    assert "file.old_period" in content["facts"]["reason"]
    assert statuses(house, period=Q1) == ["accepted"]


def test_a_workbook_of_an_older_form_is_answered_with_the_new_one():
    house = f.a_house()
    send(house, broken_stamp(house, version="00000000"))

    (answered,) = letters(house)
    assert answered.startswith(f"annual/{HEALTH}/wrong-workbook-")


def test_an_answer_to_a_year_that_was_opened_later_is_taken_in():
    house = f.a_house(opened=False)
    data = f.a_workbook(house, HEALTH)
    before = send(house, data).outcome
    open_cycle(house, YEAR)

    assert (before, send(house, data).outcome) == (Outcome.QUARANTINED, Outcome.ACCEPTED)


def test_a_year_that_is_not_opened_yet_is_said_to_be_so_and_not_that_nothing_is_owed():
    house = f.a_house()
    result = send(house, broken_stamp(house, cycle="ct-2026"))

    assert (result.outcome, result.reason) == (Outcome.QUARANTINED, "file.cycle_not_open")
