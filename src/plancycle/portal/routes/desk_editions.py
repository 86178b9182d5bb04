"""Editions and figures: from a result to its cells and back."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from plancycle.portal.desk_editions import charts_page, edition_page, figure_page
from plancycle.portal.desk_frame import Looking

router = APIRouter()


@router.get("/tong-hop/{year}/{period}/{number}", response_class=HTMLResponse)
def edition(desk: Looking, year: int, period: str, number: int) -> Response:
    """One edition: coverage, documents, every figure."""
    return desk.show("edition.html", edition_page(desk, year, period, number))


@router.get("/bieu-do/{year}/{period}", response_class=HTMLResponse)
def charts(desk: Looking, year: int, period: str) -> Response:
    """A period in pictures, each with the same numbers as a table."""
    return desk.show("charts.html", charts_page(desk, year, period))


@router.get("/so-lieu/{cycle}/{period}/{suffix}", response_class=HTMLResponse)
def figure(desk: Looking, cycle: str, period: str, suffix: str, ban: str = "") -> Response:
    """A figure led back to its cells, in the newest edition or in the one asked for (``ban``)."""
    number = int(ban) if ban.isdecimal() and len(ban) < 6 else 0
    return desk.show("figure.html", figure_page(desk, f"{cycle}/{period}/{suffix}", number))
