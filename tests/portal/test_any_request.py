"""Whatever is asked of any route, the portal answers, and never with a fault of its own (5xx)."""

import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest
import requests
import schemathesis
from anyio.from_thread import BlockingPortal, start_blocking_portal
from clerk_world import ClerkBrowser
from desk_world import NOW, a_busy_desk
from hypothesis import HealthCheck, Phase, given, seed, settings

from plancycle.portal.allowances import Allowance
from plancycle.services.api_keys import create

pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")
"""The portal has threads of its own (editions that follow); one that draws a number while a request is made up is not
the search's doing."""
BASE = "http://127.0.0.1:8600"
PROBLEM = "application/problem+json"
REQUESTS = int(os.environ.get("PLANCYCLE_TEST_REQUESTS", "20000"))
"""In the long test; the short one asks every route once."""
SECONDS_EACH = float(os.environ.get("PLANCYCLE_TEST_SECONDS_EACH", "4"))
"""After so long an operation makes way for the next; its turn comes again. Dear ones so get fewer requests."""
AT_ONCE = 60
"""Made-up requests of one operation in one turn; each is asked in three ways."""
FEWEST = 5
"""Of each operation, however dear it is."""
ODD = (
    "",
    "0",
    "-1",
    "q3",
    "so-y-te",
    "2025",
    "9" * 40,
    "../../etc/passwd",
    "'\" OR 1=1--",
    "<b>",
    "Ấ\u0301\u202e",
    "%00",
    "x" * 300,
)
"""What the short test puts everywhere: it makes its requests itself, without a search."""
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
"""Parts of addresses that lead somewhere: requests are asked with them and with what was made up."""


@dataclass
class Asker:
    """Sends made-up requests to the real application: by a stranger, then by somebody who may."""

    app: Any
    csrf: str
    cookies: dict[str, str]
    api_key: str
    loop: BlockingPortal
    """One task for all requests: with a task each, every request would start (and end) a thread of its own."""
    client: httpx.AsyncClient
    answers: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def ask(self, case: Any) -> None:
        """Ask in three ways: as a stranger, as somebody who may, and as that somebody about what is there."""
        self._send_one(case.as_transport_kwargs(base_url=BASE), is_known=False)
        if isinstance(case.body, dict):
            case.body["csrf"] = self.csrf
        self._send_one(case.as_transport_kwargs(base_url=BASE), is_known=True)
        for name in set(case.path_parameters or ()) & set(KNOWN):
            case.path_parameters[name] = KNOWN[name]
        self._send_one(case.as_transport_kwargs(base_url=BASE), is_known=True)

    def _send_one(self, kept: dict[str, Any], is_known: bool) -> None:
        sent = requests.Request(**kept).prepare()
        body = sent.body.encode() if isinstance(sent.body, str) else sent.body
        self.send(sent.method or "GET", sent.url or BASE, dict(sent.headers), body, is_known)

    def send(self, method: str, url: str, sent: dict[str, Any], body: bytes | None, is_known: bool) -> None:
        """Send one; what comes back is counted, a fault of ours is kept."""
        headers = {name: str(value) for name, value in sent.items() if is_sendable(str(value))}
        if is_known:
            headers |= {"Sec-Fetch-Site": "same-origin", "Authorization": f"Bearer {self.api_key}"}
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self.loop.call(self._send, method, url, headers, body)
        self.answers[answer.status_code] += 1
        if fault := fault_of(answer):
            self.faults.append(f"{fault} {method} {url} {body!r}"[:600])

    async def _send(self, method: str, url: str, headers: dict[str, str], body: bytes | None) -> httpx.Response:
        return await self.client.request(method, url, headers=headers, content=body)


def is_sendable(value: str) -> bool:
    """Whether a header could be sent at all."""
    return all(32 <= ord(one) < 127 for one in value)


def fault_of(answer: httpx.Response) -> str:
    """What is wrong with an answer: a fault of ours, or a refusal that a program could not read; "" for nothing."""
    status, url = answer.status_code, str(answer.url)
    if status >= 500 and not is_prefect_away(status, url):
        return str(status)
    is_for_programs = answer.url.path.startswith("/api")
    if status < 400 or not is_for_programs:
        return ""
    if answer.headers.get("content-type") != PROBLEM:
        return f"{status} is no problem+json"
    told = answer.json()
    is_told = told["status"] == status and told["message_vi"] and told["message_en"]
    return "" if is_told else f"{status} without words in both languages"


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
    with start_blocking_portal() as loop:
        yield Asker(clerk.world.app, token[1] if token else "", clerk.browser.cookies, key, loop, client)
        loop.call(client.aclose)


def no_limits(app: Any) -> None:
    """Nobody is told to wait: behind a refusal for haste nothing would be looked at."""
    for name in vars(app.state.allowances):
        setattr(app.state.allowances, name, Allowance(10**9))


def ask_everything(asker: Asker, wanted: int, only: str = "", at_once: int = AT_ONCE) -> Counter[int]:
    """Ask every operation (whose path has ``only`` in it) in turns until so many requests were sent."""
    described = schemathesis.openapi.from_dict(asker.app.openapi())
    operations = [one.ok().as_strategy() for one in described.get_all_operations() if only in one.ok().path]
    assert operations
    turn = 0
    while sum(asker.answers.values()) < wanted:
        for cases in operations:
            ask_one(asker, cases, turn, at_once)
        turn += 1
    assert asker.faults == [], "\n".join(asker.faults[:20])
    return asker.answers


def ask_one(asker: Asker, cases: Any, turn: int, at_once: int) -> None:
    """One turn of one operation: other requests in every turn, the same ones in every run."""
    until, before = time.monotonic() + SECONDS_EACH, sum(asker.answers.values())

    @seed(turn)
    @settings(
        max_examples=at_once,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def one_operation(case: Any) -> None:
        if time.monotonic() < until or sum(asker.answers.values()) - before < FEWEST * 3:
            asker.ask(case)

    one_operation()


def odd_requests(app: Any, dice: random.Random) -> Iterator[tuple[str, str, dict[str, str]]]:
    """One request to every operation, with odd values in every place that takes one."""
    for path, methods in app.openapi()["paths"].items():
        for method, facts in methods.items():
            places = {one["name"]: dice.choice(ODD) for one in facts.get("parameters", ()) if one["in"] == "query"}
            address = re.sub(r"{(\w+)}", lambda part: quote(str(KNOWN.get(part[1], dice.choice(ODD))), safe=""), path)
            fields = {
                name: dice.choice(ODD) for name in ("reason", "act", "verdict", "number", "version", "ly_do", "ma")
            }
            yield method.upper(), f"{BASE}{address}?{urlencode(places)}", fields


def test_a_few_odd_requests_to_every_route_are_answered(asker):
    for method, url, fields in odd_requests(asker.app, random.Random(6)):
        body = None if method == "GET" else urlencode(fields | {"csrf": asker.csrf}).encode()
        asker.send(method, url, {"Content-Type": "application/x-www-form-urlencoded"}, body, is_known=True)
    answers = asker.answers

    assert asker.faults == [], "\n".join(asker.faults)
    assert sum(answers.values()) > 70
    assert {200, 404, 422} <= set(answers)


@pytest.mark.parametrize(
    "path", ["/thu-di?tu=", "/cach-ly/", "/xet/2025/q3/so-y-te?v=", "/don-vi/2025/q3/so-y-te/tep/"]
)
def test_a_number_larger_than_any_row_has_is_no_fault_of_ours(world, path):
    assert world.browser.get(f"{path}{10**30}").status_code < 500


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_twenty_thousand_made_up_requests_meet_no_fault_of_ours(asker, record_property):
    no_limits(asker.app)
    began = time.monotonic()
    answers = ask_everything(asker, REQUESTS)
    found = {"requests": sum(answers.values()), "seconds": round(time.monotonic() - began)}
    for name, value in (found | {"answers": str(dict(sorted(answers.items())))}).items():
        record_property(name, value)
        sys.stderr.write(f"{name}: {value}\n")

    assert found["requests"] >= REQUESTS, answers


def test_a_fault_is_found_out(asker):
    asker.app.add_api_route("/hong/{number}", lambda number: {}[number], methods=["GET"])
    with pytest.raises(AssertionError, match=r"500 GET .*/hong/"):
        ask_everything(asker, 3, only="/hong/", at_once=1)
