"""Runs that Prefect still calls running although their process is gone.

The shipped automation notices most of them; it hears of heartbeats through a queue that a restart of the server
empties. This asks what is written instead. Nothing is resumed: the rows say what is left to do.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from prefect import runtime, task
from prefect.client.orchestration import SyncPrefectClient, get_client

from tasks._artifacts import say
from tasks._house import house_at
from tasks._policy import LOCAL

SILENCE = 900
"""Seconds without a sign of life; a living run gives one a minute."""
ALIVE = ["RUNNING", "PENDING", "CANCELLING"]


@task(task_run_name="kết thúc các lượt chạy đã chết", **LOCAL)
def reap_dead_runs(silence: int = SILENCE) -> list[str]:
    """Mark as crashed what deployments started and what gives no sign of life; returns the names of those runs.

    A run that was stranded before it began holds its deployment's only place: it is ended, too.
    """
    before = datetime.now(UTC) - timedelta(seconds=silence)
    with house_at("") as house, get_client(sync_client=True) as client:
        dead = [run for run in _called_running(client, before) if not _gave_sign(client, run["id"], before)]
        crashed = {"type": "CRASHED", "name": "Crashed", "message": say(house, "reaped", minutes=silence // 60)}
        for run in dead:
            asked = {"state": crashed, "force": True}
            client.request("POST", "/flow_runs/{id}/set_state", json=asked, path_params={"id": run["id"]})
    return [str(run["name"]) for run in dead]


def _called_running(client: SyncPrefectClient, before: datetime) -> list[dict[str, Any]]:
    """Runs of deployments that have been in such a state since before that moment; never the one that asks."""
    asked = {"flow_runs": {"state": {"type": {"any_": ALIVE}}, "deployment_id": {"is_null_": False}}, "limit": 200}
    found: list[dict[str, Any]] = client.request("POST", "/flow_runs/filter", json=asked).json()
    mine = str(runtime.flow_run.id)
    return [one for one in found if one["id"] != mine and _moment(one["state"]["timestamp"]) < before]


def _gave_sign(client: SyncPrefectClient, run: str, since: datetime) -> bool:
    wanted = {
        "occurred": {"since": since.isoformat(), "until": (datetime.now(UTC) + timedelta(minutes=1)).isoformat()},
        "event": {"name": ["prefect.flow-run.heartbeat"]},
        "resource": {"id": [f"prefect.flow-run.{run}"]},
    }
    return bool(client.request("POST", "/events/filter", json={"filter": wanted, "limit": 1}).json()["events"])


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
