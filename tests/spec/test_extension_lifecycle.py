"""Requests for more time: the lifecycle, whole; who may decide; the three verdicts at every instant."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from small_programme import an_address_book

from plancycle.domain.deadlines import Extension
from plancycle.domain.errors import ActionNeeded, MoveNotAllowed, NotAllowed
from plancycle.domain.extensions import (
    MOVES,
    ExtensionRequest,
    RequestStatus,
    Ruling,
    can_move,
    check_move,
    check_ruling,
    check_two_people,
    lapse_of,
    standing_at,
)
from plancycle.domain.periods import ObligationKey, Period
from plancycle.domain.receipts import verdict

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
S = RequestStatus
OPEN_MOVES = {
    (S.REQUESTED, S.GRANTED),
    (S.REQUESTED, S.REFUSED),
    (S.REQUESTED, S.WITHDRAWN),
    (S.REQUESTED, S.LAPSED),
    (S.GRANTED, S.EXPIRED),
    (S.GRANTED, S.REVOKED),
}
MICROSECOND = timedelta(microseconds=1)
DUE = datetime(2025, 12, 10, tzinfo=VIETNAM)  # the first moment of Wednesday 10/12/2025
OWN = datetime(2025, 12, 13, tzinfo=VIETNAM)  # the first moment of Saturday 13/12/2025


def at(day, hour=8, minute=0):
    return datetime(2025, 12, day, hour, minute, tzinfo=VIETNAM)


def a_request(status=S.REQUESTED, **changed):
    known = {"lapses_at": DUE, "due_at": OWN if status is S.GRANTED else None} | changed
    obligation = ObligationKey("ct-2025", Period.ANNUAL, "so-y-te")
    asked = (f"{obligation}/x1", obligation, OWN, "Bão lũ", "Lan", at(5))
    return ExtensionRequest(*asked, status=status, **known)


@pytest.mark.parametrize("current", S)
@pytest.mark.parametrize("future", S)
def test_only_the_moves_of_the_table_are_allowed(current, future):
    assert can_move(current, future) is ((current, future) in OPEN_MOVES)
    if (current, future) in OPEN_MOVES:
        check_move(current, future)
    else:
        with pytest.raises(MoveNotAllowed):
            check_move(current, future)


def test_every_status_has_its_line_in_the_table():
    assert set(MOVES) == set(S)


@pytest.mark.parametrize(
    ("status", "now", "expected"),
    [
        (S.REQUESTED, DUE - MICROSECOND, S.REQUESTED),
        (S.REQUESTED, DUE, S.LAPSED),
        (S.REQUESTED, OWN, S.LAPSED),
        (S.GRANTED, DUE, S.GRANTED),
        (S.GRANTED, OWN - MICROSECOND, S.GRANTED),
        (S.GRANTED, OWN, S.EXPIRED),
        (S.REFUSED, OWN, S.REFUSED),
        (S.WITHDRAWN, OWN, S.WITHDRAWN),
        (S.REVOKED, OWN, S.REVOKED),
        (S.LAPSED, OWN, S.LAPSED),
        (S.EXPIRED, OWN, S.EXPIRED),
    ],
)
def test_time_alone_ends_a_request_at_its_due_date_and_an_extension_at_its_instant(status, now, expected):
    assert standing_at(a_request(status), now) is expected


@pytest.mark.parametrize(
    ("asked_at", "expected"),
    [(at(5), DUE), (DUE - MICROSECOND, DUE), (DUE, OWN), (at(11), OWN)],
    ids=["Fri 05/12", "the last moment", "the first late moment", "Thu 11/12"],
)
def test_a_request_lapses_at_the_due_date_it_would_move_or_else_at_the_date_it_asks_for(asked_at, expected):
    assert lapse_of(asked_at, DUE, OWN) == expected


@pytest.mark.parametrize(
    ("asked_by", "ruling", "expected"),
    [
        ("Lan", Ruling("giam-doc", "Bão lũ", "CV 1"), "GIÁM ĐỐC"),
        ("Lan", Ruling("trần văn ký", "Bão lũ", "CV 1"), "GIÁM ĐỐC"),
        ("Lan", Ruling("Hoàng Văn Lạ", "Bão lũ", "CV 1", "Phó Giám đốc"), "Phó Giám đốc"),
        ("Lan", Ruling("Hoàng Văn Lạ", "Bão lũ", "CV 1"), ActionNeeded),
        ("Lan", Ruling("giam-doc", " ", "CV 1"), ActionNeeded),
        ("Lan", Ruling("giam-doc", "Bão lũ", ""), ActionNeeded),
        ("giam-doc", Ruling("giam-doc", "Bão lũ", "CV 1"), NotAllowed),
        ("Trần  Văn Ký", Ruling("giam-doc", "Bão lũ", "CV 1"), NotAllowed),
        ("LAN", Ruling("lan", "Bão lũ", "CV 1", "Chuyên viên"), NotAllowed),
    ],
)
def test_somebody_else_decides_with_an_office_a_reason_and_a_document(asked_by, ruling, expected):
    if isinstance(expected, str):
        assert check_ruling(an_address_book(), asked_by, ruling) == expected
    else:
        with pytest.raises(expected):
            check_ruling(an_address_book(), asked_by, ruling)


def test_one_person_is_not_two_by_another_spelling():
    check_two_people(("Lan", "Hoa"), an_address_book())
    with pytest.raises(NotAllowed):
        check_two_people(("Nguyễn Thị Lập", "chuyen-vien"), an_address_book())


INSTANTS = [
    (DUE - MICROSECOND, "on_time", "on_time", "on_time"),
    (DUE, "late", "late_excused", "late_excused"),
    (at(11, 12) - MICROSECOND, "late", "late_excused", "late_excused"),
    (at(11, 12), "late", "late_excused", "late"),
    (OWN - MICROSECOND, "late", "late_excused", "late"),
    (OWN, "late", "late", "late"),
]


@pytest.mark.parametrize(("sent_at", "without", "extended", "revoked"), INSTANTS)
def test_the_three_verdicts_at_every_instant(sent_at, without, extended, revoked):
    """Without an extension, with one until Saturday 13/12, and with that one taken back on Thursday 11/12 at noon."""
    granted = Extension("ct-2025/annual/so-y-te", OWN, "Bão lũ", "Lan", "giam-doc", at(5))
    taken_back = Extension("ct-2025/annual/so-y-te", OWN, "Bão lũ", "Lan", "giam-doc", at(5), "", at(11, 12))

    assert [verdict(sent_at, DUE, own) for own in (DUE, granted.in_force().due_at, taken_back.in_force().due_at)] == [
        without,
        extended,
        revoked,
    ]
