"""An approval is told to Prefect, once and after it is recorded; whatever Prefect answers, the decision stands."""

import json
import logging
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from approving import approver, code_of, form_of

from plancycle.adapters import signals
from plancycle.adapters.processes import free_port
from plancycle.domain.approvals import ApprovalStatus

ROOT = Path(__file__).resolve().parents[2]
EVENT = "plancycle.edition.approved"
REASON = "Cần bổ sung thuyết minh chỉ tiêu"


class Prefect(ThreadingHTTPServer):
    """The events page of a Prefect server: keeps what comes and answers with one status."""

    def __init__(self, status: int = 204) -> None:
        self.status = status
        self.taken: list[tuple[str, Any]] = []
        self.on_event: Callable[[], None] = lambda: None
        super().__init__(("127.0.0.1", 0), Page)

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/api"


class Page(BaseHTTPRequestHandler):
    server: Prefect

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.path, json.loads(body)))
        self.server.on_event()
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Keep the test's output quiet."""


@pytest.fixture
def prefect() -> Iterator[Prefect]:
    with Prefect() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def decide(world: Any, **answer: str) -> int:
    """Answer the form of the approver's page, with a code, and say with which status it was taken."""
    code = {"ma": code_of(world, approver(world))}
    return int(world.browser.post(world.page, form_of(world) | code | answer).status_code)


def test_an_approval_is_told_after_it_was_recorded(build: Callable[..., Any], prefect: Prefect) -> None:
    world = build(prefect_api_url=f"{prefect.api_url}/")
    seen: list[ApprovalStatus] = []
    prefect.on_event = lambda: seen.append(world.now_stands().status)
    assert decide(world, decision="approve") == 303
    (path, (event,)) = prefect.taken[0]
    assert (len(prefect.taken), path, seen) == (1, "/api/events", [ApprovalStatus.APPROVED])
    assert {name: event[name] for name in ("event", "occurred", "resource", "payload")} == {
        "event": EVENT,
        "occurred": "2025-12-10T15:30:00+07:00",
        "resource": {"prefect.resource.id": "plancycle.edition.tn-nq94-2025.annual.e1"},
        "payload": {"year": 2025, "period": "annual"},
    }


def test_the_event_is_the_one_the_deployment_waits_for() -> None:
    deployments = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))["deployments"]
    (trigger,) = next(one["triggers"] for one in deployments if one["name"] == "submit_to_ministries")
    expected = ([signals.EDITION_APPROVED], {"prefect.resource.id": f"{signals.RESOURCE_PREFIX}*"})
    assert (trigger["expect"], trigger["match"]) == expected


def test_a_repeated_click_a_return_and_a_refused_form_tell_nothing(build: Callable[..., Any], prefect: Prefect) -> None:
    world = build(prefect_api_url=prefect.api_url)
    form = {"ma": code_of(world, approver(world))} | form_of(world) | {"decision": "approve"}
    assert world.browser.post(world.page, form | {"csrf": "forged"}).status_code == 403
    assert world.browser.post(world.page, form | {"decision": "return", "reason": ""}).status_code == 422
    assert prefect.taken == []
    for _ in range(3):
        assert world.browser.post(world.page, form).status_code == 303
    assert len(prefect.taken) == 1


def test_a_return_is_no_approval(build: Callable[..., Any], prefect: Prefect) -> None:
    world = build(prefect_api_url=prefect.api_url)
    assert decide(world, decision="return", reason=REASON) == 303
    assert (world.now_stands().status, prefect.taken) == (ApprovalStatus.RETURNED, [])


@pytest.mark.parametrize(
    ("api_url", "status", "reason"),
    [
        ("", 503, "HTTP 503"),
        ("", 307, "HTTP 307"),
        pytest.param(f"http://127.0.0.1:{free_port()}/api", 204, "ConnectError", id="nobody listens"),
        ("localhost:4200/api", 204, "UnsupportedProtocol"),
        ("http://host:port/api", 204, "InvalidURL"),
    ],
)
def test_a_lost_signal_is_one_line_in_the_log_and_the_decision_stands(
    build: Callable[..., Any],
    prefect: Prefect,
    caplog: pytest.LogCaptureFixture,
    api_url: str,
    status: int,
    reason: str,
) -> None:
    prefect.status = status
    world = build(prefect_api_url=api_url or prefect.api_url)
    with caplog.at_level(logging.WARNING, "plancycle.portal"):
        assert decide(world, decision="approve") == 303
    (line,) = [record.getMessage() for record in caplog.records if record.name == "plancycle.portal"]
    assert f"tn-nq94-2025/annual/e1 is approved ({reason})" in line
    assert "\n" not in line
    assert world.now_stands().status is ApprovalStatus.APPROVED


def test_without_an_address_nothing_is_sent_and_nothing_is_logged(world: Any, caplog: pytest.LogCaptureFixture) -> None:
    assert decide(world, decision="approve") == 303
    assert [record for record in caplog.records if record.name == "plancycle.portal"] == []
