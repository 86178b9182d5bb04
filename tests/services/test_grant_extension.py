"""Postponing one agency's due date."""

import json

import factories as f
import pytest
from fakes import PowerCut
from small_programme import ANNUAL, CYCLE, DUE, HEALTH, YEAR, at

from plancycle.domain.errors import ActionNeeded, NotAllowed, NotFound
from plancycle.domain.obligations import ObligationStatus
from plancycle.domain.receipts import Verdict
from plancycle.domain.submissions import Outcome
from plancycle.services.consolidate_period import consolidate
from plancycle.services.grant_extension import grant
from plancycle.services.matrix import matrix
from plancycle.services.receive_submission import receive

FRIDAY_NIGHT = at(12, 13, 0)  # the end of Friday 12/12/2025
MONDAY_NIGHT = at(12, 16, 0)  # the end of Monday 15/12/2025


def granted(house, due_at=FRIDAY_NIGHT, agency=HEALTH, **said):
    people = (said.get("asked", "so-y-te"), said.get("decided", "giam-doc"))
    document, position = said.get("document", f.DECISION), said.get("position", "")
    return grant(house, f.owed(agency), due_at, said.get("reason", f.REASON), *people, document, position)


def standing(house):
    with house.work() as work:
        return {key: one.due_at for key, one in work.submissions.extensions(CYCLE).items()}


def test_an_extension_is_kept_with_who_asked_and_who_decided_and_the_agency_is_told():
    house = f.a_house()
    extension = granted(house)
    with house.work() as work:
        (letter,) = work.outbox.all()
        event = next(one for one in work.audit.all() if one.action == "extension.granted")

    assert (extension.requested_by, extension.decided_by, extension.decided_at) == (
        "so-y-te",
        "giam-doc",
        house.clock.at,
    )
    assert (letter.key, event.actor) == (f"{CYCLE}/annual/{HEALTH}/extension-202512130000/mail", "giam-doc")
    assert json.loads(house.files.get(letter.sha256))["facts"]["new_due_at"] == str(FRIDAY_NIGHT)
    assert (extension.document, json.loads(event.payload)["document"]) == (f.DECISION, f.DECISION)
    assert standing(house) == {f"{CYCLE}/annual/{HEALTH}": FRIDAY_NIGHT}


def test_granting_twice_is_granting_once():
    house = f.a_house()
    first = granted(house)
    before = house.database.tables
    house.clock.at = at(12, 2)  # Tuesday 02/12/2025

    assert granted(house) == first
    assert house.database.tables == before


def test_a_later_extension_stands_and_the_earlier_one_cannot_come_back():
    house = f.a_house()
    granted(house)
    granted(house, MONDAY_NIGHT)
    with pytest.raises(ActionNeeded):
        granted(house, FRIDAY_NIGHT)

    assert standing(house) == {f"{CYCLE}/annual/{HEALTH}": MONDAY_NIGHT}


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"decided": "so-y-te"}, NotAllowed),
        ({"due_at": DUE}, ActionNeeded),
        ({"due_at": at(12, 1)}, ActionNeeded),
        ({"agency": "bo-noi-vu"}, NotFound),
        ({"agency": "tinh-doan"}, NotFound),
        ({"agency": "khong-co"}, NotFound),
        ({"reason": "   "}, ActionNeeded),
        ({"document": " "}, ActionNeeded),
        ({"decided": "Hoàng Văn Lạ"}, ActionNeeded),  # in no address book, and no position given
        ({"asked": "Trần Văn Ký"}, NotAllowed),  # the decider's own name for the id giam-doc
        ({"asked": "  GIAM-DOC "}, NotAllowed),
    ],
)
def test_what_is_no_extension_is_refused_and_nobody_is_told(changed, problem):
    house = f.a_house()
    before = house.database.tables
    with pytest.raises(problem):
        granted(house, **changed)

    assert house.database.tables == before


def test_an_extension_granted_after_a_late_answer_came_in_excuses_it():
    house = f.a_house(at(12, 11))  # Thursday 11/12/2025
    first = receive(house, f.a_workbook(house, HEALTH), "a.xlsx", "folder")
    granted(house)
    row = next(one for one in matrix(house, YEAR, ANNUAL).rows if one.agency == HEALTH)
    edition = consolidate(house, YEAR, ANNUAL).edition

    assert first.outcome is Outcome.ACCEPTED_LATE
    assert (row.status, row.late_days, row.verdict) == (ObligationStatus.SUBMITTED_EXCUSED, 0, Verdict.LATE_EXCUSED)
    assert (edition.coverage.late, edition.coverage.excused, edition.members[0].late) == ((), (HEALTH,), False)


def test_a_power_cut_leaves_no_extension_and_no_letter():
    house = f.a_house()
    before = house.database.tables
    house.database.fail_at = house.database.commits + 1
    with pytest.raises(PowerCut):
        granted(house)

    assert house.database.tables == before
