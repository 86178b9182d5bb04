"""The desk's first pages: the matrix of a year, a period, and the documents made of it."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from plancycle.portal import reports
from plancycle.portal.desk_frame import Looking
from plancycle.portal.desk_matrix import matrix_page, matrix_sheet, period_desk
from plancycle.portal.desk_pages import MatrixFilter
from plancycle.portal.downloads import attachment, download

home = APIRouter()
router = APIRouter()


@home.get("/", include_in_schema=False)
def start() -> Response:
    """The desk's first page is the matrix."""
    return RedirectResponse("/bao-cao", 303)


@router.get("/bao-cao", response_class=HTMLResponse)
def matrix(
    desk: Looking,
    nam: str = "",
    ky: str = "",
    tim: str = "",
    tt: str = "",
    loai: str = "",
    trong: str = "",
    trang: str = "1",
) -> Response:
    """The matrix of a year (``nam``, default: the newest), or of one period (``ky``) with its editions.

    ``tim`` looks for a name without regard to diacritics; ``tt`` status, ``loai`` kind of body, ``trong`` period.
    """
    years = reports.opened_years(desk.house)
    if not years:
        return desk.show("empty.html", reports.empty_page(desk.house))
    year = reports.chosen_year(nam, years)
    if ky:
        return desk.show("period.html", period_desk(desk, year, ky))
    wanted = MatrixFilter(tim[:100], tt[:40], loai[:40], trong[:10])
    number = int(trang) if trang.isdecimal() and len(trang) < 6 else 1
    return desk.show("matrix.html", matrix_page(desk, year, years, wanted, number))


@router.get("/bao-cao/excel", response_class=Response)
def matrix_file(desk: Looking, nam: str = "", tim: str = "", tt: str = "", loai: str = "", trong: str = "") -> Response:
    """The matrix of a year as a workbook, with the same filter."""
    year = reports.chosen_year(nam, reports.opened_years(desk.house))
    wanted = MatrixFilter(tim[:100], tt[:40], loai[:40], trong[:10])
    return attachment(matrix_sheet(desk, year, wanted), f"Ma-tran_{year}.xlsx")


@router.get("/tai-lieu/{sha256}", response_class=Response)
def document(desk: Looking, sha256: str) -> Response:
    """A rendered document of an edition, by its hash; any other file of the store does not exist here."""
    return download(desk.house, reports.find_document(desk.house, sha256))
