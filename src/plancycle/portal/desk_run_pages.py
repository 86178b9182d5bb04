"""What the desk's page of runs is made of: runs as Prefect tells them, and what our own journal says was done."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run as Prefect tells it; the state stands in words of Prefect's own."""

    name: str
    state: str
    state_name: str
    at: datetime | None
    url: str
    began: datetime | None = None
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class StepHappening:
    """What the journal says was done: once, or ``count`` times in a row; newest moment, and where the events stand."""

    at: datetime
    words: str
    count: int
    actor: str
    subject: str
    href: str
    run: RunLine | None
    """The Prefect run it happened in, while Prefect still knows it."""
