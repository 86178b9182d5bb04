"""How much the past of an agency should count, and how good the forecasts are: past periods are held back in turn.

What is said of a period that is held back comes from the other periods alone, the choice of the weights included. Where
counting the own past and the stage does no better than telling everybody's share of each, that share is told.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

from plancycle.domain.counted_past import AVERAGE, Counts, Weights, tally
from plancycle.domain.tracks import NONE, Lineage, Stage, Track, forebears_of

HORIZONS = (10, 5, 3, 1)
"""Days before the due instant at which the past is asked what would have been said."""
BINS = 5
RECENT = 12
"""So many of the last periods are held back: three years, where a year has four."""
MENU = tuple(Weights(own, alike) for alike in (None, 4) for own in (None, 16, 8, 4, 2, 1))
"""What is tried, the one that trusts a few cases least first: it is kept while none does better."""
SCALE = 10**6
"""Chances are scored to the millionth, in whole numbers."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Forecasts between two chances: how many, what they said on average, how many came true."""

    low: Fraction
    high: Fraction
    count: int
    said: Fraction
    came_true: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """What held-back periods say of the forecasts. Scores are mean squared errors: 0 is perfect."""

    forecasts: int
    periods: tuple[str, ...]
    counted: Fraction
    """The score of counting the own past and the stage, weighed as the other periods advise."""
    floor: Fraction
    """The score of telling everybody's share of each."""
    weights: Weights
    """What all periods together advise for the next one; the average where counting does no better."""
    bins: tuple[Bin, ...]
    """Of what is told: the counted forecasts, or the average."""

    @property
    def is_average(self) -> bool:
        """Whether there is too little history to do better than the average."""
        return self.weights == AVERAGE

    @property
    def brier(self) -> Fraction:
        """The score of what is told."""
        return self.floor if self.is_average else self.counted


_Said = tuple[int, bool]
"""A chance to the millionth for something held back, and whether it came true."""


def calibrate(
    history: Sequence[Track], horizons: Sequence[int] = HORIZONS, lineage: Lineage = NONE
) -> Calibration | None:
    """Hold back each of the last past periods; None while there are fewer than two."""
    past = _Past(history, tuple(timedelta(days=days) for days in horizons), lineage)
    plain = [one for period in past.periods for one in past.said(period, AVERAGE)]
    if len(past.periods) < 2 or not plain:
        return None
    told = [one for period in past.periods for one in past.said(period, past.advised(period))]
    counted, floor = _score(told), _score(plain)
    weights = past.advised() if counted < floor else AVERAGE
    bins = _bins(plain if weights == AVERAGE else told)
    return Calibration(len(plain), past.periods, counted, floor, weights, bins)


class _Case(NamedTuple):
    """Somebody who had not answered yet: at which distance, who it is, at which stage, and what became of it."""

    left: timedelta
    bodies: frozenset[str]
    stage: Stage
    came: bool


class _Past:
    """Past periods, their cases, and what is left of the counts when some of them are held back."""

    def __init__(self, history: Sequence[Track], lefts: tuple[timedelta, ...], lineage: Lineage) -> None:
        ordered = sorted(history, key=lambda one: one.period)
        tracks = {period: list(found) for period, found in groupby(ordered, key=lambda one: one.period)}
        due = {period: max(one.due_at for one in found) for period, found in tracks.items()}
        self.periods = tuple(sorted(tracks, key=lambda one: (due[one], one))[-RECENT:])
        self._cases = {period: _cases(tracks[period], lefts, lineage) for period in self.periods}
        self._of = {(period, left): tally(tracks[period], left) for period in self.periods for left in lefts}
        self._all = {left: tally(history, left) for left in lefts}

    def advised(self, held: str = "") -> Weights:
        """The weights by which the periods other than ``held`` are best told from one another."""
        errors = dict.fromkeys(MENU, 0)
        for period in self.periods:
            if period != held:
                for (counts, came), times in self._groups(period, held).items():
                    for weights in MENU:
                        errors[weights] += times * _error(_millionths(counts, weights), came)
        return min(MENU, key=lambda weights: errors[weights])

    def said(self, period: str, weights: Weights) -> list[_Said]:
        """What is said of each case of a period from the other periods."""
        groups = self._groups(period).items()
        return [(_millionths(counts, weights), came) for (counts, came), times in groups for _ in range(times)]

    def _groups(self, period: str, *held: str) -> Counter[tuple[Counts, bool]]:
        """The cases of a period by what the other periods, without those held back, count of them."""
        found = Counter[tuple[Counts, bool]]()
        for left, bodies, stage, came in self._cases[period]:
            counts = self._all[left].of(bodies, stage)
            for away in {period, *held} & self._cases.keys():
                counts = counts.without(self._of[away, left].of(bodies, stage))
            found[counts, came] += 1
        return found


def _cases(tracks: Iterable[Track], lefts: Iterable[timedelta], lineage: Lineage) -> list[_Case]:
    found = []
    for left in lefts:
        for track in tracks:
            at = track.due_at - left
            stage = track.stage(at)
            if stage is not Stage.DONE and at > track.opens_at:
                forebears = {one.agency for one in forebears_of(lineage, track.agency, at)}
                found.append(_Case(left, frozenset({track.agency, *forebears}), stage, track.is_in_time))
    return found


def _millionths(counts: Counts, weights: Weights) -> int:
    above, below = counts.ratio(weights)
    return (2 * SCALE * above + below) // (2 * below)


def _error(chance: int, came: bool) -> int:
    return (chance - SCALE * came) ** 2


def _score(said: Sequence[_Said]) -> Fraction:
    return Fraction(sum(_error(chance, came) for chance, came in said), len(said) * SCALE**2)


def _bins(said: Sequence[_Said]) -> tuple[Bin, ...]:
    found = []
    for number in range(BINS):
        low, high = Fraction(number, BINS), Fraction(number + 1, BINS)
        inside = [
            (chance, came)
            for chance, came in said
            if low <= Fraction(chance, SCALE) < high or (chance == SCALE and number == BINS - 1)
        ]
        if inside:
            mean = Fraction(sum(chance for chance, _ in inside), len(inside) * SCALE)
            found.append(Bin(low, high, len(inside), mean, sum(came for _, came in inside)))
    return tuple(found)
