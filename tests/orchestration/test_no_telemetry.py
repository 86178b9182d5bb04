"""With the shipped settings nothing reaches out: every connection the started processes try, seen by the kernel."""

import re
import shutil
import sys
import time

import httpx
import pytest

from plancycle.adapters.prefect_server import CHECKOUT, PrefectServer, shipped_settings
from plancycle.adapters.processes import LOOPBACK, Child, free_port

STRACE = shutil.which("strace")
WATCH = 30
"""Seconds after both have answered: what reports home at all does so within its first half minute."""
ADDRESS = re.compile(r'sin_port=htons\((\d+)\), sin_addr=inet_addr\("([\d.]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')


def outside(trace):
    """Addresses beyond this machine that were tried, from strace's lines."""
    found = [match for line in trace.splitlines() for match in ADDRESS.finditer(line)]
    tried = {match[3] or f"{match[2]}:{match[1]}" for match in found}
    return {one for one in tried if not one.startswith(("127.", "0.0.0.0")) and one not in ("::1", "::")}


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        (
            '12 connect(5, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("10.0.0.2")}, 16) = 0',
            {"10.0.0.2:53"},
        ),
        ('12 connect(5, {sa_family=AF_INET, sin_port=htons(4200), sin_addr=inet_addr("127.0.0.1")}, 16) = 0', set()),
        (
            '12 connect(5, {sa_family=AF_INET6, sin6_port=htons(443), inet_pton(AF_INET6, "2a00::1", &x)}, 28) = 0',
            {"2a00::1"},
        ),
        ('12 connect(5, {sa_family=AF_UNIX, sun_path="/run/nscd/socket"}, 110) = -1 ENOENT', set()),
    ],
)
def test_reading_a_trace_finds_what_goes_outside(line, seen):
    assert outside(line) == seen


def test_the_shipped_settings_turn_every_report_off():
    shipped = shipped_settings(CHECKOUT)

    assert (shipped["PREFECT_SERVER_ANALYTICS_ENABLED"], shipped["DO_NOT_TRACK"]) == ("false", "1")


@pytest.mark.slow
@pytest.mark.skipif(STRACE is None, reason="strace not installed")
def test_a_started_server_and_portal_connect_to_nobody_outside(tmp_path):
    server = PrefectServer(tmp_path / "prefect", tmp_path / "prefect.log", port=free_port())
    server.child.command = watched(tmp_path / "server.trace", server.child.command)
    port = free_port()
    env = {**server.env, "PLANCYCLE_DATA": str(tmp_path / "data")}
    place = ["plancycle.portal.app:app_from_settings", "--factory", "--host", LOOPBACK, "--port", str(port)]
    command = watched(tmp_path / "portal.trace", [sys.executable, "-m", "uvicorn", *place])
    portal = Child("portal", command, env, tmp_path / "portal.log", cwd=server.root)
    portal.start()
    try:
        with server:
            server.wait_healthy(240)
            answer = httpx.get(f"http://{LOOPBACK}:{port}/suc-khoe", timeout=60, trust_env=False)
            time.sleep(WATCH)
    finally:
        portal.stop()
    traces = {name: (tmp_path / f"{name}.trace").read_text("utf-8", "replace") for name in ("server", "portal")}

    assert answer.status_code in (200, 503)
    assert "AF_INET" in traces["server"] + traces["portal"]
    assert {name: outside(trace) for name, trace in traces.items()} == {"server": set(), "portal": set()}


def watched(trace, command):
    """The command under strace, which writes down every connection of it and its children."""
    return [STRACE, "-f", "--seccomp-bpf", "-qq", "-e", "trace=connect,sendto,bind", "-o", str(trace), *command]
