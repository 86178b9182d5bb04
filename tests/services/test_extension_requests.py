"""Requests for more time: asked, decided by somebody else, withdrawn, revoked, lapsed."""

import json
from dataclasses import replace

import factories as f
import pytest
from fakes import FakeClock, FakeHouse, FakeProgrammes
from small_programme import ANNUAL, CYCLE, DUE, HEALTH, YEAR, a_programme, an_address_book, at

from plancycle.domain.errors import ActionNeeded, MoveNotAllowed, NotAllowed, NotFound
from plancycle.domain.extensions import BeyondFreeze, RequestStatus, Ruling
from plancycle.domain.messages import MessageKind
from plancycle.domain.obligations import ObligationStatus
from plancycle.services import sweep
from plancycle.services.extension_requests import ask, listing, revoke, settle_overdue, withdraw
from plancycle.services.grant_extension import grant_request, refuse_request
from plancycle.services.matrix import matrix
from plancycle.services.open_cycle import open_cycle
from plancycle.services.receive_submission import receive

FRIDAY_NIGHT = at(12, 13, 0)  # the end of Friday 12/12/2025
THURSDAY_NIGHT = at(12, 12, 0)  # the end of Thursday 11/12/2025
RULING = Ruling("giam-doc", f.REASON, f.DECISION)


def asked(house, wanted=FRIDAY_NIGHT, agency=HEALTH, by="Lan", reason=f.REASON):
    return ask(house, f.owed(agency), wanted, reason, by)


def kinds(house):
    with house.work() as work:
        return [one.kind for one in work.outbox.all()]


def actions(house):
    with house.work() as work:
        return [(one.action, one.actor) for one in work.audit.all() if one.action.startswith("extension.")]


def status(house):
    return next(row.status for row in matrix(house, YEAR, ANNUAL).rows if row.agency == HEALTH)


def test_asking_moves_nothing_until_somebody_else_decides():
    house = f.a_house()
    request = asked(house)

    assert (request.id, request.lapses_at) == (f"{CYCLE}/annual/{HEALTH}/x1", DUE)
    assert asked(house) == request
    assert kinds(house) == []
    with house.work() as work:
        assert work.submissions.extensions(CYCLE) == {}
    with pytest.raises(NotAllowed):
        grant_request(house, request.id, replace(RULING, decided_by="lan", position="Chuyên viên"))

    granted = grant_request(house, request.id, RULING)
    assert (granted.due_at, granted.document) == (FRIDAY_NIGHT, f.DECISION)
    assert grant_request(house, request.id, RULING) == granted
    assert kinds(house) == [MessageKind.EXTENSION]
    assert actions(house) == [("extension.requested", "Lan"), ("extension.granted", "giam-doc")]


def test_the_decider_may_give_less_than_was_asked_for():
    house = f.a_house()
    request = asked(house)

    assert grant_request(house, request.id, RULING, THURSDAY_NIGHT).due_at == THURSDAY_NIGHT
    (line,) = listing(house, YEAR)
    assert (line.request.due_at, line.request.decided_as, line.status) == (
        THURSDAY_NIGHT,
        "GIÁM ĐỐC",
        RequestStatus.GRANTED,
    )


def test_a_refusal_needs_the_same_and_tells_the_agency_why():
    house = f.a_house()
    request = asked(house)
    with pytest.raises(ActionNeeded):
        refuse_request(house, request.id, replace(RULING, document=""))

    refused = refuse_request(house, request.id, RULING)
    assert (refused.status, refused.answer) == (RequestStatus.REFUSED, f.REASON)
    assert refuse_request(house, request.id, RULING) == refused
    assert kinds(house) == [MessageKind.EXTENSION_REFUSED]
    with pytest.raises(MoveNotAllowed):
        grant_request(house, request.id, RULING)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"wanted": DUE}, ActionNeeded),
        ({"agency": "khong-co"}, NotFound),
        ({"reason": " "}, ActionNeeded),
        ({"by": ""}, ActionNeeded),
    ],
)
def test_what_cannot_be_asked_for_leaves_nothing(changed, problem):
    house = f.a_house()
    before = house.database.tables
    with pytest.raises(problem):
        asked(house, **changed)

    assert house.database.tables == before


def test_one_request_waits_at_a_time_and_can_be_withdrawn():
    house = f.a_house()
    first = asked(house)
    with pytest.raises(ActionNeeded):
        asked(house, THURSDAY_NIGHT)
    assert withdraw(house, first.id, "Lan").status is RequestStatus.WITHDRAWN
    second = asked(house, THURSDAY_NIGHT)

    assert second.id == f"{CYCLE}/annual/{HEALTH}/x2"
    with pytest.raises(NotFound):
        withdraw(house, f"{CYCLE}/annual/{HEALTH}/x9", "Lan")


def test_a_request_nobody_decided_lapses_at_the_due_instant_and_the_sweep_writes_it_down_once():
    house = f.a_house()
    request = asked(house)
    house.clock.at = DUE  # the first moment of Wednesday 10/12/2025
    with pytest.raises(MoveNotAllowed):
        grant_request(house, request.id, RULING)

    due = [one for one in sweep.due_actions(house, YEAR) if one.kind == "lapse"]
    sweep.perform(house, YEAR)
    assert [one.key for one in due] == [request.id]
    assert settle_overdue(house, YEAR) == []
    assert [one.status for one in listing(house, YEAR)] == [RequestStatus.LAPSED]
    assert actions(house)[-1] == ("extension.lapsed", "plancycle")


def test_a_granted_one_expires_at_its_instant():
    house = f.a_house()
    request = asked(house)
    grant_request(house, request.id, RULING)
    house.clock.at = FRIDAY_NIGHT
    (settled,) = settle_overdue(house, YEAR)

    assert (settled.status, settled.ended_at) == (RequestStatus.EXPIRED, FRIDAY_NIGHT)
    assert status(house) is ObligationStatus.MISSING
    with pytest.raises(MoveNotAllowed):
        revoke(house, request.id, "giam-doc", f.REASON)


def test_one_that_is_taken_back_ends_then_and_never_makes_an_earlier_answer_unexcused():
    house = f.a_house(at(12, 9))
    request = asked(house)
    grant_request(house, request.id, RULING)
    house.clock.at = at(12, 10, 9)  # Wednesday 10/12/2025, after everybody's date
    receive(house, f.a_workbook(house, HEALTH), "a.xlsx", "folder")
    before = status(house)
    house.clock.at = at(12, 11, 9)
    revoke(house, request.id, "giam-doc", "Đã hết bão")
    revoke(house, request.id, "giam-doc", "Đã hết bão")

    assert (before, status(house)) == (ObligationStatus.SUBMITTED_EXCUSED, ObligationStatus.SUBMITTED_EXCUSED)
    with house.work() as work:
        assert work.submissions.extensions(CYCLE)[str(f.owed(HEALTH))].due_at == at(12, 11, 9)
    assert kinds(house).count(MessageKind.EXTENSION_REFUSED) == 1


def test_the_day_of_the_consolidated_report_does_not_move_and_the_agency_is_told_so():
    house = f.a_house()
    grant_request(house, asked(house).id, RULING)
    with house.work() as work:
        (letter,) = work.outbox.all()
        event = next(one for one in work.audit.all() if one.action == "extension.granted")

    assert json.loads(event.payload)["beyond_freeze"] == f"{at(12, 9, 17).isoformat()}"
    said = json.loads(house.files.get(letter.sha256))["facts"]["reason"]
    assert said.startswith(f.REASON)
    assert "extension.edition_does_not_wait" in said


def test_a_programme_may_refuse_what_ends_after_the_freeze():
    strict = replace(a_programme(), beyond_freeze=BeyondFreeze.REFUSE)
    house = FakeHouse(FakeProgrammes(strict, an_address_book()), FakeClock(f.BEFORE_YEAR))
    open_cycle(house, YEAR)
    house.clock.at = f.DURING_ANNUAL
    request = asked(house)
    with pytest.raises(ActionNeeded, match="beyond_freeze"):
        grant_request(house, request.id, RULING)

    assert kinds(house) == []
