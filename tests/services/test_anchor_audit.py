"""Anchors are signed, left in a folder of their own, recorded, and verified with the key that was kept."""

from dataclasses import replace

import factories as f
import pytest
from small_programme import ANNUAL, HEALTH

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
