"""Telling a person that a run broke, was cut off, is late or waits too long."""

from typing import Any
from uuid import UUID

from prefect import task
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.settings import PREFECT_UI_URL

from plancycle.services.alert_operator import Alarm, alert
from tasks._artifacts import page, say
from tasks._house import house_at
from tasks._markup import safe
from tasks._policy import LOCAL, NETWORK

PREFIX = "prefect.flow-run."


@task(task_run_name="xem lượt chạy có sự cố", **LOCAL)
def look_at_run(run: str) -> dict[str, str]:
    """What the server says about a run, by its id: name, message, address; the id alone when it knows none."""
    known = run.removeprefix(PREFIX).strip()
    with get_client(sync_client=True) as client:
        found = _found(client, known)
        name = _name(client, found)
    told = str((found.get("state") or {}).get("message") or "")
    link = f"{(PREFECT_UI_URL.value() or '').rstrip('/')}/v2/runs/flow-run/{known}" if found else ""
    return {"about": known, "name": name, "told": told, "link": link}


def _name(client: SyncPrefectClient, run: dict[str, Any]) -> str:
    """A run is named when it begins; before, the server gives it a word at random, and its flow says what it is."""
    if run.get("start_time") or not run.get("flow_id"):
        return str(run.get("name") or "")
    flow = client.request("GET", "/flows/{id}", path_params={"id": run["flow_id"]}).json()
    return str(flow["name"])


def _found(client: SyncPrefectClient, run: str) -> dict[str, Any]:
    """The run as the server has it; empty for one it does not know, or an id that is none."""
    try:
        asked = {"flow_runs": {"id": {"any_": [str(UUID(run))]}}, "limit": 1}
    except ValueError:
        return {}
    runs: list[dict[str, Any]] = client.request("POST", "/flow_runs/filter", json=asked).json()
    return runs[0] if runs else {}


@task(task_run_name="báo người vận hành", **NETWORK)
def send_alert(seen: dict[str, str], state: str, as_of: str = "") -> str:
    """Queue and send the letter, once for each run and state; returns its key."""
    with house_at(as_of) as house:
        key = alert(house, Alarm(state=state.rpartition(".")[2], **seen))
        page(house, "alert", f"{safe(seen['name'] or seen['about'])}\n\n`{key or say(house, 'alert.nobody')}`")
    return key


@task(task_run_name="xem trước thư báo sự cố", **LOCAL)
def preview_alert(seen: dict[str, str], as_of: str = "") -> str:
    """Show which run the letter would be about; nothing is sent."""
    with house_at(as_of) as house:
        return page(house, "alert", f"{safe(seen['name'] or seen['about'])}\n\n{safe(seen['told'])}")
