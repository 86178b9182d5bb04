"""Figures for a monitoring program."""

from datetime import datetime
from hmac import compare_digest

from fastapi import APIRouter, Request
from fastapi.responses import Response

from plancycle.domain.errors import PlancycleError
from plancycle.portal.access import desk_only
from plancycle.portal.dependencies import OpenHouse, PortalHouse
from plancycle.portal.metrics import CONTENT_TYPE, exposition
from plancycle.services.tallies import tallies

router = APIRouter()
SWEEP = "step:sweep"
PATIENCE = 1.0
"""Seconds to wait for Prefect: a monitor asks often, and the ledger's figures must not wait."""


@router.get("/metrics", response_class=Response)
def metrics(request: Request, house: OpenHouse) -> Response:
    """Counts by status, the oldest waiting letter, the last sweep and times of requests, as Prometheus reads them.

    For monitors on this very machine, or anywhere with the configured key as bearer token.
    """
    check_monitor(request)
    text = exposition(request.app.state.requests, tallies(house), _swept_at(house))
    return Response(text, media_type=CONTENT_TYPE)


def check_monitor(request: Request) -> None:
    """Raises NotAllowed("portal.desk_only") for anybody who is neither here nor has the key."""
    key: str = request.app.state.metrics_key
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if key and compare_digest(given.encode(), key.encode()):
        return
    desk_only(request)


def _swept_at(house: PortalHouse) -> float | None:
    """When the newest finished sweep began, in seconds of the epoch; None when Prefect does not tell."""
    try:
        done = [one for one in house.runs.recent([SWEEP], patience=PATIENCE) if one["state"] == "COMPLETED"]
    except PlancycleError:
        return None
    return datetime.fromisoformat(done[0]["at"].replace("Z", "+00:00")).timestamp() if done else None
