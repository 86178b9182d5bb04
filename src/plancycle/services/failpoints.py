"""Places where a process can be made to die, to prove that what it leaves behind is taken up again.

``reach("mail.marked")`` costs one comparison. Armed with ``PLANCYCLE_FAILPOINT=mail.marked:2`` the process kills itself
with SIGKILL when it comes by for the second time: nothing is cleaned up, nothing flushed, as in a power cut.
"""

import os
import signal
from dataclasses import dataclass

from plancycle.domain.errors import DataProblem

POINTS = (
    "ledger.before_commit",
    "ledger.committed",
    "ledger.migrating",
    "intake.kept",
    "intake.stored",
    "intake.left",
    "mail.claimed",
    "mail.marked",
    "mail.handed_over",
    "edition.frozen",
    "documents.half_kept",
    "documents.asked",
    "transmit.intended",
    "transmit.delivered",
    "transmit.acknowledged",
)
"""Every place there is, in the order of a period: bytes kept, row committed, inbox left; letter claimed, marked, gone;
edition frozen, its first document kept, the approval asked for; delivery intended, made, answered."""


@dataclass(slots=True)
class _Armed:
    name: str
    left: int


_armed: _Armed | None = None


def arm(wanted: str) -> None:
    """Arm ``name:n`` (n-th time, from 1), or nothing when empty. Raises DataProblem naming the points there are."""
    global _armed
    name, _, count = wanted.partition(":")
    if wanted and (name not in POINTS or not count.isdigit() or int(count) < 1):
        raise DataProblem("failpoint.unknown", wanted=wanted, points=", ".join(POINTS))
    if not wanted:
        _armed = None
    elif _armed is None or _armed.name != name:
        _armed = _Armed(name, int(count))


def reach(name: str) -> None:
    """Come by a place."""
    if _armed is not None and _armed.name == name:
        _armed.left -= 1
        if _armed.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
