"""How likely a report is in before its due instant, from what the same and other agencies did at the same distance.

The chance of an agency that has not answered, so many days before the due instant, is counted and nothing else: of the
past periods in which it stood here, how often did it answer in time. How much its own past and its stage count against
everybody's share is what held-back periods advise (:mod:`~plancycle.domain.calibration`). All numbers are exact
fractions, and every risk carries the counts it was made of. What a body did that another one has taken over counts as
that one's own past.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from math import prod

from plancycle.domain.counted_past import AVERAGE, Chance, Count, Tally, Weights, chance_of, tally
from plancycle.domain.reasons import Reason
from plancycle.domain.tracks import NONE, Lineage, Stage, Track, forebears_of

ANSWERED_WITHIN = timedelta(days=3)
"""An answer within so long after a reminder is put down to it."""
BY_THE_RECORD = Weights(4, 4)
"""By these agencies are put in order where the average is told of each."""


@dataclass(frozen=True, slots=True)
class Nudge:
    """A reminder that is still to come: its rung and how much likelier the report gets by it."""

    rung: int
    gain: Fraction
    answered: Count
    """Of reminders of this rung to everybody who had not answered: how many were followed by an answer."""


@dataclass(frozen=True, slots=True)
class Risk:
    """One agency that has not answered: where it stands, its chance, what would help most, and why, in words."""

    agency: str
    stage: Stage
    chance: Chance
    nudge: Nudge | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Forecast:
    """A period at a moment: the chance that everybody is in time, and who puts it at risk, the greatest risk first.

    ``complete`` takes agencies to be independent of one another; ``expected_missing`` does not need that.
    """

    period: str
    at: datetime
    due_at: datetime
    owing: int
    done: int
    complete: Fraction
    expected_missing: Fraction
    risks: tuple[Risk, ...]
    best: Risk | None
    """Whose reminder would help most."""


def forecast(
    now: datetime,
    tracks: Sequence[Track],
    history: Sequence[Track],
    rungs: Sequence[int] = (),
    lineage: Lineage = NONE,
    weights: Weights = AVERAGE,
) -> Forecast:
    """Look ahead for one period. ``tracks``: its obligations (at least one); ``rungs``: reminders to come."""
    ahead = _Ahead(now, history, rungs, lineage, weights)
    waiting = [one for one in tracks if one.stage(now) is not Stage.DONE]
    risks = sorted((ahead.risk(one) for one in waiting), key=_worst_first)
    late = sum(one.stage(now) is Stage.DONE and not one.is_in_time for one in tracks)
    complete = Fraction(0) if late else prod((one.chance.chance for one in risks), start=Fraction(1))
    helped = [one for one in risks if one.nudge is not None and one.nudge.gain > 0]
    return Forecast(
        period=tracks[0].period,
        at=now,
        due_at=tracks[0].due_at,
        owing=len(tracks),
        done=len(tracks) - len(waiting),
        complete=complete,
        expected_missing=sum((1 - one.chance.chance for one in risks), start=Fraction(late)),
        risks=tuple(risks),
        best=max(helped, key=lambda one: one.nudge.gain if one.nudge else Fraction(0), default=None),
    )


def _worst_first(one: Risk) -> tuple[Fraction, Fraction, str]:
    """Where the same is told of all, the record still says on whom to look first."""
    return one.chance.chance, Fraction(*one.chance.counts.ratio(BY_THE_RECORD)), one.agency


class _Ahead:
    """What is known at a moment; the past is counted once for each distance from the due instant."""

    def __init__(
        self, now: datetime, history: Sequence[Track], rungs: Sequence[int], lineage: Lineage, weights: Weights
    ) -> None:
        self._now, self._history, self._lineage, self._weights = now, history, lineage, weights
        self._tallies: dict[timedelta, Tally] = {}
        self._periods = Counter(one.agency for one in history)
        answers = nudges(history)
        pooled = Count(sum(one.of for one in answers.values()), sum(one.good for one in answers.values()))
        share, none = pooled.shrunk(Fraction(1, 2)), Count()
        self._helps = [(rung, answers.get(rung, none), answers.get(rung, none).shrunk(share)) for rung in rungs]

    def risk(self, track: Track) -> Risk:
        """Where an agency that has not answered stands, and how likely it is in time."""
        stage, left = track.stage(self._now), track.due_at - self._now
        if left <= timedelta(0):
            return Risk(track.agency, stage, Chance(Fraction(0)), None, (Reason("forecast.why.over"),))
        if left not in self._tallies:
            self._tallies[left] = tally(self._history, left)
        forebears = [one for one in forebears_of(self._lineage, track.agency, self._now) if self._periods[one.agency]]
        bodies = {track.agency, *(one.agency for one in forebears)}
        chance = chance_of(self._tallies[left], bodies, stage, self._weights)
        offers = [Nudge(rung, (1 - chance.chance) * share, answered) for rung, answered, share in self._helps]
        nudge = max(offers, key=lambda one: one.gain, default=None)
        reasons = [
            Reason(f"forecast.why.{stage}", {"days": left.days}),
            *_own_past(chance.counts.own, sum(self._periods[one] for one in bodies), [one.name for one in forebears]),
            *_others(chance),
            *_reminded(nudge),
        ]
        return Risk(track.agency, stage, chance, nudge, tuple(reasons))


def _own_past(own: Count, periods: int, names: Sequence[str]) -> list[Reason]:
    if not periods:
        return [Reason("forecast.why.no_own")]
    if not own.of:
        return [Reason("forecast.why.always_before", {"of": periods})]
    inherited = [Reason("forecast.why.inherited", {"names": ", ".join(names)})] if names else []
    return [Reason("forecast.why.own", own._asdict()), *inherited]


def _others(chance: Chance) -> list[Reason]:
    """The counts of others that the chance is made of."""
    counts, weights = chance.counts, chance.weights
    if weights.alike is not None and counts.alike.of:
        return [Reason("forecast.why.alike", counts.alike._asdict())]
    return [Reason("forecast.why.everybody", counts.everybody._asdict())] if counts.everybody.of else []


def _reminded(nudge: Nudge | None) -> list[Reason]:
    if nudge is None or not nudge.answered.of:
        return []
    return [Reason("forecast.why.nudge", {"rung": f"{nudge.rung:+d}", **nudge.answered._asdict()})]


def nudges(history: Iterable[Track]) -> dict[int, Count]:
    """By rung: how many reminders went to somebody who had not answered, how many were soon followed by an answer."""
    found: dict[int, list[int]] = {}
    for track in history:
        for at, rung in track.reminders:
            if track.stage(at) is not Stage.DONE:
                count = found.setdefault(rung, [0, 0])
                count[0] += 1
                count[1] += track.answered_at is not None and track.answered_at <= at + ANSWERED_WITHIN
    return {rung: Count(*count) for rung, count in sorted(found.items())}
