"""Names of senders: the dead are told from the living on the same machine, and nobody is judged from another."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from plancycle.adapters.senders import ProcessSenders

SENDERS = ProcessSenders()
SAY_ME = "from plancycle.adapters.senders import ProcessSenders; print(ProcessSenders().me(), flush=True); input()"
needs_proc = pytest.mark.skipif(not Path("/proc/self/ns/pid").exists(), reason="/proc is not there")


def test_two_deliveries_of_one_process_are_two_senders_and_both_live():
    first, second = SENDERS.me(), SENDERS.me()
    assert first != second
    assert [SENDERS.is_gone(first), SENDERS.is_gone(second)] == [False, False]
    assert len(first) <= 120


@needs_proc
def test_a_killed_process_is_gone_even_before_its_parent_takes_notice():
    with subprocess.Popen([sys.executable, "-c", SAY_ME], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        owner = other.stdout.readline().decode().strip()
        assert not SENDERS.is_gone(owner)
        other.kill()
        os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
        assert SENDERS.is_gone(owner)
    assert SENDERS.is_gone(owner)


@needs_proc
def test_another_process_that_got_the_same_number_is_not_taken_for_the_dead_one():
    machine, pid, _, chance = SENDERS.me().split(":")
    assert SENDERS.is_gone(f"{machine}:{pid}:1:{chance}")


@pytest.mark.parametrize("owner", ["", "x", ":1:1:a", "othermachine:999999:1:a", "othermachine:x"])
def test_nobody_is_called_gone_who_cannot_be_seen_from_here(owner):
    assert not SENDERS.is_gone(owner)


def test_leases_are_counted_on_the_wall_clock():
    assert abs((datetime.now(UTC) - SENDERS.now()).total_seconds()) < 5
