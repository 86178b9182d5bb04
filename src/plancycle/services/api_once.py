"""An act asked for by a program happens once, however often it is asked for.

An ``Idempotency-Key`` works as programmers know it: the same key with the same body gives the first answer again, with
another body it is refused, and while the first is under way the second is told to wait.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from plancycle.domain.api_access import KEPT_FOR, ApiRequest, can_be_idempotency_key, is_under_way
from plancycle.domain.errors import ActionNeeded, DataProblem
from plancycle.domain.events import canonical_json
from plancycle.services.ports import House


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """What the caller is told. ``is_replay``: it was told so before."""

    facts: Mapping[str, object]
    is_replay: bool


def once(house: House, agency: str, key: str, asked: bytes, act: Callable[[], Mapping[str, object]]) -> ApiAnswer:
    """Do ``act``, or answer as the first time. ``asked`` is everything that makes one request another than the next.

    An act that fails leaves the key free. Raises DataProblem("api.idempotency_key_invalid" or
    "api.idempotency_key_reused"), ActionNeeded("api.in_flight"), and what the act raises.
    """
    if not key:
        return ApiAnswer(act(), False)
    if not can_be_idempotency_key(key):
        raise DataProblem("api.idempotency_key_invalid")
    request = ApiRequest(agency, key, hashlib.sha256(asked).hexdigest(), house.clock.now())
    told = _begin(house, request)
    if told is not None:
        return ApiAnswer(json.loads(told), True)
    try:
        facts = act()
    except BaseException:
        _forget(house, request)
        raise
    with house.work() as work:
        work.api.save_request(replace(request, answer=canonical_json(facts)))
    return ApiAnswer(facts, False)


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
    """The work failed: the caller may try again at once."""
    with house.work() as work:
        work.api.forget_request(request.agency, request.key)
