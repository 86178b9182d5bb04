"""The JSON API over HTTP, on a real house: keys, statuses, replays, limits, and nothing of other agencies."""

import json
from typing import Any

import pytest

from plancycle.portal.allowances import REQUESTS, WRONG_KEYS, Allowance
from plancycle.services import api_keys

JSON = {"Content-Type": "application/json", "Accept": "application/json"}


@pytest.fixture
def key(world: Any) -> dict[str, str]:
    """The headers of an agency's own program; the agency has not answered the third quarter yet."""
    with world.house() as house:
        agency = house.programmes.load(house.programme_id).reporters[5]
        _, token = api_keys.create(house, agency, "A" * 43, "Nguyễn Thị Lập")
    return {**JSON, "Authorization": f"Bearer {token}", "x-agency": agency}


def obligation(world: Any, key: dict[str, str], period: str = "q3") -> dict[str, Any]:
    owed = world.browser.ask("GET", "/api/obligations?year=2025", key).json()
    return next(one for one in owed["obligations"] if one["period"] == period)


def an_answer(world: Any, key: dict[str, str]) -> bytes:
    """Every required question answered, as its kind asks."""
    asked = obligation(world, key)
    values = {"number": 1, "text": "Đã thực hiện", "date": "10/09/2025"}
    answers = [
        {
            "row": one["row"],
            "field": one["field"],
            "value": one["choices"][0] if one["choices"] else values[one["kind"]],
        }
        for one in asked["questions"]
        if one["required"]
    ]
    return json.dumps({"year": 2025, "period": "q3", "version": asked["version"], "answers": answers}).encode()


def submit(world: Any, key: dict[str, str], body: bytes, **headers: str) -> Any:
    sent = key | {name.replace("_", "-"): value for name, value in headers.items()}
    return world.browser.ask("POST", "/api/submissions", sent, content=body)


def test_an_answer_is_taken_and_can_be_looked_at_by_its_id(world: Any, key: dict[str, str]) -> None:
    answer = submit(world, key, an_answer(world, key))
    facts = answer.json()
    seen = world.browser.ask("GET", f"/api/submissions/{facts['submission']}", key).json()

    assert (answer.status_code, facts["outcome"]) == (202, "accepted_late")  # 10/12/2025, due in September
    assert (seen["receipt"], seen["status"], seen["late"]) == (facts["receipt"], "accepted", True)
    assert {one["typed"] for one in seen["answers"]} >= {"1", "Đã thực hiện"}
    assert obligation(world, key)["status"] == "submitted_late"


def test_the_same_idempotency_key_gives_the_same_answer_and_says_so(world: Any, key: dict[str, str]) -> None:
    body = an_answer(world, key)
    first, second = (submit(world, key, body, Idempotency_Key="q3-2025") for _ in range(2))

    assert (second.status_code, second.json()) == (first.status_code, first.json())
    assert [one.headers.get("Idempotent-Replayed") for one in (first, second)] == [None, "true"]
    refused = submit(world, key, body + b" ", Idempotency_Key="q3-2025")
    assert (refused.status_code, refused.json()["code"]) == (422, "api.idempotency_key_reused")


def test_errors_name_every_cell_in_both_languages(world: Any, key: dict[str, str]) -> None:
    asked = obligation(world, key)
    body = {"year": 2025, "period": "q3", "version": asked["version"], "answers": []}
    answer = submit(world, key, json.dumps(body).encode())
    facts = answer.json()

    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert (facts["code"], facts["outcome"]) == ("api.findings", "returned")
    assert len(facts["errors"]) == sum(one["required"] for one in asked["questions"])
    assert all(one["message_vi"] and one["message_en"] and one["fix_vi"] for one in facts["errors"])
    assert facts["message_vi"].startswith("Báo cáo đã được lưu nhưng bị trả lại")


@pytest.mark.parametrize(
    ("changed", "body", "status", "code"),
    [
        ({"Authorization": ""}, b"{}", 401, "api.no_key"),
        ({"Authorization": "Bearer plk_0"}, b"{}", 401, "api.key_unknown"),
        ({"Content-Type": "text/csv"}, b"a;b", 415, "api.media_type"),
        ({}, b"{", 400, "answer.not_json"),
        ({}, b"x" * (1024 * 1024 + 1), 413, "answer.too_large"),
        ({}, b"x" * (10 * 1024 * 1024 + 1), 413, "portal.too_large"),
        ({"Idempotency-Key": "a b"}, b"{}", 400, "api.idempotency_key_invalid"),
        (
            {"Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
            b"x",
            415,
            "file.not_xlsx",
        ),
    ],
)
def test_a_refusal_says_why_in_both_languages(
    world: Any, key: dict[str, str], changed: dict[str, str], body: bytes, status: int, code: str
) -> None:
    answer = world.browser.ask("POST", "/api/submissions", key | changed, content=body)
    facts = answer.json()

    assert (answer.status_code, facts["code"], facts["status"]) == (status, code, status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert facts["message_vi"] != facts["message_en"]
    assert (answer.headers.get("www-authenticate") == "Bearer") is (status == 401)


def test_nothing_of_another_agency_can_be_seen(world: Any, key: dict[str, str]) -> None:
    with world.house() as house:
        other = house.programmes.load(house.programme_id).reporters[0]
    theirs = world.browser.ask("GET", f"/api/submissions/tn-nq94-2025/annual/{other}/v1", key)
    nobodys = world.browser.ask("GET", f"/api/submissions/tn-nq94-2025/annual/{key['x-agency']}/v9", key)

    assert [(one.status_code, one.json()["code"]) for one in (theirs, nobodys)] == [
        (404, "not_found.submission_id")
    ] * 2
    assert world.browser.ask("GET", "/api/obligations", key).json()["agency"] == key["x-agency"]


def test_a_revoked_key_opens_nothing(world: Any, key: dict[str, str]) -> None:
    with world.house() as house:
        (stored,) = api_keys.listed(house)
        api_keys.revoke(house, stored.id, "Nguyễn Thị Lập")

    assert world.browser.ask("GET", "/api/obligations", key).status_code == 401


def test_guessing_keys_is_stopped_and_a_good_key_behind_the_same_address_is_not(
    world: Any, key: dict[str, str], stranger: Any
) -> None:
    guesses = ["plk_0", *(f"plk_{number:012x}_{'A' * 43}" for number in range(WRONG_KEYS + 1))]
    statuses = [
        stranger.ask("GET", "/api/obligations", {**JSON, "Authorization": f"Bearer {one}"}).status_code
        for one in guesses
    ]

    assert statuses == [401] * WRONG_KEYS + [429] * 2
    assert stranger.ask("GET", "/api/obligations", key).status_code == 200
    assert world.browser.ask("GET", "/api/obligations", key).status_code == 200


def test_trying_secrets_of_one_key_shuts_that_key_out_there_and_nowhere_else(
    world: Any, key: dict[str, str], stranger: Any
) -> None:
    begin = key["Authorization"][: len("Bearer plk_") + 13]
    tried = [
        stranger.ask("GET", "/api/obligations", {**JSON, "Authorization": f"{begin}{number:043d}"})
        for number in range(WRONG_KEYS + 1)
    ]
    refused = stranger.ask("GET", "/api/obligations", key)

    assert [one.status_code for one in tried] == [401] * WRONG_KEYS + [429]
    assert (refused.status_code, int(refused.headers["retry-after"]) <= 60) == (429, True)
    assert world.browser.ask("GET", "/api/obligations", key).status_code == 200


def test_an_allowance_is_per_name_and_comes_back_after_a_minute() -> None:
    seconds = [0.0]
    allowance = Allowance(2, clock=lambda: seconds[0])
    for _ in range(2):
        assert allowance.wait("a") == 0
        allowance.take("a")

    assert (allowance.wait("a"), allowance.wait("b")) == (60, 0)
    seconds[0] = 60.0
    assert allowance.wait("a") == 0
    assert REQUESTS >= WRONG_KEYS


def test_the_api_is_described(world: Any) -> None:
    described = world.browser.get("/openapi.json").json()
    post = described["paths"]["/api/submissions"]["post"]

    assert {"application/json", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"} == set(
        post["requestBody"]["content"]
    )
    assert {"401", "409", "413", "415", "422", "429"} <= set(post["responses"])
    assert described["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"
