"""Chance that repeats: every draw is decided by what it is about, never by what was drawn before it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from plancycle.rehearsal.plain_yaml import parsed

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Dice:
    """Draws for one subject; the same seed and subject give the same draw on every machine and Python version."""

    seed: int
    subject: str

    def about(self, *subject: object) -> "Dice":
        """Dice for something more particular."""
        return Dice(self.seed, "/".join([self.subject, *map(str, subject)]))

    def number(self, low: int, high: int, *subject: object) -> int:
        """A whole number from low to high, both included."""
        text = "/".join([str(self.seed), self.subject, *map(str, subject)])
        drawn = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
        return low + drawn % (high - low + 1)

    def pick(self, options: Sequence[T], *subject: object) -> T:
        """One of the options."""
        return options[self.number(0, len(options) - 1, *subject)]

    def chance(self, percent: int, *subject: object) -> bool:
        """True in that many cases out of a hundred."""
        return self.number(1, 100, *subject) <= percent


@cache
def phrases() -> dict[str, Any]:
    """What the simulated people write, from ``phrases.yaml``."""
    text = (files("plancycle.rehearsal") / "phrases.yaml").read_text(encoding="utf-8")
    return parsed(text)
