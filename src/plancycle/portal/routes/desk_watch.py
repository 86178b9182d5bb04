"""Looking after the installation: the journal, its health, what can be started in Prefect and what has run."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from starlette.responses import RedirectResponse

from plancycle.domain.errors import NotFound, PlancycleError
from plancycle.domain.people import Role
from plancycle.domain.periods import Period, period_called
from plancycle.portal.dependencies import our_form
from plancycle.portal.desk_audit import audit_csv, audit_page, file_name
from plancycle.portal.desk_frame import Desk, Looking, Operating, Posted, text_of
from plancycle.portal.desk_history import history
from plancycle.portal.desk_list_pages import RunsPage, StepLine
from plancycle.portal.desk_run_pages import RunLine
from plancycle.portal.desk_runs import OF_A_PERIOD, STEPS, WITHOUT_DRY_RUN, parameters_of, recent_runs
from plancycle.portal.desk_vitals import vitals_page
from plancycle.portal.downloads import attachment
from plancycle.portal.routes.desk_lists import year_of
from plancycle.services.cycle_view import cycle_view

router = APIRouter()
OUR_FORM = [Depends(our_form)]


@router.get("/nhat-ky", response_class=HTMLResponse)
def journal(desk: Looking) -> Response:
    """The audit log: by who, what, about what, when; newest first, with the standing of its chain."""
    return desk.show("audit.html", audit_page(desk))


@router.get("/nhat-ky/csv", response_class=Response)
def journal_file(desk: Looking) -> Response:
    """The same events as a file."""
    return attachment(audit_csv(desk), file_name(desk.house.clock.now().date()))


@router.get("/tinh-trang", response_class=HTMLResponse)
def vitals(desk: Looking, request: Request) -> Response:
    """The installation's health, with what waits for a person."""
    return desk.show("vitals.html", vitals_page(desk, request.app.state.data_dir))


@router.get("/luot-chay", response_class=HTMLResponse)
def runs(desk: Looking, nam: str = "", ky: str = "") -> Response:
    """What can be started, the newest runs about a year or a period, and what our own journal says was done."""
    return desk.show("runs.html", _runs(desk, year_of(desk, nam), ky))


def _runs(desk: Desk, year: int, text: str, started: str = "", refusal: str = "") -> RunsPage:
    period = period_called(text) if text else None
    view = cycle_view(desk.house, year)
    found: tuple[RunLine, ...] = ()
    problem = refusal
    try:
        found = recent_runs(desk, year, period)
    except PlancycleError as unanswered:
        problem = problem or desk.say(unanswered.key, **unanswered.params)
    return RunsPage(
        year=year,
        period=text,
        title=view.title(period) if period else "",
        periods=tuple((str(one), view.title(one)) for one in view.programme.order),
        steps=tuple(
            StepLine(one, desk.say(f"desk.step.{one}"), one in OF_A_PERIOD, one not in WITHOUT_DRY_RUN) for one in STEPS
        ),
        runs=found,
        done=history(desk, year, period, found),
        problem=problem,
        started=started,
        may_act=desk.staff.can(Role.OPERATOR),
    )


def _step(text: str) -> str:
    """A deployment the desk has a button for. Raises NotFound for any other name."""
    if text not in STEPS:
        raise NotFound("runs.no_deployment", deployment=text[:60])
    return text


def _period(step: str, text: str) -> Period | None:
    return period_called(text) if step in OF_A_PERIOD else None


@router.get("/luot-chay/{step}", response_class=HTMLResponse)
def form_in_prefect(desk: Operating, step: str, nam: str = "", ky: str = "") -> Response:
    """Open the deployment's form in Prefect, filled in; nothing starts before it is sent there."""
    year = year_of(desk, nam)
    parameters = parameters_of(_step(step), year, _period(step, ky))
    try:
        return RedirectResponse(desk.house.runs.form_url(step, parameters), 303)
    except PlancycleError as problem:
        page = _runs(desk, year, ky, refusal=desk.say(problem.key, **problem.params))
        return desk.show("runs.html", page, 503)


@router.post("/luot-chay/{step}", response_class=HTMLResponse, dependencies=OUR_FORM)
def start(desk: Operating, step: str, form: Posted) -> Response:
    """Start the deployment, dry where it can be; pressing twice within a minute is one run. It is not waited for."""
    year, text = year_of(desk, text_of(form, "nam")), text_of(form, "ky")
    parameters = parameters_of(_step(step), year, _period(step, text))
    minute = f"{desk.house.clock.now():%Y%m%d%H%M}"
    try:
        url = desk.house.runs.start(step, parameters, f"desk-{step}-{year}-{text}-{minute}")
    except PlancycleError as problem:
        page = _runs(desk, year, text, refusal=desk.say(problem.key, **problem.params))
        return desk.show("runs.html", page, 503)
    return desk.show("runs.html", _runs(desk, year, text, started=url))
