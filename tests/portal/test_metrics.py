"""What the portal tells monitors and collectors: counts and times, and none of the secrets it works with."""

import io
import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from plancycle.adapters.database.unit_of_work import Database
from plancycle.adapters.logs import set_up_logs
from plancycle.adapters.traces import set_up_traces, span
from plancycle.domain.errors import ActionNeeded
from plancycle.domain.messages import Message, MessageKind, MessageStatus
from plancycle.portal.app import create_app, hide_tokens
from plancycle.services.tallies import tallies
from plancycle.settings import Settings

KEY = "khoa-giam-sat-0123456789"
QUEUED = datetime(2025, 12, 10, 7, 30, tzinfo=UTC)  # Wednesday 10/12/2025, one hour before the world's moment


def figures(text: str) -> dict[str, float]:
    """Every sample by ``name{label=value}``."""
    return {
        f"{one.name}{dict(sorted(one.labels.items()))}": one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def letter(key: str, status: MessageStatus = MessageStatus.QUEUED) -> Message:
    """A letter in the outbox."""
    return Message(
        key, MessageKind.DATA_CALL, "tn-nq94-2025/annual", "so-y-te", "vt@so.example", "x", f"<{key}@x>", "0" * 64,
        status, QUEUED,
    )  # fmt: skip


def test_metrics_count_what_stands_where(world: Any) -> None:
    with world.house() as house, house.work() as work:
        work.outbox.add(letter("tn-nq94-2025/annual/so-y-te/call/mail"))
    answer = world.browser.get("/metrics")
    found = figures(answer.text)
    with world.house() as house:
        expected = tallies(house)

    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert found["plancycle_letters{'kind': 'data_call', 'status': 'queued'}"] == 1
    assert found["plancycle_oldest_waiting_letter_seconds{}"] == 3600
    assert found["plancycle_audit_events_total{}"] == expected.events > 0
    obligations = {name: count for name, count in found.items() if name.startswith("plancycle_obligations")}
    assert obligations == {
        f"plancycle_obligations{ {'period': period, 'status': status} }": count
        for (period, status), count in expected.obligations.items()
    }
    assert sum(obligations.values()) > 100
    assert "plancycle_last_sweep_timestamp_seconds{}" not in found  # no Prefect here, and the figures do not wait


def test_requests_are_timed_by_route_and_what_strangers_type_is_no_label(world: Any) -> None:
    for path in ("/suc-khoe", "/suc-khoe", f"/phe-duyet/{world.token}", "/la-gi/x1y2z3"):
        world.browser.get(path)
    text = world.browser.get("/metrics").text
    found = figures(text)
    counts = {name: n for name, n in found.items() if name.startswith("plancycle_request_seconds_count")}

    assert counts == {
        "plancycle_request_seconds_count{'method': 'GET', 'route': '/suc-khoe', 'status': '200'}": 2,
        "plancycle_request_seconds_count{'method': 'GET', 'route': '/phe-duyet/{token}', 'status': '200'}": 1,
        "plancycle_request_seconds_count{'method': 'GET', 'route': '-', 'status': '404'}": 1,
    }
    assert "x1y2z3" not in text


@pytest.mark.parametrize(
    ("headers", "is_here", "status"),
    [
        ({}, True, 200),
        ({}, False, 403),
        ({"X-Forwarded-For": "127.0.0.1"}, True, 403),
        ({"Authorization": f"Bearer {KEY}"}, False, 200),
        ({"Authorization": f"Bearer {KEY}", "X-Forwarded-For": "10.1.1.1"}, True, 200),
        ({"Authorization": f"Bearer {KEY}x"}, False, 403),
        ({"Authorization": "Bearer "}, False, 403),
        ({"Authorization": KEY[:-1]}, False, 403),
    ],
)
def test_metrics_are_for_this_machine_or_for_the_key(world: Any, headers: Any, is_here: bool, status: int) -> None:
    app = create_app(lambda: world.house(), metrics_key=KEY)
    client = ("127.0.0.1", 1) if is_here else ("10.7.7.7", 1)
    browser = replace(world.browser, app=app, client=client)
    assert browser.ask("GET", "/metrics", headers).status_code == status


def test_without_a_key_an_empty_one_opens_nothing(world: Any, stranger: Any) -> None:
    assert stranger.ask("GET", "/metrics", {"Authorization": "Bearer "}).status_code == 403


CANARIES = {
    "mail_password": "chim-yen-thu-2f81",
    "mailbox_password": "chim-yen-hop-9c02",
    "exchange_secret": "chim-yen-truc-77ab",
    "oidc_client_secret": "chim-yen-tinh-e1d4",
    "metrics_key": "chim-yen-giam-sat-5a5a",
    "secret_key": "chim-yen-khoa-goc-00112233445566",
}
TYPED = "chim-yen-go-vao-c0ffee"
"""What a person types or sends where only a secret belongs."""


def test_no_secret_shows_in_logs_metrics_error_pages_or_the_audit_log(world: Any, monkeypatch: Any) -> None:
    settings = Settings(
        data=world.settings.data, programmes=world.settings.programmes, database_url=world.settings.database_url,
        mail_url="smtp://vt:chim-yen-dia-chi-3d3d@127.0.0.1:1", **CANARIES,
    )  # fmt: skip
    told = logging.getLogger("plancycle")
    before = (told.handlers[:], told.level, told.propagate)
    stream = io.StringIO()
    set_up_logs("json", settings.secrets, "debug", stream)
    hide_tokens()
    access = logging.StreamHandler(stream)
    uvicorn_log = logging.getLogger("uvicorn.access")
    uvicorn_log.addHandler(access)
    app = create_app(lambda: world.house(), metrics_key=CANARIES["metrics_key"])
    browser = replace(world.browser, app=app)

    def fail(_self: object) -> Any:
        raise OSError(f"cannot log in to {settings.mail_url} with {' '.join(CANARIES.values())} /n/{TYPED}")

    answers = []
    try:
        for path in (
            f"/phe-duyet/{world.token}",
            f"/n/{TYPED}",
            f"/phe-duyet/{TYPED}",
            f"/dang-nhap/tinh/ve?code={TYPED}",
        ):
            uvicorn_log.warning('%s - "%s %s HTTP/%s" %d', "127.0.0.1:1", "GET", path, "1.1", 200)
            answers.append(browser.get(path))
        answers.append(browser.post("/dang-nhap", {"name": "nguyen-thi-lap", "password": TYPED, "csrf": TYPED}))
        answers.append(browser.ask("GET", "/api/obligations", {"Authorization": f"Bearer {TYPED}"}))
        answers.append(browser.ask("GET", "/metrics", {"Authorization": f"Bearer {CANARIES['metrics_key']}"}))
        monkeypatch.setattr(Database, "work", fail)
        answers.append(browser.get("/bao-cao"))
        answers.append(browser.ask("GET", "/bao-cao", {"Accept": "application/json"}))
        monkeypatch.undo()
    finally:
        told.handlers[:], told.level, told.propagate = before
        uvicorn_log.removeHandler(access)
    with world.house() as house, house.work() as work:
        audit = "\n".join(f"{one.subject} {one.payload}" for one in work.audit.all())
    everything = {"log": stream.getvalue(), "audit": audit} | {str(n): one.text for n, one in enumerate(answers)}
    everything["0"] = everything["0"].replace(world.token, "")  # its own page carries it on
    hidden = [*CANARIES.values(), TYPED, "chim-yen-dia-chi-3d3d", world.token]

    assert "incident" in everything["log"]
    assert "OSError" in everything["log"]
    assert answers[-1].status_code == 500
    assert [(place, one) for place, text in everything.items() for one in hidden if one in text] == []


def test_traces_are_off_and_asking_for_them_without_their_library_says_what_to_install() -> None:
    set_up_traces("", "plancycle-portal")
    with span("anything") as made:
        assert made is None
    try:
        import opentelemetry.exporter.otlp.proto.http  # noqa: F401
    except ImportError:
        with pytest.raises(ActionNeeded) as refusal:
            set_up_traces("http://127.0.0.1:4318", "plancycle-portal")
        assert refusal.value.key == "traces.no_library"
