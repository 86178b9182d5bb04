"""Prefect as it runs beyond one machine: PostgreSQL, Redis, two API processes, background services, two workers.

All of it on this machine, each a process of its own with the settings that ``deployments/`` ships.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from postgres_server import programs

from plancycle.adapters.prefect_server import POOL, PrefectServer, prefect_command, worker_command
from plancycle.adapters.processes import LOOPBACK, Child, free_port
from plancycle.cli.up import register

NEEDED = {
    "PostgreSQL": programs() is not None,
    "redis-server": shutil.which("redis-server") is not None,
    "prefect-redis (requirements-scale.lock)": importlib.util.find_spec("prefect_redis") is not None,
}
MISSING = [name for name, is_there in NEEDED.items() if not is_there]
WITH_SEVERAL = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")
PATIENCE = 240
ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


def settings_of(file: Path) -> dict[str, str]:
    """The pairs of an environment file."""
    lines = (line.strip() for line in file.read_text("utf-8").splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@dataclass(slots=True)
class Worker:
    """One worker, and everything it started."""

    name: str
    child: Child

    def processes(self) -> list[int]:
        """The worker and its descendants."""
        return processes_of(self.child)

    def kill(self) -> int:
        """End it as a power cut would: worker and flow processes at once. Returns how many there were."""
        doomed = self.processes()
        for pid in doomed:
            os.kill(pid, signal.SIGKILL)
        self.child.kill()
        return len(doomed)


class Installation:
    """Two API processes, the services, two workers."""

    def __init__(self, folder: Path, prefect_url: str, redis_port: int, ours: Mapping[str, str]) -> None:
        self._folder = folder
        self._stack = ExitStack()
        shape = PrefectServer(folder / "prefect", folder / "unused.log", port=free_port())
        self.root = shape.root
        address = {
            **settings_of(shape.root / "deployments/prefect-scale.env"),
            "PREFECT_SERVER_DATABASE_CONNECTION_URL": prefect_url.replace("+psycopg", "+asyncpg"),
            "PREFECT_REDIS_MESSAGING_HOST": LOOPBACK,
            "PREFECT_REDIS_MESSAGING_PORT": str(redis_port),
            "PREFECT_SERVER_DOCKET_URL": f"redis://{LOOPBACK}:{redis_port}/1",
        }
        self.env = {**shape.env, **address, **ours}
        self.apis = [f"http://{LOOPBACK}:{free_port()}/api" for _ in range(2)]
        self.workers: list[Worker] = []

    def start(self) -> None:
        """Make the tables, then everything, then the pool and the deployments."""
        upgrade = [*prefect_command(), "server", "database", "upgrade", "-y"]
        subprocess.run(upgrade, env=self.env, cwd=self.root, check=True, capture_output=True, timeout=PATIENCE)
        for number, api in enumerate(self.apis, 1):
            port = str(httpx.URL(api).port)
            place = ["server", "start", "--no-services", "--host", LOOPBACK, "--port", port]
            self._child(f"api-{number}", [*prefect_command(), *place], api)
        self._child("services", [*prefect_command(), "server", "services", "start"], self.apis[0])
        for api in self.apis:
            wait_for(lambda api=api: _is_healthy(api), PATIENCE, f"{api} does not answer")
        home = self._folder / "prefect"
        home.mkdir(exist_ok=True)
        register(SimpleNamespace(api_url=self.apis[0], root=self.root, home=home), self.env_of(self.apis[0]))
        for number, api in enumerate(self.apis, 1):
            name = f"worker-{number}"
            self.workers.append(Worker(name, self._child(name, [*worker_command(1), "--name", name], api)))
        wait_for(lambda: len(self._online()) == len(self.apis), PATIENCE, "the workers do not come online")

    def env_of(self, api: str) -> dict[str, str]:
        """The environment of whoever talks to that API process."""
        return {**self.env, "PREFECT_API_URL": api}

    def run(self, deployment: str, parameters: dict[str, Any], api: str | None = None) -> str:
        """Ask for a run; returns its id."""
        api = api or self.apis[0]
        wanted = {"deployments": {"name": {"any_": [deployment]}}}
        (found,) = ask(api, "/deployments/filter", wanted)
        body = {"parameters": parameters, "state": {"type": "SCHEDULED"}}
        return str(ask(api, f"/deployments/{found['id']}/create_flow_run", body)["id"])

    def standing(self, run: str, api: str | None = None) -> str:
        """The type of a run's state."""
        answer = httpx.get(f"{api or self.apis[0]}/flow_runs/{run}", timeout=30, trust_env=False)
        return str(answer.json()["state"]["type"])

    def finished(self, run: str, seconds: float = PATIENCE) -> str:
        """Wait until a run has ended; returns how."""
        wait_for(lambda: self.standing(run) in ENDED, seconds, f"run {run} does not end")
        return self.standing(run)

    def worker_of(self, run: str) -> Worker:
        """Whose hands a run is in, from the environment of the processes each worker started."""
        for worker in self.workers:
            for pid in worker.processes()[1:]:
                try:
                    about = Path(f"/proc/{pid}/environ").read_bytes() + Path(f"/proc/{pid}/cmdline").read_bytes()
                except OSError:
                    continue
                if run.encode() in about:
                    return worker
        raise AssertionError(f"no worker has {run}")

    def stop(self) -> None:
        """End everything, workers first."""
        self._stack.close()

    def _online(self) -> list[str]:
        found = ask(self.apis[1], f"/work_pools/{POOL}/workers/filter", {})
        return [one["name"] for one in found if one["status"] == "ONLINE"]

    def _child(self, name: str, command: list[str], api: str) -> Child:
        child = Child(name, command, self.env_of(api), self._folder / f"{name}.log", cwd=self.root)
        child.start()
        self._stack.callback(child.stop, 10)
        return child


def processes_of(child: Child) -> list[int]:
    """A process of ours and its descendants, from the kernel; itself first."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            rest = entry.read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(rest[1]), []).append(int(entry.parent.name))
    assert child._process is not None
    found, waiting = [], [child._process.pid]
    while waiting:
        found.append(waiting.pop())
        waiting += parents.get(found[-1], [])
    return found


def ask(api: str, path: str, body: dict[str, Any]) -> Any:
    """A POST to Prefect; 503 is its database being busy."""
    for _ in range(8):
        answer = httpx.post(f"{api}{path}", json=body, timeout=60, trust_env=False)
        if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
            break
        time.sleep(2)
    answer.raise_for_status()
    return answer.json()


def wait_for(is_so: Any, seconds: float, otherwise: str) -> None:
    """Look every half second. Raises AssertionError when it is not so in time."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, otherwise
        time.sleep(0.5)


def _is_healthy(api: str) -> bool:
    try:
        return httpx.get(f"{api}/health", timeout=5, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


@contextmanager
def a_redis(folder: Path) -> Iterator[int]:
    """A Redis of its own; its port."""
    port = free_port()
    quiet = ["--bind", LOOPBACK, "--save", "", "--appendonly", "no", "--dir", str(folder)]
    child = Child("redis", ["redis-server", "--port", str(port), *quiet], os.environ, folder / "redis.log")
    child.start()
    try:
        yield port
    finally:
        child.stop()
