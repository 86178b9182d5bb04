"""The canary: with the libraries as pinned, a real server schedules a real deployment. An import would not notice."""

import shutil
import time
from types import SimpleNamespace

import httpx
import pytest

from plancycle.adapters.prefect_server import PrefectServer
from plancycle.adapters.texts import Catalogue
from plancycle.cli.up import register
from tasks import _previews

CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One real server with every deployment, for all tests here; its process is gone afterwards."""
    folder = tmp_path_factory.mktemp("server")
    with PrefectServer(folder / "prefect", folder / "prefect.log", port=None) as started:
        started.wait_healthy(180)
        register(started, started.env)
        yield started
    assert started.child.exit_code is not None


def scheduled(api_url, deadline):
    """Names of the deployments with scheduled runs: when every schedule in force has some, or at the deadline."""
    with httpx.Client(base_url=api_url, trust_env=False, timeout=30) as client:
        while True:
            deployments = {one["id"]: one for one in client.post("/deployments/filter", json={}).json()}
            wanted = {one["name"] for one in deployments.values() if any(each["active"] for each in one["schedules"])}
            states = {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}, "limit": 200}
            runs = client.post("/flow_runs/filter", json=states).json()
            names = {deployments[run["deployment_id"]]["name"] for run in runs}
            if wanted <= names or time.monotonic() > deadline:
                return names
            time.sleep(1)


def test_real_server_schedules_the_year_and_knows_the_automations(server):
    names = scheduled(server.api_url, time.monotonic() + 60)
    with httpx.Client(base_url=server.api_url, trust_env=False) as client:
        automations = client.post("/automations/filter", json={}).json()
        wanted = {"deployments": {"name": {"any_": ["alert_operator"]}}}
        (alarm,) = client.post("/deployments/filter", json=wanted).json()

    expected = {
        "draft_plans",
        "quarterly_checkin",
        "annual_evaluation",
        "daily_sweep",
        "collect_submissions",
        "retention",
    }
    assert (names, len(automations)) == (expected, 6)
    alarms = [one["actions"][0]["deployment_id"] for one in automations if "· báo" in one["name"]]
    assert alarms == [alarm["id"]] * 3


DRY_RUN = {"quarter": "Quý III", "year": 2025, "as_of": "10/09/2025 08:00", "dry_run": True, "confirm": 0}


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="chromium not installed")
def test_the_link_of_a_dry_run_opens_the_form_filled_in_for_the_real_run(server, monkeypatch):
    with httpx.Client(base_url=server.api_url, trust_env=False) as client:
        (checkin,) = client.post(
            "/deployments/filter", json={"deployments": {"name": {"any_": ["quarterly_checkin"]}}}
        ).json()
        monkeypatch.setattr(_previews, "deployment", SimpleNamespace(id=checkin["id"]))
        monkeypatch.setattr(_previews, "flow_run", SimpleNamespace(parameters=DRY_RUN))
        text = "\n\n".join(_previews._real_run(SimpleNamespace(texts=Catalogue()), 28))
        page = {"key": "tn-nq94-2025-q3-preview", "type": "markdown", "data": text}
        artifact = client.post("/artifacts/", json=page).json()["id"]
    form = clicked(f"{server.api_url.removesuffix('/api')}/v2/artifacts/artifact/{artifact}")

    assert form == {
        "Kỳ trong năm": "Quý III",
        "Năm (0 = năm hiện tại)": "2025",
        "Thời điểm (để trống = bây giờ)": "10/09/2025 08:00",
        "Chạy thử (không gửi gì)": "false",
        "Xác nhận số thư": "28",
    }


def clicked(address):
    """The form behind the only link of an artifact's page: what stands in each field, by its label."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 1400})
        page.goto(address, wait_until="domcontentloaded")
        page.locator("a[href*='/run?parameters=']").first.click(timeout=60_000)
        page.get_by_text("Xác nhận số thư").first.wait_for(timeout=60_000)
        fields = page.evaluate(READ)
        browser.close()
    return fields


READ = """() => Object.fromEntries([...document.querySelectorAll("form label[for]")]
    .map(label => [label.textContent.trim().replace(/ \\(Optional\\)$/, ""), document.getElementById(label.htmlFor)])
    .filter(([_, field]) => field && field.id.startsWith("_r_") && !field.id.endsWith("form-item"))
    .map(([name, field]) => [name, field.getAttribute("aria-checked") ?? (field.value || field.textContent.trim())]))"""
