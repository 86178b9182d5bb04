"""Telling Prefect what has just been decided or accepted: the next step starts within seconds, not at the next sweep.

A signal is a hint, never an authority: whoever receives it looks into the ledger. plancycle speaks to Prefect's HTTP
interface only; it never imports it.
"""

import uuid
from datetime import datetime
from typing import Any

import httpx

from plancycle.adapters.trust import well_known
from plancycle.domain.approvals import Approval
from plancycle.domain.consolidation import Edition
from plancycle.domain.errors import OutsideFailure
from plancycle.domain.periods import Period

EDITION_APPROVED = "plancycle.edition.approved"
RESOURCE_PREFIX = "plancycle.edition."
SUBMISSION_ACCEPTED = "plancycle.submission.accepted"
PERIOD_PREFIX = "plancycle.period."
TIMEOUT = 2.0
"""Seconds; the sweep comes anyway, so nothing is worth a longer wait."""


class Signals:
    """Signals as events of the Prefect server at ``api_url`` (``http://…/api``); none are sent when it is empty."""

    def __init__(self, api_url: str) -> None:
        self._api_url = api_url.rstrip("/")

    def approved(self, edition: Edition, approval: Approval) -> None:
        """Tell that an edition has been approved. Raises OutsideFailure when Prefect did not take the event."""
        if not self._api_url:
            return
        if reason := self._post(approved_event(edition, approval)):
            raise _not_taken(edition, reason)

    def accepted(self, cycle: str, period: Period, at: datetime) -> bool:
        """Tell that answers of a period have been accepted. False when nobody took it: whoever asks acts himself."""
        return bool(self._api_url) and not self._post(accepted_event(cycle, period, at))

    def _post(self, event: dict[str, Any]) -> str:
        """Why the event was not taken; empty when it was."""
        try:
            # trust_env=False: only PLANCYCLE_* variables steer us, never a stray HTTP_PROXY.
            with httpx.Client(verify=well_known(), timeout=TIMEOUT, trust_env=False) as client:
                answer = client.post(f"{self._api_url}/events", json=[event])
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return type(error).__name__
        return "" if answer.is_success else f"HTTP {answer.status_code}"


def approved_event(edition: Edition, approval: Approval) -> dict[str, Any]:
    """The event's JSON; the same decision gives the same bytes, its id included."""
    return {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{EDITION_APPROVED}:{approval.id}")),
        "occurred": (approval.decided_at or approval.requested_at).isoformat(),
        "event": EDITION_APPROVED,
        "resource": {"prefect.resource.id": RESOURCE_PREFIX + edition.id.replace("/", ".")},
        "payload": {"year": int(edition.cycle.rpartition("-")[2]), "period": str(edition.period)},
    }


def accepted_event(cycle: str, period: Period, at: datetime) -> dict[str, Any]:
    """The event's JSON: which period has something new to fold; the same moment gives the same bytes."""
    place = f"{cycle}/{period}"
    return {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{SUBMISSION_ACCEPTED}:{place}:{at.isoformat()}")),
        "occurred": at.isoformat(),
        "event": SUBMISSION_ACCEPTED,
        "resource": {"prefect.resource.id": PERIOD_PREFIX + place.replace("/", ".")},
        "payload": {"year": int(cycle.rpartition("-")[2]), "period": str(period)},
    }


def _not_taken(edition: Edition, reason: str) -> OutsideFailure:
    """``reason`` is a class name or a status: an address may hold a password, and a log line has no line breaks."""
    return OutsideFailure("signals.not_taken", edition=edition.id, reason=reason)
