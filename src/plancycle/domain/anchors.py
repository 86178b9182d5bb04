"""Checkpoints of the audit chain that live outside the database.

Whoever can write the database can recompute a whole chain, cut its tail or put an old copy back; the chain alone cannot
tell. A checkpoint says how long the chain was and what it ended in; signed, and kept where that person has no access
(a mailbox, a printed receipt, another office), it can.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from plancycle.domain.errors import DataProblem
from plancycle.domain.events import GENESIS, SealedEvent

FORMAT = "plancycle-checkpoint-v1"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The chain at a moment: ``seq`` events, the newest of them sealed by ``head``."""

    programme: str
    seq: int
    head: str
    at: datetime
    previous: str = GENESIS
    """SHA-256 of the checkpoint before; zeros for the first."""

    def text(self) -> str:
        """What is signed, and what people can compare by eye: one fact a line."""
        facts = {
            "programme": self.programme,
            "seq": self.seq,
            "head": self.head,
            "at": self.at.isoformat(timespec="seconds"),
            "previous": self.previous,
        }
        return "\n".join([FORMAT, *(f"{name}: {value}" for name, value in facts.items())]) + "\n"

    @property
    def sha256(self) -> str:
        """The hash the next checkpoint names as ``previous``."""
        return hashlib.sha256(self.text().encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Anchor:
    """A checkpoint with its signature (base64) and the id of the key that made it."""

    checkpoint: Checkpoint
    signature: str
    key_id: str

    def text(self) -> str:
        """The whole anchor as it is filed, mailed and printed."""
        return f"{self.checkpoint.text()}key: {self.key_id}\nsignature: {self.signature}\n"


def read_anchor(text: str) -> Anchor:
    """Read an anchor back. Raises DataProblem for anything that is not exactly one."""
    lines = text.strip().splitlines()
    facts = dict(line.partition(": ")[::2] for line in lines[1:])
    if lines[:1] != [FORMAT] or set(facts) != {"programme", "seq", "head", "at", "previous", "key", "signature"}:
        raise DataProblem("anchor.not_one")
    try:
        at, seq = datetime.fromisoformat(facts["at"]), int(facts["seq"])
    except ValueError as broken:
        raise DataProblem("anchor.not_one") from broken
    checkpoint = Checkpoint(facts["programme"], seq, facts["head"], at, facts["previous"])
    return Anchor(checkpoint, facts["signature"], facts["key"])


def first_contradiction(events: Sequence[SealedEvent], checkpoint: Checkpoint) -> int | None:
    """The sequence number at which a chain is not the one the checkpoint saw; None when it still is its beginning.

    A chain shorter than the checkpoint has been cut or rolled back: the number is the first that is missing.
    """
    if checkpoint.seq == 0:
        return None
    if len(events) < checkpoint.seq:
        return len(events) + 1
    return None if events[checkpoint.seq - 1].hash == checkpoint.head else checkpoint.seq
