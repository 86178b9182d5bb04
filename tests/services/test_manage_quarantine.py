"""Refused files: listed, released, and gone after thirty days with their record left."""

from datetime import timedelta

import factories as f
import pytest
from small_programme import HEALTH

from plancycle.domain.errors import ActionNeeded, MoveNotAllowed, NotFound
from plancycle.domain.quarantine import KEPT_FOR, MOVES, QuarantineStatus, check_move
from plancycle.domain.submissions import Outcome
from plancycle.services.manage_quarantine import bytes_of, listed, purge, release, show
from plancycle.services.receive_submission import receive


def refuse(house, data=b"PK no workbook", name="anh.jpg", channel="folder", **how):
    return receive(house, data, name, channel, **how)


def actions(house):
    with house.work() as work:
        return [event.action for event in work.audit.all()]


def test_a_refused_file_is_listed_with_everything_an_operator_asks():
    house = f.a_house()
    refuse(house, sender="ai-do@x.example", channel="mailbox")
    (line,) = listed(house)

    assert (line.file.id, line.file.file_name, line.file.channel) == (1, "anh.jpg", "mailbox")
    assert (line.file.sender, line.file.size) == ("ai-do@x.example", 14)
    assert line.file.keep_until == house.clock.at + timedelta(days=30)
    assert (line.reason_vi, line.reason_en) == ("vi:file.not_xlsx{}", "en:file.not_xlsx{}")
    assert bytes_of(house, 1) == b"PK no workbook"


@pytest.mark.parametrize(
    ("after", "gone"), [(KEPT_FOR - timedelta(microseconds=1), False), (KEPT_FOR, True), (KEPT_FOR * 2, True)]
)
def test_the_bytes_go_after_thirty_days_and_the_record_stays(after, gone):
    house = f.a_house()
    sha256 = refuse(house).sha256
    house.clock.at += after
    purged = purge(house, "Nguyễn Thị Lập")

    assert ([one.id for one in purged], sha256 in house.files.stored) == ([1] if gone else [], not gone)
    (line,) = listed(house, everything=True)
    assert line.file.status is (QuarantineStatus.PURGED if gone else QuarantineStatus.KEPT)
    assert ("quarantine.purged" in actions(house)) is gone
    if gone:
        assert (line.file.settled_by, listed(house)) == ("Nguyễn Thị Lập", [])
        with pytest.raises(ActionNeeded):
            bytes_of(house, 1)


def test_purging_twice_is_purging_once():
    house = f.a_house()
    refuse(house)
    house.clock.at += KEPT_FOR

    assert (len(purge(house)), len(purge(house)), actions(house).count("quarantine.purged")) == (1, 0, 1)


def test_bytes_that_became_an_answer_later_are_never_purged():
    house = f.a_house(opened=False)
    data = f.a_workbook(house, HEALTH)
    refuse(house, data, "bc.xlsx")
    f.open_cycle(house, f.YEAR)
    assert receive(house, data, "bc.xlsx", "folder").outcome is Outcome.ACCEPTED
    house.clock.at += KEPT_FOR
    purge(house)

    assert house.files.get(house.files.put(data)) == data
    (line,) = listed(house, everything=True)
    assert line.file.status is QuarantineStatus.PURGED


def test_bytes_that_another_refusal_still_keeps_are_not_purged_with_the_older_one():
    house = f.a_house()
    sha256 = refuse(house).sha256
    house.clock.at += timedelta(days=20)
    refuse(house, name="anh-2.jpg")
    house.clock.at += timedelta(days=10)

    assert ([one.id for one in purge(house)], sha256 in house.files.stored) == ([1], True)
    house.clock.at += timedelta(days=20)
    assert ([one.id for one in purge(house)], sha256 in house.files.stored) == ([2], False)


def test_a_file_that_is_sent_again_after_the_purge_is_listed_anew():
    house = f.a_house()
    refuse(house)
    house.clock.at += KEPT_FOR
    purge(house)

    assert refuse(house).replay is False
    assert [line.file.id for line in listed(house)] == [2]


def test_releasing_takes_the_file_in_as_of_when_it_was_sent_and_names_who_vouched():
    house = f.a_house(opened=False)
    refuse(house, f.a_workbook(house, HEALTH), "bc.xlsx")
    f.open_cycle(house, f.YEAR)
    house.clock.at = f.at(12, 12)  # Friday 12/12/2025, after the due date
    (result,) = release(house, 1, "Nguyễn Thị Lập")
    line = show(house, 1)

    assert result.outcome is Outcome.ACCEPTED
    assert (line.file.status, line.file.settled_by) == (QuarantineStatus.RELEASED, "Nguyễn Thị Lập")
    assert actions(house)[-1] == "quarantine.released"
    with pytest.raises(MoveNotAllowed):
        release(house, 1, "Nguyễn Thị Lập")


def test_a_file_that_is_still_no_answer_stays_where_it_is():
    house = f.a_house()
    refuse(house)

    assert [one.outcome for one in release(house, 1, "Nguyễn Thị Lập")] == [Outcome.QUARANTINED]
    assert [line.file.status for line in listed(house)] == [QuarantineStatus.KEPT]


def test_a_number_nobody_was_given_is_not_found():
    with pytest.raises(NotFound):
        show(f.a_house(), 1)


@pytest.mark.parametrize("current", QuarantineStatus)
@pytest.mark.parametrize("future", QuarantineStatus)
def test_a_refused_file_moves_only_as_its_table_says(current, future):
    if future in MOVES[current]:
        assert check_move(current, future) is None
    else:
        with pytest.raises(MoveNotAllowed):
            check_move(current, future)
