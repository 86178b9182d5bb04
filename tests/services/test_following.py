"""Provisional editions follow every change of what counts, noted at one place for all ways in."""

import threading

import factories as f
import pytest
from small_programme import ANNUAL, CYCLE, HEALTH, HOME, YEAR

from plancycle.domain.errors import OutsideFailure
from plancycle.domain.periods import Period
from plancycle.services import consolidate_period, narrative, record_offline
from plancycle.services.explanations import explain
from plancycle.services.explanations import review as review_reason
from plancycle.services.following import Noted, Pace, touched
from plancycle.services.grant_extension import grant
from plancycle.services.receive_submission import receive
from plancycle.services.return_submission import return_submission
from plancycle.services.review_answers import confirm
from plancycle.services.withdraw_submission import withdraw

PLACE = (CYCLE, ANNUAL)
CLAIM = ("done", "n1", "status")


def sent(house):
    """The newest version of an agency that claims something it has to explain."""
    receive(house, f.a_workbook(house, HEALTH, n1__status="Hoàn thành"), "a.xlsx", "folder")
    return f.versions(house, HEALTH)[-1].id


def brought(house):
    house.by_hand.files["a.xlsx"] = f.a_workbook(house, HOME)
    handed = house.clock.at.replace(hour=0)
    record_offline.enter(house, "a.xlsx", handed, "nguyen-thi-lap", "Mang đến trực tiếp, biên bản số 3")


def edited(house):
    found = narrative.narrative(house, YEAR, ANNUAL).passages[0]
    change = narrative.Change(found.id, found.version, "Kinh phí cấp chậm")
    narrative.edit(house, YEAR, ANNUAL, [change], "nguyen-thi-lap")


ACTS = {
    "returned": lambda house, one: return_submission(house, f.owed(HEALTH), f.REASON, "nguyen-thi-lap"),
    "withdrawn": lambda house, one: withdraw(house, one, f.REASON, HEALTH),
    "reviewed": lambda house, one: confirm(house, one, "nguyen-thi-lap", f.REASON),
    "explained": lambda house, one: explain(house, one, *CLAIM, "Văn bản đang trình ký, sẽ gửi sau", HEALTH),
    "put off": lambda house, one: grant(
        house, f.owed(HOME), f.at(12, 13, 0), f.REASON, "van-phong", "giam-doc", f.DECISION
    ),
    "brought by hand": lambda house, one: brought(house),
    "edited": lambda house, one: edited(house),
    "handed in again, after a kill that came before the fold": lambda house, one: sent(house),
}


def test_an_answer_handed_in_again_is_folded_when_whoever_took_it_died_before():
    house = f.a_house()
    receive(house, f.a_workbook(house, HOME), "a.xlsx", "folder")
    house.following.take()
    again = receive(house, f.a_workbook(house, HOME), "a.xlsx", "folder")

    assert (again.replay, house.following.take()) == (True, [PLACE])


def test_a_fold_whose_transaction_the_ledger_lost_is_made_again(monkeypatch):
    """Else the edition would come with the next change only, and every later one would have another number."""
    house = f.a_house()
    receive(house, f.a_workbook(house, HOME), "a.xlsx", "folder")
    answers, once = [OutsideFailure("ledger.lost", reason="cut off")], house.rerun

    def again_if_lost(act):
        try:
            return once(act)
        except OutsideFailure:
            return once(act)

    def content(*facts):
        if answers:
            raise answers.pop()
        return fold(*facts)

    fold = consolidate_period.content_now
    monkeypatch.setattr(consolidate_period, "content_now", content)
    monkeypatch.setattr(house, "rerun", again_if_lost)
    consolidate_period.refresh(house, PLACE)

    with house.work() as work:
        assert [one.number for one in work.editions.of_period(*PLACE)] == [1]


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_every_act_that_changes_what_counts_is_noted(act):
    house = f.a_house()
    one = sent(house)
    house.following.take()
    act(house, one)

    assert house.following.take() == [PLACE]


def test_a_refused_reason_is_noted():
    house = f.a_house()
    one = sent(house)
    reason = explain(house, one, *CLAIM, "Văn bản đang trình ký, sẽ gửi sau", HEALTH)
    house.following.take()
    review_reason(house, reason.number, False, "nguyen-thi-lap", f.REASON)

    assert house.following.take() == [PLACE]


@pytest.mark.parametrize(
    ("action", "subject", "place"),
    [
        ("submission.accepted", "ct-2025/q2/so-y-te/v1", ("ct-2025", Period.Q2)),
        ("obligation.elsewhere", "ct-2025/q1/cong-an", ("ct-2025", Period.Q1)),
        ("submission.received", "ct-2025/q2/so-y-te/v1", None),
        ("edition.provisional", "ct-2025/q2/e1", None),
        ("narrative.edited", "ct-2025", None),
        ("extension.revoked", "ct-2025/x/so-y-te", None),
    ],
)
def test_only_what_counts_is_noted(action, subject, place):
    assert touched(action, subject) == place


def test_what_is_taken_is_taken_once():
    noted = Noted()
    noted.note(*PLACE)
    noted.note(*PLACE)

    assert (noted.take(), noted.take()) == ([PLACE], [])


def test_a_short_fold_happens_at_once_and_one_that_fails_stops_nothing(caplog):
    folded = []

    def fold(place):
        folded.append(place)
        raise ValueError("broken")

    pace = Pace(later=lambda place: pytest.fail("too early"))
    pace.follow([PLACE, (CYCLE, Period.Q1)], fold)
    pace.follow([PLACE], fold)

    assert folded == [PLACE, (CYCLE, Period.Q1), PLACE]
    assert "broken" in caplog.text


def test_after_a_long_fold_the_next_one_waits_beside_the_work(monkeypatch):
    moment = [0.0]
    monkeypatch.setattr("plancycle.services.following.monotonic", lambda: moment[0])
    later, done = [], threading.Event()
    pace = Pace(later=lambda place: (later.append(place), done.set()), wait=0.0)

    def long(place):
        moment[0] += 2.0

    pace.follow([PLACE], long)
    pace.follow([PLACE], lambda place: pytest.fail("too early"))
    assert done.wait(10)
    moment[0] += 8.0
    pace.follow([PLACE], long)

    assert (later, moment) == ([PLACE], [12.0])


def test_a_house_at_a_moment_of_its_own_never_leaves_a_fold_to_the_real_clock(monkeypatch):
    moment = [0.0]
    monkeypatch.setattr("plancycle.services.following.monotonic", lambda: moment[0])
    folded, pace = [], Pace(later=lambda place: pytest.fail("later is another day"), wait=0.0)

    def long(place):
        moment[0] += 2.0
        folded.append(place)

    pace.follow([PLACE], long, at_once=True)
    pace.follow([PLACE], long, at_once=True)

    assert folded == [PLACE, PLACE]
