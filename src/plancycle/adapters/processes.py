"""Child processes: started in a group of their own, logged to a file, stopped whole."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

LOOPBACK = "127.0.0.1"
STOP_SECONDS = 15.0
"""How long a child may take to end by itself before it is killed."""
LOG_BYTES = 10 * 1024 * 1024
LOGS_KEPT = 5
"""A log that has grown so long is set aside as ``.1``; of what was set aside, so many are kept."""


def free_port(wanted: int | None = None) -> int:
    """The wanted port of the loopback interface when it is free, else any free one."""
    for port in (wanted, 0):
        if port is None:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            chosen: int = probe.getsockname()[1]
            return chosen
    raise OSError("no free port")


class Child:
    """One process of our own. ``log`` is appended to; ``env`` is the whole environment."""

    def __init__(
        self, name: str, command: Sequence[str], env: Mapping[str, str], log: Path, cwd: Path | None = None
    ) -> None:
        self.name = name
        self.command = list(command)
        self.env = dict(env)
        self.log = log
        self.cwd = cwd
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; its group is its own, so that Ctrl+C in the terminal reaches us only."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self.command,
                env=self.env,
                cwd=self.cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int | None:
        """Its number; None before it has been started."""
        return self._process.pid if self._process else None

    @property
    def is_alive(self) -> bool:
        """Whether it has been started and has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """The code it ended with; None while it lives or was never started."""
        return None if self._process is None else self._process.poll()

    def ask_to_stop(self) -> None:
        """Send SIGTERM to the process; what it started is for it to end."""
        if self._process is not None and self.is_alive:
            self._process.terminate()

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """End it: politely, then with its whole group; nothing of the group is left behind."""
        if self._process is None:
            return
        self.ask_to_stop()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        self.kill()

    def kill(self) -> None:
        """Kill the group at once."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def set_log_aside(self, limit: int = LOG_BYTES) -> bool:
        """Begin the log anew when it is longer than ``limit`` bytes; returns whether it was.

        The child holds the file open for appending, so it is copied and cut, not renamed; a line written in that very
        moment may be lost.
        """
        if not self.log.exists() or self.log.stat().st_size <= limit:
            return False
        for number in range(LOGS_KEPT - 1, 0, -1):
            older = self.log.with_name(f"{self.log.name}.{number}")
            if older.exists():
                older.replace(self.log.with_name(f"{self.log.name}.{number + 1}"))
        shutil.copyfile(self.log, self.log.with_name(f"{self.log.name}.1"))
        os.truncate(self.log, 0)
        return True

    def last_lines(self, count: int = 12) -> str:
        """The end of its log, for an error message."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text("utf-8", errors="replace").splitlines()[-count:])
