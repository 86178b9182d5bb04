"""Answers that have arrived and wait for their check: in the order of arrival, so that hurrying gains nothing.

What decides about in time or late is when an answer had arrived whole; how long its check takes afterwards never does
(Law on E-Transactions 20/2023/QH15, Article 15: a message is sent when it leaves its sender's system).
"""

import hashlib
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

ID_DIGITS = 16
LEAST_KNOWN = 3
"""Checks whose time must be known before anything is said about how long one takes."""
RECENT = 20
"""The last so many checks say how long the next will take."""
ABANDONED_AFTER = timedelta(minutes=2)
"""A check that was begun longer ago died with its process, or failed: the next to look may take it up again."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer whose bytes and moment of arrival are kept, and what became of it once it was checked.

    ``obligation`` is empty for a channel that does not say which one is answered. ``name`` is who confirmed it and
    ``reasons`` what was typed beside warnings (canonical JSON); both are emptied once it is checked, since they stand
    with the submission then. ``result`` is what its sender is told (canonical JSON).
    """

    agency: str
    obligation: str
    channel: str
    file_name: str
    sha256: str
    json_of: str | None
    name: str
    reasons: str
    arrived_at: datetime
    begun_at: datetime | None = None
    checked_at: datetime | None = None
    took_ms: int = 0
    result: str | None = None
    id: str = ""
    number: int = 0
    """Place in the order of arrival, of all that ever arrived; like the id, given when it is kept."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one stands: ``ahead`` arrived before it and wait, too. ``seconds`` until its check is done, if known."""

    ahead: int
    seconds: int | None


def numbered(arrived: Waiting, number: int) -> Waiting:
    """With its place in the order of arrival, and an id made from it and what arrived: 16 hexadecimal digits."""
    said = (str(number), arrived.agency, arrived.obligation, arrived.sha256, arrived.arrived_at.isoformat())
    return replace(arrived, number=number, id=hashlib.sha256("|".join(said).encode()).hexdigest()[:ID_DIGITS])


def place_after(ahead: int, took_ms: Sequence[int]) -> Place:
    """The place behind ``ahead`` others, with the wait that recent checks let expect; an estimate, no promise."""
    if len(took_ms) < LEAST_KNOWN:
        return Place(ahead, None)
    return Place(ahead, math.ceil((ahead + 1) * statistics.median(took_ms) / 1000))
