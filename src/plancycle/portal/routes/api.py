"""The JSON API of agencies' own systems: what is owed, an answer, what became of it. A key of the agency opens it."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import JSONResponse, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from plancycle.domain.api_access import ApiKey
from plancycle.domain.errors import DataProblem, NotAllowed, NotFound
from plancycle.domain.periods import ObligationKey, Period
from plancycle.domain.waiting_line import Waiting
from plancycle.portal.allowances import Allowances, unless_guessed
from plancycle.portal.api_answers import PROBLEM, obligation_facts, submission_facts, told
from plancycle.portal.arriving import note_parts, seconds_ago
from plancycle.portal.dependencies import OpenHouse
from plancycle.portal.guard import MAX_BODY
from plancycle.portal.line import Line
from plancycle.services import api_keys
from plancycle.services.answer_by_api import answer_by_api
from plancycle.services.api_once import ApiAnswer
from plancycle.services.cycle_view import cycle_view
from plancycle.services.matrix import cells_of
from plancycle.services.wait_in_line import place_of, standing

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JSON = "application/json"
FIRST_YEAR, LAST_YEAR = 2000, 2099
BEARER = HTTPBearer(auto_error=False, description="A key made with `plancycle api-key new`.")

router = APIRouter(prefix="/api")


Sent = Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]


def holder(request: Request, house: OpenHouse, sent: Sent) -> ApiKey:
    """Whose key it is; every request counts. Raises NotAllowed("api.no_key", "api.key_unknown", "api.rate")."""
    allowances: Allowances = request.app.state.allowances
    address = request.client.host if request.client else ""
    if sent is None:
        raise NotAllowed("api.no_key")
    token = sent.credentials
    tried = f"{address} {api_keys.id_in(token)}"
    if seconds := allowances.tries_of_a_key.wait(tried):
        raise NotAllowed("api.rate", seconds=seconds)
    try:
        key = unless_guessed(allowances.wrong_keys, address, lambda: api_keys.holder_of(house, token), "api.rate")
    except NotAllowed:
        allowances.tries_of_a_key.take(tried)
        raise
    if seconds := allowances.requests.wait(key.id):
        raise NotAllowed("api.rate", seconds=seconds)
    allowances.requests.take(key.id)
    return key


async def whole_body(request: Request) -> bytes:
    """The body as it came; the doorkeeper has limited its size."""
    return await request.body()


Holder = Annotated[ApiKey, Depends(holder)]
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": words, "content": {PROBLEM: {}}}
    for status, words in {
        401: "No key, or one that opens nothing.",
        404: "Not there, or not of the key's own agency.",
        409: "Wrong version, period or agency; or a request with this idempotency key is under way.",
        413: "Too large.",
        415: "Neither JSON nor an .xlsx workbook.",
        422: "Stored and returned: `errors` names every cell to mend. Or not an answer at all.",
        429: "Too many requests; `Retry-After` says when.",
    }.items()
}
_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        JSON: {
            "schema": {
                "type": "object",
                "required": ["year", "period", "version", "answers"],
                "additionalProperties": False,
                "properties": {
                    "year": {"type": "integer"},
                    "period": {"type": "string", "enum": [str(period) for period in Period]},
                    "version": {"type": "string", "description": "The form's version, from GET /api/obligations."},
                    "answers": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["row", "field", "value"],
                            "additionalProperties": False,
                            "properties": {
                                "row": {"type": "string"},
                                "field": {"type": "string"},
                                "value": {"type": ["string", "number", "null"]},
                            },
                        },
                    },
                },
            }
        },
        WORKBOOK: {"schema": {"type": "string", "format": "binary"}},
    },
}


@router.post("/submissions", responses=PROBLEMS, openapi_extra={"requestBody": _BODY}, response_class=JSONResponse)
async def submit(
    request: Request,
    sent: Sent,
    idempotency_key: Annotated[str, Header(description="Repeat it to get the same answer, never a second one.")] = "",
    prefer: Annotated[str, Header(description="`respond-async` (RFC 7240): answer once it is kept.")] = "",
) -> Response:
    """Hand in a report: the filled-in workbook, or its answers as JSON. 201 accepted, 202 accepted late.

    202 with the outcome `waiting` when others are checked first: it has arrived, and `Location` says what became of it.
    """
    line: Line = request.app.state.line
    who: ApiKey | HTTPAuthorizationCredentials | None = sent
    if int(request.headers.get("content-length", MAX_BODY + 1)) > MAX_BODY:  # so much is read of known holders only
        who = await line.run(partial(_holder, request, sent))
    body = await request.body()
    return await line.run(partial(_taken_in, request, who, body, idempotency_key, "respond-async" in prefer))


def _holder(request: Request, sent: HTTPAuthorizationCredentials | None) -> ApiKey:
    with request.app.state.open_house() as house:
        return holder(request, house, sent)


def _taken_in(
    request: Request,
    who: ApiKey | HTTPAuthorizationCredentials | None,
    body: bytes,
    idempotency_key: str,
    is_async: bool,
) -> Response:
    """From the key to the answer in one thread: passing a request on between threads costs more than most steps."""
    line: Line = request.app.state.line
    with request.app.state.open_house() as house:
        key = who if isinstance(who, ApiKey) else holder(request, house, who)
        media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media not in (JSON, WORKBOOK):
            raise DataProblem("api.media_type")
        age = seconds_ago(request)
        patience = 0.0 if is_async else line.patience - age

        def take_in(arrived: Waiting) -> tuple[Mapping[str, object], bool]:
            note_parts(request, line.spent)
            return standing(*line.take_in(house, arrived, patience))

        at, is_json = house.clock.ago(age), media == JSON
        once = partial(answer_by_api, is_json=is_json, idempotency_key=idempotency_key, arrived_at=at, take_in=take_in)
        with line.door.entered():
            return told(once(house, key, body))


@router.get("/arrivals/{arrival}", responses=PROBLEMS, response_class=JSONResponse)
def arrival(request: Request, house: OpenHouse, key: Holder, arrival: str) -> Response:
    """What became of an answer that waited: its outcome as the submission's own, or its place and expected wait."""
    line: Line = request.app.state.line
    found = place_of(house, arrival)
    if found is None or found[0].agency != key.agency or found[0].obligation:
        raise NotFound("not_found.arrival", arrival=arrival[:40])
    line.wake()
    return told(ApiAnswer(*standing(*found)))


@router.get("/submissions/{cycle}/{period}/{agency}/{version}", responses=PROBLEMS, response_class=JSONResponse)
def submission(house: OpenHouse, key: Holder, cycle: str, period: str, agency: str, version: str) -> Response:
    """One version of one's own answers, by its id (``tn-nq94-2025/q1/so-y-te/v2``): values, findings, receipt."""
    wanted = f"{cycle}/{period}/{agency}/{version}"
    if agency != key.agency or period not in set(Period):
        raise NotFound("not_found.submission_id", submission=wanted)
    with house.work() as work:
        versions = work.submissions.versions(ObligationKey(cycle, Period(period), agency))
        found = next((one for one in versions if one.id == wanted), None)
        if found is None:
            raise NotFound("not_found.submission_id", submission=wanted)
        facts = submission_facts(found, work.submissions.entries(found.id), work.submissions.findings(found.id))
    return JSONResponse(facts)


@router.get("/obligations", responses=PROBLEMS, response_class=JSONResponse)
def obligations(house: OpenHouse, key: Holder, year: int = 0) -> Response:
    """What the agency owes in a year (default: this one): due dates, standing, and every question by its codes."""
    asked = year if FIRST_YEAR <= year <= LAST_YEAR else house.clock.now().year
    view = cycle_view(house, asked)
    owed = []
    with house.work() as work:
        for period in view.programme.order:
            if key.agency in view.reporters(period):
                cells = cells_of(work, view, period, house.clock.now())
                mine = (cell for cell in cells if cell.obligation.key.agency == key.agency)
                owed += [obligation_facts(view, cell, view.form(period, key.agency)) for cell in mine]
    return JSONResponse({"agency": key.agency, "year": asked, "obligations": owed})
