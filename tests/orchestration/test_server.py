"""The canary: with the libraries as pinned, a real server schedules a real deployment. An import would not notice."""

import time

import httpx

from plancycle.adapters.prefect_server import PrefectServer
from plancycle.cli.up import register


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


def test_real_server_schedules_the_year_and_knows_the_automations(tmp_path):
    with PrefectServer(tmp_path / "prefect", tmp_path / "prefect.log", port=None) as server:
        server.wait_healthy(180)
        register(server, server.env)
        names = scheduled(server.api_url, time.monotonic() + 60)
        with httpx.Client(base_url=server.api_url, trust_env=False) as client:
            automations = client.post("/automations/filter", json={}).json()

    expected = {"draft_plans", "quarterly_checkin", "annual_evaluation", "daily_sweep", "collect_submissions"}
    assert (names, len(automations)) == (expected, 2)
    assert server.child.exit_code is not None
