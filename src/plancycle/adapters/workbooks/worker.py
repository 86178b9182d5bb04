"""The parent's side of the limited processes that open workbooks: starts, times and replaces them."""

import atexit
import os
import queue
import select
import struct
import subprocess
import sys
import threading
import time
from functools import cache
from typing import IO, Any

from plancycle.adapters.workbooks.wire import from_json
from plancycle.domain.errors import OutsideFailure, UnreadableFile

FILES_PER_CHILD = 10_000
"""Then a fresh one, so that whatever a file left behind does not stay for years."""
SECONDS_PER_FILE = 20.0
SECONDS_TO_START = 60.0
MAX_ANSWER = 64 * 1024**2
MOST_CHILDREN = 4
PIECE = 64 * 1024
"""Bytes that are read at once: what a pipe holds. Room for more would be asked of the system file after file."""

READER, MARKER = "plancycle.adapters.workbooks.child", "plancycle.adapters.workbooks.marking_child"
"""What such a process runs."""
HEADER = struct.Struct(">Q")
"""Length of a frame; :mod:`plancycle.adapters.workbooks.serving` speaks the same."""

Answer = dict[str, Any]


class _ChildDied(Exception):
    """The child ended, by its own limits or by ours, before it answered."""


class Worker:
    """One child, used by one thread at a time."""

    def __init__(
        self,
        seconds_per_file: float = SECONDS_PER_FILE,
        files_per_child: int = FILES_PER_CHILD,
        program: str = READER,
    ) -> None:
        self._seconds, self._files_per_child, self._program = seconds_per_file, files_per_child, program
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._limits: tuple[str, ...] = ()
        self._files = 0

    def ask(self, data: bytes) -> Answer:
        """What the child says about a file, as its program describes.

        Raises UnreadableFile with the child's reason, or ``file.too_heavy`` when the child died of it; OutsideFailure
        when no child can be started, which is no fault of the file. A child that had read files before gets a second
        chance: it may have been at its end already.
        """
        with self._lock:
            is_fresh = self._start()
            try:
                answer = self._exchange(data)
            except _ChildDied:
                if is_fresh:
                    raise UnreadableFile("file.too_heavy") from None
                answer = self._ask_again(data)
        if "refused" in answer:
            raise UnreadableFile(answer["refused"], **answer["params"])
        return answer

    def close(self) -> None:
        """End the child; the next file starts another."""
        with self._lock:
            self._end()

    @property
    def process_id(self) -> int | None:
        """Of the running child, or None."""
        return self._child.pid if self._child is not None else None

    @property
    def limits(self) -> tuple[str, ...]:
        """What the last child said it is held to, as :func:`.confinement.confine` names it."""
        return self._limits

    def _ask_again(self, data: bytes) -> Answer:
        self._start()
        try:
            return self._exchange(data)
        except _ChildDied:
            raise UnreadableFile("file.too_heavy") from None

    def _start(self) -> bool:
        """Make sure a child runs; True when it is a new one."""
        if self._child is not None and self._child.poll() is None and self._files < self._files_per_child:
            return False
        self._end()
        try:
            # A clean environment: the child needs to find its modules and nothing else, least of all our secrets.
            child = self._child = subprocess.Popen(
                [sys.executable, "-P", "-m", self._program],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "PYTHONUTF8": "1"},
                bufsize=0,
            )
            if child.stdin is not None:
                os.set_blocking(child.stdin.fileno(), False)
            self._limits = tuple(self._timed(b"", SECONDS_TO_START)["limits"])
        except (_ChildDied, OSError) as error:
            self._end()
            raise OutsideFailure("reader.cannot_start") from error
        self._files = 0
        return True

    def _exchange(self, data: bytes) -> Answer:
        self._files += 1
        return self._timed(HEADER.pack(len(data)) + data, self._seconds)

    def _timed(self, question: bytes, seconds: float) -> Answer:
        """Write the question, read one frame; the child is killed when that takes too long."""
        child = self._child
        if child is None or child.stdin is None or child.stdout is None:
            raise _ChildDied
        deadline = time.monotonic() + seconds
        try:
            _write(child.stdin, question, deadline)
            answer: Answer = from_json(_frame(child.stdout, deadline))
            return answer
        except (OSError, ValueError, _ChildDied):
            self._end()
            raise _ChildDied from None

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


def _write(pipe: IO[bytes], content: bytes, deadline: float) -> None:
    rest = memoryview(content)
    while rest:
        try:
            rest = rest[os.write(pipe.fileno(), rest) :]
        except BlockingIOError:  # the pipe is full
            _wait(pipe, select.POLLOUT, deadline)


def _frame(pipe: IO[bytes], deadline: float) -> bytes:
    """The content of the one frame that comes now; mostly it comes in one piece."""
    came, size = bytearray(), HEADER.size
    while len(came) < size:
        _wait(pipe, select.POLLIN, deadline)
        part = os.read(pipe.fileno(), PIECE)
        if not part:
            raise _ChildDied
        came += part
        if size == HEADER.size and len(came) >= size:
            size += HEADER.unpack_from(came)[0]
        if size > MAX_ANSWER:
            raise _ChildDied
    return bytes(came[HEADER.size :])


def _wait(pipe: IO[bytes], event: int, deadline: float) -> None:
    """Until the pipe is ready. Raises _ChildDied when time is up."""
    poll = select.poll()
    poll.register(pipe, event)
    rest = deadline - time.monotonic()
    if rest <= 0 or not poll.poll(rest * 1000):
        raise _ChildDied


class Workers:
    """A few children for the threads of one process: the one that was used last is used next."""

    def __init__(self, most: int, program: str = READER) -> None:
        self._idle: queue.LifoQueue[Worker] = queue.LifoQueue()
        self._all = [Worker(program=program) for _ in range(most)]
        for worker in self._all:
            self._idle.put(worker)

    def ask(self, data: bytes) -> Answer:
        """As :meth:`Worker.ask`; waits while every child is busy."""
        worker = self._idle.get()
        try:
            return worker.ask(data)
        finally:
            self._idle.put(worker)

    def close(self) -> None:
        """End every child."""
        for worker in self._all:
            worker.close()


@cache
def shared_workers(program: str = READER) -> Workers:
    """The workers of this process that run a program; they end with it. A forked process starts its own."""
    most = 1 if program == MARKER else max(1, min(MOST_CHILDREN, os.cpu_count() or 1))
    workers = Workers(most, program)
    atexit.register(_close, workers, os.getpid())
    return workers


def _close(workers: Workers, owner: int) -> None:
    if os.getpid() == owner:
        workers.close()


os.register_at_fork(after_in_child=shared_workers.cache_clear)
