"""What people see when something is refused: Vietnamese first, English second, how to mend it, never a traceback."""

from collections.abc import Mapping, Sequence

from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import Scope

from plancycle.adapters.texts import Catalogue
from plancycle.domain.errors import (
    ActionNeeded,
    DataProblem,
    NotAllowed,
    NotFound,
    OutsideFailure,
    PlancycleError,
)
from plancycle.portal.pages import ProblemPage
from plancycle.portal.rendering import render
from plancycle.portal.sessions import SignInNeeded

STATUSES: tuple[tuple[type[PlancycleError], int], ...] = (
    (NotFound, 404),
    (NotAllowed, 403),
    (ActionNeeded, 409),
    (DataProblem, 422),
    (OutsideFailure, 503),
)
BY_KEY = {
    "link.invalid": 404,
    "api.no_key": 401,
    "api.key_unknown": 401,
    "api.rate": 429,
    "link.busy": 429,
    "api.media_type": 415,
    "api.idempotency_key_invalid": 400,
}
"""A link that is not ours looks like a page that is not there: nobody learns which tokens exist."""
ASK_FOR_KEY = {"WWW-Authenticate": "Bearer"}
UNDER_WAY_SECONDS = 5
"""How soon it makes sense to ask again for a request that is under way."""
HTTP_KEYS = {
    404: "portal.no_such_page",
    405: "portal.method_not_allowed",
    408: "portal.too_slow",
    413: "portal.too_large",
}
BROKEN_JSON = (400, "answer.not_json")
"""As where a report is handed in: no field is to blame for a body that cannot be read."""
MAX_BODY_KB = 64
"""The largest body taken: the largest form has one text of 2,000 characters."""
LIMITS = {"maximum": MAX_BODY_KB}
RETRY_SECONDS = 30
WORDS = Catalogue()


def status_of(error: PlancycleError) -> int:
    """The HTTP status of an error; 500 for one that has none, which is a bug."""
    if error.key in BY_KEY:
        return BY_KEY[error.key]
    return next((status for kind, status in STATUSES if isinstance(error, kind)), 500)


def wants_html(scope: Scope) -> bool:
    """Whether a person's browser is asking; programs get JSON."""
    return "text/html" in Headers(scope=scope).get("accept", "")


def problem_response(
    scope: Scope,
    status: int,
    key: str,
    params: Mapping[str, object] | None = None,
    incident: str = "",
    errors: Sequence[Mapping[str, object]] = (),
) -> Response:
    """An error as a page, or as ``application/problem+json`` for programs."""
    filled = {**(params or {}), "incident": incident}
    page = ProblemPage(
        status=status,
        code=key,
        message_vi=WORDS.say(key, "vi", **filled),
        message_en=WORDS.say(key, "en", **filled),
        incident=incident,
    )
    headers = {"Retry-After": str(RETRY_SECONDS)} if status == 503 else {}
    if wants_html(scope):
        return render("problem.html", page, status, headers)
    facts = {
        "type": "about:blank",
        "code": page.code,
        "status": status,
        "message_vi": page.message_vi,
        "message_en": page.message_en,
        "incident_id": incident,
        "errors": list(errors),
    }
    return JSONResponse(facts, status, headers, media_type="application/problem+json")


def on_plancycle_error(request: Request, error: Exception) -> Response:
    """Answer an error that carries words."""
    if not isinstance(error, PlancycleError):
        raise error
    response = problem_response(request.scope, status_of(error), error.key, error.params)
    response.headers.update(_headers_of(error))
    return response


def on_sign_in_needed(request: Request, error: Exception) -> Response:
    """Send a person to the page where one signs in; tell a program that it may not."""
    if not isinstance(error, SignInNeeded):
        raise error
    if wants_html(request.scope):
        return RedirectResponse(error.address, 303)
    return problem_response(request.scope, 401, "portal.sign_in_needed")


def _headers_of(error: PlancycleError) -> Mapping[str, str]:
    """What a program is told beside the words."""
    if error.key in ("api.rate", "link.busy"):
        return {"Retry-After": str(error.params["seconds"])}
    if error.key == "api.in_flight":
        return {"Retry-After": str(UNDER_WAY_SECONDS)}
    return ASK_FOR_KEY if status_of(error) == 401 else {}


def _wrong_fields(error: RequestValidationError) -> Sequence[Mapping[str, object]]:
    """Each field of a program's body that is missing or amiss, by its place; never what stood there."""
    found = []
    for one in error.errors():
        place = ".".join(str(part) for part in one["loc"][1:]) or str(one["loc"][0])
        key = "api.field_missing" if one["type"] == "missing" else "api.field_wrong"
        words = {f"message_{language}": WORDS.say(key, language, field=place) for language in ("vi", "en")}
        found.append({"sheet": "", "cell": "", "field": place, "code": str(one["type"]), **words})
    return found


def on_http_error(request: Request, error: Exception) -> Response:
    """Answer what the router refuses: no such page, wrong method, unreadable form."""
    status = error.status_code if isinstance(error, HTTPException) else 422
    wrong: Sequence[Mapping[str, object]] = ()
    key = HTTP_KEYS.get(status, "portal.bad_request")
    if isinstance(error, RequestValidationError):
        if any(one["type"] == "json_invalid" for one in error.errors()):
            status, key = BROKEN_JSON
        else:
            wrong = _wrong_fields(error)
            key = "api.fields" if request.url.path.startswith("/api/") else key
    response = problem_response(request.scope, status, key, LIMITS, errors=wrong)
    if isinstance(error, HTTPException) and error.headers:
        response.headers.update(error.headers)
    return response
