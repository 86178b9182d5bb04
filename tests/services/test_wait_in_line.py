"""What arrives is kept at once and checked in the order of arrival, and the moment of arrival is what counts."""

from dataclasses import replace
from datetime import timedelta

import factories as f
import pytest
from small_programme import FINANCE, HEALTH

from plancycle.domain.errors import OutsideFailure
from plancycle.domain.waiting_line import ABANDONED_AFTER, Place, Waiting
from plancycle.services import api_keys
from plancycle.services.answer_by_api import answer_by_api
from plancycle.services.consolidate_period import consolidate
from plancycle.services.cycle_view import cycle_view
from plancycle.services.wait_in_line import LEFT_AFTER, check_next, keep, place_of, standing, told
from plancycle.services.watching import Watcher


def arrived(house, agency, at=None, data=None):
    data = data or f.a_workbook(house, agency)
    at = at or house.clock.now()
    return Waiting(agency, "", "api", "bieu-mau.xlsx", house.files.put(data), None, "", "{}", at)


def test_those_who_came_first_are_checked_first():
    house = f.a_house()
    kept = [one for one, _ in keep(house, [arrived(house, FINANCE), arrived(house, HEALTH)])]
    checked = [check_next(house), check_next(house)]

    assert [one.number for one in kept] == [1, 2]
    assert [one.agency for one in checked] == [FINANCE, HEALTH]
    assert [told(one)[0]["outcome"] for one in checked] == ["accepted", "accepted"]
    assert check_next(house) is None


def test_each_is_told_how_many_come_first_and_the_line_grows_shorter():
    house = f.a_house()
    (_, first), (second, behind) = keep(house, [arrived(house, FINANCE), arrived(house, HEALTH)])
    before = place_of(house, second.id)
    check_next(house)
    after = place_of(house, second.id)

    assert (first, behind) == (Place(0, None), Place(1, None))
    assert (before[1], after[1]) == (Place(1, None), Place(0, None))


def test_the_same_bytes_sent_again_while_they_wait_keep_their_place_and_gain_none():
    house = f.a_house()
    mine = arrived(house, FINANCE)
    (first, _), (other, _), (again, _) = keep(house, [mine, arrived(house, HEALTH), mine])
    (later, place), *_ = keep(house, [replace(mine, arrived_at=mine.arrived_at + timedelta(minutes=3))])

    assert (again.id, later.id) == (first.id, first.id)
    assert place == Place(0, None)
    assert (first.number, other.number, later.arrived_at) == (1, 2, mine.arrived_at)
    with house.work() as work:
        assert work.arrivals.waiting() == 2
        assert [one.action for one in work.audit.all()].count("answer.arrived") == 2


def test_a_report_that_arrived_in_time_is_on_time_though_its_check_ends_after_midnight():
    house = f.a_house()
    due = cycle_view(house, f.YEAR).dates(f.ANNUAL).due_at
    last, late = due - timedelta(milliseconds=1), due
    keep(house, [arrived(house, HEALTH, last), arrived(house, FINANCE, late)])
    house.clock.at = due + timedelta(minutes=4)
    check_next(house)
    check_next(house)
    (in_time,), (too_late,) = f.versions(house, HEALTH), f.versions(house, FINANCE)

    assert (in_time.is_late, in_time.sent_at, in_time.received_at) == (False, last, last)
    assert (too_late.is_late, too_late.received_at) == (True, late)


def test_a_check_that_fails_holds_up_nobody_and_is_taken_up_again_later():
    house = f.a_house()
    keep(house, [arrived(house, FINANCE), arrived(house, HEALTH)])
    read = house.workbooks.read

    def away(data, name):
        raise OutsideFailure("reader.cannot_start")

    house.workbooks.read = away
    with pytest.raises(OutsideFailure):
        check_next(house)
    house.workbooks.read = read

    assert check_next(house).agency == HEALTH
    assert check_next(house) is None  # the first is left alone for a while
    house.clock.at += ABANDONED_AFTER + timedelta(seconds=1)
    assert check_next(house).agency == FINANCE


def test_the_watch_checks_what_a_portal_that_died_left_behind():
    house = f.a_house()
    keep(house, [arrived(house, HEALTH)])
    Watcher().look(house)
    before = len(f.versions(house, HEALTH))
    house.clock.at += LEFT_AFTER
    Watcher().look(house)

    assert (before, len(f.versions(house, HEALTH))) == (0, 1)


def test_a_program_is_told_that_it_waits_and_then_the_outcome():
    house = f.a_house()
    mine = arrived(house, HEALTH)
    (one, place), *_ = keep(house, [mine])
    waiting, _ = standing(one, place)
    check_next(house)
    done, is_replay = standing(*place_of(house, one.id))

    assert waiting == {
        "outcome": "waiting",
        "arrival": one.id,
        "arrived_at": mine.arrived_at.isoformat(),
        "sha256": mine.sha256,
        "ahead": 0,
        "wait_seconds": None,
    }
    assert (done["outcome"], done["receipt"] is not None, is_replay) == ("accepted", True, False)


def test_who_confirmed_is_not_kept_in_the_line_once_it_stands_with_the_submission():
    house = f.a_house()
    owed = str(f.owed(HEALTH))
    keep(house, [replace(arrived(house, HEALTH), obligation=owed, channel="web", name="Trần Thị B")])
    one = check_next(house)
    with house.work() as work:
        said = [event.actor for event in work.audit.all() if event.action == "submission.confirmed"]

    assert (one.name, one.reasons, said) == ("", "{}", ["Trần Thị B"])


def test_a_request_repeated_under_its_key_hears_what_became_of_it_meanwhile():
    house = f.a_house()
    key, _ = api_keys.create(house, HEALTH, "A" * 43, "Nguyễn Thị Lập")
    data = f.a_workbook(house, HEALTH)

    def ask():
        return answer_by_api(
            house, key, data, is_json=False, idempotency_key="k-1", take_in=lambda one: standing(*keep(house, [one])[0])
        )

    first, second = ask(), ask()
    check_next(house)
    third = ask()

    assert [one.facts["outcome"] for one in (first, second, third)] == ["waiting", "waiting", "accepted"]
    assert [one.is_replay for one in (first, second, third)] == [False, True, True]
    assert len(f.versions(house, HEALTH)) == 1


def test_what_has_arrived_is_checked_before_an_edition_is_frozen():
    house = f.a_house()
    keep(house, [arrived(house, FINANCE), arrived(house, HEALTH)])
    edition = consolidate(house, f.YEAR, f.ANNUAL, final=True).edition

    assert {one.agency for one in edition.members} >= {FINANCE, HEALTH}


def test_an_answer_that_cannot_be_checked_does_not_hold_up_the_edition():
    house = f.a_house()
    keep(house, [arrived(house, FINANCE), arrived(house, HEALTH)])
    read, tried = house.workbooks.read, []

    def failing_once(data, name):
        tried.append(name)
        if len(tried) == 1:
            raise OutsideFailure("reader.cannot_start")
        return read(data, name)

    house.workbooks.read = failing_once
    edition = consolidate(house, f.YEAR, f.ANNUAL, final=True).edition

    assert [one.agency for one in edition.members if one.agency in (FINANCE, HEALTH)] == [HEALTH]
