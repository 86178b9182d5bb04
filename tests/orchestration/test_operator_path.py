"""The operator's path on the real server, in a real browser, the alert that reaches a mailbox by SMTP, and what an
approval in the portal starts: with a real worker, a real portal and an addressee on loopback.
"""

import json
import os
import re
import shutil
import time
import uuid
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from aiosmtpd.controller import Controller
from approving import approver
from clerk_world import CYCLE, ClerkBrowser, ClerkWorld
from proving import decide

from plancycle.adapters.prefect_server import PrefectServer, worker_command
from plancycle.adapters.processes import Child, free_port
from plancycle.adapters.signals import EDITION_APPROVED, RESOURCE_PREFIX
from plancycle.bootstrap import forget, open_house
from plancycle.cli.up import portal_child, register, wait_for_page
from plancycle.domain.periods import Period
from plancycle.rehearsal.ministry import Ministry
from plancycle.rehearsal.stage import furnish
from plancycle.services.consolidate_period import consolidate
from plancycle.services.open_cycle import open_cycle
from plancycle.services.prepare_submission import prepare
from plancycle.services.receive_submission import receive
from plancycle.settings import Settings

CHROMIUM = shutil.which("chromium")
PICTURES = os.environ.get("PLANCYCLE_TEST_PICTURES", "")
"""Folder that keeps what the browser saw; without it nothing is kept."""
YEAR, PATIENCE = 2025, 180
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


class Sink:
    """A relay that keeps what it is given."""

    def __init__(self):
        self.letters = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the name aiosmtpd calls
        self.letters.append(message_from_bytes(envelope.content, policy=policy.SMTP))
        return "250 kept"


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A furnished data folder, a server with every deployment, one worker and a relay; all gone afterwards."""
    folder = tmp_path_factory.mktemp("operator")
    furnish(folder / "data", "tn-nq94", 4, seed=7)
    sink = Sink()
    relay = Controller(sink, hostname="127.0.0.1", port=free_port())
    relay.start()
    with (
        Ministry(folder / "ministry") as ministry,
        PrefectServer(folder / "prefect", folder / "prefect.log", port=None) as server,
    ):
        server.wait_healthy(PATIENCE)
        ours = {
            "PLANCYCLE_DATA": str(folder / "data"),
            "PLANCYCLE_PREFECT_API_URL": server.api_url,
            "PLANCYCLE_MAIL_URL": f"smtp://127.0.0.1:{relay.port}",
            "PLANCYCLE_GATEWAY_URL": ministry.url,
            "PLANCYCLE_EXCHANGE_CODE": "H55",
        }
        env = {**server.env, **ours, "PREFECT_WORKER_QUERY_SECONDS": "2"}
        register(server, env)
        worker = Child("worker", worker_command(2), env, folder / "worker.log", cwd=server.root)
        worker.start()
        yield SimpleNamespace(
            api=server.api_url,
            ui=server.ui_url,
            sink=sink,
            env=env,
            folder=folder,
            server=server,
            ministry=ministry,
        )
        worker.stop()
    relay.stop()


def ask(running, path, body):
    for _ in range(8):  # 503 while the server's database is busy
        with httpx.Client(base_url=running.api, trust_env=False, timeout=60) as client:
            answer = client.post(path, json=body)
        if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
            break
        time.sleep(2)
    assert answer.is_success, answer.text
    return answer.json()


def deployment(running, name):
    return ask(running, "/deployments/filter", {"deployments": {"name": {"any_": [name]}}})[0]["id"]


def ended(running, run):
    """The state a run ends in."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with httpx.Client(base_url=running.api, trust_env=False, timeout=60) as client:
            state = client.get(f"/flow_runs/{run}").json().get("state") or {"type": ""}
        if state["type"] in ("COMPLETED", "FAILED", "CRASHED"):
            return state
        time.sleep(1)
    raise AssertionError((running.folder / "worker.log").read_text()[-3000:])


def test_a_run_that_fails_reaches_the_operator_by_mail_once(running):
    # nothing has been opened, so there is no final edition to submit: the run fails for that reason
    body = {"parameters": {"period": "Quý I", "year": YEAR}, "state": {"type": "SCHEDULED"}, "idempotency_key": "fails"}
    run = ask(running, f"/deployments/{deployment(running, 'submit_to_ministries')}/create_flow_run", body)["id"]
    failed = ended(running, run)
    until = time.monotonic() + PATIENCE
    while not running.sink.letters and time.monotonic() < until:
        time.sleep(1)
    told = {"run": run, "state": "Failed", "dry_run": False}
    again = {"parameters": told, "state": {"type": "SCHEDULED"}, "idempotency_key": "again"}
    second = ask(running, f"/deployments/{deployment(running, 'alert_operator')}/create_flow_run", again)["id"]

    assert (failed["type"], ended(running, second)["type"]) == ("FAILED", "COMPLETED")
    (letter,) = running.sink.letters
    text = letter.get_body(("plain",)).get_content()
    assert "Lượt chạy bị hỏng: Quý I/2025 · trình và gửi báo cáo" in str(letter["Subject"])
    assert f"{running.ui}/v2/runs/flow-run/{run}" in text


@pytest.mark.skipif(CHROMIUM is None, reason="chromium not installed")
def test_an_operator_opens_the_form_reads_vietnamese_triggers_and_sees_the_artifacts(running):
    from playwright.sync_api import sync_playwright

    given = {"quarter": "Quý I", "year": YEAR, "as_of": "01/03/2025 09:00", "dry_run": False, "confirm": 4}
    query = httpx.QueryParams({"parameters": json.dumps(given, ensure_ascii=False)})
    form = f"{running.ui}/v2/deployments/deployment/{deployment(running, 'quarterly_checkin')}/run?{query}"
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1100, "height": 1300})
        page.goto(form, wait_until="domcontentloaded")
        for words in ("Kỳ trong năm", "Năm (0 = năm hiện tại)", "Chạy thử (không gửi gì)", "Xác nhận số thư"):
            page.get_by_text(words).first.wait_for(timeout=60_000)
        kept(page, "form")
        page.get_by_role("button", name="Submit").click()
        run = started(running)
        state = ended(running, run)
        page.goto(f"{running.ui}/v2/runs/flow-run/{run}?tab=Artifacts", wait_until="domcontentloaded")
        page.get_by_text(f"tn-nq94-{YEAR}-q1-matrix").first.wait_for(timeout=90_000)
        kept(page, "run")
        made = {
            one["key"]: one for one in ask(running, "/artifacts/filter", {"limit": 200}) if one["flow_run_id"] == run
        }
        matrix = made[f"tn-nq94-{YEAR}-q1-matrix"]
        page.goto(f"{running.ui}/v2/artifacts/artifact/{matrix['id']}", wait_until="domcontentloaded")
        page.get_by_role("table").first.wait_for(timeout=60_000)
        rows = page.get_by_role("row").count()
        kept(page, "matrix")
        browser.close()

    expected = {f"tn-nq94-{YEAR}-q1-{what}" for what in ("matrix", "timeliness", "overview", "messages", "progress")}
    assert (state["type"], expected - set(made), rows) == ("COMPLETED", set(), 1 + 4)


def started(running):
    """The id of the run the browser asked for."""
    until = time.monotonic() + 60
    chosen = {"deployments": {"name": {"any_": ["quarterly_checkin"]}}, "sort": "EXPECTED_START_TIME_DESC", "limit": 50}
    while time.monotonic() < until:
        found = [one["id"] for one in ask(running, "/flow_runs/filter", chosen) if not one["auto_scheduled"]]
        if found:
            return found[0]
        time.sleep(1)
    raise AssertionError("no run was asked for")


def kept(page, name):
    """Keep what the browser shows, where somebody wants to look at it."""
    if PICTURES:
        page.wait_for_timeout(2500)
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))


AFTER_THE_YEAR = datetime(YEAR, 12, 12, 2, 0, tzinfo=UTC)  # Friday 12/12, 09:00


@pytest.fixture
def asked(running):
    """A portal, and an annual report that only the last of those who approve has not decided about."""
    data = running.folder / "data"
    settings = Settings(data=data, prefect_api_url=running.api)
    world = SimpleNamespace(house=lambda at=None: open_house(settings, at))
    with world.house(AFTER_THE_YEAR) as house:
        open_cycle(house, YEAR)
        agency = house.programmes.load(house.programme_id).reporters[0]
        clerk = ClerkWorld(world, agency, Period.ANNUAL, "", ClerkBrowser(None))
        receive(house, clerk.workbook(), "bao-cao.xlsx", "folder")
        edition = consolidate(house, YEAR, Period.ANNUAL, final=True).edition
    with world.house() as house:
        first = prepare(house, edition.id).approval
        decide(house, link(house, first), True, "")
        with house.work() as work:
            second = work.editions.approvals(edition.id)[-1]
        world.page = f"/phe-duyet/{link(house, second)}"
    portal = portal_child(data, free_port(), running.server)
    portal.start()
    address = portal.env["PLANCYCLE_BASE_URL"]
    wait_for_page(portal, f"{address}/suc-khoe")
    with httpx.Client(base_url=address, trust_env=False, timeout=60) as world.browser:
        yield world
    portal.stop()
    forget(data)


def link(house, approval):
    return house.seals.sign_link({"approval": approval.id, "approver": approval.approver})


def runs(running, wanted):
    """The runs that hand over, by age, once there are as many as wanted and all of them have ended."""
    chosen = {"deployments": {"name": {"any_": ["submit_to_ministries"]}}, "sort": "START_TIME_ASC", "limit": 50}
    until = time.monotonic() + PATIENCE
    found = []
    while time.monotonic() < until:
        found = [one for one in ask(running, "/flow_runs/filter", chosen) if one["parameters"]["period"] != "Quý I"]
        if len(found) >= wanted and all(one["state_type"] in ("COMPLETED", "FAILED", "CRASHED") for one in found):
            return found
        time.sleep(1)
    raise AssertionError((found, (running.folder / "worker.log").read_text()[-3000:]))


def forged_event(running):
    """What anybody who reaches the server may send: the event of an approval."""
    event = {
        "id": str(uuid.uuid4()),
        "occurred": datetime.now(UTC).isoformat(),
        "event": EDITION_APPROVED,
        "resource": {"prefect.resource.id": f"{RESOURCE_PREFIX}{CYCLE}.annual.e1"},
        "payload": {"year": YEAR, "period": "annual"},
    }
    with httpx.Client(base_url=running.api, trust_env=False, timeout=60) as client:
        assert client.post("/events", json=[event]).is_success


def gone(running):
    """What has left: documents at the ministry, and folders handed over."""
    handed = running.folder / "data" / "transmitted"
    return [one.key for one in running.ministry.ledger()], sorted(str(one) for one in handed.rglob("manifest.json"))


def test_an_approval_in_the_portal_hands_over_within_seconds_and_a_forged_start_hands_over_nothing(running, asked):
    forged_event(running)
    by_event = runs(running, 1)
    body = {"parameters": {"period": "Đánh giá năm", "year": YEAR, "dry_run": False}, "state": {"type": "SCHEDULED"}}
    ask(running, f"/deployments/{deployment(running, 'submit_to_ministries')}/create_flow_run", body)
    forged = runs(running, 2)
    before = gone(running)

    app = approver(asked)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', asked.browser.get(asked.page).text))
    pressed = hidden | {"decision": "approve", "ma": app.now()}
    answer = asked.browser.post(asked.page, data=pressed, headers={"Sec-Fetch-Site": "same-origin"})
    since = time.monotonic()
    while not running.ministry.ledger() and time.monotonic() < since + PATIENCE:
        time.sleep(0.2)
    seconds = time.monotonic() - since
    handed = runs(running, 3)
    after, deliveries = gone(running), running.ministry.deliveries
    forged_event(running)
    runs(running, 4)

    assert [one["state_name"] for one in (*by_event, *forged)] == ["Chờ phê duyệt"] * 3
    assert before == ([], [])
    assert (answer.status_code, handed[2]["state_name"], handed[2]["created_by"]["type"]) == (
        303,
        "Completed",
        "AUTOMATION",
    )
    assert [key.split("/")[:2] for key in after[0]] == [[CYCLE, "annual"]]
    assert (gone(running), running.ministry.deliveries) == (after, deliveries)
    assert seconds < 60, seconds  # seconds on a quiet machine; the sweep alone would take up to an hour
