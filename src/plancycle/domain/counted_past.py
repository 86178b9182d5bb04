"""How those fared who had not answered so long before the due instant: counted, weighed, and nothing else.

Three counts lead to a chance: the agency's own past, that of everybody who stood at the same stage, that of everybody.
How much the first two count is a pair of :class:`Weights`; :mod:`~plancycle.domain.calibration` chooses it.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import NamedTuple

from plancycle.domain.tracks import Stage, Track

PRIOR = 4
"""Cases of one half that everybody's share is filled up with, so that few cases never make a certainty."""


class Count(NamedTuple):
    """So many of so many."""

    of: int = 0
    good: int = 0

    def without(self, other: "Count") -> "Count":
        """What is left when some of the cases are held back."""
        return Count(self.of - other.of, self.good - other.good)

    def shrunk(self, towards: Fraction) -> Fraction:
        """The share, filled up with :data:`PRIOR` cases of another share."""
        return (self.good + PRIOR * towards) / (self.of + PRIOR)


@dataclass(frozen=True, slots=True)
class Weights:
    """How many cases an agency's own past needs to count as much as the others', and so for its stage's.

    None: it does not count at all.
    """

    own: int | None = None
    alike: int | None = None


AVERAGE = Weights()
"""Everybody's share is told of each: neither the own past nor the stage counts."""


class Counts(NamedTuple):
    """The three counts a chance is made of."""

    own: Count = Count()
    alike: Count = Count()
    everybody: Count = Count()

    def without(self, other: "Counts") -> "Counts":
        """What is left when some of the cases are held back."""
        return Counts(
            self.own.without(other.own), self.alike.without(other.alike), self.everybody.without(other.everybody)
        )

    def ratio(self, weights: Weights) -> tuple[int, int]:
        """The chance as numerator and denominator, not reduced."""
        above, below = 2 * self.everybody.good + PRIOR, 2 * (self.everybody.of + PRIOR)
        for count, weight in ((self.alike, weights.alike), (self.own, weights.own)):
            if weight is not None:
                above, below = count.good * below + weight * above, (count.of + weight) * below
        return above, below


NOTHING = Counts()


@dataclass(frozen=True, slots=True)
class Tally:
    """Everybody who had not answered so long before the due instant, counted once for all agencies."""

    everybody: Count
    alike: Mapping[Stage, Count]
    own: Mapping[str, Count]

    def of(self, bodies: Set[str], stage: Stage) -> Counts:
        """The counts of an agency (with the bodies it has taken over) at a stage."""
        mine = [self.own[body] for body in bodies if body in self.own]
        own = Count(sum(one.of for one in mine), sum(one.good for one in mine))
        return Counts(own, self.alike.get(stage, Count()), self.everybody)


def tally(history: Iterable[Track], left: timedelta) -> Tally:
    """Count what became of obligations that are over, from where they stood ``left`` before their due instants."""
    own: dict[str, Count] = {}
    alike: dict[Stage, Count] = {}
    everybody = Count()
    for track in history:
        stage = track.stage(track.due_at - left)
        if stage is not Stage.DONE:
            good = int(track.is_in_time)
            own[track.agency] = _and(own.get(track.agency, Count()), good)
            alike[stage] = _and(alike.get(stage, Count()), good)
            everybody = _and(everybody, good)
    return Tally(everybody, alike, own)


def _and(count: Count, good: int) -> Count:
    return Count(count.of + 1, count.good + good)


@dataclass(frozen=True, slots=True)
class Chance:
    """How likely one agency is in time, and the counts behind it."""

    chance: Fraction
    counts: Counts = NOTHING
    weights: Weights = AVERAGE


def chance_of(counted: Tally, bodies: Set[str], stage: Stage, weights: Weights) -> Chance:
    """The chance of an agency at a stage. ``bodies``: itself and those it has taken over."""
    counts = counted.of(bodies, stage)
    return Chance(Fraction(*counts.ratio(weights)), counts, weights)
