"""The audit chain records every change, and verifying it needs no trust."""

from dataclasses import replace

import factories as f
import pytest
from small_programme import ANNUAL, CYCLE, HEALTH, YEAR

from plancycle.domain.approvals import ApprovalStatus
from plancycle.domain.messages import MessageStatus
from plancycle.domain.submissions import SubmissionStatus
from plancycle.domain.transmittals import TransmittalStatus
from plancycle.services.deliver_messages import deliver
from plancycle.services.grant_extension import grant
from plancycle.services.receive_submission import receive
from plancycle.services.sweep import perform
from plancycle.services.verify_audit import verify


def actions(house):
    with house.work() as work:
        return [event.action for event in work.audit.all()]


LINK = "clerk_link.made"
RECEIVED = ["submission.received", "submission.accepted", "receipt.issued", "message.queued", LINK]
ALL_IN = RECEIVED * 4
REQUESTED = [*ALL_IN, "edition.final", "register.allocated", "approval.requested", "message.queued"]


@pytest.mark.parametrize(
    ("act", "recorded"),
    [
        (lambda house: receive(house, b"no workbook", "anh.jpg", "folder"), ["file.quarantined"]),
        (lambda house: f.a_submission(house, HEALTH, ANNUAL, SubmissionStatus.ACCEPTED), RECEIVED),
        (
            lambda house: f.a_submission(house, HEALTH, ANNUAL, SubmissionStatus.RETURNED),
            [*RECEIVED, "submission.returned", "message.queued"],
        ),
        (
            lambda house: f.a_submission(house, HEALTH, ANNUAL, SubmissionStatus.SUPERSEDED),
            [*RECEIVED, *RECEIVED[:3], "submission.superseded", "message.queued"],
        ),
        (lambda house: f.a_letter(house, MessageStatus.SENT), [LINK, "message.queued", "message.sent"]),
        (
            lambda house: f.a_letter(house, MessageStatus.REFUSED),
            ["message.queued", "message.refused", "address.refused", "message.queued", LINK],
        ),
        (lambda house: f.a_letter(house, MessageStatus.IN_DOUBT), [LINK, "message.queued", "message.in_doubt"]),
        (
            lambda house: grant(house, f.owed(HEALTH), f.at(12, 13, 0), f.REASON, "so-y-te", "giam-doc", f.DECISION),
            ["extension.requested", "extension.granted", "message.queued", LINK],
        ),
        (lambda house: f.an_approval(house, ApprovalStatus.REQUESTED), REQUESTED),
        (lambda house: f.an_approval(house, ApprovalStatus.APPROVED), [*REQUESTED, "approval.approved"]),
        (lambda house: f.an_approval(house, ApprovalStatus.RETURNED), [*REQUESTED, "approval.returned"]),
        (
            lambda house: f.a_transmittal(house, TransmittalStatus.ACKNOWLEDGED),
            [
                *REQUESTED,
                "approval.approved",
                *["transmittal.intent", "transmittal.attempt", "transmittal.sent"] * 2,
                *["acknowledgement.kept", "transmittal.acknowledged"] * 2,
            ],
        ),
    ],
)
def test_every_change_is_in_the_chain(act, recorded):
    house = f.a_house()
    act(house)
    found = actions(house)

    assert found[0] == "cycle.opened"
    assert sorted(found[1:]) == sorted(recorded)
    assert (verify(house).ok, verify(house).events) == (True, len(found))


def a_chain():
    house = f.a_house()
    f.all_answer(house)
    return house


def tampered(how):
    house = a_chain()
    rows = house.database.tables.audit
    how(rows)
    return verify(house)


@pytest.mark.parametrize(
    ("how", "first_bad"),
    [
        (lambda rows: rows.__setitem__(4, replace(rows[4], payload='{"late":false}')), 5),
        (lambda rows: rows.__setitem__(4, replace(rows[4], actor="ai-do")), 5),
        (lambda rows: rows.__setitem__(4, replace(rows[4], at="2025-01-01T00:00:00+07:00")), 5),
        (lambda rows: rows.pop(4), 5),
        (lambda rows: rows.pop(0), 1),
        (lambda rows: rows.insert(4, rows[5]), 5),
        (lambda rows: rows.reverse(), 1),
    ],
)
def test_a_changed_missing_or_moved_event_is_found_at_its_place(how, first_bad):
    report = tampered(how)

    assert (report.ok, report.first_bad) == (False, first_bad)


def test_the_head_changes_with_every_event_and_an_empty_chain_holds():
    empty = verify(f.a_house(opened=False))
    house = a_chain()
    before = verify(house).head
    deliver(house)

    assert (empty.ok, empty.events, empty.head) == (True, 0, "0" * 64)
    assert before != verify(house).head
    assert verify(house).head == house.database.tables.audit[-1].hash


def test_events_hold_no_addresses_and_no_names_of_clerks():
    house = a_chain()
    perform(house, YEAR)
    text = " ".join(event.payload + event.subject for event in house.database.tables.audit)

    assert "@so-y-te.example" not in text
    assert "Nguyễn Văn A" not in text
    assert CYCLE in text
