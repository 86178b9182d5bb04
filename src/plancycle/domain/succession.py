"""Who takes over from whom, when, for all of its work or some of it, and how sure that is.

A succession is applied when its source was read (``found``), when the province's own document confirms it
(``confirmed``), or when a named person has decided so. What only follows other provinces' pattern, and what nobody
knows, waits for that person: until then the body goes on as before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from plancycle.domain.errors import DataProblem


class Confidence(StrEnum):
    """How sure a succession is."""

    FOUND = "found"
    """Read in a law, a decree or the press."""
    CONFIRMED = "confirmed"
    """The province's own document says so."""
    PATTERN = "pattern"
    """Other provinces did it this way; to be checked against the province's own document."""
    UNVERIFIED = "unverified"
    """Not known; the body goes on until somebody decides."""


@dataclass(frozen=True, slots=True)
class Succession:
    """One line of the reorganisation. ``works`` empty: the whole body; ``successors`` empty: nobody follows it."""

    id: str
    predecessors: tuple[str, ...]
    successors: tuple[str, ...]
    effective: date | None
    """The first day on which the successors answer; None while nobody knows."""
    confidence: Confidence
    works: tuple[str, ...] = ()
    reference: str = ""
    other_predecessors: tuple[str, ...] = ()
    """Bodies that are not in the programme, by name."""
    note: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it is about the body itself and not about some of its work."""
        return not self.works

    @property
    def is_sure(self) -> bool:
        """Whether it is applied without anybody's decision."""
        return self.confidence in (Confidence.FOUND, Confidence.CONFIRMED) and self.effective is not None


class Verdict(StrEnum):
    """What a named person decided about a succession."""

    CONFIRMED = "confirmed"
    """It is as the programme has it."""
    DECIDED = "decided"
    """It is so: the successors and the day are the person's."""
    REJECTED = "rejected"
    """It does not happen here."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A named person's word on one succession, with the document it rests on."""

    succession: str
    verdict: Verdict
    successors: tuple[str, ...]
    effective: date | None
    reference: str
    decided_by: str
    decided_at: datetime


def applied(successions: Iterable[Succession], decisions: Sequence[Decision] = ()) -> tuple[Succession, ...]:
    """The successions in force, by day; of several decisions on one the last counts."""
    last = {decision.succession: decision for decision in decisions}
    decided = (_with(one, last.get(one.id)) for one in successions)
    found = [one for one in decided if one is not None and one.effective is not None]
    return tuple(sorted(found, key=lambda one: (one.effective, not one.works)))


def waiting(successions: Iterable[Succession], decisions: Sequence[Decision] = ()) -> tuple[Succession, ...]:
    """The successions to be checked locally: neither sure nor decided."""
    decided = {decision.succession for decision in decisions}
    return tuple(one for one in successions if not one.is_sure and one.id not in decided)


def _with(one: Succession, decision: Decision | None) -> Succession | None:
    if decision is None:
        return one if one.is_sure else None
    if decision.verdict is Verdict.REJECTED:
        return None
    day, successors = one.effective, one.successors
    if decision.verdict is Verdict.DECIDED:
        day, successors = decision.effective, decision.successors
    if day is None:
        return None
    # A decision does not reach back: until it was made the old body was asked, and what it filed since must stay.
    earliest = decision.decided_at.date() + timedelta(days=1)
    settled = replace(one, reference=decision.reference, confidence=Confidence.CONFIRMED)
    return replace(settled, successors=successors, effective=max(day, earliest))


def check_can_confirm(one: Succession) -> None:
    """Raise DataProblem when there is nothing to confirm: the day is not known, so a person has to decide instead."""
    if one.effective is None or one.confidence is Confidence.UNVERIFIED:
        raise DataProblem("succession.nothing_to_confirm", succession=one.id)
