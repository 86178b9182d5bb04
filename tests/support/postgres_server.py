"""A PostgreSQL server in a folder of its own; the tests that need one are skipped by name where none is installed."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

START_SECONDS = 30
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""For tests that ask what is written, not whether it outlives the machine."""
COMMON = ("listen_addresses=127.0.0.1", "max_connections=400", "shared_buffers=64MB")
VIETNAMESE = ("--locale-provider=icu", "--icu-locale=vi", "--locale=C.UTF-8")
"""As an office would set it up: text sorts by the dictionary unless we say otherwise."""


def programs() -> Path | None:
    """Where initdb and pg_ctl are; distributions keep them off the path."""
    found = shutil.which("initdb")
    kept = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return Path(found).parent if found else kept[-1].parent if kept else None


WITH_SERVER = pytest.mark.skipif(programs() is None, reason="PostgreSQL not installed")


def _owner() -> str | None:
    """PostgreSQL does not run as root: then it runs as its own user."""
    return "postgres" if os.geteuid() == 0 else None


class Server:
    """One server: where it listens, and how it is stopped and started again."""

    def __init__(self, *, durable: bool = False) -> None:
        binaries = programs()
        assert binaries is not None
        self._binaries, self._owner = binaries, _owner()
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._settings = COMMON if durable else (*COMMON, *FAST)
        if self._owner:
            account = pwd.getpwnam(self._owner)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self._run("initdb", "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync", *VIETNAMESE)
        self.start()

    def url(self, database: str = "postgres") -> str:
        """SQLAlchemy's URL of a database."""
        return f"postgresql+psycopg://tester@127.0.0.1:{self._port}/{database}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = " ".join([f"-p {self._port} -k {self.folder}", *(f"-c {one}" for one in self._settings)])
        self._run("pg_ctl", "-w", "-t", str(START_SECONDS), "-l", str(self.folder / "log"), "-o", options, "start")

    def crash(self) -> None:
        """Kill the server as a power cut would end it."""
        first = (self.folder / "data" / "postmaster.pid").read_text("utf-8").splitlines()[0]
        os.kill(int(first), signal.SIGQUIT)
        self._run("pg_ctl", "-w", "-m", "immediate", "stop", check=False)

    def remove(self) -> None:
        """Stop it and delete its folder."""
        self._run("pg_ctl", "-m", "immediate", "stop", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str, check: bool = True) -> None:
        command = [str(self._binaries / program), "-D", str(self.folder / "data"), *arguments]
        subprocess.run(
            command, check=check, capture_output=True, timeout=START_SECONDS * 2, user=self._owner, cwd=self.folder
        )


@contextmanager
def a_server(*, durable: bool = False) -> Iterator[str]:
    """The URL of an empty database on a server of one's own; ``durable``: commits wait for the disk."""
    server = Server(durable=durable)
    try:
        yield server.url()
    finally:
        server.remove()
