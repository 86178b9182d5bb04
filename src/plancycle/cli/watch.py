"""``plancycle watch``: letters leave and files are taken in within a minute, whether Prefect is there or not."""

import sys
import time
from datetime import datetime
from itertools import count

from plancycle.cli.output import house, words
from plancycle.cli.up import stop_signals
from plancycle.domain.errors import PlancycleError
from plancycle.services.watching import Looked, Watcher


def run_watch(every: float, once: bool = False) -> int:
    """Look again and again until SIGINT or SIGTERM; returns the exit code. ``every`` in seconds.

    ``once``: two looks without a pause (a file must have the same length twice), then the end.
    """
    told: dict[str, str] = {}
    with stop_signals() as stopping:
        watcher = Watcher()
        for _ in range(2) if once else count():
            if stopping:
                break
            told = _tell(_look(watcher), told)
            until = time.monotonic() + (0 if once else every)
            while not stopping and time.monotonic() < until:
                time.sleep(0.2)
    return 0


def _look(watcher: Watcher) -> Looked:
    try:
        with house("") as opened:
            watcher.reads_mailbox = bool(opened.settings.mailbox_url)
            return watcher.look(opened)
    except PlancycleError as refusal:
        return Looked(problems={"house": refusal})


def _tell(done: Looked, told: dict[str, str]) -> dict[str, str]:
    """Write what was done, and each problem when it begins or changes, not every time; returns the problems."""
    now = {part: _words(problem) for part, problem in done.problems.items()}
    lines = [text for part, text in now.items() if told.get(part) != text]
    if done.sent or done.files or done.mails:
        lines.append(words("watch.done", sent=done.sent, files=done.files, mails=done.mails))
    for line in lines:
        sys.stderr.write(f"{datetime.now():%Y-%m-%d %H:%M:%S} {line}\n")
    sys.stderr.flush()
    return now


def _words(problem: Exception) -> str:
    if isinstance(problem, PlancycleError):
        return words(problem.key, "vi", **problem.params)
    return words("watch.failed", kind=type(problem).__name__, reason=str(problem)[:300])
