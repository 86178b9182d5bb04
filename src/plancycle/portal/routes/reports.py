"""The desk: who has reported, and the documents made of it."""

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from plancycle.portal import reports
from plancycle.portal.access import desk_only
from plancycle.portal.dependencies import OpenHouse
from plancycle.portal.downloads import download
from plancycle.portal.rendering import render

home = APIRouter()
router = APIRouter(dependencies=[Depends(desk_only)])


@home.get("/", include_in_schema=False)
def start() -> Response:
    """The desk's first page is the matrix."""
    return RedirectResponse("/bao-cao", 303)


@router.get("/bao-cao", response_class=HTMLResponse)
def matrix(house: OpenHouse, nam: str = "", ky: str = "") -> Response:
    """The matrix of a year (``nam``, default: the newest), or of one period (``ky``) with its editions."""
    years = reports.opened_years(house)
    if not years:
        return render("empty.html", reports.empty_page(house))
    year = reports.chosen_year(nam, years)
    if ky:
        return render("period.html", reports.period_page(house, year, reports.chosen_period(ky)))
    return render("year.html", reports.year_page(house, year, years))


@router.get("/tai-lieu/{sha256}", response_class=Response)
def document(house: OpenHouse, sha256: str) -> Response:
    """A rendered document of an edition, by its hash; any other file of the store does not exist here."""
    return download(house, reports.find_document(house, sha256))
