"""Taking in the files that were dropped into the inbox folder."""

import factories as f
import pytest
from fakes import PowerCut
from small_programme import ANNUAL, FINANCE, HEALTH

from plancycle.domain.errors import NotFound
from plancycle.domain.submissions import Outcome
from plancycle.services.collect_inbox import in_turn, take_in, waiting
from plancycle.services.failpoints import arm


def test_every_waiting_file_gets_an_outcome_and_no_longer_waits():
    house = f.a_house()
    house.inbox.files = {
        "y-te.xlsx": f.a_workbook(house, HEALTH),
        "tai-chinh.xlsx": f.a_workbook(house, FINANCE, budget__value="12.5"),
        "anh.jpg": b"no workbook",
    }
    outcomes = {name: take_in(house, name).outcome for name in waiting(house)}

    assert outcomes == {
        "anh.jpg": Outcome.QUARANTINED,
        "tai-chinh.xlsx": Outcome.RETURNED,
        "y-te.xlsx": Outcome.ACCEPTED,
    }
    assert waiting(house) == []


def test_a_power_cut_before_the_commit_leaves_the_file_waiting():
    house = f.a_house()
    house.inbox.files["y-te.xlsx"] = f.a_workbook(house, HEALTH)
    house.database.fail_at = house.database.commits + 1
    with pytest.raises(PowerCut):
        take_in(house, "y-te.xlsx")

    assert waiting(house) == ["y-te.xlsx"]
    assert (take_in(house, "y-te.xlsx").replay, waiting(house)) == (False, [])


def test_a_power_cut_after_the_commit_takes_the_file_in_again_with_the_same_receipt():
    house = f.a_house()
    data = house.inbox.files["y-te.xlsx"] = f.a_workbook(house, HEALTH)
    first = take_in(house, "y-te.xlsx")
    house.inbox.files["y-te.xlsx"] = data
    second = take_in(house, "y-te.xlsx")

    assert (second.receipt, second.replay, waiting(house)) == (first.receipt, True, [])
    assert len(f.versions(house, HEALTH, ANNUAL)) == 1


@pytest.mark.parametrize(("name", "outcome"), [("y-te.xlsx", Outcome.ACCEPTED), ("anh.jpg", Outcome.QUARANTINED)])
def test_a_process_that_dies_before_a_file_leaves_the_inbox_has_taken_it_in_once(monkeypatch, name, outcome):
    house = f.a_house()
    house.inbox.files[name] = f.a_workbook(house, HEALTH) if name.endswith("xlsx") else b"no workbook"

    def die(_process, _signal):
        raise PowerCut

    monkeypatch.setattr("plancycle.services.failpoints.os.kill", die)
    arm("intake.left:1")
    with pytest.raises(PowerCut):
        take_in(house, name)
    arm("")
    assert waiting(house) == [name]

    assert (take_in(house, name).outcome, waiting(house)) == (outcome, [])
    with house.work() as work:
        kept = [one for one in work.submissions.intakes() if one.outcome is outcome]
    assert (len(f.versions(house, HEALTH, ANNUAL)), len(kept)) == (int(outcome is Outcome.ACCEPTED), 1)


def test_a_file_another_worker_took_is_not_found():
    with pytest.raises(NotFound):
        take_in(f.a_house(), "gone.xlsx")


def dropped(house) -> dict[str, bytes]:
    """Three answers and a picture; two of the answers are the same body's, one after the other."""
    return {
        "1.xlsx": f.a_workbook(house, HEALTH),
        "2.jpg": b"no workbook",
        "3.xlsx": f.a_workbook(house, FINANCE, budget__value="12.5"),
        "4.xlsx": f.a_workbook(house, HEALTH, inspections__value="5"),
    }


def test_files_taken_in_one_after_the_other_have_the_outcome_each_has_alone():
    alone, together = f.a_house(), f.a_house()
    alone.inbox.files, together.inbox.files = dropped(alone), dropped(together)

    expected = [take_in(alone, name) for name in waiting(alone)]
    assert [take() for take in in_turn(together, waiting(together))] == expected
    assert waiting(together) == []
    assert f.versions(together, HEALTH, ANNUAL) == f.versions(alone, HEALTH, ANNUAL)


def test_an_empty_inbox_gives_nothing_to_take_in():
    house = f.a_house()
    assert list(in_turn(house, waiting(house))) == []


def test_while_a_file_is_stored_only_the_next_one_is_read():
    house = f.a_house()
    house.inbox.files = dropped(house)
    asked = house.inbox.read
    seen: list[str] = []
    house.inbox.read = lambda name: seen.append(name) or asked(name)
    for number, take in enumerate(in_turn(house, waiting(house)), 1):
        assert len(seen) <= number + 1
        take()
    assert seen == ["1.xlsx", "2.jpg", "3.xlsx", "4.xlsx"]


def test_a_file_that_goes_meanwhile_stops_no_other():
    house = f.a_house()
    house.inbox.files = dropped(house)
    outcomes: list[str] = []
    for take in in_turn(house, [*waiting(house)[:2], "gone.xlsx", *waiting(house)[2:]]):
        try:
            outcomes.append(take().file_name)
        except NotFound:
            outcomes.append("gone")
    assert outcomes == ["1.xlsx", "2.jpg", "gone", "3.xlsx", "4.xlsx"]


def test_a_power_cut_over_one_file_leaves_it_and_those_after_it_waiting():
    house = f.a_house()
    house.inbox.files = dropped(house)
    turns = in_turn(house, waiting(house))
    next(turns)()
    next(turns)()
    house.database.fail_at = house.database.commits + 1
    third = next(turns)
    with pytest.raises(PowerCut):
        third()
    turns.close()
    assert waiting(house) == ["3.xlsx", "4.xlsx"]
    assert [take().replay for take in in_turn(house, waiting(house))] == [False, False]
