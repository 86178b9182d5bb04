"""What a rehearsal has started ends with it, however it ends."""

import os
import signal
import subprocess
import sys
import time

import pytest

from plancycle.cli.demo import _stopped_as_by_hand

PLAY = """
from os import getpid
from plancycle.rehearsal.desk import desks

if __name__ == "__main__":
    with desks() as pool:
        print(getpid(), *{pool.submit(getpid).result(60) for _ in range(20)}, flush=True)
        input()
"""


def test_whoever_kills_a_rehearsal_leaves_no_clerk_behind(tmp_path):
    script = tmp_path / "play.py"
    script.write_text(PLAY, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    ) as play:
        assert play.stdout is not None
        _, *clerks = map(int, play.stdout.readline().split())
        play.send_signal(signal.SIGKILL)
    until = time.monotonic() + 10
    while time.monotonic() < until and any(_lives(one) for one in clerks):
        time.sleep(0.02)

    assert clerks
    assert [one for one in clerks if _lives(one)] == []


def test_a_demo_that_is_told_to_end_ends_as_by_hand():
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), _stopped_as_by_hand():
        signal.raise_signal(signal.SIGTERM)

    assert signal.getsignal(signal.SIGTERM) == before


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
