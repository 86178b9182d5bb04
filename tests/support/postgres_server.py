"""A PostgreSQL server for one test run, in a folder of its own; skipped where none is installed."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_SECONDS = 30


def programs() -> Path | None:
    """Where initdb and pg_ctl are; distributions keep them off the path."""
    found = shutil.which("initdb")
    kept = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return Path(found).parent if found else kept[-1].parent if kept else None


def _owner() -> str | None:
    """PostgreSQL does not run as root: then it runs as its own user."""
    return "postgres" if os.geteuid() == 0 else None


@contextmanager
def a_server() -> Iterator[str]:
    """The URL of an empty database."""
    binaries, owner = programs(), _owner()
    assert binaries is not None
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    data = folder / "data"
    if owner:
        account = pwd.getpwnam(owner)
        os.chown(folder, account.pw_uid, account.pw_gid)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def run(*command: str) -> None:
        subprocess.run(command, check=True, capture_output=True, timeout=START_SECONDS * 2, user=owner, cwd=folder)

    run(str(binaries / "initdb"), "-D", str(data), "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-p {port} -k {folder} -c fsync=off -c listen_addresses=127.0.0.1"
    log = str(folder / "log")
    run(str(binaries / "pg_ctl"), "-D", str(data), "-w", "-t", str(START_SECONDS), "-l", log, "-o", options, "start")
    try:
        yield f"postgresql+psycopg://tester@127.0.0.1:{port}/postgres"
    finally:
        run(str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
