"""The factories reach every status, and a chain of events stands behind each."""

import factories as f
import pytest

from plancycle.domain.approvals import ApprovalStatus
from plancycle.domain.messages import MessageStatus
from plancycle.domain.submissions import SubmissionStatus
from plancycle.domain.transmittals import TransmittalStatus
from plancycle.services.verify_audit import verify

WAYS = [
    *((status, lambda house, one: f.a_submission(house, f.HEALTH, f.ANNUAL, one)) for status in SubmissionStatus),
    *((status, f.a_letter) for status in MessageStatus),
    *((status, f.an_approval) for status in ApprovalStatus),
    *((status, f.a_transmittal) for status in TransmittalStatus),
]


@pytest.mark.parametrize(("status", "make"), WAYS, ids=[f"{type(status).__name__}-{status}" for status, _ in WAYS])
def test_anything_can_be_brought_into_any_status_in_one_call(status, make):
    house = f.a_house()

    assert make(house, status).status is status
    assert verify(house).ok
