"""Looking ahead, what is asked, and what may be published."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from plancycle.adapters.data_package import package_zip
from plancycle.portal.desk_foresight import burden_page, forecast_page
from plancycle.portal.desk_frame import Looking
from plancycle.portal.downloads import attachment
from plancycle.portal.routes.desk_lists import year_of
from plancycle.services.publish_open_data import gather

router = APIRouter()


@router.get("/du-bao", response_class=HTMLResponse)
def forecast(desk: Looking, nam: str = "") -> Response:
    """Whether the next period will be complete in time, who puts it at risk and why."""
    return desk.show("forecast.html", forecast_page(desk, year_of(desk, nam)))


@router.get("/ganh-nang", response_class=HTMLResponse)
def burden(desk: Looking, nam: str = "") -> Response:
    """What every body is asked in a year."""
    return desk.show("burden.html", burden_page(desk, year_of(desk, nam)))


@router.get("/du-lieu-mo", response_class=Response)
def open_data(desk: Looking, nam: str = "") -> Response:
    """Approved editions and timeliness of a year as a data package."""
    year = year_of(desk, nam)
    made = gather(desk.house, (year,))
    return attachment(package_zip(made), f"{made.name}-{year}.zip")
