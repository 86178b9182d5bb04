"""The pieces of Prefect started by hand, with the very lines that ``deployments/README.md`` shows."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from shown_lines import ROOT, shell_of

from plancycle.adapters.prefect_server import POOL, USUAL_PORT, wait_for_server
from plancycle.adapters.processes import free_port

PATIENCE = 200


@pytest.mark.slow
def test_the_shown_lines_start_a_server_with_our_forms_and_a_worker_that_reports(tmp_path):
    port = free_port()
    lines = shell_of((ROOT / "deployments/README.md").read_text("utf-8")).replace(str(USUAL_PORT), str(port))
    api = f"http://127.0.0.1:{port}/api"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "HOME": str(tmp_path), "PLANCYCLE_DATA": str(tmp_path / "data")}
    with (tmp_path / "log").open("wb") as log:
        shell = subprocess.Popen(
            ["bash", "-eu", "-c", lines],
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        wait_for_server(api, PATIENCE)
        standing = standing_of_the_pool(api, shell)
        deployments = httpx.post(f"{api}/deployments/count", json={}, trust_env=False).json()
    finally:
        os.killpg(shell.pid, signal.SIGKILL)
        shell.wait()

    assert standing == "READY", (tmp_path / "log").read_text("utf-8")
    assert deployments > 10


def standing_of_the_pool(api: str, shell: subprocess.Popen[bytes]) -> str:
    """What the server says of our pool once a worker has reported, or when the shell has ended."""
    deadline = time.monotonic() + PATIENCE
    standing = ""
    while standing != "READY" and shell.poll() is None and time.monotonic() < deadline:
        answer = httpx.get(f"{api}/work_pools/{POOL}", trust_env=False, timeout=30)
        standing = answer.json().get("status", "") if answer.status_code == httpx.codes.OK else ""
        time.sleep(1)
    return standing
