"""A Prefect server of our own, started as a process: its home, its port, its settings. ``~/.prefect`` is never touched.

plancycle knows Prefect by its command and its HTTP interface only; it never imports it.
"""

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
import yaml

from plancycle.adapters.processes import LOOPBACK, Child, free_port
from plancycle.adapters.trust import well_known
from plancycle.domain.errors import ActionNeeded, OutsideFailure

USUAL_PORT = 4200
POOL = "plancycle"
ATTEMPTS = 5
SETTINGS_FILE = "deployments/prefect.env"
AUTOMATIONS_FILE = "deployments/automations.yaml"
CHECKOUT = Path(__file__).parents[3]


def project_root() -> Path:
    """The folder with ``prefect.yaml`` and the flows: the working directory, else the checkout this code is from.

    Raises ActionNeeded when neither has them (the wheel alone carries no flows).
    """
    for folder in (Path.cwd(), CHECKOUT):
        if (folder / "prefect.yaml").is_file() and (folder / SETTINGS_FILE).is_file():
            return folder
    raise ActionNeeded("prefect.no_project", folder=str(Path.cwd()))


def shipped_settings(root: Path) -> dict[str, str]:
    """The settings of ``deployments/prefect.env``, read as a shell and systemd do: single quotes around a value go."""
    lines = (line.strip() for line in (root / SETTINGS_FILE).read_text("utf-8").splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("'") for name, _, value in pairs}


def prefect_environment(home: Path, api_url: str, root: Path, base: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of everything that talks to that server; a person's own ``PREFECT_*`` stay out of it."""
    kept = {name: value for name, value in (base or os.environ).items() if not name.startswith("PREFECT_")}
    nearby = ",".join(filter(None, (kept.get("no_proxy", kept.get("NO_PROXY", "")), LOOPBACK, "localhost")))
    return {
        **kept,
        **shipped_settings(root),
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": api_url,
        "NO_PROXY": nearby,
        "no_proxy": nearby,
        "PYTHONUNBUFFERED": "1",
    }


class PrefectServer:
    """Server and UI as one child process. Entering starts it; ``wait_healthy`` waits; leaving stops it.

    ``home`` becomes ``PREFECT_HOME`` (database and settings), ``log`` takes its output. ``port`` None: 4200 when it
    is free, else any free port. ``besides``: settings for it beside the shipped ones. ``env`` is the environment for
    flows, workers and commands that use this server.
    """

    def __init__(
        self, home: Path, log: Path, port: int | None = None, besides: Mapping[str, str] | None = None
    ) -> None:
        self.home = home.resolve()
        self.root = project_root()
        self.port = port or free_port(USUAL_PORT)
        self.api_url = f"http://{LOOPBACK}:{self.port}/api"
        self.ui_url = f"http://{LOOPBACK}:{self.port}"
        self.env = {**prefect_environment(self.home, self.api_url, self.root), **(besides or {})}
        start = [*prefect_command(), "server", "start", "--host", LOOPBACK, "--port", str(self.port)]
        self.child = Child("prefect", start, self.env, log.resolve(), cwd=self.root)

    def __enter__(self) -> "PrefectServer":
        self.home.mkdir(parents=True, exist_ok=True)
        self.child.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.child.stop()

    def is_healthy(self) -> bool:
        """Whether it answers, and not another server that took the port while this one started."""
        with httpx.Client(verify=well_known(), timeout=2, trust_env=False) as http:
            return self._answers(http)

    def _answers(self, http: httpx.Client) -> bool:
        try:
            if http.get(f"{self.api_url}/health").status_code != httpx.codes.OK:
                return False
            home: object = http.get(f"{self.api_url}/admin/settings").json()["home"]
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return False
        return home == str(self.home)

    def wait_healthy(self, timeout: float = 120) -> None:
        """Wait until it answers. Raises OutsideFailure, with the end of its log, after ``timeout`` seconds."""
        deadline = time.monotonic() + timeout
        with httpx.Client(verify=well_known(), timeout=2, trust_env=False) as http:
            while not self._answers(http):
                if not self.child.is_alive or time.monotonic() > deadline:
                    raise OutsideFailure(
                        "prefect.server_not_started", log=str(self.child.log), lines=self.child.last_lines()
                    )
                time.sleep(0.25)


def prefect_command() -> list[str]:
    """How to call Prefect's command line in this very Python environment, without questions."""
    return [sys.executable, "-m", "prefect", "--no-prompt"]


def worker_command(limit: int) -> list[str]:
    """A process worker of our pool that runs at most ``limit`` flow runs at a time."""
    return [*prefect_command(), "worker", "start", "--pool", POOL, "--type", "process", "--limit", str(limit)]


def wait_for_server(api_url: str, timeout: float = 120) -> None:
    """Wait until a server somewhere answers: one that was just started needs a while.

    Raises OutsideFailure, with what was said last, after ``timeout`` seconds.
    """
    deadline = time.monotonic() + timeout
    with _client(api_url) as client:
        while True:
            try:
                answer = client.get("/health", timeout=5)
                reason = f"{api_url}: HTTP {answer.status_code}"
            except httpx.HTTPError as failed:
                reason = f"{api_url}: {failed}"
            else:
                if answer.status_code == httpx.codes.OK:
                    return
            if time.monotonic() > deadline:
                raise OutsideFailure("runs.not_answering", reason=reason)
            time.sleep(0.25)


def register_pool(api_url: str) -> None:
    """Make sure the work pool exists. Raises OutsideFailure when the server refuses."""
    with _client(api_url) as client:
        if client.get(f"/work_pools/{POOL}").status_code == httpx.codes.OK:
            return
        kinds = _ask(client, "GET", "/collections/views/aggregate-worker-metadata")
        template = kinds["prefect"]["process"]["default_base_job_configuration"]
        _ask(client, "POST", "/work_pools/", {"name": POOL, "type": "process", "base_job_template": template})


def register_automations(api_url: str, root: Path) -> int:
    """Make sure every automation of ``deployments/automations.yaml`` exists, as the file says it.

    An action's ``deployment: NAME`` becomes that deployment's id, so deployments are registered before. Returns how
    many there are. Raises OutsideFailure when the server refuses or knows no such deployment.
    """
    wanted = yaml.safe_load((root / AUTOMATIONS_FILE).read_text("utf-8"))["automations"]
    with _client(api_url) as client:
        for action in [one for automation in wanted for one in automation["actions"] if "deployment" in one]:
            action["deployment_id"] = _deployment_id(client, action.pop("deployment"))
        known = {one["name"]: one["id"] for one in _ask(client, "POST", "/automations/filter", {})}
        for automation in wanted:
            if automation["name"] in known:
                _ask(client, "PUT", f"/automations/{known[automation['name']]}", automation)
            else:
                _ask(client, "POST", "/automations/", automation)
    return len(wanted)


def _deployment_id(client: httpx.Client, name: str) -> str:
    found = _ask(client, "POST", "/deployments/filter", {"deployments": {"name": {"any_": [name]}}, "limit": 1})
    if not found:
        raise OutsideFailure("prefect.refused", url=str(client.base_url), answer=name)
    return str(found[0]["id"])


def count_deployments(api_url: str) -> int:
    """How many deployments the server knows."""
    with _client(api_url) as client:
        return int(_ask(client, "POST", "/deployments/count", {}))


def _client(api_url: str) -> httpx.Client:
    return httpx.Client(base_url=api_url, verify=well_known(), timeout=30, trust_env=False)


def _ask(client: httpx.Client, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
    """The JSON answer. While the server's database is busy it answers 503 and is asked again. Raises OutsideFailure."""
    for _ in range(ATTEMPTS):
        response = client.request(method, path, json=body)
        if response.status_code != httpx.codes.SERVICE_UNAVAILABLE:
            break
        time.sleep(1)
    if response.is_error:
        raise OutsideFailure("prefect.refused", url=str(response.url), answer=response.text[:500])
    return response.json() if response.content else None
