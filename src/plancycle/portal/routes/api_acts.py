"""What an agency's own system may do beside handing in, as a clerk may in the portal: by the same services."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from plancycle.domain.api_access import ApiKey
from plancycle.domain.errors import NotFound
from plancycle.domain.extensions import ExtensionRequest, standing_at
from plancycle.domain.periods import ObligationKey, Period
from plancycle.portal.api_answers import explanation_facts, extension_facts, standing_facts, submission_facts
from plancycle.portal.dependencies import OpenHouse
from plancycle.portal.downloads import attachment
from plancycle.portal.routes.api import PROBLEMS, Holder, whole_body
from plancycle.services import extension_requests
from plancycle.services.api_once import once
from plancycle.services.corrections import open_correction
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.explanations import LEAST, LONGEST, explain
from plancycle.services.issue_receipt import twin_of
from plancycle.services.make_template import make_template
from plancycle.services.matrix import cells_of
from plancycle.services.ports import House
from plancycle.services.withdraw_submission import withdraw

router = APIRouter(prefix="/api", responses=PROBLEMS)
OWED, VERSION = "/obligations/{cycle}/{period}/{agency}", "/submissions/{cycle}/{period}/{agency}/{version}"
CREATED, OK = 201, 200
ONE_DAY = timedelta(days=1)
Words = Annotated[str, Field(min_length=1, max_length=LONGEST)]
Person = Annotated[str, Field(min_length=1, max_length=200, description="The person of the agency who says so.")]
OnceKey = Annotated[str, Header(description="Repeat it to get the same answer, never a second act.")]


class Sent(BaseModel):
    """A body without anything nobody asked for."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    by: Person


class Reason(Sent):
    """Why something is asked for."""

    reason: Words


class ExtensionAsked(Reason):
    """Until when an agency wants to have time."""

    last_day: date
    """The last day on which the report would still be on time."""


class Explained(Sent):
    """The reason for one warning, named as in the version's findings."""

    rule: Annotated[str, Field(max_length=100)]
    row: Annotated[str, Field(max_length=100)]
    field: Annotated[str, Field(max_length=100)]
    text: Annotated[str, Field(min_length=LEAST, max_length=LONGEST)]


def own(house: OpenHouse, key: Holder, cycle: str, period: str, agency: str) -> ObligationKey:
    """A dependency: the obligation in the address, if it is the key's own. Raises NotFound, alike for others'."""
    wanted, prefix = f"{cycle}/{period}/{agency}", f"{house.programme_id}-"
    year = cycle.removeprefix(prefix)
    is_possible = cycle.startswith(prefix) and len(year) == len("2025") and year.isascii() and year.isdecimal()
    if agency != key.agency or period not in set(Period) or not is_possible:
        raise NotFound("api.not_yours", obligation=wanted[:120])
    found = ObligationKey(cycle, Period(period), agency)
    view = cycle_view(house, int(year))
    if found.period not in view.programme.order or agency not in view.reporters(found.period):
        raise NotFound("api.not_yours", obligation=wanted[:120])
    return found


Own = Annotated[ObligationKey, Depends(own)]


def own_version(house: OpenHouse, mine: Own, version: str) -> str:
    """A dependency: the version in the address. Raises NotFound."""
    wanted = f"{mine}/{version}"
    with house.work() as work:
        if not any(one.id == wanted for one in work.submissions.versions(mine)):
            raise NotFound("not_found.submission_id", submission=wanted[:140])
    return wanted


OwnVersion = Annotated[str, Depends(own_version)]


class Once:
    """Does what is asked for once for each idempotency key, address and body."""

    def __init__(
        self,
        request: Request,
        house: OpenHouse,
        key: Holder,
        body: Annotated[bytes, Depends(whole_body)],
        idempotency_key: OnceKey = "",
    ) -> None:
        self._house, self._key, self._idempotency_key = house, key, idempotency_key
        self._asked = request.url.path.encode() + b"\n" + body

    def __call__(self, act: Callable[[], Mapping[str, object]], status: int = CREATED) -> Response:
        """The answer to the act; a repeated one says so in a header."""
        answer = once(self._house, self._key.agency, self._idempotency_key, self._asked, act)
        headers = {"Idempotent-Replayed": "true"} if answer.is_replay else {}
        return JSONResponse(dict(answer.facts), status, headers)


AtOnce = Annotated[Once, Depends()]


def _view(house: House, mine: ObligationKey) -> CycleView:
    return cycle_view(house, int(mine.cycle.rpartition("-")[2]))


def _by(sent: Sent, key: ApiKey) -> str:
    return f"{sent.by} ({key.agency})"


@router.get(OWED, response_class=JSONResponse)
def standing(house: OpenHouse, mine: Own) -> Response:
    """Where one obligation stands: its due date, every version, and every request for more time."""
    view, now = _view(house, mine), house.clock.now()
    with house.work() as work:
        cell = next(one for one in cells_of(work, view, mine.period, now) if one.obligation.key == mine)
        versions = work.submissions.versions(mine)
        asked = [(one, standing_at(one, now)) for one in work.extension_requests.of(mine)]
    return JSONResponse(standing_facts(view, cell, versions, asked))


@router.get(f"{OWED}/template", response_class=Response)
def template(house: OpenHouse, mine: Own) -> Response:
    """The agency's workbook as it is asked for now."""
    view = _view(house, mine)
    with house.work() as work:
        made = make_template(house, work, view, mine.period, mine.agency)
    return attachment(made.data, made.file_name)


@router.post(f"{OWED}/extension-requests", response_class=JSONResponse, status_code=CREATED)
def ask_for_time(house: OpenHouse, key: Holder, mine: Own, sent: ExtensionAsked, at_once: AtOnce) -> Response:
    """Ask for more time; somebody of the coordinating office decides."""
    zone = ZoneInfo(_view(house, mine).programme.timezone)
    wanted = datetime.combine(sent.last_day + ONE_DAY, time(0), zone)

    def act() -> Mapping[str, object]:
        made = extension_requests.ask(house, mine, wanted, sent.reason, _by(sent, key))
        return extension_facts(made, standing_at(made, house.clock.now()))

    return at_once(act)


@router.post(f"{OWED}/extension-requests/withdrawal", response_class=JSONResponse)
def take_request_back(house: OpenHouse, key: Holder, mine: Own, sent: Sent, at_once: AtOnce) -> Response:
    """Take back the newest request for more time."""

    def act() -> Mapping[str, object]:
        ended = extension_requests.withdraw(house, _newest(house, mine).id, _by(sent, key))
        return extension_facts(ended, ended.status)

    return at_once(act, OK)


def _newest(house: House, mine: ObligationKey) -> ExtensionRequest:
    with house.work() as work:
        asked = work.extension_requests.of(mine)
    if not asked:
        raise NotFound("api.no_request", obligation=str(mine))
    return asked[-1]


@router.post(f"{OWED}/corrections", response_class=JSONResponse, status_code=CREATED)
def correct(house: OpenHouse, key: Holder, mine: Own, sent: Reason, at_once: AtOnce) -> Response:
    """Say why an answer that was approved must change; the next version then takes its place and cites it."""

    def act() -> Mapping[str, object]:
        opened = open_correction(house, mine, sent.reason, _by(sent, key))
        return {"corrects": opened.corrects, "receipt": opened.receipt, "edition": opened.edition}

    return at_once(act)


@router.get(f"{VERSION}/receipt", response_class=Response)
def receipt(house: OpenHouse, found: OwnVersion) -> Response:
    """The signed receipt of a version (JSON); its ``pdf`` form is in the portal and in the letter."""
    with house.work() as work:
        signed = work.receipts.of_submission(found)
    if signed is None:
        raise NotFound("not_found.submission_id", submission=found)
    return Response(twin_of(signed), media_type="application/json")


@router.get(f"{VERSION}/explanations", response_class=JSONResponse)
def explanations(house: OpenHouse, found: OwnVersion) -> Response:
    """Every reason given for a version's warnings, and what became of it."""
    with house.work() as work:
        given = [one for one in work.explanations.under(found) if one.submission == found]
    return JSONResponse({"submission": found, "explanations": [explanation_facts(one) for one in given]})


@router.post(f"{VERSION}/explanations", response_class=JSONResponse, status_code=CREATED)
def give_reason(house: OpenHouse, key: Holder, found: OwnVersion, sent: Explained, at_once: AtOnce) -> Response:
    """Give the reason for one warning of the version that stands."""

    def act() -> Mapping[str, object]:
        return explanation_facts(explain(house, found, sent.rule, sent.row, sent.field, sent.text, _by(sent, key)))

    return at_once(act)


@router.post(f"{VERSION}/withdrawal", response_class=JSONResponse)
def take_back(house: OpenHouse, key: Holder, found: OwnVersion, sent: Reason, at_once: AtOnce) -> Response:
    """Take the version that stands back, before its review; the obligation is open again."""

    def act() -> Mapping[str, object]:
        return submission_facts(withdraw(house, found, sent.reason, _by(sent, key)), [], [])

    return at_once(act, OK)
