"""Anchors are signed, left in a folder of their own, recorded, and verified with the key that was kept."""

import json
from dataclasses import replace
from datetime import datetime

import factories as f
import pytest
from small_programme import ANNUAL, HEALTH, HOME

from plancycle.domain.events import GENESIS, Event, first_broken, seal
from plancycle.domain.submissions import SubmissionStatus
from plancycle.services.anchor_audit import anchor
from plancycle.services.verify_audit import verify


@pytest.fixture
def busy():
    """A house in which something has happened."""
    house = f.a_house()
    f.a_submission(house, HEALTH, ANNUAL, SubmissionStatus.ACCEPTED)
    return house


def test_an_anchor_says_where_the_chain_stood_and_is_an_event_itself(busy):
    before = verify(busy)
    made = anchor(busy)

    assert (made.checkpoint.seq, made.checkpoint.head) == (before.events, before.head)
    with busy.work() as work:
        assert work.audit.all()[-1].action == "audit.anchored"


def test_the_chain_goes_on_from_its_anchors(busy):
    kept = {"first": anchor(busy), "second": anchor(busy)}
    report = verify(busy, kept, busy.receipt_key.public_pem)

    assert (report.ok, report.anchors, report.bad_anchors) == (True, 2, ())
    assert kept["second"].checkpoint.previous == kept["first"].checkpoint.sha256


def test_an_anchor_somebody_changed_is_not_taken_for_ours(busy):
    made = anchor(busy)
    forged = replace(made, checkpoint=replace(made.checkpoint, seq=1))
    report = verify(busy, {"forged": forged})

    assert (report.ok, report.bad_anchors, report.first_bad) == (False, ("forged",), None)


def twins(house):
    """The signed files of every receipt, as the agencies have them."""
    return {name: data for name, data in house.left.items() if name.startswith("receipts/") and name.endswith(".json")}


@pytest.fixture
def answered():
    """A house that has handed out two receipts, and went on."""
    house = f.a_house()
    for agency in (HEALTH, HOME):
        f.a_submission(house, agency, ANNUAL, SubmissionStatus.ACCEPTED)
    return house


def test_a_receipt_is_an_anchor(answered):
    report = verify(answered, receipts=twins(answered), public_key=answered.receipt_key.public_pem)

    assert (report.ok, report.anchors, report.bad_anchors) == (True, 2, ())


def again(events, start):
    """The log as somebody else would write it from there on, hashes and all."""
    made = events[:start]
    for old in events[start:]:
        event = Event(datetime.fromisoformat(old.at), "người khác", old.action, old.subject, {})
        made.append(seal(event, old.seq, made[-1].hash if made else GENESIS))
    return made


@pytest.mark.parametrize("harm", ["cut", "rolled back", "recomputed"])
def test_a_log_that_was_cut_rolled_back_or_computed_anew_contradicts_the_receipts(answered, harm):
    receipts = twins(answered)
    with answered.work() as work:
        events = work.audit.all()
    place = max(json.loads(data)["receipt"]["audit_seq"] for data in receipts.values())
    kept = {"cut": events[: place - 1], "rolled back": again(events, 3), "recomputed": again(events, 0)}[harm]
    answered.database.tables.audit[:] = kept
    report = verify(answered, receipts=receipts)

    assert first_broken(kept) is None  # the chain alone says nothing
    assert (report.ok, len(report.bad_anchors) >= 1) == (False, True)


def test_a_receipt_somebody_changed_is_not_taken_for_ours(answered):
    name, data = next(iter(twins(answered).items()))
    forged = data.replace(b'"audit_seq": ', b'"audit_seq": 1')
    report = verify(answered, receipts={name: forged})

    assert (report.ok, report.bad_anchors, report.first_bad) == (False, (name,), None)
