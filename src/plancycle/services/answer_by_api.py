"""An answer through the JSON API: the same service as every other channel, and once however often it is asked for.

An ``Idempotency-Key`` works as programmers know it: the same key with the same body gives the first answer again, with
another body it is refused, and while the first is under way the second is told to wait. Without a key the bytes
themselves do the same: the same answer again gets the same receipt.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from plancycle.domain.api_access import KEPT_FOR, ApiKey, ApiRequest, can_be_idempotency_key, is_under_way
from plancycle.domain.errors import ActionNeeded, DataProblem
from plancycle.domain.events import canonical_json
from plancycle.services.intake_answer import answer_of
from plancycle.services.ports import House
from plancycle.services.receive_submission import receive

CHANNEL = "api"
JSON_NAME, WORKBOOK_NAME = "tra-loi.json", "bieu-mau.xlsx"


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """What the caller is told. ``is_replay``: it was told so before."""

    facts: Mapping[str, object]
    is_replay: bool


def answer_by_api(house: House, key: ApiKey, body: bytes, *, is_json: bool, idempotency_key: str = "") -> ApiAnswer:
    """Take in an answer of the key's own agency.

    Raises DataProblem("api.idempotency_key_invalid" or "api.idempotency_key_reused") and
    ActionNeeded("api.in_flight").
    """
    if not idempotency_key:
        return _take_in(house, key, body, is_json)
    if not can_be_idempotency_key(idempotency_key):
        raise DataProblem("api.idempotency_key_invalid")
    request = ApiRequest(key.agency, idempotency_key, _digest(body, is_json), house.clock.now())
    told = _begin(house, request)
    if told is not None:
        return ApiAnswer(json.loads(told), True)
    try:
        answer = _take_in(house, key, body, is_json)
    except BaseException:
        _forget(house, request)
        raise
    with house.work() as work:
        work.api.save_request(replace(request, answer=canonical_json(answer.facts)))
    return answer


def _digest(body: bytes, is_json: bool) -> str:
    return hashlib.sha256((b"json" if is_json else b"xlsx") + body).hexdigest()


def _begin(house: House, request: ApiRequest) -> str | None:
    """Claim the key, or the answer it has got already."""
    with house.work() as work:
        work.api.forget_requests_before(request.started_at - KEPT_FOR)
        known = work.api.request(request.agency, request.key)
        if known is not None and known.body_sha256 != request.body_sha256:
            raise DataProblem("api.idempotency_key_reused")
        if known is not None and known.answer is not None:
            return known.answer
        if known is not None and is_under_way(known, request.started_at):
            raise ActionNeeded("api.in_flight")
        work.api.save_request(request)
    return None


def _forget(house: House, request: ApiRequest) -> None:
    """The work failed on our side: the caller may try again at once."""
    with house.work() as work:
        work.api.forget_request(request.agency, request.key)


def _take_in(house: House, key: ApiKey, body: bytes, is_json: bool) -> ApiAnswer:
    result = receive(
        house,
        body,
        JSON_NAME if is_json else WORKBOOK_NAME,
        CHANNEL,
        sender=key.agency,
        allowed=(key.agency,),
        json_of=key.agency if is_json else None,
    )
    return ApiAnswer(answer_of(house, result), result.replay)
