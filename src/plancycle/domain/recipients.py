"""Who gets the plan, the report, an extract or a copy, as the programme declares it."""

from dataclasses import dataclass

from plancycle.domain.periods import Period


@dataclass(frozen=True, slots=True)
class Recipient:
    """One line of the plan's "Nơi nhận"."""

    order: int
    name: str
    kind: str
    as_written: str | None = None
    ref: str | None = None
    copies_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Addressee:
    """A body the consolidated report goes to, and by which channel: ``http``, ``edxml``, ``mail`` or ``folder``."""

    agency: str
    channel: str
    periods: tuple[Period, ...]
    answer_days: int = 5
    """Working days after which an answer is missed; the coordinator's own choice, no document sets it."""
    replaces_at_once: bool = True
    """Whether it takes a replacement and lets go of the original in one act; else a recall is agreed first."""


@dataclass(frozen=True, slots=True)
class Copies:
    """Copies of the report for the plan's recipients that are no addressees: by which channel, in which periods."""

    channel: str
    periods: tuple[Period, ...]
    without: tuple[int, ...] = ()
    """Lines of "Nơi nhận" (by their order) that get none: filing, and those the list names only as a group."""
