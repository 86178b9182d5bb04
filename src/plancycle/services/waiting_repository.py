"""The rows of the waiting line."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from plancycle.domain.waiting_line import Waiting


class Arrivals(Protocol):
    """Answers that have arrived, in their order; none is ever deleted."""

    def add_all(self, arrived: Sequence[Waiting]) -> tuple[list[Waiting], list[Waiting]]:
        """Keep them in this order; their numbers are given here. One of the same bytes that waits still is not kept
        twice: it has its place. Returns one for each, and those that are new.
        """

    def get(self, arrival_id: str) -> Waiting | None:
        """One of them."""

    def next(self, begun_before: datetime) -> Waiting | None:
        """The first that is unchecked and that nobody has begun since that moment."""

    def begin(self, arrival_id: str, at: datetime) -> None:
        """Somebody checks it from now on."""

    def settle(self, arrival_id: str, at: datetime, took_ms: int, result: str) -> None:
        """It is checked."""

    def ahead_of(self, number: int) -> int:
        """How many unchecked ones arrived before."""

    def waiting(self) -> int:
        """How many are unchecked."""

    def recent_ms(self, most: int) -> list[int]:
        """How long the last checks took, in milliseconds."""
