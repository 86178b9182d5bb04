"""Which process sends letters: a name that tells, on the same machine, whether its process still lives.

A name is ``<machine>:<process>:<started>:<chance>``. The machine part is made from the kernel's boot and the process
namespace, so a container or another machine never judges a process number that is not its own: there only the lease
counts. Where the kernel does not show its processes in ``/proc``, nobody is ever called gone.
"""

import hashlib
import os
import secrets
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

_ENDED = {"Z", "X", "x"}
"""Statuses of a process that has ended and waits for its parent (proc_pid_stat(5))."""


class ProcessSenders:
    """Implements :class:`plancycle.services.ports.Senders`."""

    def me(self) -> str:
        """The process and a part of chance: two deliveries of one process are two senders."""
        pid = os.getpid()
        return f"{_machine()}:{pid}:{_started(pid)}:{secrets.token_hex(8)}"

    def now(self) -> datetime:
        """The wall clock."""
        return datetime.now(UTC)

    def is_gone(self, owner: str) -> bool:
        """True when the name is of this machine and no living process has its number and start."""
        machine, _, rest = owner.partition(":")
        pid, _, rest = rest.partition(":")
        started = rest.partition(":")[0]
        if not machine or machine != _machine() or not pid.isdigit():
            return False
        return _started(int(pid)) != started


@cache
def _machine() -> str:
    """A mark of this kernel's boot and process namespace; empty where they cannot be read."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        space = os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""
    return hashlib.sha256(f"{boot}|{space}".encode()).hexdigest()[:16]


def _started(pid: int) -> str:
    """When a living process started, in the kernel's ticks since the boot; empty when there is none."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return ""
    status, *rest = text.rpartition(")")[2].split()
    return "" if status in _ENDED else rest[18]
