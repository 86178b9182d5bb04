"""Whatever is asked of any route, the portal answers, and never with a fault of its own (5xx)."""

import asyncio
import os
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from clerk_world import ClerkBrowser
from desk_world import NOW, a_busy_desk
from hypothesis import HealthCheck, Phase, given, settings

from plancycle.services.api_keys import create

BASE = "http://127.0.0.1:8600"
REQUESTS = int(os.environ.get("PLANCYCLE_TEST_REQUESTS", "20000"))
"""In the long test; the short one asks every route a few times."""
SHORT = 1
KNOWN = {
    "cycle": "tn-nq94-2025",
    "period": "q3",
    "agency": "so-y-te",
    "year": 2025,
    "version": 2,
    "number": 1,
    "suffix": "inspections.value",
    "kind": "obstacle",
    "body": "so-y-te",
    "key": "m-1",
    "step": "daily_sweep",
}
"""Parts of addresses that lead somewhere: every request is asked with them and with what was made up."""


@dataclass
class Asker:
    """Sends made-up requests to the real application: by a stranger, then by somebody who may."""

    app: Any
    csrf: str
    cookies: dict[str, str]
    api_key: str
    loop: asyncio.Runner
    client: httpx.AsyncClient
    answers: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def ask(self, case: Any, is_known: bool) -> None:
        """Send one; what comes back is counted, a fault of ours is kept."""
        if is_known:
            for name in set(case.path_parameters or ()) & set(KNOWN):
                case.path_parameters[name] = KNOWN[name]
            if isinstance(case.body, dict):
                case.body["csrf"] = self.csrf
        sent = requests.Request(**case.as_transport_kwargs(base_url=BASE)).prepare()
        headers = {name: str(value) for name, value in sent.headers.items() if is_sendable(str(value))}
        if is_known:
            headers |= {"Sec-Fetch-Site": "same-origin", "Authorization": f"Bearer {self.api_key}"}
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = sent.body.encode() if isinstance(sent.body, str) else sent.body
        status = self.loop.run(self._send(sent.method or "GET", sent.url or BASE, headers, body))
        self.answers[status] += 1
        if status >= 500 and not is_prefect_away(status, sent.url or ""):
            self.faults.append(f"{status} {sent.method} {sent.url} {body!r}"[:600])

    async def _send(self, method: str, url: str, headers: dict[str, str], body: bytes | None) -> int:
        return (await self.client.request(method, url, headers=headers, content=body)).status_code


def is_sendable(value: str) -> bool:
    """Whether a header could be sent at all."""
    return all(32 <= ord(one) < 127 for one in value)


def is_prefect_away(status: int, url: str) -> bool:
    """Starting a step where no Prefect server is configured: 503 is the right answer."""
    return status == 503 and "/luot-chay/" in url


@pytest.fixture
def asker(build):
    """The real portal before a desk with something on every page."""
    clerk = a_busy_desk(build(now=NOW))
    clerk.enter()
    desk = ClerkBrowser(clerk.world.browser).open("/gia-han?nam=2025")
    token = re.search(r'name="csrf" value="([^"]+)"', desk.page)
    with clerk.world.house(NOW) as house:
        _, key = create(house, "so-y-te", "b" * 43, "may-chu")
    transport = httpx.ASGITransport(clerk.world.app, client=("127.0.0.1", 50000), raise_app_exceptions=False)
    client = httpx.AsyncClient(transport=transport, base_url=BASE, trust_env=False)
    with asyncio.Runner() as loop:
        yield Asker(clerk.world.app, token[1] if token else "", clerk.browser.cookies, key, loop, client)
        loop.run(client.aclose())


def ask_everything(asker: Asker, times: int, only: str = "") -> Counter[int]:
    """Ask every operation (whose path has ``only`` in it) twice that often; returns which status came how often."""
    described = schemathesis.openapi.from_dict(asker.app.openapi())
    operations = [one.ok() for one in described.get_all_operations() if only in one.ok().path]
    for operation in operations:

        @settings(
            max_examples=times,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def one_operation(case: Any) -> None:
            asker.ask(case, is_known=False)
            asker.ask(case, is_known=True)

        one_operation()
    assert operations
    assert asker.faults == [], "\n".join(asker.faults[:20])
    return asker.answers


def test_a_few_made_up_requests_to_every_route_are_answered(asker):
    answers = ask_everything(asker, SHORT)

    assert sum(answers.values()) > 70
    assert {200, 404, 422} <= set(answers)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_twenty_thousand_made_up_requests_meet_no_fault_of_ours(asker, record_property):
    described = asker.app.openapi()["paths"]
    operations = sum(len(methods) for methods in described.values())
    answers = ask_everything(asker, -(-REQUESTS * 5 // (operations * 8)))
    record_property("requests", sum(answers.values()))
    record_property("answers", str(dict(sorted(answers.items()))))

    assert sum(answers.values()) >= REQUESTS, answers


def test_a_fault_is_found_out(asker):
    asker.app.add_api_route("/hong/{number}", lambda number: {}[number], methods=["GET"])
    with pytest.raises(AssertionError, match=r"500 GET .*/hong/"):
        ask_everything(asker, 1, only="/hong/")
