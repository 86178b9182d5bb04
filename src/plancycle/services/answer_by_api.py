"""An answer through the JSON API: the same service as every other channel, and once however often it is asked for.

Without an idempotency key the bytes themselves do the same: the same answer again gets the same receipt.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from plancycle.domain.api_access import ApiKey
from plancycle.domain.waiting_line import Waiting
from plancycle.services.api_once import ApiAnswer, once
from plancycle.services.intake_answer import answer_of
from plancycle.services.ports import House
from plancycle.services.wait_in_line import WAITING, checked, place_of, standing

CHANNEL = "api"
JSON_NAME, WORKBOOK_NAME = "tra-loi.json", "bieu-mau.xlsx"


TakeIn = Callable[[Waiting], tuple[Mapping[str, object], bool]]
"""Takes in an answer whose bytes are kept: what its sender is told, and whether it was told so before."""


def answer_by_api(
    house: House,
    key: ApiKey,
    body: bytes,
    *,
    is_json: bool,
    idempotency_key: str = "",
    arrived_at: datetime | None = None,
    take_in: TakeIn | None = None,
) -> ApiAnswer:
    """Take in an answer of the key's own agency, that had arrived whole at ``arrived_at`` (default: now).

    ``take_in`` may let it wait for its check; without one it is checked at once.

    Raises DataProblem("api.idempotency_key_invalid" or "api.idempotency_key_reused") and
    ActionNeeded("api.in_flight").
    """
    replayed = False

    def act() -> Mapping[str, object]:
        nonlocal replayed
        sha256, name = house.files.put(body), JSON_NAME if is_json else WORKBOOK_NAME
        reader = key.agency if is_json else None
        at = arrived_at or house.clock.now()
        facts, replayed = (take_in or at_once)(Waiting(key.agency, "", CHANNEL, name, sha256, reader, "", "{}", at))
        return facts

    def at_once(one: Waiting) -> tuple[Mapping[str, object], bool]:
        result = checked(house, one)
        return answer_of(house, result), result.replay

    answer = once(house, key.agency, idempotency_key, (b"json" if is_json else b"xlsx") + body, act)
    if answer.is_replay and answer.facts["outcome"] == WAITING:  # what was said then may be over now
        found = place_of(house, str(answer.facts["arrival"]))
        facts = standing(*found)[0] if found is not None else answer.facts
        return ApiAnswer(facts, True)
    return ApiAnswer(answer.facts, answer.is_replay or replayed)
