"""An answer through the JSON API: the same service as every other channel, and once however often it is asked for.

Without an idempotency key the bytes themselves do the same: the same answer again gets the same receipt.
"""

from plancycle.domain.api_access import ApiKey
from plancycle.services.api_once import ApiAnswer, once
from plancycle.services.intake_answer import answer_of
from plancycle.services.ports import House
from plancycle.services.receive_submission import receive

CHANNEL = "api"
JSON_NAME, WORKBOOK_NAME = "tra-loi.json", "bieu-mau.xlsx"


def answer_by_api(house: House, key: ApiKey, body: bytes, *, is_json: bool, idempotency_key: str = "") -> ApiAnswer:
    """Take in an answer of the key's own agency.

    Raises DataProblem("api.idempotency_key_invalid" or "api.idempotency_key_reused") and
    ActionNeeded("api.in_flight").
    """
    replayed = False

    def take_in() -> dict[str, object]:
        nonlocal replayed
        result = receive(
            house,
            body,
            JSON_NAME if is_json else WORKBOOK_NAME,
            CHANNEL,
            sender=key.agency,
            allowed=(key.agency,),
            json_of=key.agency if is_json else None,
        )
        replayed = result.replay
        return answer_of(house, result)

    answer = once(house, key.agency, idempotency_key, (b"json" if is_json else b"xlsx") + body, take_in)
    return ApiAnswer(answer.facts, answer.is_replay or replayed)
