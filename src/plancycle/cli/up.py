"""``plancycle up``: portal, watch over letters and files, Prefect server with its UI, and worker, as one command.

This process starts the others, looks after them and stops them; it does no work of its own. Every child logs to
``DATA/logs``, in files of a limited size. A child that dies is started again, later each time it dies again soon.
The portal and the watch need no Prefect: answers are taken in and letters leave while it starts, and when it is away.
"""

import hashlib
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from plancycle.adapters.prefect_server import (
    USUAL_PORT,
    PrefectServer,
    count_deployments,
    prefect_command,
    register_automations,
    register_pool,
    worker_command,
)
from plancycle.adapters.processes import LOOPBACK, Child, free_port
from plancycle.adapters.texts import Catalogue
from plancycle.domain.errors import ActionNeeded, OutsideFailure
from plancycle.domain.production import Setup, check_fit
from plancycle.settings import Settings, load_settings

PORTAL_PORT = 8600
RUNS_AT_A_TIME = 2
"""The ledger has one writer (SQLite): more runs at a time would only wait for each other."""
CALM_SECONDS = 60.0
"""A child that lived this long had a calm life: its next restart is immediate again."""
LONGEST_PAUSE = 60.0
DEPLOY_ATTEMPTS = 3
"""A server that has just started may find its database busy; registering again changes nothing."""


def run_up(*, data: Path, port: int = PORTAL_PORT, prefect_port: int = USUAL_PORT) -> int:
    """Run everything until SIGINT or SIGTERM; a second signal kills at once. Returns the exit code.

    Raises SeveralProblems (not fit to be used by others), ActionNeeded (no ``prefect.yaml`` here, or the portal's port
    is taken: mailed links name it) and OutsideFailure (a child does not come up, with the end of its log). A taken
    Prefect port is replaced by a free one.
    """
    data = data.resolve()
    check_fit(setup_of(load_settings(), data))
    logs = data / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    if free_port(port) != port:
        raise ActionNeeded("prefect.port_taken", port=port)
    with stop_signals() as stopping:
        server = PrefectServer(data / "prefect", logs / "prefect.log", free_port(prefect_port))
        portal = portal_child(data, port, server)
        worker = Child("worker", worker_command(RUNS_AT_A_TIME), portal.env, logs / "worker.log", cwd=server.root)
        sender = Child("watch", watch_command(), portal.env, logs / "watch.log", cwd=server.root)
        watch = Watch((portal, sender, server.child, worker), stopping)
        try:
            _start(server, portal, sender, worker, stopping)
            watch.until_stopped(lambda child: say("restarted", name=child.name, log=str(child.log)))
        finally:
            say("stopping")
            watch.stop_all()
    say("stopped")
    return 0


def portal_child(data: Path, port: int, server: PrefectServer) -> Child:
    """The portal, started by its import string; it and the worker share one environment."""
    ours = {"PLANCYCLE_DATA": str(data), "PLANCYCLE_PREFECT_API_URL": server.api_url}
    env = {"PLANCYCLE_BASE_URL": f"http://{LOOPBACK}:{port}", **server.env, **ours}
    place = ["--factory", "--host", LOOPBACK, "--port", str(port)]
    command = [sys.executable, "-m", "uvicorn", "plancycle.portal.app:app_from_settings", *place]
    return Child("portal", command, env, data / "logs" / "portal.log", cwd=server.root)


def say(key: str, **params: object) -> None:
    """A line of talk on stderr, in Vietnamese and in English."""
    words = Catalogue()
    for language in ("vi", "en"):
        print(words.say(f"prefect.up.{key}", language, **params), file=sys.stderr, flush=True)


def setup_of(settings: Settings, data: Path) -> Setup:
    """How an installation is set up. A rehearsal's folder is known by its simulated ministry."""
    return Setup(
        settings.base_url,
        settings.mail_url,
        settings.mail_from,
        settings.secret_key,
        str(data),
        stat.S_IMODE(data.stat().st_mode) if data.exists() else 0,
        (data / "ministry").is_dir(),
        settings.failpoint if not settings.failpoint_allowed else "",
    )


def watch_command() -> list[str]:
    """What sends waiting letters and takes in files, without Prefect."""
    return [sys.executable, "-m", "plancycle", "watch"]


def _start(server: PrefectServer, portal: Child, sender: Child, worker: Child, stopping: list[int]) -> None:
    say("starting", data=portal.env["PLANCYCLE_DATA"])
    portal.start()
    server.__enter__()
    portal_url = f"http://{LOOPBACK}:{portal.command[-1]}"
    wait_for_page(portal, f"{portal_url}/suc-khoe")
    say("portal", url=portal_url)
    sender.start()
    server.wait_healthy()
    say("prefect", url=server.ui_url)
    if not stopping:
        register(server, portal.env)
        worker.start()
        say("ready", logs=str(portal.log.parent))


def wait_for_page(child: Child, url: str, timeout: float = 60) -> None:
    """Wait until anything at all answers. Raises OutsideFailure with the end of the child's log."""
    deadline = time.monotonic() + timeout
    while True:
        try:
            httpx.get(url, timeout=2, trust_env=False)
            return
        except httpx.HTTPError:
            if not child.is_alive or time.monotonic() > deadline:
                raise OutsideFailure(
                    "prefect.child_not_started", name=child.name, log=str(child.log), lines=child.last_lines()
                ) from None
        time.sleep(0.25)


def register(server: PrefectServer, env: dict[str, str]) -> None:
    """Work pool, deployments and automations. Deployments are left alone when nothing of them changed, so that a
    schedule an operator paused stays paused. Raises OutsideFailure with Prefect's own words.
    """
    register_pool(server.api_url)
    stamp, digest = server.home / "deployed.sha256", deployments_digest(server.root)
    is_known = stamp.exists() and stamp.read_text("utf-8") == digest and count_deployments(server.api_url) > 0
    if not is_known:
        deploy_all(server.root, env)
        stamp.write_text(digest, "utf-8")
    register_automations(server.api_url, server.root)


def deploy_all(root: Path, env: dict[str, str]) -> None:
    """Register every deployment of ``prefect.yaml``. Raises OutsideFailure with Prefect's own words."""
    for _ in range(DEPLOY_ATTEMPTS):
        command = [*prefect_command(), "deploy", "--all"]
        done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return
    raise OutsideFailure("prefect.deploy_failed", lines=(done.stdout + done.stderr)[-1500:])


def deployments_digest(root: Path) -> str:
    """SHA-256 over ``prefect.yaml`` and the flows, whose signatures are the forms."""
    digest = hashlib.sha256()
    for path in (root / "prefect.yaml", *sorted((root / "flows").glob("*.py"))):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


class Watch:
    """Looks after children: starts the dead again, stops all at the end."""

    def __init__(self, children: Sequence[Child], stopping: list[int]) -> None:
        self._children = children
        self._stopping = stopping
        self._started = {child.name: time.monotonic() for child in children}
        self._pause = {child.name: 0.0 for child in children}

    def until_stopped(self, tell: Callable[[Child], None]) -> None:
        """Look once a second until a signal comes; ``tell`` is called for every restart."""
        while not self._stopping:
            for child in self._children:
                if not child.is_alive and self._may_restart(child):
                    child.start()
                    tell(child)
                child.set_log_aside()
            time.sleep(1)

    def _may_restart(self, child: Child) -> bool:
        now = time.monotonic()
        age = now - self._started[child.name]
        if age > CALM_SECONDS + self._pause[child.name]:
            self._pause[child.name] = 0.0
        if age < self._pause[child.name]:
            return False
        self._started[child.name] = now
        self._pause[child.name] = min(max(2.0, self._pause[child.name] * 2), LONGEST_PAUSE)
        return True

    def stop_all(self) -> None:
        """Stop in the order of dependence: the worker first, the server last. A second signal kills at once."""
        for child in reversed(self._children):
            child.ask_to_stop()
        deadline = time.monotonic() + 20
        while any(child.is_alive for child in self._children):
            if len(self._stopping) > 1 or time.monotonic() > deadline:
                break
            time.sleep(0.1)
        for child in self._children:
            child.kill()


@contextmanager
def stop_signals() -> Iterator[list[int]]:
    """Collect SIGINT and SIGTERM instead of dying from them; the old handlers come back afterwards."""
    received: list[int] = []

    def note(number: int, _frame: object) -> None:
        received.append(number)

    old = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield received
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)
