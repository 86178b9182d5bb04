"""The portal as an application: ``uvicorn plancycle.portal.app:app_from_settings --factory``."""

import logging
import re
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AbstractContextManager, asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from plancycle.adapters.logs import set_up_logs
from plancycle.adapters.openid import OpenIdProvider
from plancycle.adapters.traces import set_up_traces
from plancycle.bootstrap import open_house
from plancycle.domain.errors import PlancycleError
from plancycle.portal.allowances import Allowances
from plancycle.portal.dependencies import PortalHouse
from plancycle.portal.guard import Guard
from plancycle.portal.kept_forms import on_refused, on_session_over
from plancycle.portal.line import PATIENCE, Line
from plancycle.portal.metrics import Requests, Timed
from plancycle.portal.problems import on_http_error
from plancycle.portal.refreshing import refreshing
from plancycle.portal.remembered import Remembered
from plancycle.portal.routes import (
    api,
    api_acts,
    approvals,
    calendars,
    clerk,
    clerk_acts,
    clerk_answers,
    clerk_waiting,
    desk,
    health,
    metrics,
    reports,
    sign_in,
    sign_in_outside,
)
from plancycle.portal.sessions import SignInNeeded
from plancycle.settings import Settings, load_settings

STATIC = Path(__file__).parent / "static"
ROUTES = APIRouter()
"""Put together once: what a route takes and gives is worked out at its first call, for every app of the process."""
for _router in (
    api.router,  # first: routes are tried in this order, and answers are what hundreds send at once
    reports.home,
    reports.router,
    approvals.router,
    sign_in.router,
    sign_in_outside.router,
    clerk.router,
    clerk_answers.router,
    clerk_waiting.router,
    clerk_acts.router,
    calendars.router,
    desk.router,
    api_acts.router,
    health.router,
    metrics.router,
):
    ROUTES.include_router(_router)
STOPPING = 10.0
"""Seconds a portal that is asked to end waits for the check at hand."""
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1")


def create_app(
    open_house: Callable[[], AbstractContextManager[PortalHouse]],
    base_url: str = "http://127.0.0.1:8600",
    data_dir: Path | None = None,
    proxies: Collection[str] = (),
    names: Collection[str] = (),
    second_factor_for_everyone: bool = False,
    confirm_recipient: bool = False,
    oidc: OpenIdProvider | None = None,
    metrics_key: str = "",
    patience: float = PATIENCE,
) -> FastAPI:
    """Build the portal around a house that is opened for every request.

    ``base_url`` is the portal's address in mailed links: its name and loopback are the only ones answered to.
    ``proxies`` are addresses of reverse proxies that ask for a login before they pass a request to the desk's pages.
    ``names`` are further host names it answers to; ``oidc`` is the province's own sign-in, if it has one.
    ``metrics_key`` opens ``/metrics`` to monitors on other machines. ``patience``: seconds an upload waits for its own
    check before it is told its place in the line.
    """
    address = urlsplit(base_url)
    app = FastAPI(
        title="plancycle",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        routes=ROUTES.routes,
        lifespan=_running,
    )
    app.state.open_house = open_house
    app.state.data_dir = data_dir
    app.state.proxies = frozenset(proxies)
    app.state.allowances = Allowances()
    app.state.remembered = Remembered()
    app.state.confirm_recipient = confirm_recipient
    app.state.second_factor_for_everyone = second_factor_for_everyone
    app.state.oidc = oidc
    app.state.metrics_key = metrics_key
    app.state.requests = Requests()
    app.state.line = Line(open_house, patience, app.state.requests.spent)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_exception_handler(PlancycleError, on_refused)
    app.add_exception_handler(SignInNeeded, on_session_over)
    app.add_exception_handler(HTTPException, on_http_error)
    app.add_exception_handler(RequestValidationError, on_http_error)
    hosts = frozenset({address.hostname or "", *LOOPBACK_NAMES, *names} - {""})
    app.add_middleware(Guard, hosts=hosts, is_https=address.scheme == "https")
    app.add_middleware(Timed, requests=app.state.requests)
    return app


@asynccontextmanager
async def _running(app: FastAPI) -> AsyncIterator[None]:
    """What a portal left unchecked when it ended is checked once it runs again; a check at hand is finished first."""
    line: Line = app.state.line
    await run_in_threadpool(line.wake)
    yield
    line.stop()
    await run_in_threadpool(line.until_idle, STOPPING)


def app_from_settings() -> FastAPI:
    """The portal of this installation, as ``PLANCYCLE_*`` describe it. Raises DataProblem for wrong settings."""
    settings = load_settings()
    set_up_logs(settings.log_format, settings.secrets, settings.log_level)
    set_up_traces(settings.trace_to, "plancycle-portal")
    hide_tokens()
    following = refreshing(lambda: open_house(settings))
    return create_app(
        lambda: open_house(settings, following=following),
        settings.base_url,
        settings.data,
        names=[name.strip().lower() for name in settings.portal_names.split(",") if name.strip()],
        confirm_recipient=settings.confirm_recipient,
        second_factor_for_everyone=settings.second_factor_for == "everyone",
        oidc=_provider(settings),
        metrics_key=settings.metrics_key.get_secret_value(),
    )


def _provider(settings: Settings) -> OpenIdProvider | None:
    """The province's own sign-in, when it is configured."""
    if not settings.oidc_issuer:
        return None
    callback = f"{settings.base_url.rstrip('/')}/dang-nhap/tinh/ve"
    secret = settings.oidc_client_secret.get_secret_value()
    return OpenIdProvider(settings.oidc_issuer, settings.oidc_client_id, secret, callback)


class TokenFilter(logging.Filter):
    """Keeps the tokens of mailed links out of the server's access log."""

    _token = re.compile(r"(/phe-duyet/|/n/|/lich/[^/ ]+/|[?&]code=)[^/ ?&]+")

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place; every record is kept."""
        if isinstance(record.args, tuple):
            record.args = tuple(
                self._token.sub(r"\1[...]", value) if isinstance(value, str) else value for value in record.args
            )
        return True


def hide_tokens() -> None:
    """Put the filter on the access log, once."""
    log = logging.getLogger("uvicorn.access")
    if not any(isinstance(known, TokenFilter) for known in log.filters):
        log.addFilter(TokenFilter())
