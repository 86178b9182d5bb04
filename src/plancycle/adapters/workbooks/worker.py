"""The parent's side of the limited child that parses workbooks: starts it, times it, replaces it when it dies."""

import atexit
import json
import os
import struct
import subprocess
import sys
import threading
from functools import cache

from plancycle.domain.errors import UnreadableFile

FILES_PER_CHILD = 500
"""Then a fresh one, so that whatever a file left behind does not stay for years."""
SECONDS_PER_FILE = 20.0
MAX_ANSWER = 64 * 1024**2

HEADER = struct.Struct(">Q")
"""Length of a frame; :mod:`plancycle.adapters.workbooks.child` speaks the same."""

Cell = str | bool | int | float
Rows = list[list[Cell]]


class _ChildDied(Exception):
    """The child ended, by its own limits or by ours, before it answered."""


class Worker:
    """One child at a time, shared by the threads of a process; a forked process starts its own."""

    def __init__(self, seconds_per_file: float = SECONDS_PER_FILE, files_per_child: int = FILES_PER_CHILD) -> None:
        self._seconds, self._files_per_child = seconds_per_file, files_per_child
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._files = 0

    def parse(self, data: bytes) -> list[tuple[str, Rows]]:
        """Every sheet's name and cells from A1 on.

        Raises UnreadableFile: ``file.damaged`` when the parser says so, ``file.abnormal`` when the child died of it.
        A child that had read files before gets a second chance: it may have been at its end already.
        """
        with self._lock:
            is_fresh = self._start()
            try:
                answer = self._ask(data)
            except _ChildDied:
                if is_fresh:
                    raise UnreadableFile("file.abnormal") from None
                answer = self._ask_again(data)
        if "sheets" not in answer:
            raise UnreadableFile("file.damaged")
        return [(name, rows) for name, rows in answer["sheets"]]

    def close(self) -> None:
        """End the child; the next file starts another."""
        with self._lock:
            self._end()

    @property
    def process_id(self) -> int | None:
        """Of the running child, or None."""
        return self._child.pid if self._child is not None else None

    def _ask_again(self, data: bytes) -> dict[str, list[tuple[str, Rows]]]:
        self._start()
        try:
            return self._ask(data)
        except _ChildDied:
            raise UnreadableFile("file.abnormal") from None

    def _start(self) -> bool:
        """Make sure a child of this process runs; True when it is a new one."""
        if self._owner != os.getpid():
            self._child = None  # inherited by a fork: the other process still talks to it
        if self._child is not None and self._child.poll() is None and self._files < self._files_per_child:
            return False
        self._end()
        # A clean environment: the child needs to find its modules and nothing else, least of all our secrets.
        self._child = subprocess.Popen(
            [sys.executable, "-P", "-m", "plancycle.adapters.workbooks.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "PYTHONUTF8": "1"},
        )
        self._owner, self._files = os.getpid(), 0
        return True

    def _ask(self, data: bytes) -> dict[str, list[tuple[str, Rows]]]:
        child = self._child
        if child is None or child.stdin is None or child.stdout is None:
            raise _ChildDied
        self._files += 1
        watch = threading.Timer(self._seconds, child.kill)
        watch.daemon = True
        watch.start()
        try:
            child.stdin.write(HEADER.pack(len(data)))
            child.stdin.write(data)
            child.stdin.flush()
            header = child.stdout.read(HEADER.size)
            size = HEADER.unpack(header)[0] if len(header) == HEADER.size else MAX_ANSWER + 1
            content = child.stdout.read(size) if size <= MAX_ANSWER else b""
            if len(content) != size:
                raise _ChildDied
            answer: dict[str, list[tuple[str, Rows]]] = json.loads(content)
            return answer
        except (OSError, _ChildDied):
            self._end()
            raise _ChildDied from None
        finally:
            watch.cancel()

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what was still buffered for a dead child
                    continue


@cache
def shared_worker() -> Worker:
    """The worker of this process; it ends with the process."""
    worker = Worker()
    atexit.register(worker.close)
    return worker
