"""Whether the installation is well, for people and for monitors."""

from dataclasses import asdict

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from plancycle.portal.dependencies import OpenHouse
from plancycle.portal.health import health_page
from plancycle.portal.problems import wants_html
from plancycle.portal.rendering import render

router = APIRouter()


@router.get("/suc-khoe", response_class=Response)
def health(request: Request, house: OpenHouse) -> Response:
    """Ledger, disk, programme: 200 when all work, 503 otherwise; a page for browsers, JSON for the rest."""
    page = health_page(house, request.app.state.data_dir)
    status = 200 if page.is_ok else 503
    if wants_html(request.scope):
        return render("health.html", page, status)
    facts = {"ok": page.is_ok, "at": page.now.isoformat(), "checks": [asdict(check) for check in page.checks]}
    return JSONResponse(facts, status)
